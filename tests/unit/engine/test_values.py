"""Values of a record as customers read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from csbot.domain.lookup import FieldKind, LookupField, Value
from csbot.engine.entities import sent_code
from csbot.engine.values import fill_known, read

ISTANBUL = "Europe/Istanbul"
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("kind", "value", "turkish", "english"),
    [
        (FieldKind.TEXT, "Ankara {place}", "Ankara {place}", "Ankara {place}"),
        (FieldKind.NUMBER, 12500, "12.500", "12,500"),
        (FieldKind.NUMBER, Decimal("1.5"), "1,5", "1.5"),
        (FieldKind.MONEY, Decimal("1249.9"), "₺1.249,90", "TRY1,249.90"),
        (FieldKind.MONEY, 0, "₺0,00", "TRY0.00"),
        (FieldKind.DATE, date(2026, 12, 1), "1 Aralık Salı", "Tuesday, December 1"),
        # An hour before midnight in London is another day in Istanbul.
        (FieldKind.TIME, datetime(2026, 11, 30, 23, 5, tzinfo=UTC), "1 Aralık Salı 02:05", "Tuesday, December 1 02:05"),
    ],
)
def test_a_value_is_read_in_the_customers_language_and_the_brands_zone(
    kind: FieldKind, value: Value, turkish: str, english: str
) -> None:
    field = LookupField(name="x", kind=kind, currency="TRY" if kind is FieldKind.MONEY else "")
    assert read((field,), {"x": value}, "tr", ISTANBUL, today=TODAY) == {"x": turkish}
    assert read((field,), {"x": value}, "en", ISTANBUL, today=TODAY) == {"x": english}


@pytest.mark.parametrize(
    ("day", "turkish", "english"),
    [
        (date(2027, 3, 1), "1 Mart Pazartesi", "Monday, March 1"),
        (date(2019, 12, 1), "1 Aralık 2019 Pazar", "Sunday, December 1, 2019"),
        (date(2027, 12, 1), "1 Aralık 2027 Çarşamba", "Wednesday, December 1, 2027"),
    ],
)
def test_a_day_far_away_is_told_with_its_year(day: date, turkish: str, english: str) -> None:
    field = LookupField(name="x", kind=FieldKind.DATE)
    assert read((field,), {"x": day}, "tr", ISTANBUL, today=TODAY) == {"x": turkish}
    assert read((field,), {"x": day}, "en", ISTANBUL, today=TODAY) == {"x": english}


def test_words_of_the_system_and_what_was_not_asked_for_are_not_read() -> None:
    fields = (
        LookupField(name="status", kind=FieldKind.CHOICE, values=("a",)),
        LookupField(name="paid", kind=FieldKind.FLAG),
    )
    assert read(fields, {"status": "a", "paid": True, "secret": "x"}, "tr", ISTANBUL, today=TODAY) == {}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"n": "4711", "place": "Kars", "day": "1 Mart"}, "4711 in Kars. On 1 Mart, Kars."),
        ({"n": "4711", "place": "Kars"}, "4711 in Kars."),
        ({"n": "4711", "day": "1 Mart", "place": ""}, "4711."),
        ({"n": "[x] {place}", "place": "Kars"}, "[x] {place} in Kars."),
    ],
)
def test_parts_in_brackets_go_with_what_is_missing(values: dict[str, str], said: str) -> None:
    assert fill_known("{n}[ in {place}].[ On {day}, {place}.]", values) == said


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("482119", "482119"),
        ("482 119", "482119"),
        ("kodum 482-119.", "482119"),
        ("482119 482119", "482119"),
        ("482119 ya da 482120", ""),
        ("4711", ""),
        ("48211907", ""),
        ("+90482119", ""),
        ("gelmedi", ""),
    ],
)
def test_a_code_is_six_digits_and_the_only_ones(text: str, code: str) -> None:
    assert sent_code(text) == code
