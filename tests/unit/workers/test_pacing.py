"""How fast a channel may send, and when to try again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from csbot.workers.pacing import BACKOFF_S, TokenBucket, retry_at

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_waits_grow_from_seconds_to_an_hour_and_then_end() -> None:
    chance = random.Random(1)
    waits = []
    for attempts in range(1, len(BACKOFF_S) + 1):
        again = retry_at(attempts, NOW, chance)
        assert again is not None
        waits.append((again - NOW).total_seconds())
    for expected, wait in zip((2, 4, 8, 30), waits, strict=False):
        assert expected <= wait <= expected * 1.1
    assert waits == sorted(waits)
    assert 3600 <= waits[-1] <= 3600 * 1.1
    assert retry_at(len(BACKOFF_S) + 1, NOW, chance) is None


def test_no_rate_means_no_limit() -> None:
    bucket = TokenBucket(0)
    bucket.spend(1_000)
    assert bucket.available(NOW, 100) == 100
    assert bucket.wait_s() == 0


def test_a_dear_part_leaves_a_debt_that_later_ones_wait_for() -> None:
    bucket = TokenBucket(1)
    assert bucket.available(NOW, 10) == 1
    bucket.spend(5)  # five SMS segments on a sender of one a second
    assert bucket.available(NOW + timedelta(seconds=4), 10) == 0
    assert bucket.available(NOW + timedelta(seconds=5), 10) == 1


@given(rate=st.floats(0.1, 50), steps=st.lists(st.floats(0.001, 2), min_size=1, max_size=60))
def test_never_more_than_the_rate_over_any_run(rate: float, steps: list[float]) -> None:
    bucket = TokenBucket(rate)
    now, sent = NOW, 0
    for step in steps:
        now += timedelta(seconds=step)
        for _ in range(bucket.available(now, 1000)):
            bucket.spend(1)
            sent += 1
    assert sent <= rate * sum(steps) + max(1.0, rate) + 1
