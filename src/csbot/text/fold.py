"""Folding to an ASCII skeleton for matching; the original is always kept beside it."""

from __future__ import annotations

import unicodedata

_TURKISH = str.maketrans(
    {"ı": "i", "İ": "i", "I": "i", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "æ": "ae", "đ": "d"}
)


def fold(text: str) -> str:
    """Lower case, marks dropped, and all four Turkish i's alike: "İADE", "iade" and "ıade" are one.

    Cyrillic й and ё keep what tells them from и and е: only marks over Latin letters are dropped.
    """
    if text.isascii():
        return text.lower()
    folded: list[str] = []
    for char in text.translate(_TURKISH):
        if char.isascii():
            folded.append(char)
            continue
        decomposed = unicodedata.normalize("NFKD", char)
        if decomposed[0].isascii():
            folded.extend(c for c in decomposed if not unicodedata.combining(c))
        elif not unicodedata.combining(char):
            folded.append(char)
    return "".join(folded).lower()
