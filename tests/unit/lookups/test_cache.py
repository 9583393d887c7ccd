"""What is kept of answers, for whom, and for how long."""

from __future__ import annotations

import pytest

from csbot.domain.lookup import Branch, LookupAnswer
from csbot.lookups.cache import Cache
from tests.unit.lookups.questions import Ticking, about

FOUND = LookupAnswer(request="sms:k1:order-status", branch=Branch.FOUND, records=({"place": "Bolu"},))


def test_the_same_question_is_answered_for_a_while() -> None:
    clock = Ticking()
    cache = Cache(clock=clock)
    cache.put(about("4711"), FOUND, seconds=10)
    kept = cache.get(about("4711", request="sms:k2:order-status"))
    assert kept is not None
    assert (kept.request, kept.records) == ("sms:k2:order-status", FOUND.records)
    clock.at += 10
    assert cache.get(about("4711")) is None


@pytest.mark.parametrize(
    "other",
    [
        about("4712"),
        about("4711", fields=()),
        about("4711", proofs=()),
        about("4711", proofs=("phone:+905329998877",)),
    ],
)
def test_another_question_or_another_customer_is_not(other: object) -> None:
    cache = Cache(clock=Ticking())
    cache.put(about("4711"), FOUND, seconds=10)
    assert cache.get(other) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("branch", [b for b in Branch if b not in {Branch.FOUND, Branch.SEVERAL, Branch.NONE}])
def test_failures_are_not_kept(branch: Branch) -> None:
    cache = Cache(clock=Ticking())
    cache.put(about("4711"), LookupAnswer(request="x", branch=branch), seconds=10)
    assert cache.get(about("4711")) is None


def test_nor_what_a_code_has_opened_nor_anything_where_it_is_turned_off() -> None:
    cache = Cache(clock=Ticking())
    cache.put(about("4711", code="123456"), FOUND, seconds=10)
    cache.put(about("4712"), FOUND, seconds=0)
    assert cache.get(about("4711", code="123456")) is None
    assert cache.get(about("4712")) is None


def test_only_the_latest_are_kept_and_a_change_ends_all() -> None:
    cache = Cache(clock=Ticking(), most=2)
    for number in ("4711", "4712", "4713"):
        cache.put(about(number), FOUND, seconds=10)
    assert [cache.get(about(number)) is None for number in ("4711", "4712", "4713")] == [True, False, False]
    cache.clear()
    assert cache.get(about("4713")) is None
