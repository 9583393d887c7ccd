"""The fitted model: from words to the few meanings they may have, each with the signs that speak for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from csbot.nlu.linear.confidence import Confidence, Doubles
from csbot.nlu.linear.features import Features, Floats
from csbot.nlu.linear.lexicon import Cover, Left, Lexicon, root
from csbot.nlu.linear.ridge import Examples

_CANDIDATES = 5
_LIKENESS = 0.7
_EXPECTED = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A meaning a message may have: class, probability of being right, and its most similar example."""

    of: int
    probability: float
    likeness: float
    example: int

    def scaled(self, by: float) -> Candidate:
        """The same, less probable."""
        return replace(self, probability=self.probability * by)


class Likeness:
    """How like a vector is to the nearest example of a class."""

    def __init__(self, examples: Examples, count: int) -> None:
        inside = examples.classes >= 0
        self._values = examples.values
        self._columns = examples.columns.astype(np.intp)
        self._starts = examples.starts
        self._bounds = np.searchsorted(examples.classes[inside], np.arange(count + 1))

    def nearest(self, vector: Floats, one: int, *, without: int = -1) -> tuple[float, int]:
        """Cosine to the nearest example of class `one`, and which it is; (0, -1) when it has none besides `without`."""
        first, last = self._bounds[one], self._bounds[one + 1]
        if first == last:
            return 0.0, -1
        begin, end = self._starts[first], self._starts[last]
        shared = vector.take(self._columns[begin:end])
        shared *= self._values[begin:end]
        cosines = np.add.reduceat(shared, self._starts[first:last] - begin)
        if first <= without < last:
            cosines[without - first] = -1.0
        best = int(cosines.argmax())
        value = float(cosines[best])
        return (value, int(first) + best) if value >= 0 else (0.0, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """The likeliest classes of a message, best first, with their rows of signs and nearest examples."""

    classes: tuple[int, ...]
    rows: Doubles
    nearest: tuple[tuple[float, int], ...]


class Reader:
    """Everything that reads a message before confidence is known; used on messages and on held-out examples alike."""

    def __init__(self, features: Features, weights: Floats, likeness: Likeness, lexicon: Lexicon) -> None:
        self.features = features
        self.lexicon = lexicon
        self._weights = weights
        self._likeness = likeness

    def read(self, words: Sequence[str], expected: Collection[int] = ()) -> Signs:
        """The signs of a message; `expected` classes are a little likelier."""
        vector = self.features.vector(words)
        scores = vector @ self._weights
        for one in expected:
            scores[one] += _EXPECTED
        return self.weigh(vector, scores, self.lexicon.cover(words))

    def weigh(
        self, vector: Floats, scores: Floats, cover: Cover, *, left: Left | None = None, without: int = -1
    ) -> Signs:
        """The signs for given scores of all classes; `left` and `without` leave an example out of what is compared."""
        banned = left.of if left is not None and left.whole else -1
        order = _largest(scores, _CANDIDATES + (banned >= 0))
        classes = [one for one in order if one != banned][:_CANDIDATES]
        nearest = [self._likeness.nearest(vector, one, without=without) for one in classes]
        combined = [float(scores[one]) + _LIKENESS * near for one, (near, _) in zip(classes, nearest, strict=True)]
        ranked = sorted(range(len(classes)), key=lambda index: -combined[index])
        length = float(np.log1p(len(cover.weights)))
        rows = []
        for place, index in enumerate(ranked):
            rival = ranked[1 if place == 0 else 0] if len(ranked) > 1 else index
            lead = combined[index] - combined[rival] if rival != index else combined[index]
            fit, missing = self.lexicon.fit(cover, classes[index], left=left)
            signs = (combined[index], lead, nearest[index][0], cover.known, cover.unknown, cover.outside)
            rows.append((*signs, length, fit, missing))
        return Signs(
            classes=tuple(classes[index] for index in ranked),
            rows=np.array(rows, dtype=np.float64),
            nearest=tuple(nearest[index] for index in ranked),
        )


class Model:
    """A reader with its confidence: what `learning.learn` makes of a catalogue's examples."""

    def __init__(self, reader: Reader, confidence: Confidence) -> None:
        self.reader = reader
        self.confidence = confidence

    def knows(self, word: str) -> bool:
        """Some example has a word with this stem."""
        return self.reader.lexicon.knows(root(word))

    def candidates(self, words: Sequence[str], expected: Collection[int] = ()) -> tuple[Candidate, ...]:
        """The likeliest meanings, best first, with falling probabilities."""
        signs = self.reader.read(words, expected)
        chances = np.minimum.accumulate(self.confidence.probability(signs.rows))
        return tuple(
            Candidate(of=one, probability=float(chance), likeness=near, example=example)
            for one, chance, (near, example) in zip(signs.classes, chances, signs.nearest, strict=True)
        )


def _largest(scores: Floats, count: int) -> list[int]:
    """The indexes of the largest scores, largest first, lower index first among equals."""
    return [int(index) for index in np.argsort(-scores, kind="stable")[:count]]
