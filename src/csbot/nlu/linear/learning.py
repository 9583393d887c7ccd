"""Learning a model from examples: vectors, weights, and the confidence that held-out examples teach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csbot.nlu.linear.confidence import SIGNS, Row, Trial, learn
from csbot.nlu.linear.features import Features, Floats
from csbot.nlu.linear.lexicon import Left, Lexicon
from csbot.nlu.linear.model import Likeness, Model, Reader
from csbot.nlu.linear.outside import Outside
from csbot.nlu.linear.ridge import Examples, Ridge, Solution

_ROWS = 256
_SAMPLE = 900
_NEIGHBOURS = 0.3
_TOO_NEAR = 0.6

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the brand accepts: the share of good questions refused and of outside texts answered, 0 to 1."""

    refused: float = 0.05
    answered: float = 0.05


def learn_model(examples: Sequence[Words], classes: Sequence[int], outside: Outside, wishes: Wishes) -> Model:
    """A model of these examples. `classes` are numbered from 0 and come in rising order; all examples hold a word.

    Texts of `outside` that are near an example are left away: then the brand does talk about such things.
    """
    count = classes[-1] + 1
    features = Features([*examples, *outside.texts])
    labels = np.array(classes, dtype=np.intp)
    ridge = Ridge(labels, count)
    store = _Store(features)
    foreign = features.matrix(outside.texts)
    nearest = np.zeros(len(foreign), dtype=np.float32)
    for first in range(0, len(examples), _ROWS):
        dense = store.add(examples[first : first + _ROWS], classes[first : first + _ROWS])
        ridge.add(dense, labels[first : first + _ROWS])
        np.maximum(nearest, (foreign @ dense.T).max(axis=1, initial=0.0), out=nearest)
    apart = [words for words, near in zip(outside.texts, nearest.tolist(), strict=True) if near < _TOO_NEAR]
    none = [-1] * len(apart)
    ridge.add(store.add(apart, none), np.array(none, dtype=np.intp))
    stored = store.examples()
    solution = ridge.solve()
    lexicon = Lexicon(examples, classes, apart, outside.words)
    reader = Reader(features, solution.weights, Likeness(stored, count), lexicon)
    inside, neighbours, others = _trials(reader, stored, [*examples, *apart], solution, count)
    confidence = learn(
        inside=inside,
        neighbours=neighbours,
        outside=others,
        refused=wishes.refused,
        answered=wishes.answered,
        share=_NEIGHBOURS,
    )
    return Model(reader, confidence)


class _Store:
    """Turns rows into vectors and keeps them sparse."""

    def __init__(self, features: Features) -> None:
        self._features = features
        self._columns: list[np.ndarray] = []
        self._values: list[np.ndarray] = []
        self._lengths: list[np.ndarray] = []
        self._classes: list[int] = []

    def add(self, rows: Sequence[Words], classes: Sequence[int]) -> Floats:
        """Keep these rows; their vectors while they are dense."""
        dense = self._features.matrix(rows)
        at, column = np.nonzero(dense)
        self._columns.append(column.astype(np.int16))
        self._values.append(dense[at, column])
        self._lengths.append(np.bincount(at, minlength=len(rows)))
        self._classes += classes
        return dense

    def examples(self) -> Examples:
        """All rows in the order they came."""
        starts = np.concatenate([[0], np.cumsum(np.concatenate(self._lengths))]).astype(np.intp)
        columns, values = np.concatenate(self._columns), np.concatenate(self._values)
        return Examples(starts=starts, columns=columns, values=values, classes=np.array(self._classes, dtype=np.intp))


def _trials(
    reader: Reader, stored: Examples, texts: Sequence[Words], solution: Solution, count: int
) -> tuple[Trial, Trial, Trial]:
    """What the model says of held-out examples: of classes with about _SAMPLE rows in all, and of the outside texts."""
    inside: list[tuple[Row, bool]] = []
    neighbours: list[tuple[Row, bool]] = []
    outside: list[tuple[Row, bool]] = []
    step = max(1, round(int((stored.classes >= 0).sum()) / _SAMPLE))
    for own in (-1, *range(0, count, step)):
        rows = np.flatnonzero(stored.classes == own)
        vectors = stored.dense(rows)
        alone, with_class = solution.held_out(vectors, own)
        for index, row in enumerate(rows.tolist()):
            words, vector = texts[row], vectors[index]
            if own < 0:
                cover = reader.lexicon.cover(words, is_outside=True)
                outside.append((reader.weigh(vector, alone[index], cover)[0].signs, False))
                continue
            left = Left(of=own)
            cover = reader.lexicon.cover(words, left=left)
            best = reader.weigh(vector, alone[index], cover, left=left, without=row)[0]
            inside.append((best.signs, best.of == own))
            left = Left(of=own, whole=True)
            cover = reader.lexicon.cover(words, left=left)
            if others := reader.weigh(vector, with_class[index], cover, left=left):
                neighbours.append((others[0].signs, False))
    return _trial(inside), _trial(neighbours), _trial(outside)


def _trial(made: Sequence[tuple[Row, bool]]) -> Trial:
    signs = np.array([row for row, _ in made], dtype=np.float64).reshape(-1, len(SIGNS))
    return Trial(signs=signs, right=np.array([right for _, right in made], dtype=np.bool_))
