"""Replies of the brand's systems, read strictly: what has the wrong type is no answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from csbot.domain.lookup import FieldKind, LookupField, Value
from csbot.text.clean import shown

LONGEST_TEXT = 1000
MOST_RECORDS = 50
_LARGEST = Decimal(10) ** 15
_MOST_DECIMALS = 6

_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Between these a time is one in every zone, and a slip of a century is seen."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,6})?")


class Result(StrEnum):
    """What a system says it came to."""

    FOUND = "found"
    NONE = "none"
    REFUSED = "refused"


class Misread(ValueError):
    """The reply is none. `str(error)` names the place and what is wrong there, and quotes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record: the values of the fields asked for, and whose it is (None: not said)."""

    fields: Mapping[str, Value]
    owner: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a system answered."""

    result: Result
    records: tuple[Record, ...] = ()
    reason: str = ""


def read_reply(body: bytes, fields: Sequence[LookupField]) -> Reply:
    """The reply in a body, with the values of `fields`; others are passed over. Raises Misread."""
    told = _object(body)
    try:
        result = Result(str(told.get("result")))
    except ValueError as error:
        raise Misread(f"result is none of {', '.join(Result)}") from error
    records = _list(told.get("records", []), "records")
    if len(records) > MOST_RECORDS:
        raise Misread(f"records holds more than {MOST_RECORDS}")
    if result is Result.FOUND and not records:
        raise Misread("result is found, but records is empty")
    if result is Result.NONE and records:
        raise Misread("result is none, but records is not empty")
    reason = told.get("reason", "")
    if not isinstance(reason, str) or len(reason) > LONGEST_TEXT:
        raise Misread(f"reason is no text of at most {LONGEST_TEXT} characters")
    return Reply(
        result=result,
        # What a refusal is about is named so that its owner is known; its values are for nobody.
        records=tuple(
            _record(one, f"records[{n}]", () if result is Result.REFUSED else fields) for n, one in enumerate(records)
        ),
        reason=shown(reason),
    )


def read_sent(body: bytes) -> bool:
    """Whether a code was sent. Raises Misread."""
    sent = _object(body).get("sent")
    if not isinstance(sent, bool):
        raise Misread("sent is neither true nor false")
    return sent


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise Misread("the reply is not JSON") from error
    if not isinstance(told, dict):
        raise Misread("the reply is no JSON object")
    return told


def _no_constant(name: str) -> object:
    raise ValueError("JSON has no such number")


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise Misread(f"{where} is no list")
    return value


def _record(told: object, where: str, fields: Sequence[LookupField]) -> Record:
    if not isinstance(told, dict):
        raise Misread(f"{where} is no object")
    values = told.get("fields", {})
    if not isinstance(values, dict):
        raise Misread(f"{where}.fields is no object")
    owner = told.get("owner")
    if owner is not None:
        owner = _list(owner, f"{where}.owner")
        if not all(isinstance(person, str) for person in owner):
            raise Misread(f"{where}.owner holds something that is no text")
    read = {field.name: _value(values.get(field.name), field, f"{where}.fields.{field.name}") for field in fields}
    return Record(
        fields={name: value for name, value in read.items() if value is not None},
        owner=None if owner is None else tuple(owner),
    )


def _value(told: object, field: LookupField, where: str) -> Value | None:
    if told is None:
        if field.optional:
            return None
        raise Misread(f"{where} is missing")
    if field.kind is FieldKind.CHOICE and told not in field.values:
        raise Misread(f"{where} is none of {', '.join(field.values)}")
    try:
        return _READ[field.kind](told)
    except Misread as error:
        raise Misread(f"{where} {error}") from error


def _text(told: object) -> str:
    if not isinstance(told, str):
        raise Misread("is no text")
    if len(told) > LONGEST_TEXT:
        raise Misread(f"is longer than {LONGEST_TEXT} characters")
    if not (text := shown(told)):
        raise Misread("is empty")
    return text


def _number(told: object) -> int | Decimal:
    if isinstance(told, bool) or not isinstance(told, int | Decimal):
        raise Misread("is no number")
    # Compared and not counted with: arithmetic raises where a number is larger than any.
    if not -_LARGEST < Decimal(told) < _LARGEST or (isinstance(told, Decimal) and _decimals(told) > _MOST_DECIMALS):
        raise Misread(f"has more than 15 digits, or more than {_MOST_DECIMALS} behind the point")
    return told


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else _MOST_DECIMALS + 1


def _money(told: object) -> Decimal:
    if isinstance(told, str):
        if not _AMOUNT.fullmatch(told):
            raise Misread('is no amount such as "149.90"')
        return Decimal(told)
    return Decimal(_number(told))


def _date(told: object) -> date:
    if not isinstance(told, str) or not _DATE.fullmatch(told):
        raise Misread('is no date such as "2026-11-27"')
    try:
        day = date.fromisoformat(told)
    except ValueError as error:
        raise Misread("is no day of the calendar") from error
    if not _FIRST.date() < day < _LAST.date():
        raise Misread("is no day of this age")
    return day


def _time(told: object) -> datetime:
    if not isinstance(told, str):
        raise Misread('is no time such as "2026-11-27T14:30:00+03:00"')
    try:
        at = datetime.fromisoformat(told)
    except ValueError as error:
        raise Misread('is no time such as "2026-11-27T14:30:00+03:00"') from error
    if at.tzinfo is None:
        raise Misread("does not say its offset from UTC")
    if not _FIRST < at < _LAST:
        raise Misread("is no time of this age")
    return at


def _flag(told: object) -> bool:
    if not isinstance(told, bool):
        raise Misread("is neither true nor false")
    return told


_READ: Mapping[FieldKind, Callable[[object], Value]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.MONEY: _money,
    FieldKind.DATE: _date,
    FieldKind.TIME: _time,
    FieldKind.FLAG: _flag,
    FieldKind.CHOICE: str,
}
