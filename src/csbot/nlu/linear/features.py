"""Words as a vector: TF-IDF of words, stems, word pairs and letter groups, hashed into a fixed number of columns.

The vector has two halves of equal weight: words (with their first five letters, a fair stem for Turkish, and pairs of
roots that stand near each other), and groups of two to four letters. Only features that two examples share are kept,
save whole words. Hashing keeps the model's size independent of how much a brand writes.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Columns = npt.NDArray[np.intp]

DIMENSIONS = 1024
STEM = 5
ROOT = 4
_HALF = DIMENSIONS // 2
_NEAR = 2
_LETTERS = (2, 3, 4)
_CACHED_WORDS = 4096
_NONE: Columns = np.empty(0, dtype=np.intp)
_NOTHING: Floats = np.empty(0, dtype=np.float32)


def stem(word: str) -> str:
    """The first letters of a word: what stays when Turkish endings are added."""
    return word[:STEM]


def root(word: str) -> str:
    """Fewer letters than the stem, where words are compared more loosely: short Turkish roots take endings early."""
    return word[:ROOT]


def _letters(word: str) -> Iterator[str]:
    padded = f"#{word}#"
    for length in _LETTERS:
        for start in range(len(padded) - length + 1):
            yield padded[start : start + length]


def _pairs(words: Sequence[str]) -> Iterator[str]:
    """Roots that stand next to each other or with one word between, whichever comes first."""
    roots = [root(word) for word in words]
    for index, one in enumerate(roots):
        for other in roots[index + 1 : index + 1 + _NEAR]:
            yield f"{one} {other}" if one <= other else f"{other} {one}"


class Features:
    """The features a set of examples has, with their columns and weights.

    `vector` maps words to a unit vector of DIMENSIONS columns (all zeros when no feature is known).
    """

    def __init__(self, examples: Sequence[Sequence[str]]) -> None:
        count = len(examples)
        letters = {word: tuple(dict.fromkeys(_letters(word))) for word in {word for one in examples for word in one}}
        words: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        groups: Counter[str] = Counter()
        for example in examples:
            unique = set(example)
            words.update(unique)
            words.update({f"{stem(word)}~" for word in unique})
            pairs.update(set(_pairs(example)))
            groups.update({group for word in unique for group in letters[word]})
        self._weighed: list[tuple[int, float]] = []
        self._words = self._weigh(words, count, start=0, least=1, tag="w")
        self._pairs = self._weigh(pairs, count, start=0, least=2, tag="p")
        self._groups = self._weigh(groups, count, start=_HALF, least=2, tag="g")
        self._columns = np.array([column for column, _ in self._weighed], dtype=np.intp)
        self._weights = np.array([weight for _, weight in self._weighed], dtype=np.float32)
        del self._weighed
        self._of_word = lru_cache(maxsize=_CACHED_WORDS)(self._word)

    def vector(self, words: Sequence[str]) -> Floats:
        """The unit vector of these words."""
        columns, weights = self.sparse(words)
        if not len(columns):
            return np.zeros(DIMENSIONS, dtype=np.float32)
        sums = np.bincount(columns, weights=weights, minlength=DIMENSIONS).astype(np.float64, copy=False)
        for half in (sums[:_HALF], sums[_HALF:]):
            if length := float(half @ half):
                half /= math.sqrt(2 * length)
        vector: Floats = sums.astype(np.float32)
        return vector

    def matrix(self, examples: Sequence[Sequence[str]]) -> Floats:
        """The unit vectors of many examples, one a row."""
        parts = [self.sparse(example) for example in examples]
        flat = [columns + row * DIMENSIONS for row, (columns, _) in enumerate(parts)]
        size = len(examples) * DIMENSIONS
        columns = np.concatenate([_NONE, *flat])
        weights = np.concatenate([_NOTHING, *(weights for _, weights in parts)])
        return _unit(np.bincount(columns, weights=weights, minlength=size))

    def sparse(self, words: Sequence[str]) -> tuple[Columns, Floats]:
        """Columns and weights before they are brought to unit length; a column may come more than once."""
        parts = [self._of_word(word) for word in words]
        pairs = self._pairs
        if known := [pairs[pair] for pair in _pairs(words) if pair in pairs]:
            parts.append(np.array(known, dtype=np.intp))
        if not parts:
            return _NONE, _NOTHING
        ids = np.concatenate(parts)
        return self._columns.take(ids), self._weights.take(ids)

    def _word(self, word: str) -> Columns:
        """The ids of the features one word has."""
        names = (self._words.get(word), self._words.get(f"{stem(word)}~"), *map(self._groups.get, _letters(word)))
        return np.array([feature for feature in names if feature is not None], dtype=np.intp)

    def _weigh(self, counts: Counter[str], total: int, *, start: int, least: int, tag: str) -> dict[str, int]:
        """Ids of the features that `least` examples have, with column and signed weight; rare ones weigh more."""
        ids: dict[str, int] = {}
        for name, count in counts.items():
            if count < least:
                continue
            digest = zlib.crc32(f"{tag}{name}".encode())
            sign = 1.0 if digest & 0x80000000 else -1.0
            ids[name] = len(self._weighed)
            self._weighed.append((start + digest % _HALF, sign * (1.0 + math.log((1 + total) / (1 + count)))))
        return ids


def _unit(sums: npt.NDArray[Any]) -> Floats:
    """Rows with both halves at length sqrt(1/2), so that a row has length 1; an empty half stays empty."""
    dense = sums.reshape(-1, DIMENSIONS).astype(np.float64, copy=False)
    halves = dense.reshape(-1, 2, _HALF)
    lengths = np.sqrt(np.einsum("rhc,rhc->rh", halves, halves) * 2)
    halves /= np.where(lengths > 0, lengths, 1)[:, :, None]
    unit: Floats = dense.astype(np.float32)
    return unit
