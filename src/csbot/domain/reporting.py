"""What reports count: one conversation as far as figures need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from csbot.domain.audit import AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationFacts:
    """One conversation of a period.

    `channel` is that of its first message. `answered` names the entries the bot gave as answers in it. `line_at` is
    when it first came into the human line, `agent_at` when a person first wrote to the customer after that;
    `handed_over` that a person has ever been asked for or has taken it. `helped` and `not_helped` count the customer's
    votes. `next_at` is when the same lane's next conversation began, and `next_answered` the entries answered in that.
    """

    id: int
    channel: str
    opened_at: datetime
    answered: frozenset[str] = frozenset()
    handed_over: bool = False
    line_at: datetime | None = None
    agent_at: datetime | None = None
    helped: int = 0
    not_helped: int = 0
    next_at: datetime | None = None
    next_answered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """The words after which a person was called because csbot did not understand, and the customer's name, if known."""

    text: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHour:
    """What came and went on a channel in the hour that begins at `hour`."""

    channel: str
    hour: datetime
    received: int = 0
    sent: int = 0
    last_in_at: datetime | None = None
    last_out_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """One line of the audit log."""

    id: int
    at: datetime
    entry: AuditEntry
