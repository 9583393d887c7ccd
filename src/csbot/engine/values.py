"""Values of a record as the customer reads them, in their language and the brand's time zone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from csbot.domain.lookup import FieldKind, LookupField, Value
from csbot.engine.compose import fill

_HALF_A_YEAR = timedelta(days=180)
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_BLANK = re.compile(r"\{(\w+)\}")
_NOT_READ = frozenset({FieldKind.CHOICE, FieldKind.FLAG})
"""Kinds whose values are the system's words; texts are chosen by them."""


def read(
    fields: Iterable[LookupField], record: Mapping[str, Value], language: str, timezone: str, *, today: date
) -> Mapping[str, str]:
    """The values of a record by their names, as text; what is missing is left out.

    A day half a year and more from `today` is told with its year.
    """
    locale = Locale.parse(language, sep="-")
    known = ((one, record[one.name]) for one in fields if one.name in record and one.kind not in _NOT_READ)
    return {one.name: _text(one, value, locale, ZoneInfo(timezone), today) for one, value in known}


def fill_known(text: str, values: Mapping[str, str]) -> str:
    """The text with its blanks filled in; a part in [brackets] goes where a value in it is missing."""

    def part(found: re.Match[str]) -> str:
        return found[1] if all(values.get(name) for name in _BLANK.findall(found[1])) else ""

    return fill(_OPTIONAL.sub(part, text), values)


def _text(field: LookupField, value: Value, locale: Locale, timezone: ZoneInfo, today: date) -> str:
    match value:
        case datetime():
            local = value.astimezone(timezone)
            return f"{_day(local.date(), locale, today)} {local:%H:%M}"
        case date():
            return _day(value, locale, today)
        case Decimal() | int() if field.kind is FieldKind.MONEY and field.currency:
            return str(format_currency(value, field.currency, locale=locale))
        case Decimal() | int():
            return str(format_decimal(value, locale=locale))
        case _:
            return str(value)


def _day(day: date, locale: Locale, today: date) -> str:
    """ "1 Aralık Salı", "Tuesday, December 1": the weekday tells at a glance how soon it is."""
    is_near = abs(day - today) < _HALF_A_YEAR
    pattern = str(locale.datetime_skeletons["MMMEd" if is_near else "yMMMEd"].pattern)
    spelt_out = re.sub("M+", "MMMM", re.sub("E+", "EEEE", pattern))
    return str(format_date(day, spelt_out, locale=locale))
