"""How fast one visitor may write."""

from __future__ import annotations

from datetime import datetime

MOST_REMEMBERED = 20_000


class Pace:
    """A bucket for each visitor: `a_minute` at once, then one whenever another has dripped in."""

    def __init__(self) -> None:
        self._full: dict[str, tuple[float, datetime]] = {}

    def wait_s(self, who: str, *, a_minute: int, now: datetime) -> float:
        """0 when `who` may go on, and that is counted; else in how many seconds they may."""
        left, at = self._full.pop(who, (float(a_minute), now))
        left = min(float(a_minute), left + max(0.0, (now - at).total_seconds()) * a_minute / 60)
        if left < 1:
            self._full[who] = (left, now)
            return (1 - left) * 60 / a_minute
        self._full[who] = (left - 1, now)
        if len(self._full) > MOST_REMEMBERED:
            # Whoever has been silent for longest: dictionaries keep the order of entry.
            del self._full[next(iter(self._full))]
        return 0.0
