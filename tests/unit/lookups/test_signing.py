"""Signatures of what csbot sends to the brand's systems."""

from __future__ import annotations

from datetime import timedelta

import pytest

from csbot.lookups.signing import REQUEST, SIGNATURE, TIMESTAMP, TOLERANCE_S, is_genuine, signed
from tests.unit.lookups.questions import NOW, SECRET

BODY = b'{"lookup":"order-status","slots":{"order_number":"4711"}}'
HEADERS = signed(SECRET, request="a1", body=BODY, now=NOW)


def test_the_signature_is_the_one_told_in_the_documentation() -> None:
    assert HEADERS == {
        TIMESTAMP: "1795599020",
        REQUEST: "a1",
        SIGNATURE: "v1=8e55913b34992ebaefbbd9a0e6366b2a75868f1c5882906b401170f3628f7851",
    }


def test_what_is_genuine_is_taken_for_five_minutes_either_way() -> None:
    for seconds in (-TOLERANCE_S, 0, TOLERANCE_S):
        assert is_genuine(SECRET, HEADERS, BODY, now=NOW.replace(microsecond=0) + timedelta(seconds=seconds))
    for seconds in (-TOLERANCE_S - 1, TOLERANCE_S + 1):
        assert not is_genuine(SECRET, HEADERS, BODY, now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (SIGNATURE, ""),
        (SIGNATURE, HEADERS[SIGNATURE].upper()),
        (SIGNATURE, HEADERS[SIGNATURE].removeprefix("v1=")),
        (SIGNATURE, "v1=ğü\udcff"),
        (TIMESTAMP, ""),
        (TIMESTAMP, "1795599021"),
        (TIMESTAMP, "soon"),
        (TIMESTAMP, "²"),
        (REQUEST, "a2"),
        (REQUEST, ""),
    ],
)
def test_whatever_is_another_is_not_genuine(header: str, value: str) -> None:
    assert not is_genuine(SECRET, {**HEADERS, header: value}, BODY, now=NOW)


def test_another_body_or_another_secret_is_not_genuine() -> None:
    assert not is_genuine(SECRET, HEADERS, BODY.replace(b"4711", b"4712"), now=NOW)
    assert not is_genuine(SECRET + b"!", HEADERS, BODY, now=NOW)
    assert not is_genuine(SECRET, {}, BODY, now=NOW)
