"""From signs to the probability of being right, and to how sure is sure enough: both learnt from held-out examples."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Row = tuple[float, ...]

SIGNS = ("score", "lead", "likeness", "nearest", "none", "known", "unknown", "outside", "length", "fit", "missing")
"""What the probability is learnt from: the meaning's score and its lead over the next, the cosine to its nearest
example and to the nearest of the best meanings, what speaks for no meaning at all, how far the content knows the words,
their number, how far the meaning does."""

_FLOOR = 0.3
_ASKING_FLOOR = 0.05
"""Held-out phrasings are harder than what customers mostly write, so probabilities are on the low side."""

_ASKED = 0.1
"""The share of outside texts that may be asked about. Below that, most of what is written to the sample brand and asked
about is another matter, and what is offered has nothing to do with it.
"""

_TYPICAL = np.array([0.6, 1.0, 0.3, 0.3, -0.3, 0.4, -0.3, -0.3, 0.0, 0.6, 0.0])
_TYPICAL_BIAS = 0.5
_HELD = 12.0
"""What the signs weigh, each measured in its own spread, before any trial says otherwise, and how many trials that
takes. A plain sum of what speaks for a meaning is right more often than what a few dozen examples could teach."""

_STEPS = 25
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """A logistic model of being right, and two thresholds on its probability.

    From `answer` on a meaning is answered as it stands; meanings that reach `reject` together are worth asking about.
    """

    weights: Row
    bias: float
    answer: float
    reject: float

    def probability(self, signs: Row) -> float:
        """How probably these signs belong to the right meaning."""
        evidence = self.bias + sum(map(operator.mul, self.weights, signs))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, evidence))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What the model said of held-out texts: a row of signs of its best meaning each, and whether that was `right`."""

    signs: Doubles
    right: npt.NDArray[np.bool_]


def learn(
    *, inside: Trial, neighbours: Trial, outside: Trial, refused: float, answered: float, share: float
) -> Confidence:
    """The model that tells right from wrong in these trials.

    `inside` are questions of the brand; `neighbours` the same without their own class among the answers; `outside` are
    texts about other matters. `share` is how many neighbours are expected for each question inside. `refused` is the
    share of the brand's questions that may be refused to be safe, `answered` the share of outside texts that may
    be answered, _ASKED that of those asked about; the stricter of both sets each threshold, and nothing below _FLOOR
    is answered.
    """
    signs = np.vstack([inside.signs, neighbours.signs, outside.signs])
    right = np.concatenate([inside.right, neighbours.right, outside.right]).astype(np.float64)
    counts = (len(inside.right), len(neighbours.right), len(outside.right))
    weight = np.repeat([1.0, share, 1.0], counts)
    centre = np.average(signs, axis=0, weights=weight)
    spread = np.sqrt(np.average((signs - centre) ** 2, axis=0, weights=weight)) + 1e-6
    typical = np.concatenate([[_TYPICAL_BIAS], _TYPICAL])
    fitted = _fit((signs - centre) / spread, right, weight, typical)
    weights = fitted[1:] / spread
    bias = float(fitted[0] - centre @ weights)
    good = _sigmoid(inside.signs @ weights + bias)
    bad = _sigmoid(outside.signs @ weights + bias)
    asked = _quantile(bad, 1 - _ASKED) if len(bad) else 0.0
    reject = max(_ASKING_FLOOR, _quantile(good, refused), asked)
    answer = max(reject, _FLOOR, _quantile(bad, 1 - answered))
    return Confidence(weights=tuple(weights.tolist()), bias=bias, answer=answer, reject=reject)


def _quantile(chances: Doubles, share: float) -> float:
    return float(np.quantile(chances, share)) if len(chances) else 0.5


def _fit(signs: Doubles, right: Doubles, weight: Doubles, typical: Doubles) -> Doubles:
    """Logistic regression by Newton's method, held near `typical` as far as few trials tell little."""
    design = np.hstack([np.ones((len(signs), 1)), signs])

    def loss(fitted: Doubles) -> float:
        evidence = design @ fitted
        missed = weight @ (np.logaddexp(0, evidence) - right * evidence)
        return float(missed + _HELD / 2 * np.sum((fitted - typical) ** 2))

    fitted = typical
    for _ in range(_STEPS):
        chance = _sigmoid(design @ fitted)
        slope = design.T @ (weight * (chance - right)) + _HELD * (fitted - typical)
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design
        curve[np.diag_indices(len(curve))] += _HELD
        step = np.linalg.solve(curve, slope)
        while loss(fitted - step) > loss(fitted) and float(np.abs(step).max()) > _CLOSE:
            step /= 2
        fitted = fitted - step
        if float(np.abs(step).max()) <= _CLOSE:
            break
    return fitted


def _sigmoid(value: Doubles) -> Doubles:
    return 1 / (1 + np.exp(-np.clip(value, -30, 30)))
