"""Turns that need an answer of the brand's own systems: asked outside any transaction, then decided anew."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from csbot.domain.changes import Changes, Committed
from csbot.domain.content import Catalogue
from csbot.domain.lookup import AskedLookup, Branch, LookupAnswer, NeedsLookup
from csbot.domain.message import Author, MessageKind, OutgoingMessage
from csbot.domain.turn import LaneWork, Turn, TurnContext
from csbot.errors import StoreBusy, StoreFull
from csbot.log import get_logger
from csbot.services import Knowledge, Services
from csbot.workers.insisting import insist

log = get_logger("consulting")

MOST = 4
"""So many questions a turn; one that wants more is no turn."""

BUDGET = timedelta(seconds=15)
"""How long a turn may have taken when it asks once more: the answer, ten seconds at worst, is then within its claim."""

LOST = timedelta(minutes=1)
"""So long after a call was marked no turn is still waiting for it, and one that is done again has come back to it."""

NOTE_TRIES = 3

Slots = tuple[tuple[str, str], ...]


class AsksTooMuch(Exception):
    """The engine wants more answers than a turn has: it would ask for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The engine's decision and all it was made with: what it needed is among the context's answers.

    `notes` tell agents what was asked to be changed on the way and what came of it, whether or not the turn is told.
    """

    turn: Turn
    context: TurnContext
    notes: tuple[OutgoingMessage, ...] = ()


async def decide(
    services: Services, context: TurnContext, knowledge: Knowledge, *, now: datetime, until: datetime
) -> Decided:
    """What the engine decides, with the answers it needs.

    `until` is the end of the lane's claim. Raises AsksTooMuch, and what the store raises.
    """
    notes: list[OutgoingMessage] = []
    pending = context.work.conversation.memory.pending
    if pending is not None and pending.call:
        made = await insist(
            services, partial(services.store.made_call, pending.call), until=until, lane=context.work.lane
        )
        if made is not None:
            # An earlier attempt at this turn has come to it; its yes may not be all that is heard by now.
            context = replace(context, answers=(_told(context.work, made),))
            call = _call(pending.call, context.work.conversation.memory.slots, knowledge.catalogue)
            notes.append(_note(call, made, services.clock()))
    turn = await services.engine.turn(context, nlu=knowledge.nlu, now=now)
    while (need := turn.needs) is not None:
        if len(context.answers) >= MOST:
            raise AsksTooMuch(f"{need.name}, after {MOST} others")
        if services.clock() > now + BUDGET:
            answer = LookupAnswer(request=need.request, branch=Branch.LATE, why="the turn has no time left to ask")
        else:
            answer = await _answer(services, context.work, need, begin_by=now + BUDGET, until=until)
            if need.changes:
                notes.append(_note(need, answer, services.clock()))
        context = replace(context, answers=(*context.answers, answer))
        turn = await services.engine.turn(context, nlu=knowledge.nlu, now=now)
    return Decided(turn=turn, context=context, notes=tuple(notes))


async def tell_lost_calls(services: Services) -> None:
    """Leave a note for each change of which no end is known and that no turn has come back to; raises what the store
    raises.
    """
    now = services.clock()
    for conversation, need, answer in await services.store.lost_calls(before=now - LOST, now=now):
        log.warning("nobody knows what a change came to", lookup=need.name, conversation=conversation)
        await leave_notes(services, conversation, (_note(need, answer, now),))


async def leave_notes(services: Services, conversation: int, notes: tuple[OutgoingMessage, ...]) -> None:
    """Tell agents alone, where the turn was not to be told; raises what the store raises."""
    for _ in range(NOTE_TRIES):
        stands = await services.store.lane_work(conversation)
        if stands is None:
            return
        epoch = stands.conversation.epoch
        left = Changes(conversation=conversation, lane=stands.lane, expected_epoch=epoch, messages=notes)
        if isinstance(await services.store.commit(left, now=services.clock()), Committed):
            return
    log.warning("a change is told to no agent", conversation=conversation)


async def _answer(
    services: Services, work: LaneWork, need: NeedsLookup, *, begin_by: datetime, until: datetime
) -> LookupAnswer:
    if not need.changes or need.send_code:
        return await services.lookups.ask(need, now=services.clock())
    begin = partial(
        services.store.begin_call,
        need.request,
        conversation=work.conversation.id,
        lookup=need.name,
        caller=f"{services.worker}/{secrets.token_hex(4)}",
        now=services.clock(),
    )
    kept = await insist(services, begin, until=begin_by, lane=work.lane)
    if kept is not None:
        log.info("asked before, not again", lookup=need.name, branch=kept.branch.value, lane=work.lane)
        return _told(work, kept)
    answer = await services.lookups.ask(need, now=services.clock())
    log.info("a change was asked for", lookup=need.name, branch=answer.branch.value, lane=work.lane)
    end = partial(services.store.end_call, answer, now=services.clock())
    try:
        await insist(services, end, until=until, lane=work.lane)
    except (StoreBusy, StoreFull) as error:
        # The answer is known here and may still be told. If it is not, a later attempt finds the call without an end.
        log.warning("a call's end is not kept", lookup=need.name, lane=work.lane, error=str(error))
    return answer


def _told(work: LaneWork, kept: LookupAnswer) -> LookupAnswer:
    """What was kept, for whom it was asked for: a lane may hold two people, and the other may have written since."""
    pending = work.conversation.memory.pending
    if pending is not None and pending.call and pending.asked_of != work.identity.id:
        return LookupAnswer(request=kept.request, branch=Branch.UNKNOWN, why="it was asked of somebody else")
    return kept


def _call(request: str, slots: Slots, catalogue: Catalogue) -> NeedsLookup:
    """The call a question stands for, as far as agents are told of it."""
    name = request.rpartition(":")[2]
    lookup = catalogue.lookups.get(name)
    sent = tuple((slot, value) for slot, value in slots if value and (lookup is None or slot in lookup.send))
    return NeedsLookup(name=name, request=request, slots=sent, changes=True)


def _note(need: NeedsLookup, answer: LookupAnswer, now: datetime) -> OutgoingMessage:
    asked = AskedLookup.of(need, answer, at=now)
    about = ", ".join(f"{name} {value}" for name, value in asked.slots) or "?"
    came_to = ", ".join(word for word in (asked.branch.value, asked.reason or asked.why) if word)
    text = f"{asked.name} ({about}): {came_to}"
    return OutgoingMessage(author=Author.BOT, kind=MessageKind.NOTE, text=text, lookup=asked)
