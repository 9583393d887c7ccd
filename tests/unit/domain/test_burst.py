from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from csbot.domain.burst import Burst

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("burst", "waited_s", "album", "due_in_s"),
    [
        (Burst(), 0, False, 1.5),
        (Burst(), 2, False, 1.5),
        (Burst(), 3, False, 1),
        (Burst(), 9, False, 0),
        (Burst(quiet_s=0), 0, False, 0),
        (Burst(quiet_s=0), 0, True, 1),
        (Burst(quiet_s=0), 3.5, True, 0.5),
        (Burst(quiet_s=0.2), 0, True, 1),
        (Burst(), 0, True, 1.5),
        (Burst(quiet_s=6), 0, False, 4),
    ],
)
def test_a_lane_is_due_after_its_quiet_and_within_its_limit(
    burst: Burst, waited_s: float, album: bool, due_in_s: float
) -> None:
    now = START + timedelta(seconds=waited_s)
    assert burst.due_at(first_at=START, now=now, album=album) == now + timedelta(seconds=due_in_s)
