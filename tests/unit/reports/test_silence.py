"""When a channel's silence is worth an alarm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from csbot.domain.reporting import ChannelHour
from csbot.reports.silence import silences

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)


def habit(
    *, until: datetime, weeks: int = 4, a_day: range = range(9, 18), received: int = 6, channel: str = "sms"
) -> Iterator[ChannelHour]:
    """So many messages in each of these hours of every day, the last one at `until`."""
    at = NOW - timedelta(weeks=weeks)
    while at < until:
        if at.hour in a_day:
            last = min(at + timedelta(minutes=50), until)
            yield ChannelHour(channel=channel, hour=at, received=received, last_in_at=last)
        at += HOUR


def silent(*hours: ChannelHour, now: datetime = NOW) -> list[str]:
    return [one.channel for one in silences(hours, now=now)]


def test_a_channel_that_always_has_messages_at_this_time_is_missed_within_two_hours() -> None:
    since = NOW - timedelta(minutes=70)
    assert silent(*habit(until=since)) == ["sms"]
    [told] = silences(habit(until=since), now=NOW)
    assert told.since == since
    assert told.expected == pytest.approx(7, rel=0.1)


def test_a_short_pause_is_none() -> None:
    assert silent(*habit(until=NOW - timedelta(minutes=30))) == []


def test_at_night_nobody_is_missed() -> None:
    evening = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    assert silent(*habit(until=evening), now=evening + timedelta(hours=14)) == []
    assert silent(*habit(until=evening), now=evening + timedelta(hours=17)) == ["sms"]


def test_a_channel_of_few_messages_is_given_longer() -> None:
    seldom = list(habit(until=NOW - timedelta(days=1), received=1, a_day=range(9, 10)))
    assert silent(*seldom) == []
    assert silent(*seldom, now=NOW + timedelta(days=8)) == ["sms"]


def test_a_channel_nobody_knows_yet_has_no_habit() -> None:
    assert silent(*habit(until=NOW - timedelta(hours=3), weeks=0)) == []
    young = [hour for hour in habit(until=NOW - timedelta(hours=5)) if hour.hour > NOW - timedelta(days=6)]
    assert silent(*young) == []
    assert silent() == []


def test_each_channel_is_looked_at_by_itself() -> None:
    hours = [*habit(until=NOW), *habit(until=NOW - timedelta(hours=4), channel="telegram")]
    assert silent(*hours) == ["telegram"]
