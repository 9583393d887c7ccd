"""Several things in one message, and texts that go on from the question before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from csbot.domain.ticket import Reason
from csbot.engine.reading import Earlier, read
from csbot.evaluation.conversing import Conversing
from tests.unit.engine.shop import BY_HEART, SHOP, ByHeart, sure, torn, unsure

KNOWN = {
    **BY_HEART,
    "ücret ne?": sure("faq/cost"),
    "süre ne?": sure("faq/time"),
    "ücret ne": sure("faq/cost"),
    "süre ne": sure("faq/time"),
    "kırıldı.": sure("damage"),
    "iptal etsem mi": sure("cancel"),
    "kargom nerede?": sure("track"),
    "hangisi acaba?": torn("faq/time", "faq/cost"),
    "bambaşka nedir?": unsure(),
    "süre ne peki ücret": unsure(),
    "süre ücret": sure("faq/cost"),
    "süre hava": sure("faq/cost"),
    "hava": replace(unsure(), unknown=("hava",)),
}


@pytest.fixture
def chat() -> Conversing:
    return Conversing(catalogue=SHOP, nlu=ByHeart(known=KNOWN))


def said(chat: Conversing) -> list[str]:
    return [say.text for say in chat.turns[-1].says]


async def test_two_questions_are_answered_in_order_and_voted_on_once(chat: Conversing) -> None:
    turn = await chat.says("ücret ne? süre ne?")
    assert turn.decision == "answer"
    assert said(chat) == ["answer cost tr", "answer time tr", "helped tr"]
    assert turn.memory is not None
    assert turn.memory.faq_tried == ("cost", "time")
    assert turn.memory.last_answer == "faq/time"


@pytest.mark.parametrize("text", ["ücret ne ve süre ne", "ücret ne bir de süre ne", "merhaba, ücret ne, süre ne"])
async def test_joined_questions_are_two(chat: Conversing, text: str) -> None:
    await chat.says(text)
    assert said(chat)[:2] == ["answer cost tr", "answer time tr"]


async def test_half_a_sentence_that_is_not_understood_is_no_part(chat: Conversing) -> None:
    turn = await chat.says("ücret ne ve şu bu")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.UNSURE


async def test_a_question_beside_a_wish_is_answered_and_the_form_begins(chat: Conversing) -> None:
    turn = await chat.says("süre ne? iptal")
    assert turn.decision == "ask"
    assert said(chat) == ["answer time tr", "which order? tr"]
    assert turn.memory is not None
    assert turn.memory.pending is not None
    assert turn.memory.pending.subject == "cancel"


async def test_two_wishes_that_are_asked_for_come_one_after_the_other(chat: Conversing) -> None:
    turn = await chat.says("kargom nerede? iptal etsem mi")
    assert said(chat) == ["which order? tr"]
    assert turn.memory is not None
    assert turn.memory.later == ("cancel",)


async def test_two_wishes_that_may_be_one_are_asked_about(chat: Conversing) -> None:
    turn = await chat.says("kırıldı. iptal")
    assert turn.decision == "clarify"
    assert [choice.payload for choice in turn.says[-1].choices][:2] == ["clarify:damage", "clarify:cancel"]


async def test_what_is_not_understood_is_said_back(chat: Conversing) -> None:
    turn = await chat.says("süre ne? bambaşka nedir?")
    assert said(chat) == ["answer time tr", "part_unknown tr"]
    assert turn.owner is None


async def test_an_unclear_question_is_asked_about_after_the_answer(chat: Conversing) -> None:
    turn = await chat.says("hangisi acaba? robot musun")
    assert turn.decision == "clarify"
    assert said(chat) == ["a robot tr", "clarify tr"]


async def test_an_unclear_question_beside_a_form_is_said_back(chat: Conversing) -> None:
    await chat.says("hangisi acaba? iptal")
    assert said(chat) == ["part_unknown tr", "which order? tr"]


async def test_a_person_is_fetched_by_any_part(chat: Conversing) -> None:
    turn = await chat.says("süre ne? biri baksın")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.ASKED
    assert "süre ne?" in turn.ticket.summary


async def test_what_is_sensitive_goes_to_a_person_after_the_answer(chat: Conversing) -> None:
    turn = await chat.says("süre ne? verimi silin")
    assert said(chat)[0] == "answer time tr"
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.SENSITIVE


async def test_a_question_in_an_answer_to_a_form_is_answered_too(chat: Conversing) -> None:
    await chat.says("iptal")
    turn = await chat.says("4711. süre ne?")
    assert said(chat) == ["answer time tr", "why? tr"]
    assert turn.memory is not None
    assert dict(turn.memory.slots) == {"order_number": "4711"}


async def test_a_short_text_is_read_with_the_question_before(chat: Conversing) -> None:
    await chat.says("süre")
    turn = await chat.says("peki ücret")
    assert said(chat)[0] == "answer cost tr"
    assert "read with the question before it as 'süre ücret'" in turn.why


async def test_words_of_another_matter_are_not_read_with_it(chat: Conversing) -> None:
    await chat.says("süre")
    turn = await chat.says("hava")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.UNSURE


async def test_a_follow_up_is_expected_to_be_what_is_offered_after_the_answer() -> None:
    nlu = ByHeart(known=KNOWN)
    earlier = Earlier(words="süre", answered="faq/time", follow_ups=("faq/cost",))
    heard = await read("ya ücret", nlu=nlu, language="tr", earlier=earlier)
    assert heard.read == "süre ücret"
    assert nlu.asked[-1] == ("süre ücret", "tr", ("faq/cost",))
