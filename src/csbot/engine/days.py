"""Days in what customers write, in Turkish and English: dates, and days told from today."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from csbot.domain.ticket import Named
from csbot.text.fold import fold, fold_with_places

_READ = 2000
"""Characters of a text that are searched."""

_MONTHS = (
    ("ocak", "january", "jan"),
    ("subat", "february", "feb"),
    ("mart", "march", "mar"),
    ("nisan", "april", "apr"),
    ("mayis", "may"),
    ("haziran", "june", "jun"),
    ("temmuz", "july", "jul"),
    ("agustos", "august", "aug"),
    ("eylul", "september", "sept", "sep"),
    ("ekim", "october", "oct"),
    ("kasim", "november", "nov"),
    ("aralik", "december", "dec"),
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
# Turkish hangs endings on the month ("martta"); "may" and the short forms would begin other words ("mayo").
_NAMED = "|".join(name + (r"\w{0,3}" if names[0] == name else r"\b") for names in _MONTHS for name in names)

_WEEKDAYS = (
    ("pazartesi", "monday"),
    ("sali", "tuesday"),
    ("carsamba", "wednesday"),
    ("persembe", "thursday"),
    ("cuma", "friday"),
    ("cumartesi", "saturday"),
    ("pazar", "sunday"),
)
_WEEKDAY_OF = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
# Longest first, so that "cumartesi" is no "cuma"; an ending of three letters makes none of the one the other.
_WEEKDAY = "|".join(sorted(_WEEKDAY_OF, key=len, reverse=True))

_COUNTED = {
    **dict(zip(["bir", "iki", "uc", "dort", "bes", "alti", "yedi", "sekiz", "dokuz", "on"], range(1, 11), strict=True)),
    **dict(
        zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], range(1, 11), strict=True)
    ),
    "a": 1,
    "an": 1,
}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(_COUNTED, key=len, reverse=True))})"
_UNITS = {"gun": 1, "day": 1, "hafta": 7, "week": 7}
_UNIT = r"(?P<unit>gun|hafta|day|week)s?"

_RELATIVE = {
    "bugun": 0,
    "today": 0,
    "dun": -1,
    "yesterday": -1,
    "yarin": 1,
    "tomorrow": 1,
    "evvelsi gun": -2,
    "onceki gun": -2,
    "day before yesterday": -2,
    "obur gun": 2,
    "day after tomorrow": 2,
}

Read = Callable[[re.Match[str], date], date | None]


def day(text: str, today: date) -> date | None:
    """The first day named: "12.03.2026", "12 Mart", "March 12th", "dün", "3 gün önce", "last Monday"; None for none.

    Day before month, unless only the other way makes a date. Without a year the nearest such day is meant. A weekday is
    one only where it is told which; the last is before today, the next after it.
    """
    line = fold(text[:_READ])
    read = ((found, told) for pattern, told in _DAYS if (found := pattern.search(line)))
    return next((meant for found, told in read if (meant := told(found, today))), None)


def days(text: str, today: date) -> Iterator[Named]:
    """All days named, as ISO dates; see `day`."""
    line, places = fold_with_places(text[:_READ])
    for pattern, told in _DAYS:
        for found in pattern.finditer(line):
            if meant := told(found, today):
                start, end = places[found.start()], places[found.end()]
                yield Named(kind="date", value=meant.isoformat(), text=text[start:end], start=start, end=end)


def _iso(found: re.Match[str], _: date) -> date | None:
    return _date(int(found[1]), int(found[2]), int(found[3]))


def _day_first(found: re.Match[str], today: date) -> date | None:
    first, second = int(found[1]), int(found[2])
    return _near(first, second, found[3], today) or _near(second, first, found[3], today)


def _day_month(found: re.Match[str], today: date) -> date | None:
    return _near(int(found[1]), _month(found[2]), found[3], today)


def _month_day(found: re.Match[str], today: date) -> date | None:
    return _near(int(found[2]), _month(found[1]), found[3], today)


def _ago(found: re.Match[str], today: date) -> date:
    return today - _span(found)


def _ahead(found: re.Match[str], today: date) -> date:
    return today + _span(found)


def _weekday(found: re.Match[str], today: date) -> date:
    which, wanted = found["which"], _WEEKDAY_OF[found["weekday"]]
    monday = today - timedelta(days=today.weekday())
    if which.endswith(("hafta", "haftaya")):
        return monday + timedelta(days=wanted + (-7 if which.startswith("gec") else 7))
    if which in {"bu", "this"}:
        return monday + timedelta(days=wanted)
    ahead = (wanted - today.weekday()) % 7
    return today + timedelta(days=ahead - 7 if which in {"gecen", "gectigimiz", "last"} else ahead or 7)


def _relative(found: re.Match[str], today: date) -> date:
    return today + timedelta(days=_RELATIVE[found[1]])


_DAYS: tuple[tuple[re.Pattern[str], Read], ...] = (
    (re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b"), _iso),
    (re.compile(r"(?<![\d.])(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2}))?(?![\d/-])"), _day_first),
    (re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[ .]+(?:of )?({_NAMED})[ ,.]*(\d{{4}})?\b"), _day_month),
    (re.compile(rf"\b({_NAMED})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}}))?\b"), _month_day),
    (re.compile(rf"\b{_COUNT} {_UNIT} (?:once|evvel|ago)\b"), _ago),
    # "İade edeli 10 gün oldu", "ten days since I sent it": told by how long it has been.
    (re.compile(rf"\b\w{{2,}}[ae]li {_COUNT} {_UNIT} (?:oldu|gecti|oluyor)\b"), _ago),
    (re.compile(rf"\b{_COUNT} {_UNIT} since\b"), _ago),
    (
        re.compile(
            rf"\b(?:in {_COUNT} {_UNIT}|{_COUNT.replace('count', 'later')} {_UNIT.replace('unit', 'of')} sonra)\b"
        ),
        _ahead,
    ),
    (
        re.compile(
            r"\b(?P<which>gecen hafta|gelecek hafta|onumuzdeki hafta|haftaya|gecen|gectigimiz|gelecek|onumuzdeki|bu"
            rf"|last|next|coming|this) (?P<weekday>{_WEEKDAY})\w{{0,3}}\b"
        ),
        _weekday,
    ),
    (re.compile(rf"\b({'|'.join(_RELATIVE)})\b"), _relative),
)
"""The ways of naming a day, the surest first."""


def _span(found: re.Match[str]) -> timedelta:
    named = found.groupdict()
    count, unit = named.get("count") or named["later"], named.get("unit") or named["of"]
    return timedelta(days=(int(count) if count.isdigit() else _COUNTED[count]) * _UNITS[unit])


def _month(name: str) -> int:
    return next(number for begin, number in _MONTH_OF.items() if name.startswith(begin))


def _near(day_of: int, month: int, year: str | None, today: date) -> date | None:
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day_of)
    near = (_date(today.year + offset, month, day_of) for offset in (-1, 0, 1))
    return min((d for d in near if d), key=lambda d: abs(d - today), default=None)


def _date(year: int, month: int, day_of: int) -> date | None:
    try:
        return date(year, month, day_of)
    except ValueError:
        return None
