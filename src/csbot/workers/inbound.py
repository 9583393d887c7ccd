"""Turns: claims lanes, lets the engine decide, commits what it decided."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from csbot import metrics
from csbot.channel.render import PARAGRAPH, render
from csbot.domain.audit import AuditEntry
from csbot.domain.changes import Changes, Committed, Outcome, OwnerChange
from csbot.domain.conversation import ConversationState
from csbot.domain.message import Author, OutgoingMessage
from csbot.domain.ticket import Priority, Reason, Ticket
from csbot.domain.turn import LaneWork, Turn, TurnContext
from csbot.domain.turn import Live as Snapshot
from csbot.errors import StoreError
from csbot.log import get_logger
from csbot.services import Knowledge, Services
from csbot.workers.consulting import decide, leave_notes
from csbot.workers.insisting import RETRY_S, insist

log = get_logger("inbound")

LEASE_S = 30.0
BATCH = 64
IDLE_S = 0.5
BUSY_S = 0.01
MAX_FAILURES = 3
MAX_AT_ONCE = 256


_Decision = tuple[Turn, tuple[OutgoingMessage, ...]]


class Inbound:
    """One process's turns. Many lanes at once, each under one claim; a lane's messages stay in order."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._turns: set[asyncio.Task[None]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping`, then finish the turns begun."""
        services = self._services
        while not stopping.is_set():
            await services.inbound_bell.wait(await self._claim())
        if self._turns:
            await asyncio.wait(self._turns)

    async def _claim(self) -> float:
        """Begin the turns that are due; returns how long to wait for more, unless rung."""
        services = self._services
        if len(self._turns) >= MAX_AT_ONCE:
            return BUSY_S
        try:
            claimed = await services.store.claim_lanes(
                worker=services.worker, now=services.clock(), lease_s=LEASE_S, limit=BATCH
            )
        except StoreError as error:
            log.warning("store is away, turns wait", error=str(error))
            return RETRY_S
        knowledge = services.knowledge.now
        for work in claimed:
            task = asyncio.create_task(self._turn(work, knowledge), name=f"turn {work.lane}")
            self._turns.add(task)
            task.add_done_callback(self._turns.discard)
        return 0.0 if len(claimed) == BATCH else IDLE_S

    async def _turn(self, work: LaneWork, knowledge: Knowledge) -> None:
        """One lane's turn. Whatever goes wrong, the lane is given up to be tried again, and in the end to a person."""
        services = self._services
        now = services.clock()
        try:
            until = now + timedelta(seconds=LEASE_S)
            turn, notes = await self._decide(work, knowledge, now, until)
            commit = partial(self._commit, self._changes(work, turn, notes, knowledge, now))
            outcome = await insist(services, commit, until=until, lane=work.lane)
            if notes and not isinstance(outcome, Committed):
                await leave_notes(services, work.conversation.id, notes)
        except Exception as error:
            # The one broad catch of this job: the lane goes back with one more failure, then to the human line.
            log.exception("turn failed", lane=work.lane, failures=work.failures + 1, error=repr(error))
            await self._release(work, now, after_s=RETRY_S * 2**work.failures)
            return
        metrics.of(metrics.TURNS, turn.decision).inc()
        if isinstance(outcome, Committed):
            if turn.says:
                services.outbound_bell.ring()
            if turn.hold_until is not None:
                services.inbound_bell.ring((turn.hold_until - now).total_seconds())
            for heard in work.heard:
                metrics.of(metrics.LAG, "turn").observe((now - heard.received_at).total_seconds())
        else:
            # A person took over, or another process did this turn, between claim and commit: decide anew on what
            # stands, at once.
            log.info("turn overtaken", lane=work.lane, outcome=type(outcome).__name__)
            await self._release(work, now, after_s=0.0)

    async def _decide(self, work: LaneWork, knowledge: Knowledge, now: datetime, until: datetime) -> _Decision:
        """The engine's decision, and notes for agents. One that opens a ticket is made once more with the line as it
        stands: few do, and their place in the line is then right, while all the others need not ask for it.
        """
        if work.failures >= MAX_FAILURES:
            return _bot_failed(work), ()
        services = self._services
        outlet = services.outlets[work.reply_to.channel]
        context = TurnContext(
            work=work,
            live=Snapshot(catalogue=knowledge.catalogue, pauses=services.pauses.now),
            capabilities=outlet.capabilities,
            channel_kind=outlet.kind,
        )
        decided = await decide(services, context, knowledge, now=now, until=until)
        if decided.turn.ticket is None:
            return decided.turn, decided.notes
        context = replace(decided.context, line=await services.store.line())
        return await services.engine.turn(context, nlu=knowledge.nlu, now=now), decided.notes

    async def _commit(self, changes: Changes) -> Outcome:
        return await self._services.store.commit(changes, now=self._services.clock())

    async def _release(self, work: LaneWork, now: datetime, *, after_s: float) -> None:
        try:
            await self._services.store.release_lane(
                work.lane, worker=self._services.worker, retry_at=now + timedelta(seconds=after_s)
            )
        except StoreError as error:
            log.warning("claim not given up; it ends with its lease", lane=work.lane, error=str(error))
        self._services.inbound_bell.ring(after_s)

    def _changes(
        self, work: LaneWork, turn: Turn, notes: tuple[OutgoingMessage, ...], knowledge: Knowledge, now: datetime
    ) -> Changes:
        """What the engine decided, fitted to the channel, as one write."""
        services = self._services
        conversation = work.conversation
        language = turn.language or conversation.language or services.brand.default_language
        messages: tuple[OutgoingMessage, ...] = ()
        if turn.says:
            parts = render(
                turn.says,
                services.outlets[work.reply_to.channel].capabilities,
                phrases=knowledge.words(language, default=services.brand.default_language),
            )
            messages = (
                OutgoingMessage(
                    author=Author.BOT,
                    text=PARAGRAPH.join(say.text for say in turn.says),
                    parts=parts,
                    choices=tuple(choice for say in turn.says for choice in say.choices),
                ),
            )
        held = turn.hold_until is not None
        return Changes(
            conversation=conversation.id,
            lane=work.lane,
            expected_epoch=conversation.epoch,
            consumed=() if held else tuple(heard.event for heard in work.heard),
            worker=services.worker,
            to=work.reply_to,
            messages=(*notes, *messages),
            owner=turn.owner,
            ticket=turn.ticket,
            close_ticket=turn.close_ticket,
            language=turn.language,
            memory=turn.memory,
            greeted=turn.greeted,
            votes=turn.votes,
            hold_until=turn.hold_until,
            audit=() if turn.owner is None else (_audit(work, turn.owner),),
            content_version=knowledge.catalogue.version,
        )


def _audit(work: LaneWork, owner: OwnerChange) -> AuditEntry:
    return AuditEntry(
        actor=owner.by, act=owner.state.value, subject=f"conversation {work.conversation.id}", detail=owner.reason
    )


def _bot_failed(work: LaneWork) -> Turn:
    """The bot cannot handle these messages: a person gets them, as they are, and sees why."""
    if work.conversation.state is not ConversationState.BOT:
        return Turn(decision="listen", why="the bot failed while a person was in charge")
    return Turn(
        decision="handoff",
        owner=OwnerChange(state=ConversationState.WAITING, reason=Reason.BOT_FAILED),
        ticket=Ticket(
            reason=Reason.BOT_FAILED,
            priority=Priority.HIGH,
            summary=next((heard.body.text for heard in work.heard if heard.body.text), ""),
            language=work.conversation.language,
        ),
        memory=replace(work.conversation.memory, pending=None),
        why=f"the bot failed {work.failures} times on these messages",
    )
