"""A write is a value: what one turn, or one act of an agent, wants written, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from csbot.domain.address import Address
from csbot.domain.audit import AuditEntry
from csbot.domain.conversation import ConversationState, Memory
from csbot.domain.message import OutgoingMessage
from csbot.domain.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChange:
    """The conversation passes to `state`; raises the epoch by one and is kept with its reason."""

    state: ConversationState
    holder: str = ""
    by: str = "csbot"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A customer's word on whether an answer helped."""

    entry: str
    helped: bool
    language: str
    content_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """The caller's key for this act, and the answer to give again for the same key."""

    key: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Everything one decision writes, in one piece or not at all.

    `expected_epoch` guards against deciding on stale state: if the conversation's epoch differs, nothing is written.
    `consumed` are event ids this decision deals with; if any is already dealt with, nothing is written. Outgoing
    parts get the conversation's epoch after `owner`, so rows of the turn that changes the owner carry the new one.
    `to` is the address they go to (None: the lane's last). With `owner`, the bot's parts still queued under an older
    epoch are dropped, visibly, if a person takes over; a person (no `worker`) who returns or closes the conversation
    has answered for all that waits in the lane; either ends its place in the line. `hold_until` puts the consumed
    events back to wait (then `consumed` is empty).
    `ticket` opens a place in the line; `close_ticket` ends the open one. `greeted` marks the customer as having met
    the assistant. `worker` names the lane's claim to be given up with the commit (empty: no claim is touched).
    """

    conversation: int
    lane: int
    expected_epoch: int
    consumed: tuple[int, ...] = ()
    worker: str = ""
    to: Address | None = None
    messages: tuple[OutgoingMessage, ...] = ()
    owner: OwnerChange | None = None
    ticket: Ticket | None = None
    close_ticket: bool = False
    language: str | None = None
    memory: Memory | None = None
    greeted: bool = False
    votes: tuple[Vote, ...] = ()
    hold_until: datetime | None = None
    audit: tuple[AuditEntry, ...] = ()
    idempotency: Idempotency | None = None
    content_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Written. `message_ids` in the order of `Changes.messages`."""

    epoch: int
    message_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """Not written: somebody else changed the owner first. What stands now."""

    epoch: int
    state: ConversationState
    holder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Not written: this was done before. `answer` is what was answered then (empty for events)."""

    answer: str = ""


Outcome = Committed | Stale | Duplicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What an append came to: how many events were new, how many known, and when the next lane is due."""

    new: int = 0
    duplicates: int = 0
    due_at: datetime | None = None
    noted: tuple[str, ...] = field(default=())
