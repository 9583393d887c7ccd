"""Fits what tells the meanings apart. Training only: a server that runs never imports this module, nor scikit-learn."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from csbot.nlu.linear.features import Features, Floats, Vector

Classes = npt.NDArray[np.intp]

_JUDGED = 1000
_LEAST = 0.05
_PASSES = 5


class Head(StrEnum):
    """Margins tell most where examples are plenty; where they are few, probabilities over all meanings at once do."""

    MARGINS = "margins"
    PROBABILITIES = "probabilities"


def matrix(features: Features, texts: Sequence[Sequence[str]]) -> csr_matrix:
    """The vectors of many texts, one a row."""
    return stacked([features.vector(text) for text in texts], len(features))


def stacked(vectors: Sequence[Vector], width: int) -> csr_matrix:
    """Vectors as the rows of a matrix."""
    starts = np.cumsum([0, *(len(ids) for ids, _ in vectors)])
    columns = np.concatenate([np.empty(0, dtype=np.intp), *(ids for ids, _ in vectors)])
    values = np.concatenate([np.empty(0, dtype=np.float32), *(values for _, values in vectors)])
    return csr_matrix((values, columns, starts), shape=(len(vectors), width))


def fit(head: Head, rows: csr_matrix, classes: Classes, count: int) -> tuple[Floats, Floats]:
    """Weights and biases of the classes 0 to `count` - 1, and in one more column of none of them, which rows of -1 are.

    Heads differ in how far apart their scores are, and what others add to scores must not: so the best score of an
    example stands about 1 above the mean of all.
    """
    kinds = np.unique(classes)
    weights = np.zeros((rows.shape[1], count + 1), dtype=np.float32)
    bias = np.full(count + 1, -1.0, dtype=np.float32)
    if len(kinds) < 2:
        # Nothing to be told apart from: the only meaning there is scores by the likeness of its examples.
        weights[:, kinds] = np.asarray(rows.mean(axis=0)).T
        bias[kinds] = 0.0
        return weights, bias
    model = (
        LinearSVC(C=1.0, tol=0.03, max_iter=_PASSES, random_state=0)
        if head is Head.MARGINS
        else LogisticRegression(C=20.0, class_weight="balanced", max_iter=60, tol=1e-3)
    )
    with warnings.catch_warnings():
        # A sixth pass costs a twentieth of the time, and BANKING77 in folds is answered as well without it.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows, classes)
    coefficients, intercepts = model.coef_, np.ravel(model.intercept_)
    if len(kinds) == 2:
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.concatenate([-intercepts, intercepts])
    for at, one in enumerate(kinds):
        weights[:, one] = coefficients[at]
        bias[one] = intercepts[at]
    unit = np.float32(_unit(rows, weights, bias))
    weights /= unit
    bias /= unit
    return weights, bias


def _unit(rows: csr_matrix, weights: Floats, bias: Floats) -> float:
    scores = rows[:: max(1, rows.shape[0] // _JUDGED)] @ weights + bias
    return max(float((scores.max(axis=1) - scores.mean(axis=1)).mean()), _LEAST)
