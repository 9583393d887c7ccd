"""Who is one customer, and where an answer goes: never from a private chat to a place others can read."""

from __future__ import annotations

import pytest

from csbot.channel.imitation import Shown
from tests.chain.customers import Customer, newcomer
from tests.chain.running import Running

pytestmark = pytest.mark.asyncio(loop_scope="package")

SALES = "C0SALES"
HELP = "C0HELP"
"""The channel whose every message is answered, by the imitation's own settings."""

GROUP = "-1001234500"


async def begins_thread(csbot: Running, text: str, *, place: str = SALES, user: str = "") -> Customer:
    """Somebody mentions csbot in a channel; the thread of that message is where they talk from then on."""
    customer = newcomer(csbot, "slack", place=place, user=user)
    customer.thread = (await customer.writes(text, mention=True)).partition(":")[2]
    return customer


def places(shown: list[Shown]) -> set[tuple[str, str]]:
    return {(one.place, one.thread) for one in shown}


async def test_whatsapp_and_sms_of_one_number_are_one_conversation_answered_where_they_wrote_last(
    csbot: Running,
) -> None:
    by_whatsapp = newcomer(csbot, "whatsapp")
    by_sms = newcomer(csbot, "sms", user=by_whatsapp.user)
    await by_whatsapp.says("Taksit var mı?")
    assert csbot.words("welcome") in await by_whatsapp.hears()
    await by_sms.says("Kargo kaç günde gelir?")
    told = await by_sms.hears()
    assert csbot.answer("delivery-time", kind="sms") in told
    assert csbot.words("welcome") not in told, "they have met already"
    await by_whatsapp.hears_nothing()
    conversation = await by_sms.conversation()
    assert conversation == await by_whatsapp.conversation()
    assert [(line["channel"], line["direction"]) for line in conversation["transcript"]] == [
        ("whatsapp", "in"),
        ("whatsapp", "out"),
        ("sms", "in"),
        ("sms", "out"),
    ]
    assert {one["channel"] for one in conversation["identities"]} == {"whatsapp", "sms"}
    query = "SELECT channel, linked_how, linked_by FROM identities WHERE address = ? ORDER BY id"
    assert csbot.rows(query, by_sms.user) == [
        ("whatsapp", "first message", "csbot"),
        ("sms", "same phone number", "csbot"),
    ]


async def test_an_agents_answer_goes_to_the_channel_the_customer_used_last(csbot: Running) -> None:
    by_sms = newcomer(csbot, "sms")
    by_whatsapp = newcomer(csbot, "whatsapp", user=by_sms.user)
    await by_sms.says("temsilci")
    await by_sms.hears()
    await by_sms.is_helped_by()
    await by_whatsapp.says("WhatsApp'tan yazayım")
    await csbot.quiet()
    await by_sms.acts("messages", "Buradan devam edelim.")
    assert await by_whatsapp.hears() == "Buradan devam edelim."
    await by_sms.says("bir de buradan")
    await csbot.quiet()
    await by_sms.acts("messages", "Tamam.")
    assert await by_sms.hears() == "Tamam."
    await by_whatsapp.hears_nothing()


async def test_a_business_scoped_id_on_whatsapp_is_a_customer_of_its_own(csbot: Running) -> None:
    customer = newcomer(csbot, "whatsapp", user="US.13491208655302741918")
    await customer.says("Do you gift wrap?")
    assert csbot.answer("gift-wrap", "en") in await customer.hears()
    [identity] = (await customer.conversation())["identities"]
    assert identity["address"] == "US.13491208655302741918"


async def test_a_profile_name_is_used_only_when_it_looks_like_a_name(csbot: Running) -> None:
    names = {}
    for name in ("Elif Kaya", "🔥best.shop🔥"):
        customer = newcomer(csbot, "whatsapp")
        await customer.says("merhaba", name=name)
        await customer.hears()
        [identity] = (await customer.conversation())["identities"]
        names[name] = identity["name"]
    assert names == {"Elif Kaya": "Elif Kaya", "🔥best.shop🔥": ""}


async def test_an_answer_in_a_channel_stays_in_its_thread(csbot: Running) -> None:
    customer = await begins_thread(csbot, "Taksit var mı?")
    [shown] = await customer.reads()
    assert (shown.place, shown.thread) == (SALES, customer.thread)
    assert csbot.answer("instalments") in shown.text
    await customer.says("Kargo kaç günde gelir?", mention=True)
    assert csbot.answer("delivery-time") in await customer.hears()


async def test_in_a_thread_csbot_has_answered_its_customer_need_not_mention_it_again(csbot: Running) -> None:
    customer = await begins_thread(csbot, "Taksit var mı?")
    await customer.hears()
    await customer.says("Kargo kaç günde gelir?")
    assert csbot.answer("delivery-time") in await customer.hears()
    await customer.says("temsilci")
    await customer.hears()
    await customer.is_helped_by()
    await customer.acts("messages", "Buyurun.")
    assert await customer.hears() == "Buyurun."
    await customer.says("Siparişim nerede?")
    assert (await customer.transcript())[-1]["text"] == "Siparişim nerede?"
    await customer.hears_nothing()


async def test_what_others_say_to_each_other_in_the_thread_is_not_kept(csbot: Running) -> None:
    customer = await begins_thread(csbot, "Taksit var mı?")
    await customer.hears()
    colleague = newcomer(csbot, "slack", place=SALES, thread=customer.thread)
    [request] = colleague.webhooks("Ben de merak ediyordum")
    assert (await csbot.deliver(request))[0] == 200
    await customer.hears_nothing()
    assert [line["text"] for line in await customer.transcript() if line["direction"] == "in"] == ["Taksit var mı?"]


async def test_each_thread_is_a_conversation_of_its_own_and_none_is_the_private_one(csbot: Running) -> None:
    first = await begins_thread(csbot, "temsilci lütfen")
    second = await begins_thread(csbot, "temsilci lütfen", user=first.user)
    private = newcomer(csbot, "slack", user=first.user)
    await private.says("temsilci lütfen")
    talks = (first, second, private)
    for talk in talks:
        await talk.hears()
    ids = [(await talk.conversation())["id"] for talk in talks]
    assert len(set(ids)) == 3
    for number, talk in enumerate(talks):
        await talk.is_helped_by()
        await talk.acts("messages", f"cevap {number}")
        assert await talk.hears() == f"cevap {number}"
    for talk in talks:
        await talk.hears_nothing()
        lines = [line["text"] for line in await talk.transcript() if line["author"] == "agent"]
        assert lines == [f"cevap {talks.index(talk)}"]


async def test_two_people_in_one_thread_are_heard_in_one_conversation(csbot: Running) -> None:
    one = await begins_thread(csbot, "Taksit var mı?")
    await one.hears()
    other = newcomer(csbot, "slack", place=SALES, thread=one.thread)
    other.read = one.read
    await other.says("temsilci istiyoruz", mention=True)
    await other.hears()
    assert (await one.conversation())["id"] == (await other.conversation())["id"]
    assert {line["text"] for line in await one.transcript() if line["direction"] == "in"} == {
        "Taksit var mı?",
        "temsilci istiyoruz",
    }


async def test_a_button_in_a_thread_answers_there(csbot: Running) -> None:
    customer = await begins_thread(csbot, "Taksit var mı?")
    await customer.hears()
    await customer.says(press="Hayır")
    assert csbot.words("helped_sorry") in await customer.hears()
    assert (await customer.conversation())["status"] == "waiting"


async def test_a_channel_is_listened_to_only_where_csbot_is_mentioned_or_told_to_answer(csbot: Running) -> None:
    passing = newcomer(csbot, "slack", place=SALES)
    [request] = passing.webhooks("Taksit var mı?")
    before = csbot.rows("SELECT count(*) FROM messages")
    assert (await csbot.deliver(request))[0] == 200
    assert csbot.rows("SELECT count(*) FROM messages") == before
    asking = newcomer(csbot, "slack", place=HELP)
    asking.thread = (await asking.writes("Taksit var mı?")).partition(":")[2]
    assert csbot.answer("instalments") in await asking.hears()


async def test_in_a_shared_channel_the_other_workspace_is_the_organisation(csbot: Running) -> None:
    partner = await begins_thread(csbot, "Taksit var mı?", user="T0PARTNER:U0ELIF")
    assert csbot.answer("instalments") in await partner.hears()
    home = await begins_thread(csbot, "Taksit var mı?")
    await home.hears()
    query = """
    SELECT o.key FROM identities i LEFT JOIN organisations o ON o.id = i.organisation_id WHERE i.address = ?
    """
    assert csbot.rows(query, "T0PARTNER:U0ELIF") == [("slack:T0PARTNER",)]
    assert csbot.rows(query, home.address) == [(None,)]
    lane = "SELECT o.key FROM lanes l JOIN organisations o ON o.id = l.organisation_id WHERE l.key = ?"
    assert csbot.rows(lane, f"place:slack|{SALES}|{partner.thread}") == [("slack:T0PARTNER",)]


async def test_in_a_group_csbot_answers_who_mentions_it_or_replies_to_it(csbot: Running) -> None:
    customer = newcomer(csbot, "telegram", place=GROUP)
    [request] = customer.webhooks("Taksit var mı?")
    assert (await csbot.deliver(request))[0] == 200
    await customer.hears_nothing()
    await customer.says("Taksit var mı?", mention=True)
    [shown] = await customer.reads()
    assert csbot.answer("instalments", kind="telegram") in shown.text
    await customer.says("Kargo kaç günde gelir?", reply_to=shown.external_id)
    assert csbot.answer("delivery-time", kind="telegram") in await customer.hears()
    await customer.says(press="Evet")
    assert await customer.hears() == csbot.words("helped_thanks")


async def test_a_topic_of_a_group_is_a_thread_and_private_words_stay_private(csbot: Running) -> None:
    topic = newcomer(csbot, "telegram", place=GROUP, thread="12")
    private = newcomer(csbot, "telegram", user=topic.user)
    await topic.says("temsilci", mention=True)
    await topic.hears()
    await private.says("temsilci")
    await private.hears()
    await private.is_helped_by()
    await private.acts("messages", "yalnız size")
    assert await private.hears() == "yalnız size"
    await topic.hears_nothing()
    assert places([one for one in topic.platform.received() if one.text == "yalnız size"]) == {("", "")}
