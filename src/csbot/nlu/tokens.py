"""A message as words to be matched: folded, tame, chat spellings written out; for content and messages alike."""

from __future__ import annotations

import re
from functools import lru_cache

from csbot.text.fold import fold

MOST_WORDS = 160
"""Words read of one message: what stands later changes nothing, and time stays bounded."""

_LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+(?:['’`´][^\W_]+)*")
_APOSTROPHE = re.compile(r"['’`´]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?\n;…]+(?:\s+|$)|\n+")

# A Turkish question particle written to its word: "duzeltirmisiniz" is "duzeltir misiniz".
_GLUED = re.compile(r"(.{3,})(m[iu](?:sin|siniz|sun|sunuz|yim|yiz|yum|yuz))")
_GLUED_SHORT = re.compile(r"(var|yok|olur|olmaz|oldu|geldi|gelir|gelmez|yapar|alir|lazim|bedava|ucretsiz)(m[iu])")
_SPOKEN = ((re.compile(r"([iu])yo(?:m|rm)$"), r"\1yorum"), (re.compile(r"([iu])yo(sun|n)uz$"), r"\1yorsunuz"))

_CONTRACTED = {"s": ("is",), "re": ("are",), "ll": ("will",), "ve": ("have",), "m": ("am",), "d": ("would",)}

_SAYS_NOTHING = re.compile(
    r"acaba|lutfen|ya|yaw?|yav|yahu|be|kardes(?:im)?|abi|abla|hocam|usta(?:m)?|arkadasim|nolu|numarali|please|kindly"
)
"""Words that colour a question and never change it."""

_WRITTEN_OUT = {
    short: tuple(full.split())
    for short, full in {
        "slm": "selam",
        "mrb": "merhaba",
        "meraba": "merhaba",
        "tsk": "tesekkurler",
        "tskler": "tesekkurler",
        "tesekurler": "tesekkurler",
        "saol": "sag ol",
        "sagol": "sag ol",
        "sagolun": "sag olun",
        "zmn": "zaman",
        "nezaman": "ne zaman",
        "nzmn": "ne zaman",
        "nekadar": "ne kadar",
        "bi": "bir",
        "bisey": "bir sey",
        "birsey": "bir sey",
        "nerde": "nerede",
        "nerden": "nereden",
        "nasi": "nasil",
        "nasl": "nasil",
        "gelcek": "gelecek",
        "olcak": "olacak",
        "napcam": "ne yapacagim",
        "napmaliyim": "ne yapmaliyim",
        "yapcam": "yapacagim",
        "yapicam": "yapacagim",
        "edicem": "edecegim",
        "etcem": "edecegim",
        "alicam": "alacagim",
        "ltfn": "lutfen",
        "acb": "acaba",
        "acba": "acaba",
        "msj": "mesaj",
        "sip": "siparis",
        "tmm": "tamam",
        "u": "you",
        "ur": "your",
        "r": "are",
        "wld": "would",
        "cud": "could",
        "shud": "should",
        "wen": "when",
        "wat": "what",
        "wot": "what",
        "pls": "please",
        "plz": "please",
        "thx": "thanks",
        "tnx": "thanks",
        "ty": "thank you",
        "im": "i am",
        "ive": "i have",
        "wheres": "where is",
        "whats": "what is",
        "hows": "how is",
        "its": "it is",
        "wanna": "want to",
        "gonna": "going to",
        "acc": "account",
        "addr": "address",
        "num": "number",
        "pkg": "package",
        "2day": "today",
        "tmrw": "tomorrow",
    }.items()
}


def tokens(text: str) -> tuple[str, ...]:
    """The first MOST_WORDS words of `text`: folded, drawn-out letters made one, numbers as 0, emoji and signs gone.

    Words that only colour a question are left out, unless there are no others.
    """
    words = _words(text)
    return tuple(word for word in words if not _SAYS_NOTHING.fullmatch(word)) or tuple(words)


def _words(text: str) -> list[str]:
    words: list[str] = []
    for match in _WORD.finditer(_STRETCHED.sub(r"\1", fold(text))):
        words += _expand(match.group())
        if len(words) >= MOST_WORDS:
            return words[:MOST_WORDS]
    return words


def sentences(text: str) -> list[str]:
    """The sentences of `text` that hold something."""
    return [part for part in _SENTENCE_END.split(text) if part and not part.isspace()]


def is_number(word: str) -> bool:
    """A word of `tokens` that holds digits: it names something, it means nothing."""
    return "0" in word


@lru_cache(maxsize=16384)
def _expand(raw: str) -> tuple[str, ...]:
    """One raw word as the words it stands for."""
    head, *rest = _APOSTROPHE.split(raw[:_LONGEST_WORD])
    if rest and rest[0] == "t":
        return _written_out(head + "t")
    # Whatever else follows an apostrophe is a Turkish case ending: "Bursa'da" is Bursa.
    return _written_out(head) + (_CONTRACTED.get(rest[0], ()) if rest else ())


def _written_out(word: str) -> tuple[str, ...]:
    word = _DIGITS.sub("0", word)
    if word in _WRITTEN_OUT:
        return _WRITTEN_OUT[word]
    if glued := _GLUED.fullmatch(word) or _GLUED_SHORT.fullmatch(word):
        return (_spoken(glued[1]), glued[2])
    return (_spoken(word),)


def _spoken(word: str) -> str:
    for pattern, full in _SPOKEN:
        word, changed = pattern.subn(full, word)
        if changed:
            break
    return word
