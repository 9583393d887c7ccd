"""From words to the few meanings they may have, each with the signs that speak for it. Numpy alone.

What reads messages also reads the examples that were held out, so that confidence is learnt from the very same signs.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from csbot.nlu.linear.features import Features, Floats, Ids, Vector
from csbot.nlu.linear.lexicon import Lexicon
from csbot.nlu.linear.reject import Row
from csbot.nlu.linear.search import Search
from csbot.nlu.linear.senses import Senses

_CANDIDATES = 3
_LIKENESS = 0.2
_EXPECTED = 0.3
_SEARCH = 0.7


class Weights:
    """What each feature says for each class, a byte each: a feature's `rows` are to be multiplied by its `scale`.

    The last column says that it is none of the classes.
    """

    def __init__(self, rows: npt.NDArray[np.int8], scale: Floats, bias: Floats) -> None:
        self.rows = rows
        self.scale = scale
        self.bias = bias

    @classmethod
    def of(cls, weights: Floats, bias: Floats) -> Weights:
        """Weights (features x classes) rounded to 255 steps for each feature."""
        scale = np.maximum(np.abs(weights).max(axis=1, initial=0.0), 1e-9) / 127
        rows = np.rint(weights / scale[:, None]).astype(np.int8)
        return cls(rows, scale.astype(np.float32), bias.astype(np.float32))

    def scores(self, vector: Vector) -> Floats:
        """What a message's vector scores for each class."""
        ids, values = vector
        if not len(ids):
            return self.bias.copy()
        found: Floats = (values * self.scale.take(ids)) @ self.rows.take(ids, axis=0).astype(np.float32) + self.bias
        return found


class Examples:
    """The examples' vectors, row after row and class after class: `starts[i]:starts[i + 1]` are row i's features."""

    def __init__(self, starts: npt.NDArray[np.int32], columns: Ids, values: Floats, bounds: Sequence[int]) -> None:
        self.starts = starts
        self.columns = columns
        self.values = values
        self.bounds = bounds

    @classmethod
    def of(cls, vectors: Sequence[Vector], classes: Sequence[int], count: int) -> Examples:
        """The examples with these vectors; `classes` come in rising order from 0."""
        # Sums over rows want something in each: an example without features has one that weighs nothing.
        nothing = np.zeros(1, dtype=np.intp), np.zeros(1, dtype=np.float32)
        vectors = [vector if len(vector[0]) else nothing for vector in vectors]
        starts = np.cumsum([0, *(len(ids) for ids, _ in vectors)]).astype(np.int32)
        columns = np.concatenate([np.empty(0, dtype=np.intp), *(ids for ids, _ in vectors)])
        values = np.concatenate([np.empty(0, dtype=np.float32), *(values for _, values in vectors)])
        bounds: list[int] = np.searchsorted(np.asarray(classes), np.arange(count + 1)).tolist()
        return cls(starts, columns, values, bounds)

    def nearest(self, vector: Vector, width: int, classes: Sequence[int]) -> list[tuple[float, int]]:
        """For each class the cosine to its nearest example, and which that is; (0, -1) for a class without any."""
        dense = np.zeros(width, dtype=np.float32)
        dense[vector[0]] = vector[1]
        found = []
        for one in classes:
            first, last = self.bounds[one], self.bounds[one + 1]
            if first == last:
                found.append((0.0, -1))
                continue
            start, stop = int(self.starts[first]), int(self.starts[last])
            shared = dense.take(self.columns[start:stop])
            shared *= self.values[start:stop]
            cosines = np.add.reduceat(shared, self.starts[first:last] - start)
            best = int(cosines.argmax())
            found.append((float(cosines[best]), first + best))
        return found


class Reading(NamedTuple):
    """A class a message may belong to: its nearest example with the cosine to it, and the signs for confidence."""

    of: int
    likeness: float
    example: int
    signs: Row


class Reader:
    """Everything that reads a message before confidence is known."""

    def __init__(
        self,
        *,
        features: Features,
        weights: Weights,
        search: Search,
        examples: Examples,
        lexicon: Lexicon,
        senses: Senses | None = None,
    ) -> None:
        self.features = features
        self.weights = weights
        self.search = search
        self.examples = examples
        self.lexicon = lexicon
        self.senses = senses

    def read(self, words: Sequence[str], expected: Collection[int] = ()) -> list[Reading]:
        """The likeliest classes of a message, best first; `expected` ones are a little likelier."""
        vector = self.features.vector(words)
        scores = self.weights.scores(vector)
        none, scores = float(scores[-1]), scores[:-1]
        scores += _SEARCH * self.search.scores(words)
        if self.senses is not None:
            scores += self.senses.scores(words)
        for one in expected:
            scores[one] += _EXPECTED
        order: list[int] = np.argsort(-scores, kind="stable")[:_CANDIDATES].tolist()
        nearest = self.examples.nearest(vector, len(self.features), order)
        likeness = max((near for near, _ in nearest), default=0.0)
        found = sorted(
            (
                (float(scores[one]) + _LIKENESS * near, one, near, example)
                for one, (near, example) in zip(order, nearest, strict=True)
            ),
            key=lambda item: -item[0],
        )
        best, second = found[0][0], found[1][0] if len(found) > 1 else found[0][0] - 1
        cover = self.lexicon.cover(words)
        about = (cover.known, float(cover.unknown), float(cover.outside), math.log1p(len(cover.weights)))
        readings = []
        for place, (score, one, near, example) in enumerate(found):
            lead = score - (best if place else second)
            signs = (score, lead, near, likeness, none, *about, *self.lexicon.fit(cover, one))
            readings.append(Reading(of=one, likeness=near, example=example, signs=signs))
        return readings
