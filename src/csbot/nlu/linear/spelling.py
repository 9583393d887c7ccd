"""Slips of the pen: a word one edit away from a word of the content is read as that word."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from csbot.nlu.linear.features import stem
from csbot.nlu.tokens import is_number

_SHORTEST = 4
_SEEN = 2
"""A word that stands in the content once may be a slip itself."""


class Speller:
    """Knows the words of `texts` and of `others`; only those of `texts` are ever put in place of a slip.

    Two words one edit apart have a word with a letter less in common: so each word is kept under all of those.
    """

    def __init__(self, texts: Iterable[Sequence[str]], others: Iterable[Sequence[str]] = ()) -> None:
        self._count = Counter(word for words in texts for word in words)
        self._stems = {stem(word) for word in self._count if len(word) > len(stem(word))}
        self._others = {word for words in others for word in words}
        self._near: dict[str, list[str]] = defaultdict(list)
        for word, count in self._count.items():
            if count >= _SEEN and len(word) >= _SHORTEST and not is_number(word):
                for less in {word, *_deletes(word)}:
                    self._near[less].append(word)
        self._near = dict(self._near)
        self.mend = lru_cache(maxsize=4096)(self._mend)

    def _mend(self, word: str) -> str:
        """The word itself when it is known, short or near nothing; else the most frequent word one edit away."""
        if len(word) < _SHORTEST or word in self._count or word in self._others or is_number(word):
            return word
        if len(word) > len(stem(word)) and stem(word) in self._stems:
            return word
        found = {other for less in {word, *_deletes(word)} for other in self._near.get(less, ())}
        near = [other for other in found if _is_one_slip(word, other)]
        # Slips spare the first letter mostly.
        return max(near, key=lambda other: (other[0] == word[0], self._count[other], other), default=word)


def _deletes(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _is_one_slip(one: str, other: str) -> bool:
    """One missing, extra, wrong or swapped letter apart."""
    short, long = sorted((one, other), key=len)
    at = next((at for at, (left, right) in enumerate(zip(short, long, strict=False)) if left != right), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or (
        short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    )
