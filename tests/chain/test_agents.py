"""A person takes a conversation over the API and answers in the app the customer wrote from."""

from __future__ import annotations

import asyncio

import pytest

from csbot.channel.imitation import Fault, Shown
from tests.chain.customers import Customer, newcomer
from tests.chain.running import AGENT, EVERY_WAY, OTHER, Running

pytestmark = pytest.mark.asyncio(loop_scope="package")

every_channel = pytest.mark.parametrize("channel", EVERY_WAY)


async def waiting(csbot: Running, channel: str) -> Customer:
    """A customer in the line, who has read that they are."""
    customer = newcomer(csbot, channel)
    await customer.says("temsilci lütfen")
    await customer.reads()
    await customer.ends_in("waiting")
    return customer


def sender(shown: Shown) -> object:
    """Who a Twilio message came from."""
    return shown.call.get("From")


@every_channel
async def test_an_agent_claims_and_answers_in_the_same_app(csbot: Running, channel: str) -> None:
    customer = await waiting(csbot, channel)
    [greeted] = customer.shown
    await customer.is_helped_by(AGENT)
    status, taken = await customer.acts("messages", "Merhaba, ben Ayşe.\nSiparişinize bakıyorum…")
    assert (status, taken["status"], taken["holder"]) == (200, "human", AGENT)
    [shown] = await customer.reads()
    assert shown.text == "Merhaba, ben Ayşe.\nSiparişinize bakıyorum…"
    assert sender(shown) == sender(greeted)
    assert (await customer.part("sent"))["external_ids"] == [shown.external_id]
    said = (await customer.conversation())["transcript"][-1]
    assert (said["author"], said["author_name"], said["text"]) == ("agent", AGENT, shown.text)


@every_channel
async def test_the_bot_never_talks_over_an_agent(csbot: Running, channel: str) -> None:
    customer = await waiting(csbot, channel)
    await customer.is_helped_by(AGENT)
    for text in ("Kargo kaç günde gelir?", "temsilci", "merhaba"):
        await customer.says(text)
        await customer.hears_nothing()
    assert (await customer.conversation())["status"] == "human"
    assert [line["author"] for line in await customer.transcript()] == ["customer", "bot", *["customer"] * 3]


@every_channel
async def test_given_back_the_bot_answers_what_is_asked_from_then_on(csbot: Running, channel: str) -> None:
    customer = await waiting(csbot, channel)
    await customer.is_helped_by(AGENT)
    await customer.says("Taksit var mı?")
    status, standing = await customer.acts("return")
    assert (status, standing["status"], standing["holder"]) == (200, "bot", None)
    await customer.hears_nothing()
    await customer.says("Kargo kaç günde gelir?")
    told = await customer.hears()
    assert csbot.answer("delivery-time", kind=customer.kind) in told
    assert csbot.answer("instalments", kind=customer.kind) not in told
    assert csbot.words("welcome") not in told, "they have met"


async def test_a_lost_claim_says_who_has_the_conversation(csbot: Running) -> None:
    customer = await waiting(csbot, "telegram")
    answers = await asyncio.gather(customer.acts("claim", who=AGENT), customer.acts("claim", who=OTHER))
    assert sorted(status for status, _ in answers) == [200, 409]
    holder = (await customer.conversation())["holder"]
    loser = OTHER if holder == AGENT else AGENT
    assert [body["holder"] for _, body in answers] == [holder, holder]
    status, body = await customer.acts("messages", "Ben de buradayım", who=loser)
    assert (status, body["holder"]) == (409, holder)
    await customer.hears_nothing()


async def test_while_they_wait_customers_add_to_what_they_said_and_the_bot_listens(csbot: Running) -> None:
    customer = await waiting(csbot, "whatsapp")
    await customer.says("Sipariş numaram 4455667")
    await customer.says("Kargo kaç günde gelir?")
    await customer.hears_nothing()
    packet = (await customer.conversation())["packet"]
    assert [line["text"] for line in packet["transcript"] if line["direction"] == "in"] == [
        "temsilci lütfen",
        "Sipariş numaram 4455667",
        "Kargo kaç günde gelir?",
    ]


async def test_who_no_longer_wants_to_wait_is_with_the_bot_again(csbot: Running) -> None:
    customer = await waiting(csbot, "telegram")
    await customer.says("vazgeçtim")
    assert await customer.hears() == csbot.words("withdrawn")
    await customer.ends_in("bot")
    await customer.says("Taksit var mı?")
    assert csbot.answer("instalments", kind="telegram") in await customer.hears()


async def test_words_of_the_bot_not_yet_sent_are_dropped_when_an_agent_claims(csbot: Running) -> None:
    customer = newcomer(csbot, "telegram")
    customer.platform.fault(Fault.ERROR)
    await customer.says("Kargo kaç günde gelir?")
    await customer.part("queued", tried=True)
    await customer.is_helped_by(AGENT)
    assert (await customer.part("dropped"))["reason"] == "a person took over"
    await customer.acts("messages", "Ben yanıtlayayım.")
    assert await customer.hears() == "Ben yanıtlayayım."
    await customer.hears_nothing()


async def test_an_agents_words_are_tried_again_and_never_dropped(csbot: Running) -> None:
    customer = await waiting(csbot, "telegram")
    await customer.is_helped_by(AGENT)
    customer.platform.fault(Fault.ERROR)
    await customer.acts("messages", "Bakıyorum, bir dakika.")
    await customer.part("queued", tried=True)
    await customer.acts("return")
    csbot.time_passes(3)
    assert await customer.hears() == "Bakıyorum, bir dakika."


async def test_the_same_key_says_it_once(csbot: Running) -> None:
    customer = await waiting(csbot, "slack")
    id = (await customer.conversation())["id"]
    await customer.is_helped_by(AGENT)
    answers = [await csbot.post(f"conversations/{id}/messages", {"text": "Buradayım."}, key="once") for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert await customer.hears() == "Buradayım."
    await customer.hears_nothing()


async def test_a_note_is_for_agents_only(csbot: Running) -> None:
    customer = await waiting(csbot, "sms")
    status, _ = await customer.acts("notes", "Müşteri çok kızgın", who=OTHER)
    assert status == 200
    await customer.hears_nothing()
    said = (await customer.conversation())["transcript"][-1]
    assert (said["direction"], said["text"], said["parts"]) == ("note", "Müşteri çok kızgın", [])


async def test_after_a_close_the_next_message_opens_a_conversation_that_knows_the_earlier_one(csbot: Running) -> None:
    customer = await waiting(csbot, "whatsapp")
    await customer.is_helped_by(AGENT)
    first = (await customer.conversation())["id"]
    status, standing = await customer.acts("close")
    assert (status, standing["status"]) == (200, "closed")
    await customer.hears_nothing()
    await customer.says("Taksit var mı?")
    assert csbot.answer("instalments", kind="whatsapp") in await customer.hears()
    second = await customer.conversation()
    assert second["id"] != first
    assert [one["id"] for one in second["packet"]["earlier"]] == [first]
    status, problem = await csbot.post(f"conversations/{first}/messages", {"text": "Bir şey daha"})
    assert (status, problem["error"]["code"]) == (409, "closed")


async def test_an_agents_long_answer_arrives_whole_and_in_order(csbot: Running) -> None:
    customer = await waiting(csbot, "sms")
    await customer.is_helped_by(AGENT)
    sentences = [f"Bu {number}. cümledir ve siparişinizin ayrıntısını anlatır." for number in range(1, 50)]
    await customer.acts("messages", " ".join(sentences))
    pieces = await customer.reads(2)
    assert all(len(piece.text) <= 1600 for piece in pieces)
    assert " ".join(piece.text for piece in pieces) == " ".join(sentences)
    await customer.hears_nothing()
    assert len((await customer.conversation())["transcript"][-1]["parts"]) == 2
