"""Bursts: how long a lane is left to finish its thought before it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A lane is answered `quiet_s` after its last waiting message, at most `limit_s` after its first.

    `quiet_s` 0 answers at once, save for albums: their pictures arrive one by one, and `album_s` after the last of them
    is late enough.
    """

    quiet_s: float = 1.5
    limit_s: float = 4.0
    album_s: float = 1.0

    def due_at(self, *, first_at: datetime, now: datetime, album: bool) -> datetime:
        """When a lane is due whose first waiting message came at `first_at` and whose last came `now`; never before."""
        quiet = max(self.quiet_s, self.album_s) if album else self.quiet_s
        if quiet <= 0:
            return now
        return max(now, min(first_at + timedelta(seconds=self.limit_s), now + timedelta(seconds=quiet)))
