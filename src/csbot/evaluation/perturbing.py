"""Messages as people also type them: with slips, without their language's letters, in capitals."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

from csbot.errors import CsbotError

_WORD = re.compile(r"[^\W\d_]{3,}")
_TURKISH_CAPITALS = str.maketrans({"i": "İ", "ı": "I"})
_PLAIN = str.maketrans({"ı": "i", "İ": "I", "ß": "ss", "ø": "o", "ł": "l", "æ": "ae"})
_KEYS = "abcdefghijklmnopqrstuvwxyz"

Perturb = Callable[[str, str], str]
"""A message and its language become the message otherwise typed."""


class PerturbError(CsbotError):
    """No such way of typing."""


def perturbation(wish: str, *, seed: int) -> Perturb:
    """The way of typing `wish` names: `typos=0.2` (that share of the words), `ascii`, `upper`, `ascii-upper`.

    Raises PerturbError.
    """
    name, _, share = wish.partition("=")
    if name == "typos":
        try:
            wanted = float(share or 0.2)
        except ValueError:
            wanted = -1.0
        if 0 <= wanted <= 1:
            chance = random.Random(seed)
            return lambda text, language: _WORD.sub(
                lambda word: _slip(word.group(), chance) if chance.random() < wanted else word.group(), text
            )
    ways: dict[str, Perturb] = {
        "": lambda text, language: text,
        "ascii": lambda text, language: ascii_typed(text),
        "upper": upper,
        "ascii-upper": lambda text, language: ascii_typed(text).upper(),
    }
    if wish not in ways:
        raise PerturbError(f"{wish!r} is no way of typing; there are typos=SHARE, ascii, upper, ascii-upper")
    return ways[wish]


def ascii_typed(text: str) -> str:
    """Latin letters without their marks, as on a foreign keyboard; other scripts stay."""
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return unicodedata.normalize("NFC", "".join(letter for letter in plain if not unicodedata.combining(letter)))


def upper(text: str, language: str) -> str:
    """In capitals, by the language's own rule."""
    return (text.translate(_TURKISH_CAPITALS) if language == "tr" else text).upper()


def _slip(word: str, chance: random.Random) -> str:
    """One letter missing, doubled by a neighbour, wrong, or two swapped; anywhere in the word."""
    at = chance.randrange(len(word))
    letter = chance.choice(_KEYS)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + letter + word[at:]
    if kind == 2:
        return word[:at] + letter + word[at + 1 :]
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
