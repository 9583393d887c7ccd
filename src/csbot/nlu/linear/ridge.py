"""Ridge regression in closed form, with exact held-out predictions for free.

One solve gives a score for every class, and from the same matrices what the model would have said of an example had it
been left out, alone or with its whole class (the block form of the leave-one-out identity for linear smoothers).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from csbot.nlu.linear.features import DIMENSIONS, Floats

Ints = npt.NDArray[np.intp]

_RIDGE = 0.3
_OUTSIDE = 0.3
_LEAST = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Unit vectors, sparse, row after row: `starts[i]:starts[i + 1]` are row i's columns and values.

    Rows come class by class; `classes` holds each row's class, -1 for rows that are of none.
    """

    starts: Ints
    columns: npt.NDArray[np.int16]
    values: Floats
    classes: Ints

    def dense(self, rows: Ints) -> Floats:
        """These rows with all their columns."""
        out = np.zeros((len(rows), DIMENSIONS), dtype=np.float32)
        for index, row in enumerate(rows):
            span = slice(self.starts[row], self.starts[row + 1])
            out[index, self.columns[span]] = self.values[span]
        return out


class Ridge:
    """Accumulates examples in chunks, then solves. Classes weigh the same however many examples they have."""

    def __init__(self, classes: Ints, count: int) -> None:
        inside = len(classes) / count / np.bincount(classes, minlength=count)
        # Index -1, the rows of no class, is the last one.
        self._weights = np.append(inside, _OUTSIDE).astype(np.float32)
        self._count = count
        self._gram = np.zeros((DIMENSIONS, DIMENSIONS), dtype=np.float32)
        self._target = np.zeros((DIMENSIONS, count), dtype=np.float32)

    def add(self, rows: Floats, classes: Ints) -> None:
        """Learn these rows; class -1 is of none."""
        weighted = rows * np.sqrt(self._weights[classes])[:, None]
        self._gram += weighted.T @ weighted
        for one in np.unique(classes[classes >= 0]):
            self._target[:, one] += self._weights[one] * rows[classes == one].sum(axis=0)

    def solve(self) -> Solution:
        """The weights of all features for all classes."""
        self._gram[np.diag_indices(DIMENSIONS)] += _RIDGE
        inverse: Floats = np.linalg.inv(self._gram)
        weights: Floats = inverse @ self._target
        return Solution(weights=weights, inverse=inverse, class_weights=self._weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What a ridge came to: `weights` (DIMENSIONS x classes), and what held-out predictions are made of."""

    weights: Floats
    inverse: Floats
    class_weights: Floats

    def held_out(self, rows: Floats, one: int) -> tuple[Floats, Floats]:
        """Scores for all examples of class `one` as if each had not been learnt: alone, and with its whole class.

        Examples of no class (-1) have nothing in common and are left out alone in both.
        """
        wanted = np.zeros((len(rows), self.weights.shape[1]), dtype=np.float32)
        if one >= 0:
            wanted[:, one] = 1
        residual = wanted - rows @ self.weights
        hat = self.class_weights[one] * (rows @ self.inverse @ rows.T)
        alone = wanted - residual / np.maximum(1 - np.diag(hat), _LEAST)[:, None]
        if one < 0:
            return alone, alone
        block = np.eye(len(rows), dtype=np.float32) - hat
        return alone, wanted - np.linalg.solve(block, residual)
