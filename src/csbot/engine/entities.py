"""Typed values in what customers write: order numbers, e-mail addresses, phone numbers, amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from babel.core import get_global

from csbot.domain.lookup import CODE_DIGITS
from csbot.domain.ticket import Named
from csbot.text.fold import fold
from csbot.text.phones import e164

VALUE_LIMIT = 200
"""Characters of a value a pattern is tried on; a longer one fits none."""

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_PHONE = re.compile(r"(?<![\w+])\+?\(?\d[\d ().-]{5,22}\d(?!\w)")
_PHONE_DIGITS = 10
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![.,]?\w)")
_CODE = re.compile(r"(?<![\w@])#?(\w+(?:-\w+)*)(?!@)")
_SENT_CODE = re.compile(rf"(?<![\w+-])\d{{{CODE_DIGITS // 2}}}[ -]?\d{{{CODE_DIGITS // 2}}}(?![\w-])")
_GROUPS = re.compile(r"(?<!\d)\d{2,}(?:[ \t]\d{2,})+(?!\d)")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_MONEY = re.compile(r"\s*(?:tl|try|lira\w*|usd|eur|euro\w*|dolar\w*|dollar\w*)\b|\s*[₺$€£]", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")

_CURRENCIES = {
    "tl": "TRY",
    "try": "TRY",
    "lira": "TRY",
    "₺": "TRY",
    "usd": "USD",
    "dol": "USD",
    "$": "USD",
    "eur": "EUR",
    "€": "EUR",
    "£": "GBP",
}


def email(text: str) -> str:
    """The first e-mail address, as written; empty when there is none."""
    return _first(emails(text))


def emails(text: str) -> Iterator[Named]:
    """The e-mail addresses, from left to right, as all that follows."""
    for found in _EMAIL.finditer(text) if "@" in text else ():
        address = found[0].rstrip(".-")
        yield _named("email", address, found.start(), address)


def phone(text: str, region: str, *, marked: bool = False) -> str:
    """The first phone number as E.164, read as in `region`; empty when there is none.

    `marked` takes only those that begin with + or 0, as in a text that speaks of other numbers too.
    """
    return _first(phones(text, region, marked=marked))


def phones(text: str, region: str, *, marked: bool = False) -> Iterator[Named]:
    """All of them; see `phone`."""
    for found in _PHONE.finditer(text) if _DIGIT.search(text) else ():
        written = found[0]
        if marked and not _begins_like_a_phone(written):
            continue
        if number := e164(written, region):
            yield _named("phone", written, found.start(), number)


def order_number(text: str, pattern: str = "", *, marked: bool = False) -> str:
    """The first order number: a code with four digits or more; with `pattern`, one the whole pattern fits.

    A number asked for may be written in groups ("4821 1907"). `marked` is for texts that were not asked for one: years,
    amounts of money, dates and phone numbers are passed over.
    """
    return _first(order_numbers(text, pattern, marked=marked))


def order_numbers(text: str, pattern: str = "", *, marked: bool = False) -> Iterator[Named]:
    """All of them; see `order_number`. Places are those of a text that was not asked for one."""
    if not pattern and _DIGIT.search(text) is None:
        return
    text = _without_phones(text[:2000]) if marked else _GROUPS.sub(_joined, text[:2000])
    for found in _CODE.finditer(text):
        code = str(found[1])
        if marked and _is_something_else(text, code, found.start(), found.end()):
            continue
        # A pattern of digits alone is also meant where somebody writes "no123456" or "TR-123456".
        candidates: list[str] = [code, *re.findall(r"\d+", code)] if pattern else [code]
        for candidate in candidates:
            if fits(pattern, candidate) if pattern else sum(char.isdigit() for char in candidate) >= 4:
                yield _named("order_number", code, found.start(1), candidate)
                break


def amounts(text: str) -> Iterator[Named]:
    """Amounts of money, the currency as its ISO code: "59,90 TL" is "59.90 TRY"."""
    for found in _NUMBER.finditer(text):
        written = found[0]
        behind = _MONEY.match(text, found.end())
        if behind is not None and (value := number(written)):
            whole = text[found.start() : behind.end()]
            yield _named("money", whole, found.start(), f"{value} {_currency(behind[0])}")


def _currency(written: str) -> str:
    sign = fold(written).strip()
    return next((code for begins, code in _CURRENCIES.items() if sign.startswith(begins)), "")


def _named(kind: str, text: str, start: int, value: str) -> Named:
    return Named(kind=kind, value=value, text=text, start=start, end=start + len(text))


def _first(found: Iterator[Named]) -> str:
    return next((one.value for one in found), "")


def _joined(groups: re.Match[str]) -> str:
    return "".join(groups[0].split())


def _without_phones(text: str) -> str:
    def blank(found: re.Match[str]) -> str:
        return (
            " " * len(found[0])
            if _begins_like_a_phone(found[0]) and len(re.sub(r"\D", "", found[0])) >= 10
            else found[0]
        )

    return _PHONE.sub(blank, text)


def _begins_like_a_phone(written: str) -> bool:
    return written.lstrip("(").startswith(("+", "0"))


def _is_something_else(text: str, code: str, start: int, end: int) -> bool:
    around = text[max(0, start - 1) : end + 1]
    return bool(
        _YEAR.fullmatch(code)
        or _MONEY.match(text, end)
        or code.startswith(("0", "905", "00"))
        or (around.startswith(("+", ".", ",", "/")) or around.endswith(("/", "@")))
        or (end + 1 < len(text) and text[end] in ".," and text[end + 1].isdigit())
    )


def sent_code(text: str) -> str:
    """The one code of six digits that csbot has sent ("482 119" too); empty for none or several."""
    found = {re.sub(r"\D", "", written) for written in _SENT_CODE.findall(text[:VALUE_LIMIT])}
    return found.pop() if len(found) == 1 else ""


def number(text: str) -> str:
    """The one number in the text, thousands unmarked ("1.500 adet" is "1500"); empty for none or several."""
    found = _NUMBER.findall(re.sub(r"(?<=\d)(?=[^\W\d])", " ", text))
    if len(found) != 1:
        return ""
    written: str = found[0]
    if _THOUSANDS.fullmatch(written):
        return re.sub(r"[.,]", "", written)
    whole, _, decimals = written.replace(",", ".").partition(".")
    return f"{whole}.{decimals}" if decimals and "." not in decimals else whole if not decimals else ""


def fits(pattern: str, value: str) -> bool:
    """The whole value fits the pattern; one beyond VALUE_LIMIT characters never does."""
    return len(value) <= VALUE_LIMIT and re.fullmatch(pattern, value) is not None


@lru_cache(maxsize=8)
def region_of(timezone: str) -> str:
    """The country of a time zone ("Europe/Istanbul" is "TR"): how phone numbers without a country code are read."""
    return str(get_global("zone_territories").get(timezone, ""))
