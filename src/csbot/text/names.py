"""Names: whether what a platform gives as one may be used to address a person, and what an e-mail address tells."""

from __future__ import annotations

import re
import unicodedata

from csbot.text.fold import fold

LONGEST = 40
MOST_WORDS = 4

_PLACEHOLDERS = frozenset(
    {
        "user",
        "guest",
        "unknown",
        "anonymous",
        "null",
        "none",
        "undefined",
        "test",
        "admin",
        "customer",
        "client",
        "name",
    }
    | {"me", "whatsapp", "telegram", "slack", "sms", "bot", "deleted", "account", "kullanici", "misafir"}
    | {"bilinmeyen", "anonim", "musteri", "isimsiz", "yonetici", "deneme", "yok", "silinmis", "hesap"}
)
"""Words for nobody, folded."""

_BREAKS = re.compile(r"[\s'’.\-]+")


def looks_like_a_name(name: str) -> bool:
    """Two letters or more in one to four words, with nothing a name does not have: digits, emoji, addresses, signs.

    Hyphens, apostrophes and the full stop of a title or an initial are fine; a word for nobody ("user", "misafir") is
    not, nor are letters in fancy dress or one letter over and over.
    """
    name = name.strip()
    if len(name) > LONGEST or unicodedata.normalize("NFC", name) != unicodedata.normalize("NFKC", name):
        return False
    letters = sum(char.isalpha() for char in name)
    if letters < 2 or not all(map(_belongs, name)) or not name[0].isalpha():
        return False
    if len(name.split()) > MOST_WORDS or re.search(r"\.\S|[-'’.]{2}", name):
        return False
    words = [word for word in _BREAKS.split(fold(name)) if word]
    return len(set("".join(words))) > 1 and not _PLACEHOLDERS.issuperset(words)


def name_in_address(email: str) -> str:
    """What to call somebody of whom only the e-mail address is known: "ayse.kaya@shop.example" is Ayse Kaya.

    What is no address stays as it is.
    """
    local, at, _ = email.partition("@")
    words = [word for word in re.split(r"[._\-+]+", local) if word] if at else []
    return " ".join(word[0].upper() + word[1:] for word in words) or email


def _belongs(char: str) -> bool:
    # Persian and Indian names are joined or parted by marks one does not see.
    return char.isalpha() or char in " '’.-\u200c\u200d" or unicodedata.category(char) in {"Mn", "Mc"}
