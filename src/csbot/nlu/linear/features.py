"""Words as a sparse vector: words, stems and near pairs in one block, groups of letters in the other.

Both blocks have the same length, so that what is misspelt or inflected still counts by its letters. As in TF-IDF, how
often a feature stands in a text counts by its logarithm, and a feature weighs more the fewer have it: the fewer
meanings, which tells more than the fewer examples.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.intp]
Vector = tuple[Ids, Floats]
"""Rising feature ids and their values; of length 1, or without any feature."""

STEM = 5
ROOT = 4
_NEAR = 3
_LETTERS = (2, 3, 4)
_CACHED_WORDS = 4096
_MANY = 4000
"""From so many examples on, pairs and groups of letters that only one of them has tell nothing and are left out."""
_NONE: Ids = np.empty(0, dtype=np.intp)


def stem(word: str) -> str:
    """The first letters of a word: what stays when Turkish endings are added."""
    return word[:STEM]


def root(word: str) -> str:
    """Fewer letters than the stem, where words are compared more loosely: short Turkish roots take endings early."""
    return word[:ROOT]


def _letters(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[at : at + length] for length in _LETTERS for at in range(len(padded) - length + 1)]


def _pairs(words: Sequence[str]) -> Iterator[str]:
    """Roots that stand near each other, whichever comes first."""
    roots = [root(word) for word in words]
    for index, one in enumerate(roots):
        for other in roots[index + 1 : index + 1 + _NEAR]:
            yield f"{one} {other}" if one <= other else f"{other} {one}"


class Features:
    """The features a set of examples has: `words` (words, "stem~" and "root root"), then `letters`, with `weights`.

    An id is the feature's place in `words` followed by `letters`; a feature of weight 0 counts as unknown. `of_word`
    tells the ids of the features one word has.
    """

    def __init__(self, words: Sequence[str], letters: Sequence[str], weights: Floats) -> None:
        self.words = words
        self.letters = letters
        self.weights = weights
        self._word_ids: Mapping[str, int] = dict(zip(words, range(len(words)), strict=True))
        self._letter_ids: Mapping[str, int] = dict(
            zip(letters, range(len(words), len(words) + len(letters)), strict=True)
        )
        self.of_word = lru_cache(maxsize=_CACHED_WORDS)(self._word)

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], classes: Sequence[int]) -> Features:
        """The features of these texts and what they weigh; `classes` are numbered from 0, -1 is none of them."""
        words: dict[str, list[int]] = defaultdict(list)
        letters: dict[str, list[int]] = defaultdict(list)
        grams = {word: frozenset(_letters(word)) for word in {word for text in texts for word in text}}
        for text, one in zip(texts, classes, strict=True):
            unique = set(text)
            for name in {*unique, *(f"{stem(word)}~" for word in unique), *_pairs(text)}:
                words[name].append(one)
            for name in frozenset().union(*(grams[word] for word in unique)):
                letters[name].append(one)
        if len(texts) >= _MANY:
            words = {name: found for name, found in words.items() if len(found) > 1 or " " not in name}
            letters = {name: found for name, found in letters.items() if len(found) > 1}
        # In order, so that the same examples make the same model in every process.
        words, letters = dict(sorted(words.items())), dict(sorted(letters.items()))
        meanings = len(set(classes))
        weights = [_weight(found, meanings) for found in (*words.values(), *letters.values())]
        return cls(tuple(words), tuple(letters), np.array(weights, dtype=np.float32))

    def only(self, known: npt.NDArray[np.bool_]) -> Features:
        """The same with all features unknown but those `known`."""
        return Features(self.words, self.letters, np.where(known, self.weights, 0).astype(np.float32))

    def __len__(self) -> int:
        return len(self.weights)

    def vector(self, words: Sequence[str]) -> Vector:
        """The vector of these words."""
        parts = [self.of_word(word) for word in words]
        pairs = self._word_ids
        if known := [pairs[pair] for pair in _pairs(words) if pair in pairs]:
            parts.append(np.array(known, dtype=np.intp))
        if not parts:
            return _NONE, np.empty(0, dtype=np.float32)
        ids = np.sort(np.concatenate(parts))
        first = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1]))) if len(ids) else _NONE
        counts = np.diff(np.append(first, len(ids)))
        ids = ids.take(first)
        values: Floats = self.weights.take(ids)
        if len(ids) and int(counts.max()) > 1:
            values *= (1 + np.log(counts)).astype(np.float32)
        split = int(ids.searchsorted(len(self.words)))
        for block in (values[:split], values[split:]):
            if length := float(block @ block):
                block *= 1 / math.sqrt(2 * length)
        return ids, values

    def _word(self, word: str) -> Ids:
        """The ids of the features one word has, letters as often as they stand in it."""
        names = (self._word_ids.get(word), self._word_ids.get(f"{stem(word)}~"))
        found = (*names, *map(self._letter_ids.get, _letters(word)))
        return np.array([feature for feature in found if feature is not None], dtype=np.intp)


def _weight(found: Sequence[int], meanings: int) -> float:
    """What a feature weighs that stands in examples of the classes `found`."""
    return 1 + math.log((1 + meanings) / (1 + len(set(found))))
