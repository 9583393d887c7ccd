"""A customer and the engine in memory: what the worker and the store do between turns, without either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from csbot.domain.address import Address, Consent, Identity
from csbot.domain.brand import Brand
from csbot.domain.capabilities import Arrival, Capabilities
from csbot.domain.content import Catalogue
from csbot.domain.conversation import Conversation, ConversationState
from csbot.domain.lookup import LookupAnswer
from csbot.domain.message import Choice, InboundMessage, MessageKind
from csbot.domain.pause import Pause
from csbot.domain.turn import Heard, LaneWork, Line, Live, Turn, TurnContext
from csbot.engine.turn import Engine
from csbot.evaluation.systems import Scripted
from csbot.ports import Lookups, Nlu

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, noon in Istanbul."""

BURST = timedelta(seconds=1.5)


@dataclass
class Conversing:
    """One lane. Fields may be set between turns; `turns` keeps what was decided."""

    catalogue: Catalogue
    nlu: Nlu
    brand: Brand = field(default_factory=lambda: Brand(name="Lale"))
    greeting_hold_s: float = 6.0
    now: datetime = START
    line: Line = field(default_factory=Line)
    pauses: tuple[Pause, ...] = ()
    channel: str = "console"
    consent: Consent = Consent.UNSAID
    name: str = ""
    identity: int = 1
    person: str = ""
    place: str = ""
    systems: Lookups = field(default_factory=Scripted)
    first_contact: bool = False
    conversation: Conversation = field(default_factory=lambda: Conversation(id=1, lane=1))
    turns: list[Turn] = field(default_factory=list)
    offered: tuple[Choice, ...] = ()
    held: tuple[Heard, ...] = ()

    def __post_init__(self) -> None:
        self._engine = Engine(brand=self.brand, greeting_hold_s=self.greeting_hold_s)
        self._events = 0

    async def says(self, *messages: str | InboundMessage, known: tuple[LookupAnswer, ...] = ()) -> Turn:
        """The customer sends these within one burst; held messages are heard before them.

        `known` are answers of the brand's systems that an earlier attempt at this turn has left.
        """
        for message in messages:
            body = message if isinstance(message, InboundMessage) else InboundMessage(external_id="", text=message)
            self._events += 1
            n = self._events
            heard = Heard(event=n, message=n, received_at=self.now, body=body, key=f"m{n}")
            self.held = (*self.held, heard)
        self.now += BURST
        return await self.answered(known=known)

    async def answered(self, *, known: tuple[LookupAnswer, ...] = ()) -> Turn:
        """One turn over what is waiting."""
        context = TurnContext(
            work=LaneWork(
                lane=1,
                conversation=self.conversation,
                identity=self._identity(),
                reply_to=Address(channel=self.channel, user="u", place=self.place),
                heard=self.held,
                first_contact=self.first_contact,
            ),
            live=Live(catalogue=self.catalogue, pauses=self.pauses),
            capabilities=Capabilities(arrival=frozenset({Arrival.HOSTED})),
            channel_kind=self.channel,
            line=self.line,
            answers=known,
        )
        turn = await self._engine.turn(context, nlu=self.nlu, now=self.now)
        while turn.needs is not None:
            answer = await self.systems.ask(turn.needs, now=self.now)
            context = replace(context, answers=(*context.answers, answer))
            turn = await self._engine.turn(context, nlu=self.nlu, now=self.now)
        self._commit(turn)
        return turn

    def _identity(self) -> Identity:
        return Identity(
            id=self.identity,
            customer=1,
            channel=self.channel,
            address="u",
            person=self.person,
            name=self.name,
            consent=self.consent,
        )

    async def waits(self, seconds: float) -> Turn | None:
        """Time passes; a held greeting is answered when its time is over."""
        self.now += timedelta(seconds=seconds)
        return await self.answered() if self.held else None

    async def presses(self, label: str) -> Turn:
        """The customer presses a button of the last message that had any."""
        choice = next(choice for choice in self.offered if choice.label == label)
        return await self.says(pressed(choice))

    def given_back(self) -> None:
        """An agent gives the conversation back to the bot."""
        self.conversation = replace(self.conversation, state=ConversationState.BOT, epoch=self.conversation.epoch + 1)

    def _commit(self, turn: Turn) -> None:
        self.turns.append(turn)
        if turn.hold_until is not None:
            return
        self.held = ()
        conversation = self.conversation
        if turn.owner is not None:
            conversation = replace(conversation, state=turn.owner.state, epoch=conversation.epoch + 1)
        self.conversation = replace(
            conversation,
            language=turn.language or conversation.language,
            memory=conversation.memory if turn.memory is None else turn.memory,
        )
        self.first_contact = self.first_contact and not turn.greeted
        self.offered = choices_of(turn) or self.offered


def choices_of(turn: Turn) -> tuple[Choice, ...]:
    """All choices offered in a turn."""
    return tuple(choice for say in turn.says for choice in say.choices)


def pressed(choice: Choice) -> InboundMessage:
    """A button as platforms report it."""
    return InboundMessage(external_id="", kind=MessageKind.CHOICE, text=choice.label, choice=choice)


def texts(turn: Turn) -> Sequence[str]:
    """What was said, in order."""
    return [say.text for say in turn.says]
