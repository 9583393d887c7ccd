"""Lanes of every store: who is one customer, what is one conversation, and what must never meet."""

from __future__ import annotations

import asyncio

import pytest

from csbot.domain.address import Address, Sender
from csbot.domain.changes import Committed, OwnerChange
from csbot.domain.conversation import ConversationState
from csbot.errors import StoreError
from tests.contracts.store_cases import AGENT, OTHER, PHONE, SMS, START, TELEGRAM, WHATSAPP, Scene, by_channel

ASKED = Address(channel="slack", user="T1:U1", place="C1", thread="100.1")
REPLIED = Address(channel="slack", user="T1:U2", place="C1", thread="100.1")
ELSEWHERE = Address(channel="slack", user="T1:U1", place="C1", thread="200.1")
DIRECT = Address(channel="slack", user="T1:U1", target="D1")
ACME = Sender(organisation="slack:T1", organisation_name="Acme")


async def test_two_apps_of_one_number_are_one_customer_in_one_lane(scene: Scene) -> None:
    await scene.says("whatsapp'tan", WHATSAPP)
    await scene.says("sms'ten", SMS)
    work = await scene.work()
    assert [heard.body.text for heard in work.heard] == ["whatsapp'tan", "sms'ten"]
    assert work.reply_to == SMS
    first, second = (await scene.view(work.conversation.id)).row.identities
    assert first.customer == second.customer
    assert (first.channel, first.linked_how) == ("whatsapp", "first message")
    assert (second.channel, second.linked_how, second.linked_by) == ("sms", "same phone number", "csbot")
    assert second.linked_at == START


async def test_the_answer_goes_where_the_last_message_came_from(scene: Scene) -> None:
    await scene.says("bir", SMS)
    work = await scene.work()
    await scene.says("iki", WHATSAPP)
    standing = await scene.store.lane_work(work.conversation.id)
    assert standing is not None
    assert standing.reply_to == WHATSAPP
    assert standing.identity.channel == "whatsapp"


async def test_two_numbers_are_two_customers(scene: Scene) -> None:
    await scene.says("ben", SMS)
    await scene.says("başkası", OTHER)
    scene.later(10)
    first, second = await scene.claim()
    assert first.lane != second.lane
    assert first.identity.customer != second.identity.customer


async def test_first_messages_at_the_same_time_make_one_customer(scene: Scene) -> None:
    await asyncio.gather(*(scene.says(f"{n}", WHATSAPP if n % 2 else SMS) for n in range(12)))
    assert len((await scene.work()).heard) == 12
    assert len(await scene.rows("SELECT id FROM conversations")) == 1


async def test_threads_of_one_place_are_lanes_of_their_own(scene: Scene) -> None:
    await scene.says("soru", ASKED)
    await scene.says("ek", REPLIED)
    await scene.says("başka konu", ELSEWHERE)
    scene.later(10)
    work = {w.reply_to.thread: w for w in await scene.claim()}
    assert [heard.body.text for heard in work["100.1"].heard] == ["soru", "ek"]
    assert [heard.body.text for heard in work["200.1"].heard] == ["başka konu"]
    speakers = (await scene.view(work["100.1"].conversation.id)).row.identities
    assert [identity.address for identity in speakers] == ["T1:U1", "T1:U2"]


async def test_what_one_person_says_in_private_and_in_a_shared_place_never_meets(scene: Scene) -> None:
    await scene.says("herkesin önünde", ASKED)
    await scene.says("özel", DIRECT)
    scene.later(10)
    shared, private = sorted(await scene.claim(), key=lambda work: not work.reply_to.is_shared)
    assert shared.lane != private.lane
    assert shared.identity == private.identity
    assert [heard.body.text for heard in private.heard] == ["özel"]
    with pytest.raises(StoreError):
        await scene.commit(scene.changes(private, "sır", to=ASKED))
    assert await scene.texts(private.conversation.id) == ["özel"]
    assert await scene.take(slack=10) == []


async def test_an_organisation_is_kept_with_those_who_write_from_it(scene: Scene) -> None:
    await scene.says("bir", ASKED, sender=ACME)
    await scene.says("iki", REPLIED, sender=ACME)
    assert await scene.rows("SELECT key, name FROM organisations") == [("slack:T1", "Acme")]
    linked = await scene.rows("SELECT organisation_id FROM identities UNION ALL SELECT organisation_id FROM lanes")
    assert linked == [(1,)] * 3


async def test_an_identity_proven_later_joins_the_older_customer(scene: Scene) -> None:
    await scene.says("whatsapp", WHATSAPP)
    await scene.answer(await scene.work(), "hoş geldiniz", greeted=True)
    await scene.says("telegram", TELEGRAM)
    young = await scene.work()
    await scene.answer(young, "merhaba")
    assert young.first_contact
    await scene.says("numaram bu", TELEGRAM, person=PHONE)
    joined = await scene.work()
    assert joined.lane != young.lane
    assert [heard.body.text for heard in joined.heard] == ["numaram bu"]
    assert not joined.first_contact
    assert (joined.identity.linked_how, joined.identity.linked_by) == ("same phone number", "csbot")
    assert {i.channel for i in (await scene.view(joined.conversation.id)).row.identities} == {"whatsapp", "telegram"}
    # Nothing moved: the younger lane keeps what was said there, and its customer's identities are found from it.
    assert await scene.texts(young.conversation.id) == ["telegram", "merhaba"]
    assert len((await scene.view(young.conversation.id)).row.identities) == 2
    await scene.answer(joined)
    await scene.says("ve yine", TELEGRAM)
    assert (await scene.work()).lane == joined.lane


async def test_the_older_customer_takes_over_whichever_proves_itself(scene: Scene) -> None:
    await scene.says("telegram önce", TELEGRAM)
    old = await scene.work()
    await scene.answer(old)
    await scene.says("whatsapp sonra", WHATSAPP)
    young = await scene.work()
    await scene.answer(young)
    await scene.says("numaram", TELEGRAM, person=PHONE)
    assert (await scene.work()).lane == old.lane
    await scene.says("buradan devam", WHATSAPP)
    scene.later(40)
    [work] = await scene.claim()
    assert work.lane == old.lane
    assert work.identity.customer == old.identity.customer


async def test_a_merge_is_kept_in_the_audit_log(scene: Scene) -> None:
    await scene.says("bir", WHATSAPP)
    await scene.says("iki", TELEGRAM)
    await scene.says("üç", TELEGRAM, person=PHONE)
    [(actor, act)] = await scene.rows("SELECT actor, act FROM audit")
    assert (actor, act) == ("csbot", "link customers")


async def test_words_waiting_in_a_lane_that_was_merged_are_still_answered(scene: Scene) -> None:
    await scene.says("bir", WHATSAPP)
    await scene.says("bekleyen soru", TELEGRAM)
    await scene.says("numaram", TELEGRAM, person=PHONE)
    scene.later(10)
    work = await scene.claim()
    assert sorted(heard.body.text for w in work for heard in w.heard) == ["bekleyen soru", "bir", "numaram"]


async def test_a_claimed_phone_of_somebody_known_otherwise_changes_nothing(scene: Scene) -> None:
    await scene.says("ben", SMS)
    await scene.says("başkası", OTHER)
    await scene.says("numaram değişti", OTHER, person=PHONE)
    scene.later(10)
    assert len({work.identity.customer for work in await scene.claim()}) == 2


async def test_messages_keep_the_order_of_their_arrival(scene: Scene) -> None:
    batch = [scene.words(f"{n}", WHATSAPP if n % 3 else SMS) for n in range(9)]
    await scene.store.append(batch, now=scene.now)
    assert [heard.body.text for heard in (await scene.work()).heard] == [f"{n}" for n in range(9)]


async def test_within_a_burst_the_platform_s_own_order_counts(scene: Scene) -> None:
    await scene.says("üç", TELEGRAM, sequence=3, person=PHONE)
    await scene.says("sms", SMS)
    await scene.says("bir", TELEGRAM, sequence=1)
    await scene.says("iki", TELEGRAM, sequence=2)
    work = await scene.work()
    assert [heard.body.text for heard in work.heard] == ["bir", "sms", "iki", "üç"]
    assert await scene.texts(work.conversation.id) == ["üç", "sms", "bir", "iki"]


async def test_a_closed_conversation_stays_closed_and_the_next_message_opens_another(scene: Scene) -> None:
    await scene.says("bir")
    work = await scene.work()
    await scene.answer(work, "cevap", language="tr", greeted=True)
    await scene.own(work.conversation.id, ConversationState.CLOSED)
    await scene.says("yine ben")
    following = await scene.work()
    assert following.lane == work.lane
    assert following.conversation.id != work.conversation.id
    assert (following.conversation.state, following.conversation.epoch) == (ConversationState.BOT, 0)
    assert following.conversation.language == "tr"
    assert not following.first_contact
    view = await scene.view(following.conversation.id)
    assert [earlier.id for earlier in view.earlier] == [work.conversation.id]
    assert view.earlier[0].state is ConversationState.CLOSED


async def test_words_heard_by_nobody_open_the_next_conversation_when_the_bot_closes(scene: Scene) -> None:
    await scene.says("teşekkürler")
    work = await scene.work()
    await scene.says("bir şey daha var")
    closing = scene.changes(work, "görüşürüz", owner=OwnerChange(state=ConversationState.CLOSED))
    assert isinstance(await scene.commit(closing), Committed)
    following = await scene.work()
    assert following.conversation.id != work.conversation.id
    assert [heard.body.text for heard in following.heard] == ["bir şey daha var"]
    assert await scene.texts(following.conversation.id) == ["bir şey daha var"]
    assert await scene.texts(work.conversation.id) == ["teşekkürler", "görüşürüz"]


async def test_what_an_agent_answered_for_by_closing_is_not_answered_again(scene: Scene) -> None:
    await scene.says("bir")
    work = await scene.work()
    await scene.answer(work)
    await scene.own(work.conversation.id, ConversationState.HUMAN, holder=AGENT)
    await scene.says("sağ olun")
    await scene.own(work.conversation.id, ConversationState.CLOSED)
    scene.later(10)
    assert await scene.claim() == []
    assert await scene.store.next_lane_due() is None


async def test_channels_of_different_people_do_not_block_each_other(scene: Scene) -> None:
    await scene.says("bir", SMS)
    await scene.says("iki", TELEGRAM)
    scene.later(10)
    work = by_channel(await scene.claim())
    assert set(work) == {"sms", "telegram"}
    await scene.answer(work["telegram"], "cevap")
    assert [part.to.channel for part in await scene.take(telegram=1, sms=1)] == ["telegram"]
