"""What a sentence encoder adds: how near a message is to each meaning's examples, whatever words either is in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from csbot.nlu.linear.features import Floats

Encode = Callable[[Sequence[str]], Floats]
"""Texts as rows of length 1."""

WEIGHTS = (0.0, 0.3, 0.6, 1.0, 1.5)
"""What nearness may count beside the linear score; which of them does is learnt from held-out examples."""


class Senses:
    """The examples as an encoder has them: rows `bounds[i]` up to `bounds[i + 1]` are class i's."""

    def __init__(self, rows: Floats, bounds: Sequence[int], encode: Encode, *, weight: float) -> None:
        self.rows = rows
        self.bounds = np.asarray(bounds, dtype=np.intp)
        self.weight = weight
        self._encode = encode
        self._there = np.diff(self.bounds) > 0
        # The same message is read again for each weight that is tried.
        self._nearest = lru_cache(maxsize=1)(self._near)

    def scores(self, words: Sequence[str]) -> Floats:
        """How much nearer each class is than classes are on the whole."""
        return self.weight * self._nearest(tuple(words))

    def _near(self, words: tuple[str, ...]) -> Floats:
        cosines = self.rows @ self._encode([" ".join(words)])[0]
        nearest = np.full(len(self._there), cosines.min(), dtype=np.float32)
        nearest[self._there] = np.maximum.reduceat(cosines, self.bounds[:-1][self._there])
        found: npt.NDArray[np.float32] = nearest - nearest.mean()
        return found
