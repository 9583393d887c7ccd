"""Cutting a text that is longer than one message may be, where a reader would cut it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable

Measure = Callable[[str], int]
"""How long a text is, as a platform counts; a longer beginning of a text never measures less."""

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"(?<!\d)[.!?…。！？][\"'”’»)\]]*(?=\s)")  # "1." opens a line of a list
_WORD = re.compile(r"\s")

_JOINER = "\u200d"


def utf16_length(text: str) -> int:
    """How many UTF-16 units the text takes; a lone surrogate counts as the one it is."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, limit: int, measure: Measure = len) -> tuple[str, ...]:
    """The text in pieces of at most `limit` each, counted by `measure`; a text that fits is one piece, as it stands.

    Cuts at the end of a paragraph, else of a line, of a sentence, of a word. Only a word longer than a whole piece is
    cut inside, and then between two characters as a reader sees them; so the address of a page stays whole where it
    can. The blanks at a cut are left out, nothing else is, and no piece is blank. One character that measures more than
    the limit stands alone. Raises ValueError for a limit below 1.
    """
    if limit < 1:
        raise ValueError("a piece must hold something")
    if measure(text) <= limit:
        return (text,) if text.strip() else ()
    pieces: list[str] = []
    rest = text.strip()
    while measure(rest) > limit:
        end = _longest(rest, limit, measure)
        cut = _cut(rest, end)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return (*pieces, rest) if rest else tuple(pieces)


def _longest(text: str, limit: int, measure: Measure) -> int:
    if measure is len:
        return limit
    return max(1, bisect_right(range(1, len(text)), limit, key=lambda end: measure(text[:end])))


def _cut(text: str, end: int) -> int:
    """Where to cut a text of which `end` characters fit."""
    # The blank just behind the end may be the one to cut at.
    window = text[: end + 1]
    # A paragraph or sentence that ends early would make many small messages: only the second half counts.
    for border, start in ((_PARAGRAPH, end // 2), (_LINE, end // 2), (_SENTENCE, end // 2), (_WORD, 1)):
        cut = 0
        for found in border.finditer(window, start):
            cut = found.end() if border is _SENTENCE else found.start()
        if 0 < cut <= end:
            return cut
    cut = end
    while cut > 0 and not is_border(text, cut):
        cut -= 1
    return cut or end


def is_border(text: str, at: int) -> bool:
    """A character, as a reader sees it, ends at `at`: no accented letter, joined emoji, flag or Korean block is cut.

    A close approximation of the grapheme borders of Unicode's Annex 29, which the standard library does not have.
    """
    before, after = text[at - 1], text[at]
    if after.isascii() and before.isascii():
        return True
    if before == _JOINER or _extends(after):
        return False
    if _is_flag_letter(before) and _is_flag_letter(after):
        letters = at
        while letters > 0 and _is_flag_letter(text[letters - 1]):
            letters -= 1
        return (at - letters) % 2 == 0
    if "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff":
        return False
    return not (_is_jamo(before) and "\u1160" <= after <= "\u11ff")


def _extends(char: str) -> bool:
    return (
        char == _JOINER
        or unicodedata.category(char) in {"Mn", "Mc", "Me"}
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= char <= "\U000e007f"  # tags of regional flags
    )


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_jamo(char: str) -> bool:
    return "\u1100" <= char <= "\u11ff" or "\uac00" <= char <= "\ud7a3"
