"""Held-out predictions from one solve are those of a model that never saw the example."""

from __future__ import annotations

import numpy as np
import pytest

from csbot.nlu.linear.features import DIMENSIONS, Features
from csbot.nlu.linear.ridge import Examples, Ridge, Solution

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


def learn(keep: np.ndarray) -> Solution:
    """A solution learnt from some rows only, each class weighing as it does with all of them."""
    ridge = Ridge(CLASSES[:7], 3)
    ridge.add(DENSE[keep], CLASSES[keep])
    return ridge.solve()


EVERY = np.arange(len(TEXTS))
DENSE = FEATURES.matrix(TEXTS)
SOLUTION = learn(EVERY)


@pytest.mark.parametrize("row", range(len(TEXTS)))
def test_leaving_one_example_out_is_like_never_having_seen_it(row: int) -> None:
    own = np.flatnonzero(CLASSES[row] == CLASSES)
    alone, _ = SOLUTION.held_out(DENSE[own], int(CLASSES[row]))

    unseen = DENSE[row] @ learn(EVERY[row != EVERY]).weights
    np.testing.assert_allclose(alone[own.tolist().index(row)], unseen, atol=2e-4)


@pytest.mark.parametrize("one", [0, 1, 2])
def test_leaving_a_class_out_is_like_never_having_seen_it(one: int) -> None:
    own = np.flatnonzero(one == CLASSES)
    _, with_class = SOLUTION.held_out(DENSE[own], one)

    np.testing.assert_allclose(with_class, DENSE[own] @ learn(EVERY[one != CLASSES]).weights, atol=2e-4)


def test_rows_come_back_from_their_sparse_form() -> None:
    at, columns = np.nonzero(DENSE)
    starts = np.concatenate([[0], np.cumsum(np.bincount(at))]).astype(np.intp)
    stored = Examples(starts=starts, columns=columns.astype(np.int16), values=DENSE[at, columns], classes=CLASSES)

    np.testing.assert_array_equal(stored.dense(np.array([6, 0])), DENSE[[6, 0]])


def test_vectors_have_length_one_and_both_halves_weigh_the_same() -> None:
    dense = DENSE

    assert dense.shape == (len(TEXTS), DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(dense, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(dense[:, : DIMENSIONS // 2], axis=1), 0.5**0.5, atol=1e-5)
    np.testing.assert_allclose(dense[3], FEATURES.vector(TEXTS[3]), atol=1e-6)


def test_words_without_any_known_feature_are_a_vector_of_zeros() -> None:
    assert not FEATURES.vector(("qqq",)).any()
    assert not FEATURES.vector(()).any()
    assert FEATURES.matrix([]).shape == (0, DIMENSIONS)
