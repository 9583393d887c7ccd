"""Whether a channel has fallen silent against its habit."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from csbot.domain.reporting import ChannelHour

WEEKS = 4
"""How far back the habit is looked at."""

LEAST_WEEKS = 1
"""How long a channel has to be known before its silence means anything."""

UNLIKELY = 1 / 400
"""So unlikely a silence has to be by chance: with a look a minute, a false alarm is rare, a real one no day late."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Nothing has come since `since`, where by habit `expected` messages would have."""

    channel: str
    since: datetime
    expected: float


def silences(hours: Iterable[ChannelHour], *, now: datetime) -> list[Silence]:
    """The channels that are silent at `now` though they are not used to be; `hours` are those of the last WEEKS weeks.

    Messages of an hour of the week are taken to come by chance at the average rate of that hour in the weeks before
    (a Poisson process), so that none at all while `expected` would have come has the probability exp(-expected).
    """
    of_channel: dict[str, list[ChannelHour]] = defaultdict(list)
    for hour in hours:
        of_channel[hour.channel].append(hour)
    found = (_silence(channel, told, now) for channel, told in sorted(of_channel.items()))
    return [one for one in found if one is not None]


def _silence(channel: str, hours: list[ChannelHour], now: datetime) -> Silence | None:
    heard = [hour.last_in_at for hour in hours if hour.last_in_at is not None]
    if not heard:
        return None
    since, first = max(heard), min(hour.hour for hour in hours)
    if now - first < timedelta(weeks=LEAST_WEEKS):
        return None
    received = {hour.hour: hour.received for hour in hours}
    expected = _expected(received, since, now, first=first)
    return Silence(channel=channel, since=since, expected=expected) if math.exp(-expected) < UNLIKELY else None


def _expected(received: Mapping[datetime, int], since: datetime, now: datetime, *, first: datetime) -> float:
    """How many messages would have come between `since` and `now` by the same hours of the weeks before."""
    total, at = 0.0, since
    while at < now:
        hour = at.replace(minute=0, second=0, microsecond=0)
        end = min(now, hour + _HOUR)
        total += _usual(received, hour, since, first=first) * ((end - at) / _HOUR)
        at = end
    return total


def _usual(received: Mapping[datetime, int], hour: datetime, since: datetime, *, first: datetime) -> float:
    """How many came in this hour of the week, on the average of the weeks it was known; the silence is none of them."""
    before = [hour - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    known = [one for one in before if first <= one and one + _HOUR <= since]
    return sum(received.get(one, 0) for one in known) / len(known) if known else 0.0
