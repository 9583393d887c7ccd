"""Lookups: what the brand's own systems are asked, and what they answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class FieldKind(StrEnum):
    """The type of a value the brand's system tells."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    FLAG = "flag"
    CHOICE = "choice"


CODE_DIGITS = 6
"""How long a code is that goes to the contact on file."""

Value = str | int | Decimal | date | datetime | bool


class Branch(StrEnum):
    """What a call came to; content has words for each.

    found: exactly one record. several: more than one. none: no such thing. refused: the system will not do what was
    asked of it (the parcel has left). unproven: nothing is told, the customer has not shown that it is theirs. code: a
    code is on its way to the contact on file. late: no answer in time. down: not reachable, or it fails. wrong: an
    answer that is none, such as a word where a date belongs. unknown: a change was asked for, and whether it was made
    nobody knows.
    """

    FOUND = "found"
    SEVERAL = "several"
    NONE = "none"
    REFUSED = "refused"
    UNPROVEN = "unproven"
    CODE = "code"
    LATE = "late"
    DOWN = "down"
    WRONG = "wrong"
    UNKNOWN = "unknown"

    @property
    def failed(self) -> bool:
        """The system could not be asked, and nothing was done."""
        return self in {Branch.LATE, Branch.DOWN, Branch.WRONG}


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupField:
    """A value of a record: `values` are those of a choice; an optional one may be missing or null.

    `currency` is that of a money (ISO 4217).
    """

    name: str
    kind: FieldKind = FieldKind.TEXT
    optional: bool = False
    values: tuple[str, ...] = ()
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsLookup:
    """A question to the brand's system: lookup `name` of the settings, with what the customer told.

    `request` is the same when the same turn is done again: channel, event key and lookup name. `personal`: records are
    told only to whom they belong to. `proofs` are the persons the sender has been proven to be
    ("phone:+905321112233"). `changes`: the call changes something, so it is made once and never again. `send_code`
    asks for a code to be sent to the contact on file instead; `challenge` is that of the answer when the last one was
    sent, and `code` what the customer typed for it. A code is good for the `slots` it was sent about, and for the
    lookups of one `family`: this one alone, or the one asked before it as well.
    """

    name: str
    request: str
    slots: tuple[tuple[str, str], ...] = ()
    fields: tuple[LookupField, ...] = ()
    language: str = ""
    personal: bool = True
    changes: bool = False
    proofs: tuple[str, ...] = ()
    send_code: bool = False
    challenge: str = ""
    code: str = field(default="", repr=False)
    family: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupAnswer:
    """What a call came to. `records` hold values of the fields asked for, and only what may be told.

    `why` explains it to a person: no value of a record, no secret. `reason` is the system's word for a refusal.
    `challenge` names the code that was sent.
    """

    request: str
    branch: Branch
    records: tuple[Mapping[str, Value], ...] = field(default=(), repr=False)
    reason: str = ""
    why: str = ""
    challenge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLookup:
    """That lookup `name` was asked with `slots`, and what it came to, for the people who go on; no value of a record.

    `changes`: something was to be changed. `reason` is the system's word for a refusal, `why` explains the rest.
    """

    name: str
    slots: tuple[tuple[str, str], ...] = ()
    branch: Branch
    changes: bool = False
    reason: str = ""
    why: str = ""
    at: datetime | None = None

    @classmethod
    def of(cls, need: NeedsLookup, answer: LookupAnswer, *, at: datetime | None = None) -> AskedLookup:
        """What stands of a question and its answer."""
        return cls(
            name=need.name,
            slots=need.slots,
            branch=answer.branch,
            changes=need.changes,
            reason=answer.reason,
            why=answer.why,
            at=at,
        )
