"""How fast one visitor may write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from csbot.web.chat import pace
from csbot.web.chat.pace import Pace

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def test_some_may_come_at_once_and_then_one_by_one() -> None:
    made = Pace()
    assert [made.wait_s("a", a_minute=3, now=NOW) for _ in range(3)] == [0, 0, 0]
    assert made.wait_s("a", a_minute=3, now=NOW) == 20
    assert made.wait_s("a", a_minute=3, now=NOW + timedelta(seconds=10)) == 10
    assert made.wait_s("a", a_minute=3, now=NOW + timedelta(seconds=20)) == 0
    assert made.wait_s("a", a_minute=3, now=NOW + timedelta(seconds=20)) == 20


def test_one_visitor_does_not_hold_up_another() -> None:
    made = Pace()
    assert made.wait_s("a", a_minute=1, now=NOW) == 0
    assert made.wait_s("b", a_minute=1, now=NOW) == 0
    assert made.wait_s("a", a_minute=1, now=NOW) > 0


def test_no_more_is_remembered_than_fits() -> None:
    made = Pace()
    for n in range(pace.MOST_REMEMBERED + 10):
        made.wait_s(f"{n}", a_minute=1, now=NOW)
    assert made.wait_s("0", a_minute=1, now=NOW) == 0, "the longest silent is forgotten"
    assert made.wait_s(f"{pace.MOST_REMEMBERED + 9}", a_minute=1, now=NOW) > 0
