"""A turn: what the engine is told, and what it decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from csbot.domain.address import Address, Identity
from csbot.domain.capabilities import Capabilities
from csbot.domain.changes import OwnerChange, Vote
from csbot.domain.content import Catalogue
from csbot.domain.conversation import Conversation, Memory
from csbot.domain.lookup import LookupAnswer, NeedsLookup
from csbot.domain.message import Choice, InboundMessage
from csbot.domain.pause import Pause
from csbot.domain.ticket import Ranked, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message of the customer waiting for its turn; `event` is the id to consume, `message` the transcript's id.

    `key` is the event's key on its channel, the same over redeliveries.
    """

    event: int
    message: int
    received_at: datetime
    body: InboundMessage
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneWork:
    """One claimed lane: all its waiting messages in order of arrival, and what stands about it.

    `identity` and `reply_to` are those of the lane's last message. `first_contact`: the customer has not met the
    assistant. `failures` counts turns of these events that raised.
    """

    lane: int
    conversation: Conversation
    identity: Identity
    reply_to: Address
    heard: tuple[Heard, ...]
    first_contact: bool = False
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The human line as it stands: how many wait, and how long a person took of late (None: not known)."""

    waiting: int = 0
    wait_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What changes while csbot runs, one snapshot a turn: the published content and the pauses in force."""

    catalogue: Catalogue
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnContext:
    """All a turn may know: values only. `channel_kind` chooses channel-specific answers, nothing else.

    `answers` are what the brand's systems have answered so far in this turn, by the request.
    """

    work: LaneWork
    live: Live
    capabilities: Capabilities
    channel_kind: str
    line: Line = field(default_factory=Line)
    answers: tuple[LookupAnswer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Something the bot says: text, and choices offered under it."""

    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the engine decided; the worker fits it to the channel and commits it.

    `decision` is a word for logs, metrics and the API: listen, hold, answer, clarify, ask, handoff, withdraw, vote,
    smalltalk, lookup.
    `says` go out in order, as one platform message where they fit. `hold_until` (decision hold) puts the lane back.
    `needs` (decision lookup) means the turn is not decided yet: it is done again with the answer in the context.
    `why` explains the decision to a person.
    """

    decision: str
    says: tuple[Say, ...] = ()
    owner: OwnerChange | None = None
    ticket: Ticket | None = None
    close_ticket: bool = False
    language: str | None = None
    memory: Memory | None = None
    greeted: bool = False
    votes: tuple[Vote, ...] = ()
    hold_until: datetime | None = None
    needs: NeedsLookup | None = None
    ranking: tuple[Ranked, ...] = ()
    why: str = ""
