"""What the brand publishes: intents, FAQ entries, csbot's own words. Loaded by `csbot.content`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from csbot.domain.lookup import Branch, LookupField
from csbot.domain.ticket import Priority

Text = Mapping[str, str]
"""A text per language code."""


class SlotKind(StrEnum):
    """What a form's question wants to hear."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    ORDER_NUMBER = "order_number"
    CHOICE = "choice"
    PHOTO = "photo"
    ENTITY = "entity"


class Role(StrEnum):
    """What the policy treats apart: small talk, the wish for a person, complaints."""

    NONE = ""
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    PERSON = "person"
    COMPLAINT = "complaint"

    @property
    def is_small_talk(self) -> bool:
        """Said for manners' sake; never worth a clarifying question or a vote."""
        return self in {Role.GREETING, Role.THANKS, Role.GOODBYE}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotChoice:
    """One option of a `choice` slot, and what else customers call it."""

    value: str
    label: Text
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityValue:
    """One value of a list, with what it is called in each language and what else it is called."""

    value: str
    label: Text
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityKind:
    """Something customers name: a value of a list, or what fits a pattern as a whole word."""

    id: str
    title: Text
    values: tuple[EntityValue, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One question of a form; `pattern` is matched against the whole value, `entity` names the kind of an entity."""

    name: str
    kind: SlotKind
    question: Text
    pattern: str = ""
    error: Text = field(default_factory=dict)
    optional: bool = False
    choices: tuple[SlotChoice, ...] = ()
    entity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffRule:
    """Which team, how soon."""

    team: str = ""
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Questions asked one after another; then `done` is said, or `lookup` asked and its answer told; with `handoff` a
    person goes on after that.
    """

    slots: tuple[Slot, ...]
    done: Text = field(default_factory=dict)
    lookup: str = ""
    handoff: HandoffRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A question to the brand's own systems, and the words for what it comes to.

    `send` names the slots that are sent, `fields` what comes back. `personal`: told only to whom it belongs. `changes`:
    it changes something, so `confirm` is asked before; `first` is a lookup that is asked before that, whose record
    the question may name. Where the choice field of that record is in `refused_when`, with a reason, nothing is asked,
    for it would be refused. The value of the choice field `by` chooses one of `cases`, the words for one record;
    without it those are `answers[Branch.FOUND]`. `each` is the line a record has among several. A branch without an
    answer is told in csbot's own words; `refusals` are those for a refusal by the system's reason. `instead` are
    entries offered after a refusal; `handoff` says who goes on when the system cannot help.
    """

    id: str
    send: tuple[str, ...] = ()
    fields: tuple[LookupField, ...] = ()
    personal: bool = True
    changes: bool = False
    first: str = ""
    refused_when: Mapping[str, str] = field(default_factory=dict)
    confirm: Text = field(default_factory=dict)
    by: str = ""
    cases: Mapping[str, Text] = field(default_factory=dict)
    each: Text = field(default_factory=dict)
    answers: Mapping[Branch, Text] = field(default_factory=dict)
    refusals: Mapping[str, Text] = field(default_factory=dict)
    instead: tuple[str, ...] = ()
    handoff: HandoffRule = field(default_factory=HandoffRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Something a customer wants done: exactly one of `answer`, `form`, `handoff` says what csbot does."""

    id: str
    title: Text
    examples: Mapping[str, tuple[str, ...]]
    role: Role = Role.NONE
    answer: Text | None = None
    form: Form | None = None
    handoff: HandoffRule | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A question the brand answers in public. Dates are inclusive days in the brand's time zone."""

    id: str
    title: Text
    questions: Mapping[str, tuple[str, ...]]
    answers: Text
    channels: Mapping[str, Text] = field(default_factory=dict)
    follow_ups: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    sensitive: bool = False

    def is_valid(self, day: date) -> bool:
        """The entry may be answered on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    def answer(self, language: str, kind: str) -> str:
        """The answer in `language` for channel kind `kind`; empty when there is none."""
        return self.channels.get(kind, {}).get(language) or self.answers.get(language, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """csbot's own words (`say`: key -> text per language) and the words it listens for (`recognise`)."""

    say: Mapping[str, Text]
    recognise: Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One version of everything the brand publishes; `version` is the digest of its sources, `outside` are messages
    about matters that are not the brand's.
    """

    version: str
    languages: tuple[str, ...]
    intents: Mapping[str, Intent]
    entries: Mapping[str, Entry]
    phrases: Phrases
    entities: Mapping[str, EntityKind] = field(default_factory=dict)
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    outside: tuple[str, ...] = ()
    _roles: Mapping[Role, Intent] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        # Asked for in every turn, so found once.
        roles: dict[Role, Intent] = {}
        for intent in self.intents.values():
            roles.setdefault(intent.role, intent)
        object.__setattr__(self, "_roles", roles)

    def with_role(self, role: Role) -> Intent | None:
        """The first intent of that role."""
        return self._roles.get(role)

    def title(self, name: str, language: str) -> str:
        """The short label of an intent or entry (an entry's name is "faq/<id>")."""
        item = self.entries.get(name.removeprefix("faq/")) if name.startswith("faq/") else self.intents.get(name)
        if item is None:
            return name
        return item.title.get(language) or next(iter(item.title.values()), name)
