"""What was told once in a conversation is not asked for again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from csbot.domain.content import Form, Slot, SlotKind
from csbot.evaluation.conversing import Conversing, texts
from csbot.evaluation.systems import Scripted
from tests.unit.engine.shop import BY_HEART, ORDER, SHOP, ByHeart, both, intent, sure, torn

DAY = Slot(name="sent_on", kind=SlotKind.DATE, question=both("when?"))
PHONE = Slot(name="phone", kind=SlotKind.PHONE, question=both("which number?"))
STREET = Slot(name="street", kind=SlotKind.TEXT, question=both("where to?"))


@pytest.fixture
def chat(shop: Scripted) -> Conversing:
    more = (
        intent("refund", form=Form(slots=(ORDER, DAY), done=both("refund of {order_number}, sent {sent_on}"))),
        intent("move", form=Form(slots=(STREET,), done=both("to {street}"))),
        intent("call", form=Form(slots=(PHONE,), done=both("calling {phone}"))),
        intent(
            "swap",
            form=Form(slots=(PHONE, replace(PHONE, name="other_phone", question=both("by which?"))), done=both("ok")),
        ),
    )
    catalogue = replace(SHOP, intents={**SHOP.intents, **{one.id: one for one in more}})
    heard = {
        "siparişim 4711 ile ilgili": torn("track", "cancel", "faq/time"),
        "4711, 12.11.2026 günü yolladım": torn("refund", "cancel", "faq/time"),
        "diğer siparişim nerede": sure("track"),
        "taşındım": sure("move"),
        "arayın": sure("call"),
        "numaram değişti": sure("swap"),
        "numaram 0532 111 22 33, ücret?": sure("faq/cost"),
    }
    return Conversing(catalogue=catalogue, nlu=ByHeart({**BY_HEART, **heard}), systems=shop)


async def test_a_number_told_before_a_clarifying_question_is_not_asked_for(chat: Conversing, shop: Scripted) -> None:
    await chat.says("siparişim 4711 ile ilgili")
    shop.answers.append("found status=there")
    assert texts(await chat.presses("track tr")) == ["4711 there tr"]


async def test_all_that_was_told_before_a_clarifying_question_fills_the_form(chat: Conversing) -> None:
    await chat.says("4711, 12.11.2026 günü yolladım")
    assert texts(await chat.presses("refund tr")) == ["refund of 4711, sent 12.11.2026 tr"]


async def test_a_number_told_for_one_thing_serves_another_after_that_was_left(chat: Conversing, shop: Scripted) -> None:
    shop.answers.append("found status=there")
    assert texts(await chat.says("4711 dursun")) == ["stop 4711? tr"]
    await chat.says("hayır")
    assert texts(await chat.says("iptal")) == ["why? tr"]


async def test_a_phone_number_told_beside_a_question_serves_a_form(chat: Conversing) -> None:
    await chat.says("numaram 0532 111 22 33, ücret?")
    assert texts(await chat.says("arayın")) == ["calling +905321112233 tr"]


async def test_where_a_form_asks_for_two_of_a_kind_both_are_asked_for(chat: Conversing) -> None:
    await chat.says("numaram 0532 111 22 33, ücret?")
    assert texts(await chat.says("numaram değişti")) == ["which number? tr"]


async def test_the_latest_number_counts_and_another_order_is_asked_for(chat: Conversing, shop: Scripted) -> None:
    shop.answers += ["found status=there", "found status=there", "found status=there"]
    await chat.says("4711 nerede")
    await chat.says("4712")
    assert texts(await chat.says("kargom nerede")) == ["4712 there tr"]
    assert texts(await chat.says("diğer siparişim nerede")) == ["which order? tr"]


async def test_a_number_that_nothing_was_found_for_is_asked_for_again(chat: Conversing, shop: Scripted) -> None:
    shop.answers.append("none")
    assert texts(await chat.says("4711 nerede")) == ["no order 4711 tr"]
    await chat.says("vazgeçtim")
    assert texts(await chat.says("iptal")) == ["which order? tr"]


async def test_a_number_in_an_answer_to_another_question_is_no_order_s(chat: Conversing) -> None:
    await chat.says("taşındım")
    await chat.says("Lale Cad. 5, 34710 Kadıköy")
    assert texts(await chat.says("iptal")) == ["which order? tr"]


async def test_what_one_customer_of_a_lane_has_told_does_not_serve_another(chat: Conversing, shop: Scripted) -> None:
    shop.answers.append("found status=there")
    await chat.says("4711 nerede")
    chat.identity = 2
    assert texts(await chat.says("iptal")) == ["which order? tr"]
