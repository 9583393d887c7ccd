"""An act of an agent on a conversation, whoever asks for it (the API, the desk): decided on what stands, committed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from csbot.channel.render import render
from csbot.desk.errors import ChannelMissing, DeskError
from csbot.domain.capabilities import Capabilities
from csbot.domain.changes import Changes, Committed, Duplicate, Idempotency, Stale
from csbot.domain.message import OutgoingPart
from csbot.domain.turn import LaneWork, Say
from csbot.services import Outlet, Services

ATTEMPTS = 2
"""An act overtaken by another is decided anew on what stands then, once."""

Decide = Callable[[LaneWork], Changes]
Keep = Callable[[LaneWork, Changes], Idempotency | None]
"""The answer to keep with the act, under the key its caller gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The act as it was decided on `work`. `kept` is the answer of an earlier act under the same key, "" for none."""

    work: LaneWork
    changes: Changes
    kept: str = ""


class NoConversation(Exception):
    """There is no conversation of that id."""


class Refused(Exception):
    """The conversation, as it stands in `work`, does not allow the act: `error` says why."""

    def __init__(self, error: DeskError, work: LaneWork) -> None:
        super().__init__(str(error))
        self.error = error
        self.work = work


class Overtaken(Exception):
    """Others act on the conversation at the same time; `holder` has it now ("" for nobody)."""

    def __init__(self, holder: str) -> None:
        super().__init__("others are acting on this conversation at the same time")
        self.holder = holder


def keep_nothing(work: LaneWork, changes: Changes) -> Idempotency | None:
    """The caller gave no key."""
    return None


async def act(services: Services, conversation: int, decide: Decide, *, keep: Keep = keep_nothing) -> Done:
    """Decide on the conversation as it stands and commit that; what changes nothing is not committed.

    Raises NoConversation, Refused or Overtaken; then nothing was written.
    """
    store = services.store
    holder = ""
    for _ in range(ATTEMPTS):
        work = await store.lane_work(conversation)
        if work is None:
            raise NoConversation
        try:
            changes = decide(work)
        except DeskError as error:
            raise Refused(error, work) from error
        if changes.owner is None and not changes.messages:
            return Done(work=work, changes=changes)
        kept = keep(work, changes)
        outcome = await store.commit(_under(changes, kept), now=services.clock())
        if isinstance(outcome, Committed):
            _wake(services, changes)
            return Done(work=work, changes=changes)
        if isinstance(outcome, Duplicate) and outcome.answer:
            return Done(work=work, changes=changes, kept=outcome.answer)
        holder = outcome.holder if isinstance(outcome, Stale) else work.conversation.holder
    raise Overtaken(holder)


def outlet(services: Services, work: LaneWork) -> Outlet:
    """The channel an answer goes to. Raises ChannelMissing."""
    found = services.outlets.get(work.reply_to.channel)
    if found is None:
        raise ChannelMissing(work.reply_to.channel)
    return found


def fitted(services: Services, work: LaneWork, text: str) -> tuple[OutgoingPart, ...]:
    """The text as the customer's channel carries it. Raises ChannelMissing."""
    default = services.brand.default_language
    phrases = services.knowledge.now.words(work.conversation.language or default, default=default)
    return render((Say(text=text),), outlet(services, work).capabilities, phrases=phrases)


def window_open(work: LaneWork, capabilities: Capabilities, now: datetime) -> bool:
    """The platform takes free text now."""
    if capabilities.window_s is None:
        return True
    last_in_at = work.identity.last_in_at
    return last_in_at is not None and (now - last_in_at).total_seconds() < capabilities.window_s


def _under(changes: Changes, kept: Idempotency | None) -> Changes:
    return changes if kept is None else replace(changes, idempotency=kept)


def _wake(services: Services, changes: Changes) -> None:
    if changes.messages or changes.owner is not None:
        services.outbound_bell.ring()
    if changes.owner is not None:
        services.inbound_bell.ring()
