"""The main job on every channel: a common question is answered in its language, anything else goes to a person."""

from __future__ import annotations

import re

import pytest

from tests.chain.customers import newcomer
from tests.chain.running import EVERY_WAY, Running

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.parametrize("channel", EVERY_WAY)]

UNKNOWN = "zurna çalan komşum için fırtına raporu hazırladım"
PLACE = re.compile(r"Sıradaki yeriniz: (\d+), tahmini bekleme: \S+")


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Kargo kaç günde gelir?", "tr"),
        ("kargo kac gunde gelir", "tr"),
        ("How long does delivery take?", "en"),
    ],
)
async def test_a_question_of_the_faq_is_answered_in_its_language_with_one_call(
    csbot: Running, channel: str, question: str, language: str
) -> None:
    customer = newcomer(csbot, channel)
    await customer.says(question)
    [shown] = await customer.reads()
    said = [
        csbot.words("welcome", language),
        csbot.answer("delivery-time", language, kind=customer.kind),
        csbot.words("helped", language),
    ]
    positions = [shown.text.find(words) for words in said]
    assert -1 not in positions
    assert positions == sorted(positions), "first contact, then the answer, then the vote"
    await customer.hears_nothing()
    assert (await customer.part("sent"))["external_ids"] == [shown.external_id]
    conversation = await customer.conversation()
    assert conversation["status"] == "bot"
    assert conversation["language"] == language
    assert [(line["direction"], line["author"]) for line in conversation["transcript"]] == [
        ("in", "customer"),
        ("out", "bot"),
    ]
    assert conversation["transcript"][0]["text"] == question


async def test_what_nobody_published_goes_to_a_person_and_the_customer_is_told_their_place(
    csbot: Running, channel: str
) -> None:
    waiting = (await csbot.services.store.line()).waiting
    customer = newcomer(csbot, channel)
    await customer.says(UNKNOWN)
    told = await customer.hears()
    place = PLACE.search(told)
    assert (int(place[1]) if place else csbot.words("handoff_next") in told) == (waiting + 1 if waiting else True)
    conversation = await customer.conversation()
    assert conversation["status"] == "waiting"
    packet = conversation["packet"]
    assert packet["reason"] == "not understood"
    assert packet["language"] == "tr"
    assert UNKNOWN in packet["summary"]
    assert packet["transcript"] == conversation["transcript"]
    assert [(one["channel"], one["address"]) for one in packet["identities"]] == [(channel, customer.address)]


@pytest.mark.parametrize(("wish", "language"), [("temsilciyle görüşmek istiyorum", "tr"), ("human please", "en")])
async def test_who_asks_for_a_person_gets_one(csbot: Running, channel: str, wish: str, language: str) -> None:
    customer = newcomer(csbot, channel)
    await customer.says(wish)
    told = await customer.hears()
    assert csbot.words("handoff_waiting", language) in told or csbot.words("handoff_next", language) in told
    conversation = await customer.conversation()
    assert conversation["status"] == "waiting"
    assert conversation["packet"]["reason"] == "asked for a person"
    assert conversation["packet"]["language"] == language


async def test_the_line_goes_by_priority_then_by_who_waits_longest(csbot: Running, channel: str) -> None:
    calm, angry = newcomer(csbot, channel), newcomer(csbot, channel)
    await calm.says("temsilci")
    await calm.hears()
    await angry.says("siz dolandırıcısınız, avukatımla konuşacağım")
    assert csbot.words("handoff_priority") in await angry.hears()
    line = [item["id"] for item in (await csbot.get("conversations", status="waiting", limit="200"))["items"]]
    assert line.index((await angry.conversation())["id"]) < line.index((await calm.conversation())["id"])
    assert (await angry.conversation())["packet"]["priority"] in {"high", "urgent"}
