"""Folding to an ASCII skeleton for matching; the original is always kept beside it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import chain

_OWN = {"ı": "i", "İ": "i", "I": "i", "ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "æ": "ae", "đ": "d"}
# Latin with marks, punctuation and letter-like signs, ligatures, full-width and the "fancy fonts" people paste.
_RANGES = (
    range(0x00A0, 0x0250),
    range(0x1E00, 0x1F00),
    range(0x2000, 0x2190),
    range(0x2460, 0x2500),
    range(0xFB00, 0xFB07),
    range(0xFF00, 0xFFF0),
    range(0x1D400, 0x1D800),
)


def _skeletons() -> Iterator[tuple[int, str]]:
    for code in chain.from_iterable(_RANGES):
        decomposed = unicodedata.normalize("NFKD", chr(code))
        if decomposed[0].isascii():
            yield code, "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


# A mark that no letter takes in when composed (the dot left over an i, a stress accent) tells nothing apart.
_MARKS = dict.fromkeys(range(0x0300, 0x0370), "")
_TABLE: dict[int, str] = {**_MARKS, **dict(_skeletons()), **{ord(char): skeleton for char, skeleton in _OWN.items()}}


def fold(text: str) -> str:
    """Lower case, marks dropped, and all four Turkish i's alike: "İADE", "iade" and "ıade" are one.

    Only Latin loses its marks: Cyrillic й and ё keep what tells them from и and е.
    """
    if text.isascii():
        return text.lower()
    # Composed first, so that a mark typed as a character of its own falls with its letter and й stays one letter.
    return unicodedata.normalize("NFC", text).translate(_TABLE).lower()


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters, and for its end, where that stands in `text`.

    Each character is folded by itself, so a letter of another script typed with its mark apart loses that.
    """
    folded: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        piece = fold(char)
        folded.append(piece)
        places += [at] * len(piece)
    return "".join(folded), [*places, len(text)]
