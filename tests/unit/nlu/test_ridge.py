"""Held-out predictions from one solve are those of a model that never saw the example."""

from __future__ import annotations

import numpy as np
import pytest

from csbot.nlu.linear.features import DIMENSIONS, Features
from csbot.nlu.linear.ridge import Examples, Ridge

TEXTS = [
    ("kargo", "ne", "zaman", "gelir"),
    ("kargo", "kac", "gunde", "gelir"),
    ("teslimat", "ne", "zaman"),
    ("iade", "nasil", "yapilir"),
    ("iade", "etmek", "istiyorum"),
    ("siparisi", "iptal", "etmek", "istiyorum"),
    ("iptal", "et"),
    ("bugun", "hava", "nasil"),
]
CLASSES = np.array([0, 0, 0, 1, 1, 2, 2, -1])
FEATURES = Features(TEXTS)


def examples(keep: np.ndarray) -> tuple[Examples, np.ndarray]:
    dense = FEATURES.matrix([TEXTS[row] for row in keep])
    at, columns = np.nonzero(dense)
    starts = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=len(keep)))]).astype(np.intp)
    stored = Examples(starts=starts, columns=columns.astype(np.int16), values=dense[at, columns], classes=CLASSES[keep])
    return stored, dense


def fit(keep: np.ndarray) -> np.ndarray:
    """Weights learnt from some rows only, each class weighing as it does with all of them."""
    stored, dense = examples(keep)
    ridge = Ridge(CLASSES[:7], 3)
    ridge.add(dense, CLASSES[keep])
    weights, _ = ridge.solve(stored, np.array([0]))
    return weights


EVERY = np.arange(len(TEXTS))


def held_out() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    stored, dense = examples(EVERY)
    ridge = Ridge(CLASSES[:7], 3)
    ridge.add(dense, CLASSES)
    _, held = ridge.solve(stored, np.array([-1, 0, 1, 2]))
    assert held.rows.tolist() == EVERY.tolist()
    return dense, held.alone, held.with_class


@pytest.mark.parametrize("row", range(len(TEXTS)))
def test_leaving_one_example_out_is_like_never_having_seen_it(row: int) -> None:
    dense, alone, _ = held_out()

    np.testing.assert_allclose(alone[row], dense[row] @ fit(EVERY[row != EVERY]), atol=2e-4)


@pytest.mark.parametrize("one", [0, 1, 2])
def test_leaving_a_class_out_is_like_never_having_seen_it(one: int) -> None:
    dense, _, with_class = held_out()
    weights = fit(EVERY[one != CLASSES])

    for row in np.flatnonzero(one == CLASSES):
        np.testing.assert_allclose(with_class[row], dense[row] @ weights, atol=2e-4)


def test_vectors_have_length_one_and_both_halves_weigh_the_same() -> None:
    dense = FEATURES.matrix(TEXTS)

    assert dense.shape == (len(TEXTS), DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(dense, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(dense[:, : DIMENSIONS // 2], axis=1), 0.5**0.5, atol=1e-5)
    np.testing.assert_allclose(dense[3], FEATURES.vector(TEXTS[3]), atol=1e-6)


def test_words_without_any_known_feature_are_a_vector_of_zeros() -> None:
    assert not FEATURES.vector(("qqq",)).any()
    assert not FEATURES.vector(()).any()
    assert FEATURES.matrix([]).shape == (0, DIMENSIONS)
