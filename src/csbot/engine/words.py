"""Words as they are compared: folded, without signs, one space apart."""

from __future__ import annotations

import re
from functools import lru_cache

from csbot.text.fold import fold

# Emoji count as words of their own, their skin tones and presentation marks do not.
_WORD = re.compile("\\w+|[\u2190-\u2bff\U0001f000-\U0001f3fa\U0001f400-\U0001faff]")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")


@lru_cache(maxsize=1024)
def words(text: str) -> tuple[str, ...]:
    """The words of `text` folded, "evettt" as "evet"; an emoji is a word.

    A turn asks for the words of one text, and for those of the same few labels, again and again.
    """
    return tuple(_WORD.findall(_DRAWN_OUT.sub(r"\1", fold(text))))


def plain(text: str) -> str:
    """The words of `text` in one line: equal for texts that differ only in case, accents, signs and spaces."""
    return " ".join(words(text))
