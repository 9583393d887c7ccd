"""What a form that ends in a lookup comes to: every branch, and for whom."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

import pytest

from csbot.domain.ticket import Priority, Reason
from csbot.domain.turn import Turn
from csbot.evaluation.conversing import Conversing, choices_of, texts
from csbot.evaluation.systems import Scripted, shown
from tests.unit.engine.shop import SHOP

PHONE = "phone:+905321112233"
FOUND = "found status=there place=Ankara on=2026-12-01 price=149.9"
TOLD = "4711 there in Ankara on 1 Aralık Salı for ₺149,90 tr"


def answers(shop: Scripted, *written: str) -> None:
    shop.answers = deque(written)


def asked(shop: Scripted) -> list[str]:
    told = [shown(need) for need in shop.asked]
    shop.asked.clear()
    return told


def labels(turn: Turn) -> Iterable[str]:
    return [choice.label for choice in choices_of(turn)]


async def test_what_is_found_is_told_with_dates_and_money_of_the_language(chat: Conversing, shop: Scripted) -> None:
    answers(shop, FOUND, FOUND)
    turn = await chat.says("4711 nerede")
    assert (turn.decision, texts(turn)) == ("answer", [TOLD])
    assert turn.ticket is None
    assert dict(chat.conversation.memory.slots) == {"order_number": "4711"}

    turn = await chat.says("where is 4711")
    assert texts(turn) == ["4711 there in Ankara on Tuesday, December 1 for TRY149.90 en"]


async def test_what_is_missing_is_not_spoken_of(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "found status=there place=Kars", "found status=gone")
    assert texts(await chat.says("4711 nerede")) == ["4711 there in Kars tr"]
    assert texts(await chat.says("4711 nerede")) == ["gone tr"]


async def test_a_slot_is_asked_first(chat: Conversing, shop: Scripted) -> None:
    assert texts(await chat.says("kargom nerede")) == ["which order? tr"]
    answers(shop, FOUND)
    assert texts(await chat.says("4711")) == [TOLD]
    assert asked(shop) == ["status order_number=4711"]


async def test_the_same_turn_asks_under_the_same_name_and_another_under_another(
    chat: Conversing, shop: Scripted
) -> None:
    answers(shop, FOUND, FOUND)
    await chat.says("merhaba", "4711 nerede")
    await chat.says("4711 nerede")
    assert [need.request for need in shop.asked] == ["console:m1:status", "console:m3:status"]
    assert shop.asked[0].language == "tr"


async def test_another_number_is_looked_up_too(chat: Conversing, shop: Scripted) -> None:
    answers(shop, FOUND, "found status=gone")
    await chat.says("4711 nerede")
    assert texts(await chat.says("peki ya 4712?")) == ["gone tr"]
    assert asked(shop) == ["status order_number=4711", "status order_number=4712"]


async def test_several_are_told_a_line_each(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "several status=there place=Kars | status=gone")
    assert texts(await chat.says("4711 nerede")) == ["lookup_several tr\n- one in Kars tr\n- one tr"]


async def test_a_person_goes_on_after_what_was_found_where_the_form_says_so(chat: Conversing, shop: Scripted) -> None:
    answers(shop, FOUND)
    turn = await chat.says("4711 bak")
    assert texts(turn) == [TOLD, "handoff_next tr"]
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.team, turn.ticket.slots) == (
        Reason.FORM,
        "orders",
        (("order_number", "4711"),),
    )


async def test_none_asks_for_the_number_twice_more_and_then_a_person(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "none", "none", "none")
    turn = await chat.says("4711 nerede")
    assert (turn.decision, texts(turn)) == ("ask", ["no order 4711 tr"])
    assert texts(await chat.says("4712")) == ["no order 4712 tr"]
    turn = await chat.says("4713")
    assert texts(turn) == ["form_gave_up tr", "handoff_next tr"]
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.team) == (Reason.FORM_FAILED, "orders")
    assert turn.ticket.slots == (("order_number", "4713"),)


async def test_none_then_the_right_one(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "none", FOUND)
    await chat.says("4711 nerede")
    assert texts(await chat.says("4712")) == [TOLD.replace("4711", "4712")]


@pytest.mark.parametrize("branch", ["late", "down", "wrong"])
async def test_a_system_that_does_not_answer_is_told_and_a_person_offered(
    chat: Conversing, shop: Scripted, branch: str
) -> None:
    answers(shop, branch)
    turn = await chat.says("4711 nerede")
    assert texts(turn) == ["lookup_away tr", "lookup_person tr"]
    assert labels(turn) == ["confirm_yes tr", "confirm_no tr"]
    turn = await chat.says("evet")
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.priority) == (Reason.SYSTEM_DOWN, Priority.HIGH)
    assert turn.ticket.slots == (("order_number", "4711"),)
    assert turn.ticket.summary.startswith("track tr")


@pytest.mark.parametrize("said", ["hayır", "vazgeçtim"])
async def test_who_does_not_want_a_person_is_left_in_peace(chat: Conversing, shop: Scripted, said: str) -> None:
    answers(shop, "down")
    await chat.says("4711 nerede")
    turn = await chat.says(said)
    assert (texts(turn), turn.ticket) == (["form_cancelled tr"], None)


async def test_another_question_is_simply_answered_while_the_system_is_away(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "down")
    await chat.says("4711 nerede")
    assert texts(await chat.says("robot musun")) == ["a robot tr"]


# -- whose it is -----------------------------------------------------------------------------------------------------


async def test_only_what_the_platform_proves_is_told_to_a_system(chat: Conversing, shop: Scripted) -> None:
    answers(shop, FOUND)
    await chat.says("4711 nerede")
    assert shop.asked[0].proofs == ()
    chat.person = PHONE
    answers(shop, FOUND, "found")
    await chat.says("4711 nerede")
    assert shop.asked[1].proofs == (PHONE,)
    await chat.says("açık mı 4711")
    assert shop.asked[2].proofs == (), "what anybody may know is asked for nobody"


async def test_a_code_opens_what_is_not_proven(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "unproven", "code")
    turn = await chat.says("4711 nerede")
    assert (turn.decision, texts(turn)) == ("ask", ["lookup_code tr"])
    assert asked(shop) == ["status order_number=4711", "status order_number=4711 send code"]
    answers(shop, FOUND)
    assert texts(await chat.says("kod 482 119")) == [TOLD]
    need = shop.asked[0]
    assert (need.code, need.challenge) == ("482119", "console:m1:status:code")


async def test_three_wrong_codes_lead_to_a_person(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "unproven", "code", "unproven", "unproven", "unproven")
    await chat.says("4711 nerede")
    for wrong in ("111111", "222222"):
        assert texts(await chat.says(wrong)) == ["lookup_code_wrong tr"]
    turn = await chat.says("333333")
    assert texts(turn) == ["lookup_unproven tr", "handoff_next tr"]
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.slots) == (Reason.NOT_PROVEN, (("order_number", "4711"),))
    assert {need.challenge for need in shop.asked if need.code} == {"console:m1:status:code"}


async def test_the_three_are_counted_whatever_is_left_and_begun_again(chat: Conversing, shop: Scripted) -> None:
    for wrong in ("111111", "222222"):
        answers(shop, "unproven", "code", "unproven")
        await chat.says("4711 nerede")
        assert texts(await chat.says(wrong)) == ["lookup_code_wrong tr"]
        await chat.says("vazgeçtim")
    answers(shop, "unproven", "code", "unproven")
    await chat.says("4711 nerede")
    turn = await chat.says("333333")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.NOT_PROVEN


async def test_a_right_code_ends_the_count(chat: Conversing, shop: Scripted) -> None:
    for _ in range(3):
        answers(shop, "unproven", "code", "unproven", "unproven", FOUND)
        await chat.says("4711 nerede")
        for code in ("111111", "222222"):
            assert texts(await chat.says(code)) == ["lookup_code_wrong tr"]
        assert texts(await chat.says("482119")) == [TOLD]
        await chat.says("robot musun")


async def test_who_has_codes_sent_to_one_after_another_gets_a_person(chat: Conversing, shop: Scripted) -> None:
    for number in range(4711, 4716):
        answers(shop, "unproven", "code")
        assert texts(await chat.says("4711 nerede" if number == 4711 else f"pardon {number}")) == ["lookup_code tr"]
    answers(shop, "unproven")
    turn = await chat.says("pardon 4716")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.NOT_PROVEN


async def test_a_code_is_asked_for_once_about_the_same(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "unproven", "code")
    await chat.says("4711 nerede")
    answers(shop, FOUND)
    await chat.says("482119")
    answers(shop, FOUND)
    assert texts(await chat.says("4711 nerede")) == [TOLD]
    answers(shop, FOUND)
    assert texts(await chat.says("dursun")) == ["stop 4711 in Ankara? tr"]
    assert asked(shop)[-2:] == ["status order_number=4711 code=482119"] * 2
    await chat.says("vazgeçtim")
    answers(shop, "unproven", "code")
    assert texts(await chat.says("4711 nerede")) == ["lookup_code tr"]


async def test_a_code_that_has_become_too_old_is_sent_anew(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "unproven", "code", FOUND)
    await chat.says("4711 nerede")
    await chat.says("482119")
    answers(shop, "unproven", "code")
    assert texts(await chat.says("4711 nerede")) == ["lookup_code tr"]


async def test_after_a_wrong_code_and_another_question_the_code_is_asked_for_as_at_first(
    chat: Conversing, shop: Scripted
) -> None:
    answers(shop, "unproven", "code", "unproven")
    await chat.says("4711 nerede")
    await chat.says("111111")
    assert texts(await chat.says("robot musun")) == ["a robot tr", "lookup_code tr"]


async def test_a_code_that_does_not_come(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "unproven", "code")
    await chat.says("4711 nerede")
    assert texts(await chat.says("gelmedi ki")) == ["lookup_code_again tr"]
    assert texts(await chat.says("robot musun")) == ["a robot tr", "lookup_code tr"]
    assert texts(await chat.says("hâlâ yok")) == ["lookup_code_again tr"]
    turn = await chat.says("hiçbir şey gelmiyor")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.NOT_PROVEN


async def test_a_code_can_be_left(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "unproven", "code")
    await chat.says("4711 nerede")
    assert texts(await chat.says("vazgeçtim")) == ["form_cancelled tr"]


async def test_a_mistyped_number_can_be_put_right_instead_of_a_code(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "unproven", "code", FOUND)
    await chat.says("4711 nerede")
    assert texts(await chat.says("pardon 4712")) == [TOLD.replace("4711", "4712")]
    assert asked(shop)[-1] == "status order_number=4712"


async def test_without_codes_nothing_is_told_and_a_person_goes_on(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "unproven", "unproven")
    turn = await chat.says("4711 nerede")
    assert texts(turn) == ["lookup_unproven tr", "handoff_next tr"]
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.NOT_PROVEN


async def test_a_code_that_cannot_be_sent_now(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "unproven", "late")
    assert texts(await chat.says("4711 nerede")) == ["lookup_away tr", "lookup_person tr"]


async def test_nothing_personal_is_asked_where_others_read(chat: Conversing, shop: Scripted) -> None:
    chat.place, chat.person = "general", PHONE
    assert texts(await chat.says("kargom nerede")) == ["lookup_private tr"]
    turn = await chat.says("4711 nerede")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.NOT_PROVEN
    assert shop.asked == []


async def test_what_anybody_may_know_is_told_there(chat: Conversing, shop: Scripted) -> None:
    chat.place = "general"
    answers(shop, "found")
    assert texts(await chat.says("açık mı 4711")) == ["open tr"]


async def test_a_lookup_no_longer_published_leads_to_a_person(chat: Conversing, shop: Scripted) -> None:
    chat.catalogue = replace(SHOP, lookups={})
    turn = await chat.says("4711 nerede")
    assert turn.ticket is not None
    assert turn.ticket.slots == (("order_number", "4711"),)
