"""Tickets: why a conversation waits for a person, and the packet that person gets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Priority(StrEnum):
    """How soon a person should look; the line is sorted by it."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def weight(self) -> int:
        """Larger is sooner."""
        return {"low": 0, "normal": 1, "high": 2, "urgent": 3}[self.value]


class Reason(StrEnum):
    """Why the bot gave the conversation to a person."""

    ASKED = "asked for a person"
    COMPLAINT = "complaint"
    UNSURE = "not understood"
    REPEATED = "asked again after the answer"
    SENSITIVE = "sensitive matter"
    INTENT = "needs a person"
    FORM = "form complete"
    FORM_FAILED = "form not completed"
    NOT_HELPED = "answer did not help"
    OPTED_OUT = "opted out"
    LANGUAGE = "language not served"
    BOT_FAILED = "bot failed"
    PAUSED = "bot paused"
    UNREADABLE = "message not readable"
    SYSTEM_DOWN = "system not answering"
    NOT_PROVEN = "identity not proven"
    OUTCOME_UNKNOWN = "not known whether it was done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A candidate meaning and its score, 0 to 1."""

    name: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A phrasing of the content: of `name`, and how like the message it is, 0 to 1."""

    name: str
    text: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryingWord:
    """A word of the message, folded, and its share of what spoke for the best meaning, 0 to 1."""

    text: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why an engine ranked as it did: the scores from which it answers and asks back, the phrasing of each meaning that
    is nearest, and the words that carried the best meaning, the strongest first.
    """

    answer_from: float
    ask_from: float
    phrases: tuple[Phrase, ...] = ()
    words: tuple[CarryingWord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a text, or a part of one, was understood as, and why; `grounds` is None where the engine does not tell."""

    text: str
    ranking: tuple[Ranked, ...]
    confident: bool
    grounds: Grounds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A value that stands in a text: its kind, the value in one form for all ways of writing, and where it stands.

    Kinds: email, phone (E.164), order_number, date (ISO 8601), money ("59.90 TRY"), and the ids of the content's own.
    """

    kind: str
    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A place in the line with what only the engine knew when it opened it.

    The rest of the packet (transcript, identities, earlier conversations, window) is read live when an agent looks, so
    that it is never out of date; see `csbot.desk`.
    """

    reason: Reason
    priority: Priority = Priority.NORMAL
    team: str = ""
    summary: str = ""
    ranking: tuple[Ranked, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    entities: tuple[Named, ...] = ()
    faq_tried: tuple[str, ...] = ()
    slots: tuple[tuple[str, str], ...] = ()
    language: str = ""
