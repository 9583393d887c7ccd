"""STOP and START: acted on before anything else, per sender; on WhatsApp only the words that cannot be about orders."""

from __future__ import annotations

import pytest

from csbot.channel.imitation import Fault
from tests.chain.customers import Customer, newcomer
from tests.chain.running import Running

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def consent(customer: Customer) -> str:
    """What the customer has said about being written to on this sender."""
    known = (await customer.conversation())["identities"]
    return str(next(one["consent"] for one in known if one["channel"] == customer.channel))


@pytest.mark.parametrize(
    ("channel", "word"),
    [("sms", word) for word in ("STOP", "stop", "Cancel", " unsubscribe ", "QUIT", "END")]
    + [("whatsapp", "STOP"), ("whatsapp", "Stop")],
)
async def test_a_stop_word_opts_out_without_a_word_of_the_bots(csbot: Running, channel: str, word: str) -> None:
    customer = newcomer(csbot, channel)
    await customer.says("Taksit var mı?")
    await customer.hears()
    await customer.says(word)
    await customer.hears_nothing()
    conversation = await customer.conversation()
    assert await consent(customer) == "out"
    assert conversation["transcript"][-1]["text"] == word
    assert conversation["status"] == "bot", "it stands in the transcript without a turn"


async def test_a_first_word_of_stop_is_kept_and_met_with_silence(csbot: Running) -> None:
    customer = newcomer(csbot, "sms")
    await customer.says("STOP")
    await customer.hears_nothing()
    assert await consent(customer) == "out"
    assert [line["text"] for line in await customer.transcript()] == ["STOP"]


async def test_what_an_opted_out_customer_writes_still_reaches_the_line(csbot: Running) -> None:
    customer = newcomer(csbot, "sms")
    await customer.says("STOP")
    await customer.says("Kargo kaç günde gelir?")
    await customer.hears_nothing()
    conversation = await customer.conversation()
    assert conversation["status"] == "waiting"
    assert conversation["packet"]["reason"] == "opted out"
    assert await consent(customer) == "out", "other words do not lift it"
    await customer.says("START")
    await customer.hears_nothing()
    assert await consent(customer) == "in"
    assert (await customer.conversation())["status"] == "waiting", "until it is returned"
    await customer.is_helped_by()
    await customer.acts("return")
    await customer.says("Taksit var mı?")
    assert csbot.answer("instalments", kind="sms") in await customer.hears()


async def test_only_start_words_lift_a_stop(csbot: Running) -> None:
    customer = newcomer(csbot, "sms")
    await customer.says("STOP")
    for word in ("evet", "YES", "başla", "start lütfen"):
        await customer.says(word)
        await csbot.quiet()
        assert await consent(customer) == "out", word
    await customer.says("UNSTOP")
    await csbot.quiet()
    assert await consent(customer) == "in"


async def test_an_agent_is_warned_that_the_customer_opted_out(csbot: Running) -> None:
    customer = newcomer(csbot, "sms")
    await customer.says("STOP")
    await customer.says("ama param nerede")
    await csbot.quiet()
    await customer.is_helped_by()
    _, taken = await customer.acts("messages", "Bakıyoruz.")
    assert taken["warnings"]
    assert "21610" in (await customer.part("failed"))["reason"], "the platform refuses it, and that is not hidden"
    await customer.hears_nothing()


async def test_a_stop_counts_for_its_sender_only(csbot: Running) -> None:
    by_sms = newcomer(csbot, "sms")
    by_whatsapp = newcomer(csbot, "whatsapp", user=by_sms.user)
    await by_sms.says("STOP")
    await by_whatsapp.says("Taksit var mı?")
    assert csbot.answer("instalments", kind="whatsapp") in await by_whatsapp.hears()
    assert (await consent(by_sms), await consent(by_whatsapp)) == ("out", "unsaid")


async def test_words_already_on_their_way_are_dropped_when_the_customer_opts_out(csbot: Running) -> None:
    customer = newcomer(csbot, "sms")
    customer.platform.fault(Fault.ERROR)
    await customer.says("Taksit var mı?")
    await customer.part("queued", tried=True)
    await customer.says("STOP")
    csbot.time_passes(3)
    assert (await customer.part("dropped"))["reason"] == "opted out"
    await customer.hears_nothing()


@pytest.mark.parametrize("word", ["cancel", "CANCEL", "iptal", "end", "quit", "unsubscribe"])
async def test_on_whatsapp_words_about_orders_are_just_words(csbot: Running, word: str) -> None:
    customer = newcomer(csbot, "whatsapp")
    await customer.says(word)
    await customer.hears()
    assert await consent(customer) == "unsaid"


@pytest.mark.parametrize(
    ("question", "word", "answer"),
    [
        ("i want to return something", "cancel", "All right, I left that aside"),
        ("iade etmek istiyorum", "iptal", "Tamam, bu işlemi bıraktım"),
        ("cancel my order", "Cancel", "What is the number of the order"),
        ("siparişimi iptal etmek istiyorum", "İPTAL", "siparişin numarasını yazar mısınız"),
    ],
)
async def test_a_bare_cancel_under_a_pending_question_answers_that_question(
    csbot: Running, question: str, word: str, answer: str
) -> None:
    customer = newcomer(csbot, "whatsapp")
    await customer.says(question)
    await customer.hears()
    await customer.says(word)
    assert answer in await customer.hears()
    conversation = await customer.conversation()
    assert conversation["status"] == "bot"
    assert await consent(customer) == "unsaid"
