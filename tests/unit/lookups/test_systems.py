"""Lookups against the sample shop's real server: who is told what, what is changed, and what becomes of failures."""

from __future__ import annotations

import json
from datetime import date

import pytest

from csbot import metrics
from csbot.domain.lookup import Branch, LookupAnswer
from csbot.lookups.systems import BrandSystems
from csbot.sampleshop.orders import ELIF, PHONE, Status
from csbot.sampleshop.shop import CANCEL, STATUS, Fault, SampleShop
from tests.unit.lookups.questions import NOW, Ticking, Wall, about, cancel, system


def branch(answer: LookupAnswer) -> tuple[Branch, tuple[object, ...]]:
    return answer.branch, answer.records


# -- who is told what --------------------------------------------------------------------------------------------------


async def test_an_order_is_told_with_place_and_date(systems: BrandSystems) -> None:
    answer = await systems.ask(about("4711", proofs=()), now=NOW)
    assert answer == LookupAnswer(
        request="sms:k1:order-status",
        branch=Branch.FOUND,
        records=({"status": "in_transit", "place": "Bolu", "expected": date(2026, 11, 26), "carrier": "Turna Kargo"},),
    )


async def test_the_system_is_told_what_it_needs_and_no_more(systems: BrandSystems, shop: SampleShop) -> None:
    await systems.ask(about("4711"), now=NOW)
    await systems.ask(about("4711", personal=False), now=NOW)
    first, second = shop.asked
    assert first == {
        "lookup": "order-status",
        "request": first["request"],
        "language": "tr",
        "slots": {"order_number": "4711"},
        "changes": False,
        "proofs": [PHONE],
        "proven": False,
    }
    assert "proofs" not in second
    assert "sms" not in json.dumps(second)


async def test_an_order_is_told_to_whom_it_belongs(systems: BrandSystems) -> None:
    answer = await systems.ask(about("4811", proofs=("phone:+90 532 111 22 33",)), now=NOW)
    assert (answer.branch, answer.records[0]["place"]) == (Branch.FOUND, "Eskişehir")


async def test_another_s_order_and_none_at_all_are_the_same_to_a_customer(systems: BrandSystems) -> None:
    for proofs in ((), (PHONE,)):
        answers = [await systems.ask(about(number, proofs=proofs), now=NOW) for number in ("4812", "9999")]
        assert [branch(answer) for answer in answers] == [(Branch.UNPROVEN, ())] * 2
        assert answers[0] == answers[1]


async def test_all_orders_of_a_customer_are_several_and_of_a_stranger_none(systems: BrandSystems) -> None:
    assert (await systems.ask(about("", slots=(), proofs=(ELIF,)), now=NOW)).branch is Branch.FOUND
    both = await systems.ask(about("", slots=(), proofs=(ELIF, PHONE)), now=NOW)
    assert (both.branch, len(both.records)) == (Branch.SEVERAL, 2)
    assert (await systems.ask(about("", slots=(), proofs=("id:7",)), now=NOW)).branch is Branch.NONE
    assert (await systems.ask(about("", slots=(), proofs=()), now=NOW)).branch is Branch.UNPROVEN


async def test_what_is_not_personal_is_told_to_everybody(systems: BrandSystems) -> None:
    assert (await systems.ask(about("4812", personal=False), now=NOW)).branch is Branch.FOUND
    assert (await systems.ask(about("9999", personal=False), now=NOW)).branch is Branch.NONE


async def test_a_code_to_the_contact_on_file_opens_that_order_and_no_other(
    systems: BrandSystems, shop: SampleShop, wall: Wall
) -> None:
    asked = await systems.ask(about("4812", request="web:k1:s", send_code=True, proofs=()), now=NOW)
    assert branch(asked) == (Branch.CODE, ())
    [sent] = shop.codes
    assert sent.contact == "elif@mail.example"
    typed = {"challenge": asked.challenge, "code": sent.code, "proofs": ()}
    later = wall.later(minutes=9)
    opened = await systems.ask(about("4812", request="web:k2:s", **typed), now=later)
    assert (opened.branch, opened.records[0]["place"]) == (Branch.FOUND, "İzmir")
    assert shop.asked[-1]["proven"]
    for other in (about("4811", **typed), about("4812", **{**typed, "code": "999999"}), cancel("4812", **typed)):
        assert (await systems.ask(other, now=later)).branch is Branch.UNPROVEN
    expired = await systems.ask(about("4812", **typed), now=wall.later(minutes=3))
    assert expired.branch is Branch.UNPROVEN


async def test_a_code_for_an_order_that_does_not_exist_is_on_its_way_too(
    systems: BrandSystems, shop: SampleShop
) -> None:
    answers = [
        await systems.ask(about(number, request="web:k1:s", send_code=True, proofs=()), now=NOW)
        for number in ("4812", "9999")
    ]
    assert [branch(answer) for answer in answers] == [(Branch.CODE, ())] * 2
    assert len(shop.codes) == 1


async def test_wrong_codes_and_codes_without_end_are_refused(systems: BrandSystems, shop: SampleShop) -> None:
    ask = about("4812", request="web:k1:s", send_code=True, proofs=())
    answers = [await systems.ask(ask, now=NOW) for _ in range(6)]
    assert [answer.branch for answer in answers] == [Branch.CODE] * 5 + [Branch.UNPROVEN]
    challenge = answers[0].challenge
    for _ in range(5):
        await systems.ask(about("4812", challenge=challenge, code="000000", proofs=()), now=NOW)
    right = about("4812", challenge=challenge, code=shop.codes[0].code, proofs=())
    assert (await systems.ask(right, now=NOW)).branch is Branch.UNPROVEN


async def test_no_code_is_sent_about_nothing(systems: BrandSystems, shop: SampleShop) -> None:
    for _ in range(9):
        asked = await systems.ask(about("", slots=(), send_code=True, proofs=()), now=NOW)
        assert asked.branch is Branch.UNPROVEN
    assert shop.asked == []


async def test_a_system_that_sends_no_codes_is_not_asked_for_one(shop: SampleShop) -> None:
    async with BrandSystems([system(STATUS, shop.url, codes=False)]) as systems:
        answer = await systems.ask(about("4812", send_code=True), now=NOW)
    assert answer.branch is Branch.UNPROVEN
    assert shop.asked == []


# -- what is changed ---------------------------------------------------------------------------------------------------


async def test_an_order_is_cancelled_once_however_often_the_same_is_asked(
    systems: BrandSystems, shop: SampleShop
) -> None:
    for _ in range(10):
        answer = await systems.ask(cancel("4713"), now=NOW)
        assert (answer.branch, answer.records[0]["status"]) == (Branch.FOUND, Status.CANCELLED)
    assert shop.orders.changes == 1
    refused = await systems.ask(cancel("4711", request="sms:k2:cancel-order"), now=NOW)
    assert (refused.branch, refused.reason, refused.records) == (Branch.REFUSED, "already_sent", ())
    assert shop.orders.changes == 1


async def test_another_s_order_is_not_even_asked_to_be_cancelled(systems: BrandSystems, shop: SampleShop) -> None:
    for number in ("4812", "9999"):
        assert (await systems.ask(cancel(number), now=NOW)).branch is Branch.UNPROVEN
    assert not any(question["changes"] for question in shop.asked)
    assert shop.orders.changes == 0


async def test_a_code_opens_a_change_too(systems: BrandSystems, shop: SampleShop) -> None:
    sent = await systems.ask(about("4812", request="web:k1:s", send_code=True, proofs=()), now=NOW)
    code = shop.codes[0].code
    typed = cancel("4812", family="order-status", challenge=sent.challenge, code=code, proofs=())
    assert (await systems.ask(typed, now=NOW)).branch is Branch.FOUND
    assert shop.orders.changes == 1


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.CUT])
async def test_of_a_change_that_may_have_arrived_nobody_knows_and_it_is_not_tried_again(
    shop: SampleShop, fault: Fault
) -> None:
    async with BrandSystems([system(CANCEL, shop.url, retries=3)]) as systems:
        shop.fault(fault, times=9)
        answer = await systems.ask(cancel("4713", personal=False), now=NOW)
    assert answer.branch is Branch.UNKNOWN
    assert len(shop.asked) == 1
    assert shop.orders.changes == 1, "it had been made"


@pytest.mark.parametrize(
    ("fault", "branch"),
    [
        (Fault.ERROR, Branch.UNKNOWN),
        (Fault.GARBAGE, Branch.UNKNOWN),
        (Fault.LIE, Branch.UNKNOWN),
        (Fault.HUGE, Branch.UNKNOWN),
        (Fault.BUSY, Branch.DOWN),
        (Fault.REDIRECT, Branch.UNKNOWN),
        (Fault.REFUSED, Branch.REFUSED),
    ],
)
async def test_what_a_change_came_to_that_was_answered_badly(
    systems: BrandSystems, shop: SampleShop, fault: Fault, branch: Branch
) -> None:
    shop.fault(fault)
    answer = await systems.ask(cancel("4713", personal=False), now=NOW)
    assert answer.branch is branch
    assert len(shop.asked) == 1


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.ERROR, Fault.GARBAGE, Fault.CUT])
async def test_a_personal_change_that_fails_before_it_is_asked_for_was_not_made(shop: SampleShop, fault: Fault) -> None:
    async with BrandSystems([system(CANCEL, shop.url, retries=0)]) as systems:
        shop.fault(fault)
        answer = await systems.ask(cancel("4713"), now=NOW)
    assert answer.branch.failed
    assert shop.orders.changes == 0


# -- what is kept ------------------------------------------------------------------------------------------------------


async def test_answers_are_kept_where_told_until_something_is_changed(shop: SampleShop, clock: Ticking) -> None:
    kept = [system(STATUS, shop.url, cache_s=30.0), system(CANCEL, shop.url)]
    async with BrandSystems(kept, clock=clock) as systems:
        for _ in range(3):
            assert (await systems.ask(about("4713"), now=NOW)).records[0]["status"] == "preparing"
        assert len(shop.asked) == 1
        await systems.ask(cancel("4713"), now=NOW)
        assert (await systems.ask(about("4713"), now=NOW)).records[0]["status"] == "cancelled"


async def test_calls_are_counted_by_what_came_of_them(systems: BrandSystems, shop: SampleShop) -> None:
    def counted(branch: str) -> float:
        labels = {"lookup": "order-status", "branch": branch}
        return metrics.REGISTRY.get_sample_value("csbot_lookups_total", labels) or 0.0

    before = counted("found"), counted("wrong")
    await systems.ask(about("4711"), now=NOW)
    shop.fault(Fault.LIE)
    await systems.ask(about("4711"), now=NOW)
    assert (counted("found"), counted("wrong")) == (before[0] + 1, before[1] + 1)
    assert "secret" not in repr(system(STATUS, shop.url))
