"""From signs to the probability of being right, and to how sure is sure enough: both learnt from held-out examples."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Row = tuple[float, ...]

SIGNS = ("score", "lead", "likeness", "known", "unknown", "outside", "length", "fit", "missing")
"""What the probability is learnt from, see `model.Candidate`."""

_SHRINK = 1.0
_STEPS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """A logistic model of being right, and two thresholds on its probability.

    Above `answer` a meaning is answered as it stands; between `reject` and `answer` it is worth asking about.
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
    share of well understood questions that may be refused to be safe, `answered` the share of outside texts that may
    be answered; the stricter of both sets the threshold for answering.
    """
    signs = np.vstack([inside.signs, neighbours.signs, outside.signs])
    right = np.concatenate([inside.right, neighbours.right, outside.right]).astype(np.float64)
    counts = (len(inside.right), len(neighbours.right), len(outside.right))
    weight = np.repeat([1.0, share, 1.0], counts)
    centre = np.average(signs, axis=0, weights=weight)
    spread = np.sqrt(np.average((signs - centre) ** 2, axis=0, weights=weight)) + 1e-6
    fitted = _fit((signs - centre) / spread, right, weight)
    weights = fitted[1:] / spread
    bias = float(fitted[0] - centre @ weights)
    good = _sigmoid(inside.signs[inside.right] @ weights + bias)
    bad = _sigmoid(outside.signs @ weights + bias)
    reject = float(np.quantile(good, refused)) if len(good) else 0.5
    answer = max(reject, float(np.quantile(bad, 1 - answered)) if len(bad) else 0.5)
    return Confidence(weights=tuple(weights.tolist()), bias=bias, answer=answer, reject=reject)


def _fit(signs: Doubles, right: Doubles, weight: Doubles) -> Doubles:
    """Logistic regression by Newton's method; all but the first weight, the bias, are held small."""
    design = np.hstack([np.ones((len(signs), 1)), signs])
    shrink = np.full(design.shape[1], _SHRINK)
    shrink[0] = 1e-3
    fitted = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = _sigmoid(design @ fitted)
        slope = design.T @ (weight * (chance - right)) + shrink * fitted
        curve = (design * (weight * np.maximum(chance * (1 - chance), 1e-6))[:, None]).T @ design + np.diag(shrink)
        step = np.linalg.solve(curve, slope)
        fitted -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return fitted


def _sigmoid(value: Doubles) -> Doubles:
    return 1 / (1 + np.exp(-np.clip(value, -30, 30)))
