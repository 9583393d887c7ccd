"""Days in free text, told by their date or from today."""

from __future__ import annotations

from datetime import date

import pytest

from csbot.engine import days

TODAY = date(2026, 11, 25)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12.03.2026", date(2026, 3, 12)),
        ("12/3/26 günü", date(2026, 3, 12)),
        ("03/25/2026", date(2026, 3, 25)),
        ("2026-03-12", date(2026, 3, 12)),
        ("12 Mart 2026'da", date(2026, 3, 12)),
        ("12 Ağustos", date(2026, 8, 12)),
        ("5 Ocak", date(2027, 1, 5)),
        ("March 12th", date(2027, 3, 12)),
        ("on the 3rd of June, 2026", date(2026, 6, 3)),
        ("12 march 2026", date(2026, 3, 12)),
        ("dün verdim", date(2026, 11, 24)),
        ("Bugün", date(2026, 11, 25)),
        ("yesterday", date(2026, 11, 24)),
        ("32.13.2026", None),
        ("1.500 TL ödedim", None),
        ("2 mayo aldım", None),
        ("bilmiyorum", None),
    ],
)
def test_days_are_read_as_customers_write_them(text: str, day: date | None) -> None:
    assert days.day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 gün önce yolladım", date(2026, 11, 22)),
        ("iki hafta önce", date(2026, 11, 11)),
        ("bir gün evvel", date(2026, 11, 24)),
        ("I sent it 3 days ago", date(2026, 11, 22)),
        ("a week ago", date(2026, 11, 18)),
        ("two weeks ago", date(2026, 11, 11)),
        ("iade edeli 10 gün oldu", date(2026, 11, 15)),
        ("kargoya vereli bir hafta geçti", date(2026, 11, 18)),
        ("it has been ten days since I sent it", date(2026, 11, 15)),
        ("the day before yesterday", date(2026, 11, 23)),
        ("5 gün sonra", date(2026, 11, 30)),
        ("in two days", date(2026, 11, 27)),
        ("birkaç gün önce", None),
        ("3 gün içinde", None),
        ("10 gün oldu", None),
        ("5000 days ago", None),
    ],
)
def test_days_are_counted_from_today(text: str, day: date | None) -> None:
    assert days.day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("geçen pazartesi", date(2026, 11, 23)),
        ("last monday", date(2026, 11, 23)),
        ("geçen çarşamba günü", date(2026, 11, 18)),
        ("GEÇTİĞİMİZ CUMARTESİDEN beri", date(2026, 11, 21)),
        ("geçen hafta pazartesi", date(2026, 11, 16)),
        ("bu cuma", date(2026, 11, 27)),
        ("this Tuesday", date(2026, 11, 24)),
        ("next wednesday", date(2026, 12, 2)),
        ("önümüzdeki pazar", date(2026, 11, 29)),
        ("haftaya salı", date(2026, 12, 1)),
        ("coming friday", date(2026, 11, 27)),
        ("cumartesi açık mısınız", None),
        ("on mondays", None),
        ("geçen hafta", None),
    ],
)
def test_a_weekday_is_a_day_where_it_is_told_which(text: str, day: date | None) -> None:
    assert days.day(text, TODAY) == day


def test_all_days_of_a_text_are_found_where_they_stand() -> None:
    text = "Geçen pazartesi aldım, 2 gün önce geri yolladım"
    assert [(one.text, one.value) for one in days.days(text, TODAY)] == [
        ("2 gün önce", "2026-11-23"),
        ("Geçen pazartesi", "2026-11-23"),
    ]


@pytest.mark.parametrize("text", ["1" * 100_000, "1.2" * 30_000, "1 " * 50_000, "a" * 100_000, "geçen " * 20_000])
def test_endless_input_is_read_in_reasonable_steps(text: str) -> None:
    days.day(text, TODAY)
    assert len(list(days.days(text, TODAY))) <= 1000
