"""The outbox of every store: each part at most once, in its chat's order, and never over a person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from csbot.domain.address import Address, Consent
from csbot.domain.changes import Committed, OwnerChange
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState, PartResult
from csbot.domain.events import ReachabilityChanged
from csbot.domain.message import Author, Choice, OutgoingMessage, OutgoingPart
from csbot.domain.turn import LaneWork
from tests.contracts.store_cases import AGENT, OTHER, SMS, START, WHATSAPP, Scene

OpenScene = Callable[..., Awaitable[Scene]]
HUMAN, BOT = ConversationState.HUMAN, ConversationState.BOT


async def asked(scene: Scene, who: Address = SMS) -> LaneWork:
    await scene.says("soru", who)
    return await scene.work()


async def test_a_part_carries_all_its_call_needs(scene: Scene) -> None:
    work = await asked(scene)
    body = OutgoingPart(text="Seçin", choices=(Choice(label="Evet", payload="y"),), reply_to="x-1", cost=2)
    said = OutgoingMessage(author=Author.BOT, text="Seçin", parts=(body,))
    outcome = await scene.answer(work, messages=(said,))
    [part] = await scene.take()
    assert (part.message, part.conversation) == (outcome.message_ids[0], work.conversation.id)
    assert (part.to, part.author, part.body, part.attempts) == (SMS, Author.BOT, body, 1)
    assert part.last_in_at == START
    assert await scene.states(work.conversation.id) == ["sending"]


async def test_a_part_is_given_out_once(scene: Scene, open_scene: OpenScene) -> None:
    await scene.answer(await asked(scene), "cevap")
    other = await open_scene()
    other.now = scene.now
    taken = await asyncio.gather(*(stage.take() for _ in range(4) for stage in (scene, other)))
    assert sum(len(parts) for parts in taken) == 1


async def test_the_parts_of_a_chat_go_one_after_another(scene: Scene) -> None:
    work = await asked(scene)
    await scene.answer(work, "a", parts=2)
    await scene.act(work.conversation.id, "b")
    sent = []
    while parts := await scene.take():
        [part] = parts
        assert await scene.take() == []
        sent.append(part.body.text)
        await scene.settle(part)
    assert sent == ["a 0", "a 1", "b"]


async def test_chats_do_not_wait_for_each_other(scene: Scene) -> None:
    await scene.answer(await asked(scene, SMS), "bir", parts=2)
    await scene.answer(await asked(scene, OTHER), "iki", parts=2)
    assert [part.body.text for part in await scene.take()] == ["bir 0", "iki 0"]


async def test_no_more_is_taken_than_each_channel_s_budget(scene: Scene) -> None:
    for n in range(5):
        await scene.answer(await asked(scene, Address(channel="sms", user=f"+9053{n}")), f"sms {n}")
    await scene.answer(await asked(scene, Address(channel="whatsapp", user="+9054")), "whatsapp")
    taken = await scene.take(sms=2, whatsapp=0)
    assert [part.body.text for part in taken] == ["sms 0", "sms 1"]
    taken = await scene.take(sms=2, whatsapp=2)
    assert sorted(part.body.text for part in taken) == ["sms 2", "sms 3", "whatsapp"]


async def test_what_matters_more_goes_first_then_what_is_older(scene: Scene) -> None:
    for n, priority in enumerate((0, 1, 2, 1)):
        work = await asked(scene, Address(channel="sms", user=f"+9053{n}"))
        await scene.answer(work, f"{n}", priority=priority)
    taken = [part.body.text for _ in range(4) for part in await scene.take(sms=1)]
    assert taken == ["2", "1", "3", "0"]


async def test_a_part_waits_for_its_time_and_its_chat_with_it(scene: Scene) -> None:
    work = await asked(scene)
    due = scene.now + timedelta(seconds=5)
    await scene.answer(work, "geri alınabilir", not_before=due)
    await scene.act(work.conversation.id, "sonraki")
    assert await scene.take() == []
    assert await scene.store.next_part_due() == due
    scene.later(5)
    [part] = await scene.take()
    assert part.body.text == "geri alınabilir"


async def test_a_retry_waits_and_is_counted(scene: Scene) -> None:
    work = await asked(scene)
    await scene.answer(work, "cevap", parts=2)
    [part] = await scene.take()
    again = scene.now + timedelta(seconds=2)
    await scene.settle(part, state=DeliveryState.QUEUED, retry_at=again, reason="503")
    assert [view.reason for view in await scene.parts(work.conversation.id)] == ["503", ""]
    assert await scene.take() == []
    assert await scene.store.next_part_due() == again
    scene.later(2)
    [retried] = await scene.take()
    assert (retried.id, retried.attempts) == (part.id, 2)


async def test_an_attempt_that_does_not_count_is_taken_back(scene: Scene) -> None:
    await scene.answer(await asked(scene), "cevap")
    for _ in range(3):
        [part] = await scene.take()
        assert part.attempts == 1
        await scene.settle(part, state=DeliveryState.QUEUED, retry_at=scene.now, reason="429", counts=False)
    [part] = await scene.take()
    await scene.settle(part, state=DeliveryState.QUEUED, retry_at=scene.now, reason="503")
    [part] = await scene.take()
    assert part.attempts == 2


async def test_nothing_is_due_while_the_head_of_the_chat_is_on_its_way(scene: Scene) -> None:
    assert await scene.store.next_part_due() is None
    await scene.answer(await asked(scene), "cevap", parts=2)
    due = await scene.store.next_part_due()
    assert due is not None
    assert due <= scene.now
    await scene.take()
    assert await scene.store.next_part_due() is None


async def test_a_part_that_ends_lets_the_next_one_go(scene: Scene) -> None:
    ends = (DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.PARKED)
    work = await asked(scene)
    await scene.answer(work, "a", parts=4)
    for end in ends:
        [part] = await scene.take()
        await scene.settle(part, state=end, reason="why")
    [last] = await scene.take()
    assert last.body.text == "a 3"
    assert await scene.states(work.conversation.id) == ["failed", "unknown", "parked", "sending"]


async def test_a_person_who_takes_over_silences_the_bot_s_queued_words(scene: Scene) -> None:
    work = await asked(scene)
    await scene.answer(work, "bot", parts=2)
    [sending] = await scene.take()
    assert await scene.own(work.conversation.id, HUMAN, holder=AGENT) == Committed(epoch=1)
    await scene.act(work.conversation.id, "ben Ayşe")
    await scene.settle(sending)
    [part] = await scene.take()
    assert (part.author, part.body.text) == (Author.AGENT, "ben Ayşe")
    first, second, _ = await scene.parts(work.conversation.id)
    assert (first.state, second.state) == (DeliveryState.SENT, DeliveryState.DROPPED)
    assert second.reason


async def test_the_handoff_notice_goes_out_after_the_answers_before_it(scene: Scene) -> None:
    await scene.answer(await asked(scene), "cevap")
    await scene.hand_off(await asked(scene), "bir arkadaşımız yazacak")
    [first] = await scene.take()
    await scene.settle(first)
    [second] = await scene.take()
    assert [first.body.text, second.body.text] == ["cevap", "bir arkadaşımız yazacak"]


async def test_a_handoff_notice_overtaken_by_the_person_is_dropped(scene: Scene) -> None:
    work = await asked(scene)
    await scene.hand_off(work, "bir arkadaşımız yazacak")
    await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    assert await scene.take() == []
    assert await scene.states(work.conversation.id) == ["dropped"]


async def test_a_retry_of_the_bot_is_dropped_if_a_person_took_over_meanwhile(scene: Scene) -> None:
    work = await asked(scene)
    await scene.answer(work, "bot")
    [part] = await scene.take()
    await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    await scene.settle(part, state=DeliveryState.QUEUED, retry_at=scene.now)
    await scene.own(work.conversation.id, BOT)
    assert await scene.take() == []
    assert await scene.states(work.conversation.id) == ["dropped"]


async def test_an_agent_s_words_are_never_dropped(scene: Scene) -> None:
    work = await asked(scene)
    await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    await scene.act(work.conversation.id, "söz")
    await scene.own(work.conversation.id, BOT)
    await scene.own(work.conversation.id, HUMAN, holder="other@example.com")
    [part] = await scene.take()
    assert part.body.text == "söz"


async def test_words_of_the_returned_bot_go_out(scene: Scene) -> None:
    work = await asked(scene)
    await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    await scene.own(work.conversation.id, BOT)
    await scene.store.release_lane(work.lane, worker="w1", retry_at=scene.now)
    await scene.says("yeni soru")
    await scene.answer(await scene.work(), "yeni cevap")
    [part] = await scene.take()
    assert part.body.text == "yeni cevap"


async def test_an_opted_out_customer_hears_nothing_from_the_bot(scene: Scene) -> None:
    work = await asked(scene)
    await scene.answer(work, "a", parts=2)
    await scene.says("STOP", consent=Consent.OUT)
    await scene.act(work.conversation.id, "agent")
    [part] = await scene.take()
    assert part.author is Author.AGENT
    views = (await scene.parts(work.conversation.id))[:2]
    assert [(view.state, view.reason) for view in views] == [(DeliveryState.DROPPED, "opted out")] * 2


async def test_parts_to_a_customer_who_blocked_the_sender_end_as_gone(scene: Scene) -> None:
    work = await asked(scene)
    await scene.answer(work, "a", parts=2)
    await scene.append(ReachabilityChanged(address=SMS, reachable=False))
    assert await scene.take() == []
    assert await scene.states(work.conversation.id) == ["gone", "gone"]


async def test_a_platform_s_word_that_the_customer_is_gone_is_kept(scene: Scene) -> None:
    work = await asked(scene)
    await scene.answer(work, "a", parts=2)
    [part] = await scene.take()
    await scene.settle(part, state=DeliveryState.GONE, reason="blocked")
    [identity] = (await scene.view(work.conversation.id)).row.identities
    assert not identity.reachable
    assert await scene.take() == []
    assert await scene.states(work.conversation.id) == ["gone", "gone"]


async def test_a_platform_s_word_that_the_customer_opted_out_is_kept(scene: Scene) -> None:
    work = await asked(scene)
    await scene.answer(work, "a")
    [part] = await scene.take()
    await scene.settle(part, state=DeliveryState.FAILED, reason="21610", opted_out=True)
    [identity] = (await scene.view(work.conversation.id)).row.identities
    assert identity.consent is Consent.OUT


async def test_what_was_parked_for_a_closed_window_goes_when_the_customer_writes(scene: Scene) -> None:
    work = await asked(scene, WHATSAPP)
    await scene.answer(work, "pencere kapalı")
    [part] = await scene.take()
    await scene.settle(part, state=DeliveryState.PARKED, reason="63016", window_closed=True)
    await scene.says("başka kanaldan", SMS)
    assert await scene.take() == []
    assert (await scene.store.counts())["parked"] == 1
    scene.later(3600)
    await scene.says("buradayım", WHATSAPP)
    [again] = await scene.take()
    assert (again.id, again.last_in_at) == (part.id, scene.now)


async def test_what_was_parked_for_another_reason_stays_for_a_person(scene: Scene) -> None:
    await scene.answer(await asked(scene), "a")
    [part] = await scene.take()
    await scene.settle(part, state=DeliveryState.PARKED, reason="channel is broken")
    await scene.says("merhaba?")
    assert await scene.take() == []


@pytest.mark.parametrize("state", [DeliveryState.PARKED, DeliveryState.FAILED, DeliveryState.UNKNOWN])
async def test_a_person_can_have_it_sent_again(scene: Scene, state: DeliveryState) -> None:
    work = await asked(scene)
    await scene.answer(work, "a")
    [part] = await scene.take()
    await scene.settle(part, state=state, reason="why")
    await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    assert await scene.store.requeue_part(part.id, now=scene.now)
    [again] = await scene.take()
    assert (again.id, again.attempts) == (part.id, 2)


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.GONE, DeliveryState.DROPPED])
async def test_what_is_done_is_not_sent_again(scene: Scene, state: DeliveryState) -> None:
    work = await asked(scene)
    await scene.answer(work, "a")
    [part] = await scene.take()
    assert not await scene.store.requeue_part(part.id, now=scene.now)
    await scene.settle(part, state=state)
    assert not await scene.store.requeue_part(part.id, now=scene.now)
    assert not await scene.store.requeue_part(999, now=scene.now)
    assert await scene.take() == []


async def test_a_result_that_comes_after_its_part_was_given_up_moves_it_only_forward(scene: Scene) -> None:
    work = await asked(scene)
    await scene.answer(work, "a", parts=2)
    [part] = await scene.take()
    await scene.store.recover(now=scene.now, everything=True)
    await scene.settle(part, state=DeliveryState.QUEUED, retry_at=scene.now)
    assert await scene.states(work.conversation.id) == ["unknown", "queued"]
    await scene.settle(part)
    assert await scene.states(work.conversation.id) == ["sent", "queued"]


async def test_a_result_for_an_unknown_part_is_no_harm_to_the_others(scene: Scene) -> None:
    work = await asked(scene)
    await scene.answer(work, "a")
    [part] = await scene.take()
    results = [
        PartResult(part=999, state=DeliveryState.SENT, external_ids=("out-999",)),
        PartResult(part=part.id, state=DeliveryState.SENT, external_ids=("out-1", "out-2")),
    ]
    await scene.store.settle_parts(results, now=scene.now)
    [view] = await scene.parts(work.conversation.id)
    assert (view.state, view.external_ids, view.updated_at) == (DeliveryState.SENT, ("out-1", "out-2"), scene.now)


async def test_an_owner_change_without_a_person_drops_nothing(scene: Scene) -> None:
    work = await asked(scene)
    await scene.answer(work, "cevap", owner=OwnerChange(state=ConversationState.CLOSED))
    [part] = await scene.take()
    assert part.body.text == "cevap"


async def test_an_unknown_part_that_a_person_saw_arrive_counts_as_sent(scene: Scene) -> None:
    await scene.says("kargo")
    work = await scene.work()
    await scene.answer(work, "bir")
    [part] = await scene.take()
    assert not await scene.store.confirm_part(part.id, by=AGENT, now=scene.now)
    await scene.settle(part, state=DeliveryState.UNKNOWN, reason="cut")
    assert await scene.store.confirm_part(part.id, by=AGENT, now=scene.now)
    assert not await scene.store.confirm_part(part.id, by=AGENT, now=scene.now)
    assert await scene.states(work.conversation.id) == ["sent"]
    assert not await scene.store.requeue_part(part.id, now=scene.now, by=AGENT)
    kept = await scene.rows("SELECT actor, act, subject FROM audit ORDER BY id DESC LIMIT 1")
    assert kept == [(AGENT, "confirm arrival", f"part {part.id}")]
