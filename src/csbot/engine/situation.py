"""All the policy looks at, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from csbot.domain.content import Catalogue, Entry, Intent, Role
from csbot.domain.conversation import ConversationState, Memory
from csbot.domain.lookup import LookupAnswer
from csbot.domain.understanding import Understanding
from csbot.engine.choices import NONE, named
from csbot.engine.forms import Reader
from csbot.engine.hearing import Said
from csbot.engine.recognise import Cues
from csbot.text.clauses import asks, opening_words

FAQ = "faq/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What the brand's own systems may be asked in this turn, and what they have answered in it.

    `request` begins the name of each question: the same when the turn is done again, another in every other turn.
    `sender` is the identity that wrote last, `proofs` whom its platform proves it to be; `shared`: others read along.
    """

    request: str = ""
    sender: int = 0
    proofs: tuple[str, ...] = ()
    shared: bool = False
    answers: tuple[LookupAnswer, ...] = ()

    def answer(self, request: str) -> LookupAnswer | None:
        """The answer to that question; None when it has not been asked."""
        return next((one for one in self.answers if one.request == request), None)


# No slots: what every rule asks for is worked out once, and kept in the value.
@dataclass(frozen=True, kw_only=True)
class Situation:
    """`paused` says why the bot may not speak here ("" when it may); `blocked` names paused intents and entries.

    `understanding` is None where there were no words to understand. `languages` are those csbot answers in.
    `hold_until` is how long a lone greeting may wait for more (None: not at all, or no longer).
    """

    said: Said
    reader: Reader
    catalogue: Catalogue
    languages: tuple[str, ...]
    state: ConversationState = ConversationState.BOT
    memory: Memory = field(default_factory=Memory)
    opted_out: bool = False
    paused: str = ""
    blocked: frozenset[str] = frozenset()
    cues: Cues = field(default_factory=Cues)
    understanding: Understanding | None = None
    hold_until: datetime | None = None
    access: Access = field(default_factory=Access)

    @cached_property
    def best(self) -> str:
        """What the customer surely means: a name of the catalogue, or "". A mere yes or no means nothing by itself."""
        understood = self.understanding
        if understood is None or not understood.confident or not understood.ranking:
            return ""
        name = understood.ranking[0].name
        if self.item(name) is None or (self.cues.is_reply and not self.role(name).is_small_talk):
            return ""
        return name

    @cached_property
    def asks_on(self) -> bool:
        """It is clear only with the question before it, and asks on about that: "how much is it?", "and by card"."""
        text, read = self.said.text, self.understanding is not None and self.understanding.read
        return bool(read) and (asks(text) or opening_words(text) > 0 or len(text.split()) == 1)

    @cached_property
    def meanings(self) -> tuple[str, ...]:
        """All that is surely meant: by the whole of what was said, and by each part of it."""
        parts = self.understanding.parts if self.understanding else ()
        if not parts:
            return (self.best,) if self.best else ()
        heard = (self.best, *(part.understanding.best for part in parts))
        return tuple(name for name in dict.fromkeys(heard) if self.item(name) is not None)

    @property
    def chosen(self) -> str:
        """What a pressed button names, be it an old one: a name of the catalogue, "none", or ""."""
        if self.said.picked is None:
            return ""
        kind, name = named(self.said.picked.payload)
        if kind not in {"clarify", "follow"}:
            return ""
        return name if name == NONE or self.item(name) is not None else ""

    def item(self, name: str) -> Entry | Intent | None:
        """The entry or intent of that name."""
        if name.startswith(FAQ):
            return self.catalogue.entries.get(name.removeprefix(FAQ))
        return self.catalogue.intents.get(name)

    def role(self, name: str) -> Role:
        """The role of an intent; entries and unknown names have none."""
        intent = self.catalogue.intents.get(name)
        return intent.role if intent else Role.NONE

    def with_role(self, role: Role) -> Intent | None:
        """The first intent of that role."""
        return self.catalogue.with_role(role)

    def may_answer(self, name: str) -> bool:
        """The name stands for something, is not paused, and is valid today."""
        item = self.item(name)
        if item is None or name in self.blocked:
            return False
        return not isinstance(item, Entry) or item.is_valid(self.reader.today)
