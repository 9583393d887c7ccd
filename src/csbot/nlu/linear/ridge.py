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


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """What the model says of `rows` that it did not learn: without the row, and without its whole class."""

    rows: Ints
    alone: Floats
    with_class: Floats


class Ridge:
    """Accumulates examples in chunks, then solves. Classes weigh the same however many examples they have."""

    def __init__(self, classes: Ints, count: int) -> None:
        self._weights = len(classes) / count / np.bincount(classes, minlength=count)
        self._count = count
        self._gram = np.zeros((DIMENSIONS, DIMENSIONS), dtype=np.float32)
        self._target = np.zeros((DIMENSIONS, count), dtype=np.float32)

    def add(self, rows: Floats, classes: Ints) -> None:
        """Learn these rows; class -1 is of none."""
        root = self._root(classes)
        weighted = rows * root[:, None]
        self._gram += weighted.T @ weighted
        self._target += weighted.T @ self._wanted(classes, root)

    def solve(self, examples: Examples, sample: Ints) -> tuple[Floats, HeldOut]:
        """The weights (DIMENSIONS x classes), and held-out predictions for the whole classes in `sample`."""
        self._gram[np.diag_indices(DIMENSIONS)] += _RIDGE
        rows = np.flatnonzero(np.isin(examples.classes, sample))
        classes = examples.classes[rows]
        root = self._root(classes)
        held = examples.dense(rows) * root[:, None]
        solved = np.linalg.solve(self._gram, np.hstack([self._target, held.T]))
        weights = np.ascontiguousarray(solved[:, : self._count])
        smooth = solved[:, self._count :]
        wanted = self._wanted(classes, root)
        residual = wanted - held @ weights
        alone = np.empty_like(residual)
        with_class = np.empty_like(residual)
        for one in sample:
            own = np.flatnonzero(classes == one)
            hat = held[own] @ smooth[:, own]
            alone[own] = residual[own] / np.maximum(1 - np.diag(hat), 0.05)[:, None]
            # Rows of no class have nothing in common: they are left out one by one only.
            block = np.eye(len(own), dtype=np.float32) - hat
            with_class[own] = np.linalg.solve(block, residual[own]) if one >= 0 else alone[own]
        alone, with_class = (wanted - alone) / root[:, None], (wanted - with_class) / root[:, None]
        return weights, HeldOut(rows=rows, alone=alone, with_class=with_class)

    def _root(self, classes: Ints) -> Floats:
        return np.sqrt(np.where(classes >= 0, self._weights[classes], _OUTSIDE)).astype(np.float32)

    def _wanted(self, classes: Ints, root: Floats) -> Floats:
        wanted = np.zeros((len(classes), self._count), dtype=np.float32)
        inside = np.flatnonzero(classes >= 0)
        wanted[inside, classes[inside]] = root[inside]
        return wanted
