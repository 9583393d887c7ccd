"""How fast a channel may send, and when to try again."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

BACKOFF_S = (2.0, 4.0, 8.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 2400.0, 3600.0)
"""Waits after each attempt that was certainly not sent; after the last the part has failed."""


def retry_at(attempts: int, now: datetime, chance: random.Random) -> datetime | None:
    """When to try a part again after its `attempts`-th try was not sent; None when there were enough.

    A tenth of jitter, so that parts that failed together do not come back together.
    """
    if attempts > len(BACKOFF_S):
        return None
    return now + timedelta(seconds=BACKOFF_S[attempts - 1] * chance.uniform(1.0, 1.1))


class TokenBucket:
    """At most `rate` a second, with one second's worth saved up. A dear part may leave a debt that later ones wait
    for.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._burst = max(1.0, rate)
        self._tokens = self._burst
        self._at: datetime | None = None

    def available(self, now: datetime, most: int) -> int:
        """How many parts may go now, `most` at most."""
        if self._rate <= 0:
            return most
        if self._at is not None:
            self._tokens = min(self._burst, self._tokens + (now - self._at).total_seconds() * self._rate)
        self._at = now
        return min(most, int(self._tokens))

    def spend(self, cost: int) -> None:
        """A part of this cost is going out."""
        if self._rate > 0:
            self._tokens -= cost

    def wait_s(self) -> float:
        """Until the next part may go."""
        return 0.0 if self._rate <= 0 or self._tokens >= 1 else (1 - self._tokens) / self._rate
