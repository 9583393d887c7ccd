"""POST conversations/{id}/claim, messages, notes, return, close: what an agent does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from csbot.channel.render import render
from csbot.desk import actions
from csbot.desk.errors import AlreadyHeld, DeskError, NotHolder
from csbot.domain.address import Consent
from csbot.domain.capabilities import Capabilities
from csbot.domain.changes import Changes, Committed, Duplicate, Idempotency, Stale
from csbot.domain.conversation import ConversationState
from csbot.domain.message import OutgoingPart
from csbot.domain.turn import LaneWork, Say
from csbot.services import Outlet, Services
from csbot.web.api.answers import Standing, Taken
from csbot.web.api.idempotency import Reply
from csbot.web.api.operation import Call
from csbot.web.api.problems import Conflict, not_found
from csbot.web.api.requests import Nothing, Words

ATTEMPTS = 2
"""An act overtaken by another is decided anew on what stands then, once."""

OPTED_OUT = "the customer has told this sender to stop; the platform may refuse the message"
UNREACHABLE = "the platform says that nothing reaches the customer here any more"

Decide = Callable[[LaneWork], Changes]
Answer = Callable[[LaneWork, Changes], Standing]


async def claim(call: Call, asked: Nothing) -> Reply:
    """Take the conversation."""
    return await _act(call, lambda work: actions.claim(work, agent=call.user.email), _standing)


async def give_back(call: Call, asked: Nothing) -> Reply:
    """Give the conversation back to the bot."""
    return await _act(call, lambda work: actions.give_back(work, agent=call.user.email), _standing)


async def close(call: Call, asked: Nothing) -> Reply:
    """End the conversation."""
    return await _act(call, lambda work: actions.close(work, agent=call.user.email), _standing)


async def note(call: Call, asked: Words) -> Reply:
    """Leave a note between agents."""
    return await _act(call, lambda work: actions.note(work, agent=call.user.email, text=asked.text), _standing)


async def reply(call: Call, asked: Words) -> Reply:
    """Say something to the customer."""
    services = call.services

    def decide(work: LaneWork) -> Changes:
        parts = _fitted(services, work, asked.text)
        return actions.reply(work, agent=call.user.email, text=asked.text, parts=parts)

    def answer(work: LaneWork, changes: Changes) -> Taken:
        capabilities = _outlet(services, work).capabilities
        return Taken(
            **dict(_standing(work, changes)),
            window_open=_window_open(work, capabilities, services.clock()),
            warnings=_warnings(work),
        )

    return await _act(call, decide, answer)


async def _act(call: Call, decide: Decide, answer: Answer) -> Reply:
    """Decide on the conversation as it stands and commit that, with the answer under the caller's key.

    Raises Problem: 404 for no such conversation, 409 when it is in other hands, or in a state that forbids the act.
    """
    store = call.services.store
    holder = ""
    for _ in range(ATTEMPTS):
        work = await store.lane_work(call.conversation)
        if work is None:
            raise not_found("conversation of that id")
        try:
            changes = decide(work)
        except DeskError as error:
            raise _conflict(error, work) from error
        mine = Reply.of(answer(work, changes))
        if changes.owner is None and not changes.messages:
            return mine
        if call.key:
            mine = replace(mine, kept=True)
            changes = replace(changes, idempotency=Idempotency(key=call.key, answer=mine.to_kept()))
        outcome = await store.commit(changes, now=call.services.clock())
        if isinstance(outcome, Committed):
            _wake(call.services, changes)
            return mine
        if isinstance(outcome, Duplicate) and outcome.answer:
            return Reply.from_kept(outcome.answer)
        holder = outcome.holder if isinstance(outcome, Stale) else work.conversation.holder
    raise Conflict(
        "overtaken",
        "others are acting on this conversation at the same time",
        holder=holder,
        hint="look at it again, then try again",
    )


def _wake(services: Services, changes: Changes) -> None:
    if changes.messages or changes.owner is not None:
        services.outbound_bell.ring()
    if changes.owner is not None:
        services.inbound_bell.ring()


def _conflict(error: DeskError, work: LaneWork) -> Conflict:
    holder = error.holder if isinstance(error, AlreadyHeld | NotHolder) else work.conversation.holder
    if isinstance(error, NotHolder) and not holder:
        return Conflict("not_claimed", str(error), holder="", hint="POST conversations/{id}/claim, then try again")
    if work.conversation.state is ConversationState.CLOSED:
        return Conflict("closed", str(error), holder="", hint="wait for the customer to write; that opens another")
    return Conflict("held", str(error), holder=holder, hint="ask who holds it to return or close it")


def _standing(work: LaneWork, changes: Changes) -> Standing:
    conversation, owner = work.conversation, changes.owner
    return Standing(
        id=str(conversation.id),
        status=owner.state if owner else conversation.state,
        holder=(owner.holder if owner else conversation.holder) or None,
    )


def _outlet(services: Services, work: LaneWork) -> Outlet:
    """The channel an answer goes to."""
    channel = work.reply_to.channel
    outlet = services.outlets.get(channel)
    if outlet is None:
        raise Conflict(
            "channel_missing",
            f"the customer wrote on channel {channel!r}, which is not configured any more",
            holder=work.conversation.holder,
            hint="have its settings restored, or reach the customer another way",
        )
    return outlet


def _fitted(services: Services, work: LaneWork, text: str) -> tuple[OutgoingPart, ...]:
    """The text as the customer's channel carries it."""
    default = services.brand.default_language
    phrases = services.knowledge.now.words(work.conversation.language or default, default=default)
    return render((Say(text=text),), _outlet(services, work).capabilities, phrases=phrases)


def _window_open(work: LaneWork, capabilities: Capabilities, now: datetime) -> bool:
    if capabilities.window_s is None:
        return True
    last_in_at = work.identity.last_in_at
    return last_in_at is not None and (now - last_in_at).total_seconds() < capabilities.window_s


def _warnings(work: LaneWork) -> list[str]:
    identity = work.identity
    return [
        warning
        for warning, applies in (
            (OPTED_OUT, identity.consent is Consent.OUT),
            (UNREACHABLE, not identity.reachable),
        )
        if applies
    ]
