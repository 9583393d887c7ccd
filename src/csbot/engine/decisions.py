"""What the policy can decide: a closed family of values. `why` explains each to a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from csbot.domain.content import Text
from csbot.domain.conversation import Codes, PendingQuestion
from csbot.domain.lookup import AskedLookup, LookupField, NeedsLookup, Value
from csbot.domain.ticket import Priority, Reason
from csbot.engine.forms import Slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Words about a lookup, with blanks for the slots and for the values of `record`, which are those of `fields`."""

    text: Text
    fields: tuple[LookupField, ...] = ()
    record: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """A person has the word: say nothing."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Wait until `until` for the question behind a greeting."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """The customer no longer waits for a person: the bot goes on."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOff:
    """A person goes on. `lead` are phrases said before the notice, `told` the words about a lookup before those;
    `slots` (None: as remembered) what is known by now.

    `done` names the intent whose form is complete, `subject` the one it is about in any case. `asked` are the lookups
    it comes of.
    """

    reason: Reason
    why: str
    priority: Priority = Priority.NORMAL
    team: str = ""
    lead: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()
    slots: Slots | None = None
    done: str = ""
    subject: str = ""
    asked: tuple[AskedLookup, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Say the answer of an entry ("faq/<id>") or intent. `aside`: then ask the form's open question again.

    `again`: it has just been said, and the customer asks on about it.
    """

    name: str
    why: str
    aside: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """Say the answers of `answers`, in order, and that `lost` was not understood; then do what else was wanted.

    `later` are wishes that wait until that is done.
    """

    answers: tuple[str, ...]
    why: str
    then: Decision | None = None
    lost: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarify:
    """Ask which of these is meant."""

    names: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask for slot `slot` of intent `intent`; `attempts` answers did not fit so far."""

    intent: str
    slot: str
    slots: Slots
    why: str
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """The form of `intent` is complete, and no person has to go on."""

    intent: str
    slots: Slots
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consult:
    """Ask a system of the brand's for `intent`, and decide anew with its answer."""

    need: NeedsLookup
    intent: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Say what a lookup for `intent` came to: the first of `told`, and the others as lines under it.

    `asks` is what is asked with it; `offers` are entries and intents to go on with. `slots` fill the blanks; `kept` of
    them are remembered (None: all). `asked` are the lookups it comes of. `codes` is what codes come to by it (None: as
    remembered).
    """

    intent: str
    told: tuple[Told, ...]
    why: str
    slots: Slots = ()
    kept: Slots | None = None
    asks: PendingQuestion | None = None
    offers: tuple[str, ...] = ()
    asked: tuple[AskedLookup, ...] = ()
    codes: Codes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Say `phrase` and what was asked before once more; `attempts` answers did not fit so far."""

    phrase: str
    why: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """The customer left what was asked."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wordless:
    """Answer a message without words with the phrase `phrase`."""

    phrase: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOn:
    """The customer has come over from another app: they are told that they are in the right place."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thank:
    """The answer helped."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bide:
    """The customer needs a moment: whatever is asked stays asked."""

    why: str


Decision = (
    Listen
    | Hold
    | Withdraw
    | HandOff
    | Answer
    | Several
    | Clarify
    | Ask
    | Complete
    | Consult
    | Report
    | Repeat
    | Leave
    | Wordless
    | GoOn
    | Bide
    | Thank
)
