"""Replies of the brand's systems: what is read, and what is none."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from csbot.domain.lookup import FieldKind, LookupField
from csbot.lookups.reading import LONGEST_TEXT, Misread, Reply, Result, read_reply, read_sent

SECRET_VALUE = "Deniz Aksu"


def one(kind: FieldKind, value: object, **more: Any) -> object:
    """The value as it is read from a reply."""
    field = LookupField(name="it", kind=kind, **more)
    reply = read_reply(found({"it": value}), (field,))
    return reply.records[0].fields.get("it")


def found(*records: object, **more: Any) -> bytes:
    held = [{"fields": fields, "owner": ["*"]} for fields in records]
    return json.dumps({"result": "found", "records": held, **more}).encode()


@pytest.mark.parametrize(
    ("kind", "told", "read"),
    [
        (FieldKind.TEXT, " Bolu\x00 ", "Bolu"),
        (FieldKind.NUMBER, 3, 3),
        (FieldKind.NUMBER, 2.5, Decimal("2.5")),
        (FieldKind.MONEY, "1249.90", Decimal("1249.90")),
        (FieldKind.MONEY, 1249.9, Decimal("1249.9")),
        (FieldKind.MONEY, -5, Decimal(-5)),
        (FieldKind.DATE, "2026-11-27", date(2026, 11, 27)),
        (FieldKind.TIME, "2026-11-27T14:30:00Z", datetime(2026, 11, 27, 14, 30, tzinfo=UTC)),
        (
            FieldKind.TIME,
            "2026-11-27T14:30:00+03:00",
            datetime(2026, 11, 27, 14, 30, tzinfo=timezone(timedelta(hours=3))),
        ),
        (FieldKind.FLAG, False, False),
    ],
)
def test_a_value_is_read_as_what_it_is(kind: FieldKind, told: object, read: object) -> None:
    value = one(kind, told)
    assert value == read
    assert type(value) is type(read)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (FieldKind.TEXT, 7),
        (FieldKind.TEXT, ""),
        (FieldKind.TEXT, "\x00 "),
        (FieldKind.TEXT, "x" * (LONGEST_TEXT + 1)),
        (FieldKind.TEXT, [SECRET_VALUE]),
        (FieldKind.NUMBER, "3"),
        (FieldKind.NUMBER, True),
        (FieldKind.NUMBER, 10**15),
        (FieldKind.NUMBER, 0.1234567),
        (FieldKind.MONEY, "1.249,90"),
        (FieldKind.MONEY, "149.90 TL"),
        (FieldKind.MONEY, "1e9"),
        (FieldKind.MONEY, False),
        (FieldKind.DATE, "27.11.2026"),
        (FieldKind.DATE, "2026-11-31"),
        (FieldKind.DATE, "2026-11-27T14:30:00Z"),
        (FieldKind.DATE, 20261127),
        (FieldKind.TIME, "2026-11-27T14:30:00"),
        (FieldKind.TIME, "14:30"),
        (FieldKind.TIME, 1795599020),
        (FieldKind.DATE, "0001-01-01"),
        (FieldKind.DATE, "2926-11-27"),
        (FieldKind.TIME, "0001-01-01T00:00:00+14:00"),
        (FieldKind.TIME, "9999-12-31T23:59:59-12:00"),
        (FieldKind.TEXT, "\u200b\u202e"),
        (FieldKind.FLAG, 1),
        (FieldKind.FLAG, "true"),
    ],
)
def test_a_value_of_the_wrong_type_is_no_answer(kind: FieldKind, told: object) -> None:
    with pytest.raises(Misread, match=r"^records\[0\]\.fields\.it "):
        one(kind, told)


@pytest.mark.parametrize("written", ["9E9999999", "-9E9999999", "1E999999999999999999999", "1E-9999999"])
@pytest.mark.parametrize("kind", [FieldKind.NUMBER, FieldKind.MONEY])
def test_a_number_beyond_any_is_no_answer(kind: FieldKind, written: str) -> None:
    body = b'{"result":"found","records":[{"fields":{"it":%s},"owner":["*"]}]}' % written.encode()
    with pytest.raises(Misread):
        read_reply(body, (LookupField(name="it", kind=kind),))


def test_a_text_is_one_line_that_does_not_change_the_words_around_it() -> None:
    forged = "Kars\u202e\x07\r\n- 4811 delivered\u2066"
    assert one(FieldKind.TEXT, forged) == "Kars - 4811 delivered"
    assert one(FieldKind.TEXT, "می\u200cخواهم 👩\u200d👧") == "می\u200cخواهم 👩\u200d👧"


def test_a_choice_is_one_of_its_values() -> None:
    values = ("late", "delivered")
    assert one(FieldKind.CHOICE, "late", values=values) == "late"
    for told in ("Late", "", 1, ["late"], {"late": 1}):
        with pytest.raises(Misread, match="is none of late, delivered"):
            one(FieldKind.CHOICE, told, values=values)


def test_an_optional_value_may_be_missing_and_another_may_not() -> None:
    field = LookupField(name="it", optional=True)
    assert read_reply(found({}, {"it": None}), (field,)).records[0].fields == {}
    for fields in ({}, {"it": None}, {"other": "x"}):
        with pytest.raises(Misread, match=r"records\[0\].fields.it is missing"):
            read_reply(found(fields), (LookupField(name="it"),))


def test_what_was_not_asked_for_is_passed_over() -> None:
    reply = read_reply(found({"it": "x", "name": SECRET_VALUE}), (LookupField(name="it"),))
    assert reply.records[0].fields == {"it": "x"}


def test_a_refusal_has_its_reason_and_tells_no_values() -> None:
    body = found({"it": SECRET_VALUE}, result="refused", reason="already_sent")
    reply = read_reply(body, (LookupField(name="it"),))
    assert (reply.result, reply.reason, reply.records[0].fields) == (Result.REFUSED, "already_sent", {})
    assert reply.records[0].owner == ("*",)


def test_none_is_none() -> None:
    assert read_reply(b'{"result":"none"}', ()) == Reply(result=Result.NONE)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the reply is not JSON"),
        (b"<html>", "the reply is not JSON"),
        (b"\xff\xfe", "the reply is not JSON"),
        (b'{"result":"found"', "the reply is not JSON"),
        (b'{"result":NaN}', "the reply is not JSON"),
        (b'{"n":' + b"1" * 5000 + b"}", "the reply is not JSON"),
        (b"[" * 60_000, "the reply is not JSON"),
        (b'["found"]', "the reply is no JSON object"),
        (b"{}", "result is none of found, none, refused"),
        (b'{"result":"ok"}', "result is none of found, none, refused"),
        (b'{"result":["found"]}', "result is none of found, none, refused"),
        (b'{"result":"found"}', "result is found, but records is empty"),
        (b'{"result":"found","records":{}}', "records is no list"),
        (b'{"result":"found","records":[1]}', "records[0] is no object"),
        (b'{"result":"found","records":[{"fields":[]}]}', "records[0].fields is no object"),
        (b'{"result":"found","records":[{"fields":{},"owner":"*"}]}', "records[0].owner is no list"),
        (b'{"result":"found","records":[{"owner":[1]}]}', "records[0].owner holds something that is no text"),
        (b'{"result":"none","records":[{}]}', "result is none, but records is not empty"),
        (b'{"result":"refused","reason":7}', "reason is no text of at most 1000 characters"),
        (found(*[{}] * 51), "records holds more than 50"),
    ],
)
def test_what_is_no_reply_is_said_by_its_place(body: bytes, why: str) -> None:
    with pytest.raises(Misread) as told:
        read_reply(body, ())
    assert str(told.value) == why


def test_why_never_quotes_a_value() -> None:
    fields = tuple(LookupField(name=kind.value, kind=kind, values=("a",)) for kind in FieldKind)
    for field in fields:
        for told in ([SECRET_VALUE], {SECRET_VALUE: 1}, SECRET_VALUE * 101):
            with pytest.raises(Misread) as error:
                read_reply(found({field.name: told}), (field,))
            assert SECRET_VALUE not in str(error.value)


def test_whether_a_code_was_sent_is_true_or_false() -> None:
    assert read_sent(b'{"sent":true}')
    assert not read_sent(b'{"sent":false}')
    for body in (b"{}", b'{"sent":"yes"}', b'{"sent":1}', b"true"):
        with pytest.raises(Misread):
            read_sent(body)
