"""Slips of the pen: what the content does not know is read as words it does, by what stands beside them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from csbot.nlu.linear.features import stem
from csbot.nlu.tokens import is_number

_SHORTEST = 3
_COMMON_SHORT = 0.01
_SEEN_SHORT = 3
"""Most words of three letters are one slip from others: only those are put in place of one that stand in so large a
share of the texts, and so often."""
_SEEN = 2
"""Words that stand together in the content once may be a slip themselves."""
_FIRST = 3
"""How much likelier a word with the same first letter is: slips spare it mostly."""
_REMEMBERED = 4096


class Speller:
    """Knows the words of `texts` and of `others`; only those of `texts` are ever put in place of a slip.

    Two words one edit apart have a word with a letter less in common: so each word is kept under all of those.
    """

    def __init__(self, texts: Iterable[Sequence[str]], others: Iterable[Sequence[str]] = ()) -> None:
        texts = list(texts)
        self._count = Counter(word for words in texts for word in words)
        pairs = Counter(pair for words in texts for pair in pairwise(("", *words, "")))
        self._pairs = {pair: count for pair, count in pairs.items() if count >= _SEEN}
        self._known = {*self._count, *(word for words in others for word in words)}
        self._stems = {stem(word) for word in self._count if len(word) > len(stem(word))}
        self._longest = max(map(len, self._count), default=0)
        common = max(_SEEN_SHORT, _COMMON_SHORT * len(texts))
        near: dict[str, list[str]] = defaultdict(list)
        for word, count in self._count.items():
            if len(word) >= _SHORTEST + (count < common) and not is_number(word):
                for less in {word, *_deletes(word)}:
                    near[less].append(word)
        self._near = dict(near)
        self._guesses = lru_cache(maxsize=_REMEMBERED)(self._guess)
        self._parts = lru_cache(maxsize=_REMEMBERED)(self._part)

    def mend(self, words: Sequence[str]) -> tuple[str, ...]:
        """The words as they were meant: torn ones joined, those run together parted, slips of one letter put right.

        Words that are known stay as they are, and so do those that are near nothing.
        """
        if self._known.issuperset(words):
            return tuple(words)
        parts = [part for word in self._joined(words) for part in self._parts(word)]
        mended = [""]
        for word, after in pairwise((*parts, "")):
            mended.append(self._meant(word, mended[-1], after))
        return tuple(mended[1:])

    def _joined(self, words: Sequence[str]) -> Iterator[str]:
        """The words, two that are one word of the content as that one."""
        torn = False
        for word, after in pairwise((*words, "")):
            if torn:
                torn = False
                continue
            torn = not self._known.issuperset((word, after or word)) and self._count[word + after] >= _SEEN
            yield word + after if torn else word

    def _part(self, word: str) -> tuple[str, ...]:
        """The two words of the content that were run together to this one; else the word alone."""
        if word in self._known or is_number(word):
            return (word,)
        cuts = [(word[:at], word[at:]) for at in range(1, len(word))]
        often, parts = max(((self._pairs.get(cut, 0), cut) for cut in cuts), default=(0, ("", "")))
        return parts if often else (word,)

    def _meant(self, word: str, before: str, after: str) -> str:
        """The likeliest of what the word may be a slip of, by how common each is and beside what it stands."""

        def worth(guess: str) -> int:
            beside = (1 + self._pairs.get((before, guess), 0)) * (1 + self._pairs.get((guess, after), 0))
            return self._count[guess] * beside * (_FIRST if guess[0] == word[0] else 1)

        return max(self._guesses(word), key=lambda guess: (worth(guess), guess), default=word)

    def _guess(self, word: str) -> tuple[str, ...]:
        """The words of the content one slip away from one that is not known."""
        if word in self._known or is_number(word) or not 1 < len(word) <= self._longest + 1:
            return ()
        found = {other for less in {word, *_deletes(word)} for other in self._near.get(less, ())}
        near = [other for other in found if _is_one_slip(word, other)]
        # A word with an ending of its own stays with its stem.
        own = stem(word) if len(word) > len(stem(word)) and stem(word) in self._stems else ""
        return tuple(other for other in near if other.startswith(own))


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
