"""Conversations: who holds them, and how that may change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from csbot.domain.lookup import AskedLookup
from csbot.domain.message import Choice
from csbot.domain.ticket import Ranked


class ConversationState(StrEnum):
    """Who has the word: the bot, the line, a person, nobody any more."""

    BOT = "bot"
    WAITING = "waiting"
    HUMAN = "human"
    CLOSED = "closed"


_NEXT: dict[ConversationState, frozenset[ConversationState]] = {
    ConversationState.BOT: frozenset({ConversationState.WAITING, ConversationState.HUMAN, ConversationState.CLOSED}),
    ConversationState.WAITING: frozenset({ConversationState.BOT, ConversationState.HUMAN, ConversationState.CLOSED}),
    ConversationState.HUMAN: frozenset(ConversationState),  # to another person, too
    ConversationState.CLOSED: frozenset(),
}


def may_become(old: ConversationState, new: ConversationState) -> bool:
    """A conversation in `old` may pass to `new`. A closed one stays closed: the next message opens another."""
    return new in _NEXT[old]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingQuestion:
    """What the bot has asked and waits to hear.

    `kind`: "form" (slot `name` of intent `subject`), "clarify" (choices name candidates), "helped" (vote on entry
    `subject`), "follow" (entries offered after an answer). `attempts` counts answers that did not fit.

    About a lookup of intent `subject`: "confirm" (may it be changed), "code" (the one that was sent for request
    `challenge`), "away" (should a person look), "more" (nothing: another number is looked up, too), "private" (nothing:
    it was asked for where others read along). `asked_of` is the identity that was asked: a lane may hold two people.
    `code` is what it typed, for as long as more is done with it. `words` is the question as it was asked, to be asked
    it again. `call` is the request of the change that a yes makes: one question, one call, whatever is heard with it.

    `asked_about` are the customer's words that led to it, and `ranking` what they were understood as: a person wants
    to know both when the answer is only "none of these".
    """

    kind: str
    subject: str = ""
    name: str = ""
    choices: tuple[Choice, ...] = ()
    attempts: int = 0
    asked_about: str = ""
    ranking: tuple[Ranked, ...] = ()
    challenge: str = ""
    code: str = ""
    asked_of: int = 0
    words: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Codes to contacts on file in one conversation, since one was right or a person had it: sent, and typed wrong."""

    sent: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """An FAQ answer the customer was asked about, as it was given; judged once, perhaps by a button pressed much
    later.
    """

    entry: str
    language: str
    content_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the engine remembers within one conversation, from turn to turn.

    `last_answer` names what the last turn answered, `last_question` is what was asked for it; `to_judge` is the answer
    the vote was asked for, until it is given.
    `told` are the latest order number, e-mail address and phone number that identity `told_by` has named, by the names
    of their kinds, since the bot has the conversation.
    `later` are intents that were asked for in the same breath as what is being done.
    `lookups` are those asked so far, the latest last, each once with what it came to in the end.
    `clarified`, `unanswered` and `told_again` count clarifying questions, wordless messages and answers said once more
    in a row. A slot passed over is "".
    """

    pending: PendingQuestion | None = None
    slots: tuple[tuple[str, str], ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    told_by: int = 0
    faq_tried: tuple[str, ...] = ()
    last_answer: str = ""
    last_question: str = ""
    later: tuple[str, ...] = ()
    lookups: tuple[AskedLookup, ...] = ()
    helped_asked: bool = False
    to_judge: GivenAnswer | None = None
    greeted: bool = False
    clarified: int = 0
    unanswered: int = 0
    told_again: int = 0
    codes: Codes = field(default_factory=Codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation in a lane. Each change of owner raises `epoch`; `holder` is the agent's e-mail while HUMAN."""

    id: int
    lane: int
    state: ConversationState = ConversationState.BOT
    epoch: int = 0
    language: str = ""
    holder: str = ""
    memory: Memory = field(default_factory=Memory)
    opened_at: datetime | None = None
    waiting_since: datetime | None = None
