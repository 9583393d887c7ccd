"""What every store does with what has grown old: idle conversations, answers kept for a while, parts nobody sent."""

from __future__ import annotations

from datetime import timedelta

from csbot.domain.address import Address
from csbot.domain.changes import Changes, Committed, OwnerChange, Stale
from csbot.domain.conversation import Conversation, ConversationState
from csbot.domain.delivery import DeliveryState
from tests.contracts.store_cases import AGENT, OTHER, SMS, WHATSAPP, Scene, once

DAY_S = 86_400.0


async def answered(scene: Scene, who: Address = SMS) -> int:
    await scene.says("kargo", who)
    work = await scene.work()
    await scene.answer(work, "cevap")
    return work.conversation.id


async def idle(scene: Scene) -> list[int]:
    before = scene.now - timedelta(seconds=DAY_S)
    return [found.id for found in await scene.store.idle_conversations(before=before, limit=10)]


def closing(conversation: Conversation) -> Changes:
    return Changes(
        conversation=conversation.id,
        lane=conversation.lane,
        expected_epoch=conversation.epoch,
        worker="tidying",
        owner=OwnerChange(state=ConversationState.CLOSED, reason="idle"),
    )


async def test_idle_is_what_the_bot_holds_and_nobody_has_touched_since(scene: Scene) -> None:
    old = await answered(scene)
    await scene.says("insan", OTHER)
    waiting = await scene.work()
    await scene.hand_off(waiting, "bekleyin")
    assert await idle(scene) == []
    scene.later(DAY_S + 60)
    assert await idle(scene) == [old]
    assert [one.id for one in await scene.store.idle_conversations(before=scene.now, limit=0)] == []
    await scene.own(waiting.conversation.id, ConversationState.BOT)
    assert await idle(scene) == [old]
    await answered(scene)
    assert await idle(scene) == []
    scene.later(2 * DAY_S)
    assert await idle(scene) == [old, waiting.conversation.id]
    await scene.own(old, ConversationState.HUMAN, holder=AGENT)
    await scene.own(waiting.conversation.id, ConversationState.CLOSED)
    assert await idle(scene) == []


async def test_after_an_idle_conversation_is_closed_the_next_words_open_another(scene: Scene) -> None:
    first = await answered(scene)
    scene.later(DAY_S + 60)
    [found] = await scene.store.idle_conversations(before=scene.now - timedelta(seconds=DAY_S), limit=10)
    assert isinstance(await scene.commit(closing(found)), Committed)
    assert await idle(scene) == []
    second = await answered(scene)
    assert second != first
    assert (await scene.view(first)).row.conversation.state is ConversationState.CLOSED
    assert [one.id for one in (await scene.view(second)).earlier] == [first]


async def test_words_that_come_while_it_is_closed_are_heard_in_the_next_conversation(scene: Scene) -> None:
    first = await answered(scene)
    scene.later(DAY_S + 60)
    [found] = await scene.store.idle_conversations(before=scene.now - timedelta(seconds=DAY_S), limit=10)
    await scene.says("orada mısınız")
    assert isinstance(await scene.commit(closing(found)), Committed)
    work = await scene.work()
    assert [heard.body.text for heard in work.heard] == ["orada mısınız"]
    assert work.conversation.id != first
    assert await scene.texts(first) == ["kargo", "cevap"]
    assert await scene.texts(work.conversation.id) == ["orada mısınız"]


async def test_a_turn_under_way_while_it_is_closed_is_decided_anew(scene: Scene) -> None:
    await answered(scene)
    scene.later(DAY_S + 60)
    [found] = await scene.store.idle_conversations(before=scene.now - timedelta(seconds=DAY_S), limit=10)
    await scene.says("orada mısınız")
    work = await scene.work()
    assert isinstance(await scene.commit(closing(found)), Committed)
    assert isinstance(await scene.commit(scene.changes(work, "buradayız")), Stale)
    await scene.store.release_lane(work.lane, worker=scene.worker, retry_at=scene.now)
    again = await scene.work()
    assert [heard.body.text for heard in again.heard] == ["orada mısınız"]
    await scene.answer(again, "buradayız")
    assert await scene.texts(again.conversation.id) == ["orada mısınız", "buradayız"]


async def test_what_is_kept_for_a_while_is_forgotten(scene: Scene) -> None:
    conversation = await answered(scene)
    await scene.act(conversation, "not", idempotency=once("old", "1"))
    await scene.receipt(999, DeliveryState.DELIVERED)
    kept_from = scene.later(60)
    await scene.store.remember("new", "2", now=scene.now)
    assert await scene.store.forget(before=kept_from) == 2
    assert await scene.store.forget(before=kept_from) == 0
    assert await scene.store.remembered("old") is None
    assert await scene.store.remembered("new") == "2"


async def test_what_a_person_has_to_look_at_is_listed_the_newest_first(scene: Scene) -> None:
    by_sms, by_whatsapp, other = await answered(scene), await answered(scene, WHATSAPP), await answered(scene, OTHER)
    lost, parked, sent = sorted(await scene.take(), key=lambda part: part.id)
    await scene.settle(lost, state=DeliveryState.UNKNOWN, reason="cut")
    await scene.settle(parked, state=DeliveryState.PARKED, window_closed=True)
    await scene.settle(sent)
    every = (DeliveryState.PARKED, DeliveryState.FAILED, DeliveryState.UNKNOWN)
    found = await scene.store.unsent_parts(states=every)
    assert [(part.id, part.state.value, part.channel, part.to, part.text) for part in found] == [
        (parked.id, "parked", "whatsapp", WHATSAPP.user, "cevap"),
        (lost.id, "unknown", "sms", SMS.user, "cevap"),
    ]
    assert (found[1].conversation, found[1].reason, found[1].updated_at) == (by_sms, "cut", scene.now)
    assert [part.id for part in await scene.store.unsent_parts(states=every, limit=1)] == [parked.id]
    assert [part.id for part in await scene.store.unsent_parts(states=[DeliveryState.UNKNOWN])] == [lost.id]
    assert by_whatsapp == by_sms != other
