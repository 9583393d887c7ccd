"""Business hours on the brand's wall clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from csbot.domain.brand import Brand, WrongHours, parse_business_hours

ISTANBUL = "Europe/Istanbul"
WEEK = parse_business_hours({"mon": "09:00-18:00", "sat": ["10:00-13:00", "14:00 – 16:00"], "fri": "22:00-02:00"})


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-11-23T08:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T17:59", True),
        ("2026-11-23T18:00", False),
        ("2026-11-24T12:00", False),
        ("2026-11-27T23:00", True),
        ("2026-11-28T01:59", True),
        ("2026-11-28T02:00", False),
        ("2026-11-28T13:30", False),
        ("2026-11-28T14:30", True),
    ],
)
def test_people_answer_inside_the_ranges_and_past_midnight(local: str, is_open: bool) -> None:
    at = datetime.fromisoformat(f"{local}+03:00").astimezone(UTC)
    assert WEEK.is_open(at, ISTANBUL) is is_open


@pytest.mark.parametrize(
    ("local", "opening"),
    [
        ("2026-11-23T08:00", "2026-11-23T09:00"),
        ("2026-11-23T19:00", "2026-11-27T22:00"),
        ("2026-11-28T13:30", "2026-11-28T14:00"),
        ("2026-11-28T20:00", "2026-11-30T09:00"),
    ],
)
def test_the_next_opening_is_the_first_one_ahead(local: str, opening: str) -> None:
    at = datetime.fromisoformat(f"{local}+03:00").astimezone(UTC)
    assert WEEK.next_opening(at, ISTANBUL) == datetime.fromisoformat(f"{opening}+03:00")


def test_a_day_open_once_a_week_opens_again_in_a_week() -> None:
    hours = parse_business_hours({"mon": "09:00-18:00"})
    opening = hours.next_opening(datetime(2026, 11, 23, 16, tzinfo=UTC), ISTANBUL)
    assert opening == datetime.fromisoformat("2026-11-30T09:00+03:00")


def test_the_wall_clock_counts_when_summer_time_begins() -> None:
    hours = parse_business_hours({"sun": "09:00-18:00"})
    # Berlin puts its clocks forward on 29 March 2026.
    opening = hours.next_opening(datetime(2026, 3, 28, 12, tzinfo=UTC), "Europe/Berlin")
    assert opening == datetime(2026, 3, 29, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"monday": "09:00-18:00"}, "monday"),
        ({"mon": "9-18"}, "mon: '9-18'"),
        ({"mon": "09:00-25:00"}, "24:00"),
        ({"mon": "09:00-09:00"}, "mon"),
        ({"tue": ["09:00-18:00", "x"]}, "tue: 'x'"),
        ({"mon": []}, "no day is open"),
        ({}, "leave business_hours out"),
    ],
)
def test_hours_that_cannot_be_read_say_where_and_why(written: dict[str, str | list[str]], told: str) -> None:
    with pytest.raises(WrongHours) as error:
        parse_business_hours(written)
    assert told in str(error.value)


def test_without_hours_people_always_answer() -> None:
    assert Brand(name="Lale").answers_at(datetime(2026, 11, 22, 3, tzinfo=UTC))
