"""POST conversations/{id}/claim, messages, notes, return, close: what an agent does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from csbot.desk import actions
from csbot.desk.errors import AlreadyHeld, ChannelMissing, DeskError, NotHolder
from csbot.domain.address import Consent
from csbot.domain.changes import Changes, Idempotency
from csbot.domain.conversation import ConversationState
from csbot.domain.turn import LaneWork
from csbot.web import acting
from csbot.web.api.answers import Standing, Taken
from csbot.web.api.idempotency import Reply
from csbot.web.api.operation import Call
from csbot.web.api.problems import Conflict, not_found
from csbot.web.api.requests import Nothing, Words

OPTED_OUT = "the customer has told this sender to stop; the platform may refuse the message"
UNREACHABLE = "the platform says that nothing reaches the customer here any more"

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
        parts = acting.fitted(services, work, asked.text)
        return actions.reply(work, agent=call.user.email, text=asked.text, parts=parts)

    def answer(work: LaneWork, changes: Changes) -> Taken:
        capabilities = acting.outlet(services, work).capabilities
        return Taken(
            **dict(_standing(work, changes)),
            window_open=acting.window_open(work, capabilities, services.clock()),
            warnings=_warnings(work),
        )

    return await _act(call, decide, answer)


async def _act(call: Call, decide: acting.Decide, answer: Answer) -> Reply:
    """Do the act and keep its answer under the caller's key.

    Raises Problem: 404 for no such conversation, 409 when it is in other hands, or in a state that forbids the act.
    """

    def keep(work: LaneWork, changes: Changes) -> Idempotency | None:
        return Idempotency(key=call.key, answer=Reply.of(answer(work, changes)).to_kept()) if call.key else None

    try:
        done = await acting.act(call.services, call.conversation, decide, keep=keep)
        if done.kept:
            return Reply.from_kept(done.kept)
        changed = done.changes.owner is not None or bool(done.changes.messages)
        return replace(Reply.of(answer(done.work, done.changes)), kept=bool(call.key) and changed)
    except acting.NoConversation as error:
        raise not_found("conversation of that id") from error
    except acting.Refused as refused:
        raise _conflict(refused.error, refused.work) from refused
    except acting.Overtaken as overtaken:
        raise Conflict(
            "overtaken", str(overtaken), holder=overtaken.holder, hint="look at it again, then try again"
        ) from overtaken


def _conflict(error: DeskError, work: LaneWork) -> Conflict:
    holder = error.holder if isinstance(error, AlreadyHeld | NotHolder) else work.conversation.holder
    if isinstance(error, NotHolder) and not holder:
        return Conflict("not_claimed", str(error), holder="", hint="POST conversations/{id}/claim, then try again")
    if isinstance(error, ChannelMissing):
        hint = "have its settings restored, or reach the customer another way"
        return Conflict("channel_missing", str(error), holder=holder, hint=hint)
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
