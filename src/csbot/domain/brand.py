"""The brand csbot speaks for, and when its people answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from csbot.errors import SettingsError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RANGE = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*")
_MIDNIGHT = 24 * 60


class WrongHours(SettingsError, ValueError):
    """Business hours that cannot be read; the text names the day and what is expected."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OpenRange:
    """A stretch of one day: minutes since its midnight, `end` exclusive and at most 24:00. Monday is day 0."""

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessHours:
    """The weekly ranges in which people answer, on the wall clock of the brand's time zone; at least one."""

    ranges: tuple[OpenRange, ...]

    def is_open(self, at: datetime, timezone: str) -> bool:
        """People answer at the moment `at`."""
        local = at.astimezone(ZoneInfo(timezone))
        minute = local.hour * 60 + local.minute
        return any(r.day == local.weekday() and r.start <= minute < r.end for r in self.ranges)

    def next_opening(self, after: datetime, timezone: str) -> datetime:
        """The first opening later than `after`, in the brand's time zone."""
        zone = ZoneInfo(timezone)
        today = after.astimezone(zone).date()
        openings = (
            datetime.combine(today + timedelta(days=ahead), time(r.start // 60, r.start % 60), zone)
            for ahead in range(8)
            for r in self.ranges
            if r.day == (today.weekday() + ahead) % 7
        )
        return next(opening for opening in openings if opening > after)


def parse_business_hours(days: Mapping[str, str | Sequence[str]]) -> BusinessHours:
    """Read `{mon = "09:00-18:00", sat = ["10:00-13:00", "14:00-16:00"]}`; days left out are closed.

    A range that ends before it starts goes on after midnight. Raises WrongHours.
    """
    ranges: list[OpenRange] = []
    for day, written in days.items():
        if day not in DAYS:
            raise WrongHours(f"unknown day {day!r}: write one of {', '.join(DAYS)}")
        for text in (written,) if isinstance(written, str) else written:
            ranges.extend(_read(DAYS.index(day), text))
    if not ranges:
        raise WrongHours("no day is open: leave business_hours out for a line that is always open")
    return BusinessHours(ranges=tuple(sorted(ranges)))


def _read(day: int, text: str) -> list[OpenRange]:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise WrongHours(f'{DAYS[day]}: {text!r} is no range such as "09:00-18:00"')
    h1, m1, h2, m2 = map(int, match.groups())
    start, end = h1 * 60 + m1, h2 * 60 + m2
    if m1 > 59 or m2 > 59 or start >= _MIDNIGHT or end > _MIDNIGHT or start == end:
        raise WrongHours(f"{DAYS[day]}: {text!r} is no stretch of a day from 00:00 to 24:00")
    if start < end:
        return [OpenRange(day=day, start=start, end=end)]
    over = [OpenRange(day=(day + 1) % 7, start=0, end=end)] if end else []
    return [OpenRange(day=day, start=start, end=_MIDNIGHT), *over]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """`languages` are the codes it answers in, `default_language` (one of them) that of its desk.

    `business_hours` None means that people always answer. `timezone` is an IANA name.
    """

    name: str
    languages: tuple[str, ...] = ("tr", "en")
    default_language: str = "tr"
    timezone: str = "Europe/Istanbul"
    business_hours: BusinessHours | None = None
    privacy_url: str = ""

    def answers_at(self, now: datetime) -> bool:
        """People of the brand answer at the moment `now`."""
        return self.business_hours is None or self.business_hours.is_open(now, self.timezone)
