"""What every store tells reports of the conversations of a period."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from csbot.domain.changes import OwnerChange, Vote
from csbot.domain.conversation import ConversationState, Memory
from csbot.domain.reporting import ConversationFacts
from csbot.domain.ticket import Reason, Ticket
from tests.contracts.store_cases import AGENT, OTHER, SMS, TELEGRAM, Scene, note


async def day(scene: Scene) -> list[ConversationFacts]:
    return await scene.store.conversation_facts(since=scene.now - timedelta(days=5), until=scene.now)


async def test_a_conversation_is_told_by_what_came_of_it(scene: Scene) -> None:
    opened = scene.now
    await scene.says("kargo")
    work = await scene.work()
    memory = replace(Memory(), faq_tried=("delivery-time", "delivery-cost"))
    votes = (Vote(entry="delivery-time", helped=False, language="tr", content_version="v1"),)
    await scene.answer(work, "cevap", memory=memory, votes=votes)
    scene.later(60)
    assert await day(scene) == [
        ConversationFacts(
            id=work.conversation.id,
            channel="sms",
            opened_at=opened,
            answered=frozenset({"delivery-time", "delivery-cost"}),
            not_helped=1,
        )
    ]


async def test_the_wait_for_a_person_is_from_the_line_to_their_first_word_to_the_customer(scene: Scene) -> None:
    await scene.says("insan", TELEGRAM)
    work = await scene.work()
    await scene.hand_off(work, "bekleyin")
    in_line = scene.now
    scene.later(30)
    await scene.own(work.conversation.id, ConversationState.HUMAN, holder=AGENT)
    await scene.act(work.conversation.id, messages=(note("bakıyorum"),))
    written = scene.later(45)
    await scene.act(work.conversation.id, "merhaba")
    scene.later(5)
    await scene.act(work.conversation.id, "nasıl yardımcı olayım")
    [told] = await day(scene)
    assert (told.channel, told.handed_over, told.line_at, told.agent_at) == ("telegram", True, in_line, written)


async def test_the_lane_s_next_conversation_is_told_with_it(scene: Scene) -> None:
    await scene.says("kargo")
    work = await scene.work()
    await scene.answer(work, "cevap", memory=replace(Memory(), faq_tried=("delivery-time",)))
    await scene.own(work.conversation.id, ConversationState.CLOSED)
    again = scene.later(3600)
    await scene.says("kargo", SMS)
    await scene.says("iade", OTHER)
    scene.later(10)
    for lane in await scene.claim():
        await scene.answer(lane, "cevap", memory=replace(Memory(), faq_tried=("delivery-time",)))
    first, second, other = await day(scene)
    assert (first.next_at, first.next_answered) == (again, frozenset({"delivery-time"}))
    assert second.opened_at == again
    assert (second.next_at, other.next_at) == (None, None)


async def test_a_period_begins_with_its_first_moment_and_ends_before_its_last(scene: Scene) -> None:
    start = scene.now
    await scene.says("bir", SMS)
    end = scene.later(60)
    await scene.says("iki", OTHER)
    assert [one.opened_at for one in await scene.store.conversation_facts(since=start, until=end)] == [start]
    assert await scene.store.conversation_facts(since=start + timedelta(seconds=1), until=end) == []


async def test_conversations_are_found_by_their_ids(scene: Scene) -> None:
    for who in (SMS, OTHER, TELEGRAM):
        await scene.says("merhaba", who)
    rows = await scene.store.conversations_of([1, 3, 99])
    assert [(row.conversation.id, row.channel) for row in rows] == [(3, "telegram"), (1, "sms")]
    assert rows[1].identities[0].address == SMS.user
    assert await scene.store.conversations_of([]) == []


async def test_what_was_not_understood_is_told_with_the_customers_last_words(scene: Scene) -> None:
    async def unsure(*texts: str, **more: str) -> None:
        for text in texts:
            await scene.says(text, OTHER, **more)
        work = await scene.work()
        owner = OwnerChange(state=ConversationState.WAITING, reason="not understood")
        await scene.answer(work, "bekleyin", owner=owner, ticket=Ticket(reason=Reason.UNSURE))
        await scene.own(work.conversation.id, ConversationState.CLOSED)
        scene.later(60)

    await unsure("eski")
    since = scene.now
    await unsure("hava", "hava nasıl olacak")
    await scene.says("insan", SMS)
    await scene.hand_off(await scene.work(), "bekleyin")
    scene.later(60)
    await unsure("maç kaçta")
    found = await scene.store.not_understood(since=since)
    assert [one.text for one in found] == ["maç kaçta", "hava nasıl olacak"]
    assert found[0].at > found[1].at >= since
    assert [one.text for one in await scene.store.not_understood(since=since - timedelta(days=1))][-1] == "eski"
