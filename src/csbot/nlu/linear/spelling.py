"""Slips of the pen: a word one edit away from a word of the content is read as that word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from csbot.nlu.linear.features import stem
from csbot.nlu.tokens import is_number

_SHORTEST = 4
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Speller:
    """Knows the words of `texts` and of `others`; only those of `texts` are ever put in place of a slip."""

    def __init__(self, texts: Iterable[Sequence[str]], others: Iterable[Sequence[str]] = ()) -> None:
        self._count = Counter(word for words in texts for word in words)
        self._stems = {stem(word) for word in self._count if len(word) > len(stem(word))}
        self._others = {word for words in others for word in words}
        self.mend = lru_cache(maxsize=4096)(self._mend)

    def _mend(self, word: str) -> str:
        """The word itself when it is known, short or near nothing; else the most frequent word one edit away."""
        if len(word) < _SHORTEST or word in self._count or word in self._others or is_number(word):
            return word
        if len(word) > len(stem(word)) and stem(word) in self._stems:
            return word
        near = [other for other in _edits(word) if other in self._count and len(other) >= _SHORTEST]
        return max(near, key=lambda other: (self._count[other], other), default=word)


def _edits(word: str) -> Iterator[str]:
    """Everything one missing, extra, wrong or swapped letter away that keeps the first letter; slips spare it."""
    for cut in range(1, len(word) + 1):
        head, tail = word[:cut], word[cut:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
