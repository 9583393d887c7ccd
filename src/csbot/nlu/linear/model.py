"""The fitted model: from words to the few meanings they may have, each with the signs that speak for it."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from csbot.nlu.linear.confidence import Confidence, Row
from csbot.nlu.linear.features import Features, Floats, root
from csbot.nlu.linear.lexicon import Cover, Left, Lexicon
from csbot.nlu.linear.ridge import Examples

_CANDIDATES = 4
_LIKENESS = 0.7
_EXPECTED = 0.3


class Candidate(NamedTuple):
    """A meaning a message may have: class, probability of being right, and its most similar example."""

    of: int
    probability: float
    likeness: float
    example: int

    def scaled(self, by: float) -> Candidate:
        """The same, less probable."""
        return self._replace(probability=self.probability * by)


class Likeness:
    """How like a vector is to the nearest example of a class."""

    def __init__(self, examples: Examples, count: int) -> None:
        inside = examples.classes >= 0
        self._values = examples.values
        self._columns = examples.columns.astype(np.intp)
        self._starts = examples.starts
        self._bounds: list[int] = np.searchsorted(examples.classes[inside], np.arange(count + 1)).tolist()

    def nearest(self, vector: Floats, classes: Sequence[int], *, without: int = -1) -> list[tuple[float, int]]:
        """For each class the cosine to its nearest example, and which that is; `without` one of the examples.

        (0, -1) where nothing is left of a class.
        """
        rows = [range(self._bounds[one], self._bounds[one + 1]) for one in classes]
        spans = [slice(self._starts[own.start], self._starts[own.stop]) for own in rows]
        shared = vector.take(np.concatenate([self._columns[span] for span in spans]))
        shared *= np.concatenate([self._values[span] for span in spans])
        starts, shift = [], 0
        for own, span in zip(rows, spans, strict=True):
            starts.append(self._starts[own.start : own.stop] + (shift - span.start))
            shift += span.stop - span.start
        cosines = np.add.reduceat(shared, np.concatenate(starts))
        found, first = [], 0
        for own in rows:
            part = cosines[first : first + len(own)]
            first += len(own)
            if without in own:
                part[without - own.start] = -1.0
            best = int(part.argmax())
            value = float(part[best])
            found.append((value, own.start + best) if value >= 0 else (0.0, -1))
        return found


class Reading(NamedTuple):
    """A class a message may belong to: its nearest example with the cosine to it, and the signs for confidence."""

    of: int
    likeness: float
    example: int
    signs: Row


class Reader:
    """Everything that reads a message before confidence is known; used on messages and on held-out examples alike."""

    def __init__(self, features: Features, weights: Floats, likeness: Likeness, lexicon: Lexicon) -> None:
        self.features = features
        self.lexicon = lexicon
        self._weights = weights
        self._likeness = likeness

    def read(self, words: Sequence[str], expected: Collection[int] = ()) -> list[Reading]:
        """The likeliest classes of a message, best first; `expected` ones are a little likelier."""
        vector = self.features.vector(words)
        scores = vector @ self._weights
        for one in expected:
            scores[one] += _EXPECTED
        return self.weigh(vector, scores, self.lexicon.cover(words))

    def weigh(
        self, vector: Floats, scores: Floats, cover: Cover, *, left: Left | None = None, without: int = -1
    ) -> list[Reading]:
        """The likeliest classes by these scores; `left` and `without` keep an example out of what is compared."""
        banned = left.of if left is not None and left.whole else -1
        order = np.argsort(-scores, kind="stable")[: _CANDIDATES + 1].tolist()
        classes = [one for one in order if one != banned][:_CANDIDATES]
        if not classes:
            return []
        nearest = self._likeness.nearest(vector, classes, without=without)
        found = [
            (float(scores[one]) + _LIKENESS * near, one, near, example)
            for one, (near, example) in zip(classes, nearest, strict=True)
        ]
        found.sort(key=lambda item: -item[0])
        best, second = found[0][0], found[1][0] if len(found) > 1 else 0.0
        about = (cover.known, float(cover.unknown), float(cover.outside), math.log1p(len(cover.weights)))
        readings = []
        for place, (score, one, near, example) in enumerate(found):
            lead = score - (best if place else second)
            signs = (score, lead, near, *about, *self.lexicon.fit(cover, one, left=left))
            readings.append(Reading(of=one, likeness=near, example=example, signs=signs))
        return readings


class Model:
    """A reader with its confidence: what `learning.learn` makes of a catalogue's examples."""

    def __init__(self, reader: Reader, confidence: Confidence) -> None:
        self.reader = reader
        self.confidence = confidence

    def knows(self, word: str) -> bool:
        """Some example has a word with this root."""
        return self.reader.lexicon.knows(root(word))

    def owns(self, word: str, one: int) -> bool:
        """The word alone stands for class `one`."""
        return self.reader.lexicon.owns(word, one)

    def candidates(self, words: Sequence[str], expected: Collection[int] = ()) -> tuple[Candidate, ...]:
        """The likeliest meanings, best first, with falling probabilities."""
        readings = self.reader.read(words, expected)
        chances = accumulate((self.confidence.probability(reading.signs) for reading in readings), min)
        return tuple(
            Candidate(of=reading.of, probability=chance, likeness=reading.likeness, example=reading.example)
            for reading, chance in zip(readings, chances, strict=True)
        )
