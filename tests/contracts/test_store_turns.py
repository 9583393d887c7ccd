"""Decisions in every store: written whole, on what stands, once; or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from csbot.domain.audit import AuditEntry
from csbot.domain.changes import Committed, Duplicate, OwnerChange, Stale, Vote
from csbot.domain.conversation import ConversationState, Memory, PendingQuestion
from csbot.domain.lookup import AskedLookup, Branch
from csbot.domain.message import Author, Choice, Direction, OutgoingMessage, OutgoingPart
from csbot.domain.ticket import Priority, Ranked, Reason, Ticket
from csbot.domain.turn import Line
from csbot.errors import StoreError
from tests.contracts.store_cases import AGENT, OTHER, SMS, Scene, note, once

OpenScene = Callable[..., Awaitable[Scene]]
WAITING, HUMAN, BOT, CLOSED = (
    ConversationState.WAITING,
    ConversationState.HUMAN,
    ConversationState.BOT,
    ConversationState.CLOSED,
)


async def test_a_turn_is_written_whole(scene: Scene) -> None:
    await scene.says("kargom nerede")
    work = await scene.work()
    assert (work.first_contact, work.conversation.language, work.conversation.memory) == (True, "", Memory())
    memory = Memory(
        pending=PendingQuestion(kind="helped", subject="delivery-time", choices=(Choice(label="Evet", payload="y"),)),
        slots=(("order", "123"),),
        faq_tried=("delivery-time",),
    )
    said = OutgoingMessage(
        author=Author.BOT,
        text="Üç günde.\n\nYardımcı oldu mu?",
        choices=(Choice(label="Evet", payload="y"), Choice(label="Hayır", payload="n")),
        parts=(OutgoingPart(text="Üç günde."), OutgoingPart(text="Yardımcı oldu mu?")),
    )
    outcome = await scene.answer(
        work,
        messages=(said,),
        language="tr",
        memory=memory,
        greeted=True,
        votes=(Vote(entry="delivery-time", helped=True, language="tr", content_version="v1"),),
        audit=(AuditEntry(actor="csbot", act="answer", subject="conversation 1", detail="delivery-time"),),
    )
    assert outcome.epoch == 0
    [asked, answered] = (await scene.view(work.conversation.id)).messages
    assert outcome.message_ids == (answered.id,)
    assert (answered.direction, answered.author, answered.text) == (Direction.OUT, Author.BOT, said.text)
    assert answered.choices == said.choices
    assert [part.state.value for part in answered.parts] == ["queued", "queued"]
    assert asked.id < answered.id
    assert (asked.content_version, answered.content_version) == ("", "v1")
    assert await scene.rows("SELECT content_version FROM messages ORDER BY id") == [("",), ("v1",)]
    assert await scene.rows("SELECT entry, language, content_version FROM votes") == [("delivery-time", "tr", "v1")]
    assert await scene.rows("SELECT actor, act, subject, detail FROM audit") == [
        ("csbot", "answer", "conversation 1", "delivery-time")
    ]
    await scene.says("evet")
    following = await scene.work()
    assert not following.first_contact
    assert (following.conversation.language, following.conversation.memory) == ("tr", memory)


async def test_a_decision_on_stale_state_writes_nothing(scene: Scene) -> None:
    await scene.says("bir")
    work = await scene.work()
    claimed = await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    assert claimed == Committed(epoch=1)
    stale = await scene.commit(
        scene.changes(work, "geç kalan", language="tr", greeted=True, idempotency=once("k", "cevap"))
    )
    assert stale == Stale(epoch=1, state=HUMAN, holder=AGENT)
    assert await scene.texts(work.conversation.id) == ["bir"]
    assert await scene.take() == []
    assert await scene.store.remembered("k") is None
    await scene.store.release_lane(work.lane, worker="w1", retry_at=scene.now)
    [again] = await scene.claim()
    assert (again.conversation.state, again.conversation.holder, again.conversation.language) == (HUMAN, AGENT, "")
    assert [heard.event for heard in again.heard] == [heard.event for heard in work.heard]
    assert again.first_contact


async def test_an_event_already_dealt_with_writes_nothing(scene: Scene) -> None:
    await scene.says("bir")
    await scene.says("iki")
    work = await scene.work()
    first = work.heard[:1]
    await scene.answer(work, "cevap", consumed=(first[0].event,), worker="")
    assert await scene.commit(scene.changes(work, "ikisine de")) == Duplicate()
    assert await scene.texts(work.conversation.id) == ["bir", "iki", "cevap"]
    await scene.store.release_lane(work.lane, worker="w1", retry_at=scene.now)
    [again] = await scene.claim()
    assert [heard.body.text for heard in again.heard] == ["iki"]


async def test_what_a_turn_leaves_waiting_is_due_at_once(scene: Scene) -> None:
    await scene.says("bir")
    await scene.says("iki")
    work = await scene.work()
    await scene.answer(work, consumed=(work.heard[0].event,))
    [again] = await scene.claim()
    assert [heard.body.text for heard in again.heard] == ["iki"]


async def test_the_same_key_gets_the_same_answer(scene: Scene) -> None:
    await scene.says("bir")
    work = await scene.work()
    claim = scene.changes(
        work,
        consumed=(),
        worker="",
        owner=OwnerChange(state=HUMAN, holder=AGENT, by=AGENT),
        idempotency=once("key-1", '{"holder":"ayse"}'),
    )
    assert await scene.commit(claim) == Committed(epoch=1)
    assert await scene.commit(claim) == Duplicate(answer='{"holder":"ayse"}')
    assert await scene.store.remembered("key-1") == '{"holder":"ayse"}'
    assert await scene.store.remembered("key-2") is None


async def test_acts_with_one_key_at_the_same_time_are_done_once(scene: Scene, open_scene: OpenScene) -> None:
    await scene.says("bir")
    work = await scene.work()
    other = await open_scene()
    act = scene.changes(work, "cevap", consumed=(), worker="", idempotency=once("key-1", "done"))
    outcomes = await asyncio.gather(*(stage.commit(act) for _ in range(3) for stage in (scene, other)))
    assert sum(isinstance(outcome, Committed) for outcome in outcomes) == 1
    assert sum(outcome == Duplicate(answer="done") for outcome in outcomes) == 5
    assert await scene.texts(work.conversation.id) == ["bir", "cevap"]


async def test_the_first_answer_kept_for_a_key_stays(scene: Scene) -> None:
    assert await scene.store.remember("key-1", "409", now=scene.now) == "409"
    assert await scene.store.remember("key-1", "200", now=scene.now) == "409"
    assert await scene.store.remembered("key-1") == "409"


async def test_claims_at_the_same_time_have_one_winner_and_the_losers_learn_who(
    scene: Scene, open_scene: OpenScene
) -> None:
    await scene.says("bir")
    work = await scene.work()
    other = await open_scene()
    agents = [f"agent{n}@example.com" for n in range(6)]
    outcomes = await asyncio.gather(
        *(
            (scene, other)[n % 2].commit(
                scene.changes(work, consumed=(), worker="", owner=OwnerChange(state=HUMAN, holder=agent, by=agent))
            )
            for n, agent in enumerate(agents)
        )
    )
    [winner] = [agent for agent, outcome in zip(agents, outcomes, strict=True) if isinstance(outcome, Committed)]
    assert all(o == Stale(epoch=1, state=HUMAN, holder=winner) for o in outcomes if not isinstance(o, Committed))


async def test_a_unit_that_fails_is_undone_alone(scene: Scene) -> None:
    await scene.says("bir")
    await scene.says("başkası", OTHER)
    scene.later(10)
    first, second = await scene.claim()
    nowhere = scene.changes(first, "hiç", conversation=999)
    illegal = scene.changes(second, "yanlış", owner=OwnerChange(state=BOT), idempotency=once("k", "x"))
    outcomes = await asyncio.gather(
        scene.commit(nowhere),
        scene.commit(illegal),
        scene.commit(scene.changes(first, "doğru")),
        scene.says("üç", OTHER),
        return_exceptions=True,
    )
    assert [isinstance(outcome, StoreError) for outcome in outcomes] == [True, True, False, False]
    assert await scene.texts(first.conversation.id) == ["bir", "doğru"]
    assert await scene.texts(second.conversation.id) == ["başkası", "üç"]
    assert await scene.store.remembered("k") is None
    assert isinstance(await scene.commit(scene.changes(second, "sonra")), Committed)


@pytest.mark.parametrize("then", [HUMAN, WAITING, BOT])
async def test_nothing_follows_closed(scene: Scene, then: ConversationState) -> None:
    await scene.says("bir")
    work = await scene.work()
    await scene.own(work.conversation.id, CLOSED)
    with pytest.raises(StoreError):
        await scene.own(work.conversation.id, then, holder=AGENT)


async def test_each_change_of_owner_raises_the_epoch_and_is_kept_with_its_reason(scene: Scene) -> None:
    await scene.says("bir")
    work = await scene.work()
    handed_off = await scene.hand_off(work, "bir arkadaşımız yazacak")
    assert handed_off.epoch == 1
    waiting = (await scene.view(work.conversation.id)).row.conversation
    assert (waiting.state, waiting.holder, waiting.waiting_since) == (WAITING, "", scene.now)
    assert await scene.own(work.conversation.id, HUMAN, holder=AGENT) == Committed(epoch=2)
    held = (await scene.view(work.conversation.id)).row.conversation
    assert (held.state, held.holder, held.waiting_since) == (HUMAN, AGENT, None)
    assert await scene.own(work.conversation.id, BOT) == Committed(epoch=3)
    assert (await scene.view(work.conversation.id)).row.conversation.holder == ""
    assert await scene.rows('SELECT epoch, state, holder, "by", reason FROM owner_changes ORDER BY id') == [
        (1, "waiting", "", "csbot", "asked for a person"),
        (2, "human", AGENT, AGENT, ""),
        (3, "bot", "", AGENT, ""),
    ]


async def test_a_ticket_carries_what_the_engine_knew(scene: Scene) -> None:
    await scene.says("avukatıma gideceğim")
    work = await scene.work()
    ticket = Ticket(
        reason=Reason.COMPLAINT,
        priority=Priority.URGENT,
        team="returns",
        summary="threatens with a lawyer",
        ranking=(Ranked(name="faq/refund", score=0.4),),
        faq_tried=("refund",),
        slots=(("order", "123"),),
        language="tr",
    )
    await scene.answer(work, owner=OwnerChange(state=WAITING), ticket=ticket)
    view = await scene.view(work.conversation.id)
    assert view.ticket == ticket
    assert (view.row.reason, view.row.priority) == ("complaint", "urgent")


async def test_a_place_in_the_line_keeps_the_higher_priority(scene: Scene) -> None:
    await scene.says("bir")
    work = await scene.work()
    await scene.hand_off(work, priority=Priority.URGENT)
    await scene.says("iki")
    again = await scene.work()
    await scene.answer(again, ticket=Ticket(reason=Reason.UNSURE, priority=Priority.LOW, summary="more"))
    view = await scene.view(work.conversation.id)
    assert view.ticket is not None
    assert (view.ticket.summary, view.ticket.priority, view.row.priority) == ("more", Priority.URGENT, "urgent")
    assert len(await scene.rows("SELECT id FROM tickets")) == 1


async def test_the_line_is_as_long_as_those_waiting_and_tells_what_waits_took(scene: Scene) -> None:
    assert await scene.store.line() == Line(waiting=0, wait_s=None)
    waits = (30, 90)
    for who, wait_s in zip((SMS, OTHER), waits, strict=True):
        await scene.says("insan", who)
        work = await scene.work()
        await scene.hand_off(work)
        assert (await scene.store.line()).waiting == 1
        scene.later(wait_s)
        await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    assert await scene.store.line() == Line(waiting=0, wait_s=60)


async def test_returning_closes_the_ticket_and_answers_nothing_written_meanwhile(scene: Scene) -> None:
    await scene.says("insan")
    work = await scene.work()
    await scene.hand_off(work)
    await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    await scene.says("agent'a söylenen")
    assert isinstance(await scene.own(work.conversation.id, BOT), Committed)
    scene.later(10)
    assert await scene.claim() == []
    assert await scene.rows("SELECT id FROM tickets WHERE closed_at IS NULL") == []
    await scene.says("yeni soru")
    [heard] = (await scene.work()).heard
    assert heard.body.text == "yeni soru"


async def test_a_turn_under_way_when_an_agent_returns_is_stale_and_not_repeated(scene: Scene) -> None:
    await scene.says("insan")
    work = await scene.work()
    await scene.hand_off(work)
    await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    await scene.says("agent'a söylenen")
    listening = await scene.work()
    await scene.own(work.conversation.id, BOT)
    assert isinstance(await scene.commit(scene.changes(listening)), Stale)
    await scene.store.release_lane(work.lane, worker="w1", retry_at=scene.now)
    assert await scene.claim() == []


async def test_a_customer_s_withdrawal_answers_what_arrived_during_the_turn(scene: Scene) -> None:
    await scene.says("insan")
    await scene.hand_off(await scene.work())
    await scene.says("vazgeçtim")
    work = await scene.work()
    await scene.says("kargo ücreti ne kadar")
    await scene.answer(work, "tamam", owner=OwnerChange(state=BOT, reason="withdrawn"))
    assert await scene.rows("SELECT id FROM tickets WHERE closed_at IS NULL") == []
    [heard] = (await scene.work()).heard
    assert heard.body.text == "kargo ücreti ne kadar"


async def test_an_agent_s_words_and_notes_stand_in_the_transcript_and_only_words_go_out(scene: Scene) -> None:
    await scene.says("insan")
    work = await scene.work()
    await scene.hand_off(work)
    await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    await scene.act(work.conversation.id, "merhaba, ben Ayşe")
    await scene.act(work.conversation.id, messages=(note("siparişi aradım"),))
    _, spoken, noted = (await scene.view(work.conversation.id)).messages
    assert (spoken.direction, spoken.author, spoken.author_name) == (Direction.OUT, Author.AGENT, AGENT)
    assert (noted.direction, noted.text, noted.parts) == (Direction.NOTE, "siparişi aradım", ())
    assert [part.body.text for part in await scene.take()] == ["merhaba, ben Ayşe"]
    assert await scene.rows("SELECT DISTINCT content_version FROM messages") == [("",)]


async def test_what_a_system_was_asked_is_kept_in_the_memory_and_with_a_note(scene: Scene) -> None:
    await scene.says("4713 iptal")
    work = await scene.work()
    asked = AskedLookup(
        name="cancel-order",
        slots=(("order_number", "4713"),),
        branch=Branch.REFUSED,
        changes=True,
        reason="already_sent",
        at=scene.now,
    )
    told = replace(note("cancel-order: refused"), author=Author.BOT, author_name="", lookup=asked)
    await scene.answer(work, messages=(told,), memory=Memory(lookups=(asked,)))
    view = await scene.view(work.conversation.id)
    assert view.row.conversation.memory.lookups == (asked,)
    assert [message.lookup for message in view.messages] == [None, asked]


async def test_a_conversation_passes_from_one_person_to_another_and_both_have_said_what_they_said(
    scene: Scene,
) -> None:
    await scene.says("insan")
    work = await scene.work()
    await scene.hand_off(work)
    await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    await scene.act(work.conversation.id, "ben Ayşe")
    assert await scene.own(work.conversation.id, HUMAN, holder="bora@example.com") == Committed(epoch=3)
    await scene.act(work.conversation.id, "ben Bora")
    held = (await scene.view(work.conversation.id)).row.conversation
    assert (held.state, held.holder) == (HUMAN, "bora@example.com")
    assert [part.body.text for part in await scene.take()] == ["ben Ayşe"]
    assert "ben Bora" in await scene.texts(work.conversation.id)
    changes = await scene.rows("SELECT epoch, state, holder FROM owner_changes ORDER BY epoch")
    assert changes == [(1, "waiting", ""), (2, "human", AGENT), (3, "human", "bora@example.com")]


async def test_without_an_address_words_go_where_the_lane_spoke_last(scene: Scene) -> None:
    await scene.says("bir")
    work = await scene.work()
    await scene.answer(work, "cevap", to=None)
    [part] = await scene.take()
    assert part.to == SMS
