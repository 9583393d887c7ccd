"""Whole conversations as transcripts, played against the engine with the published content.

A `.chat` file is read line by line; `#` begins a comment. Everything the bot says has to stand in the transcript.

Said by the customer, one turn each:
    customer: kargom nerede              a message
    + acaba                              another message of the same burst
    customer (photo): kapağı kırık       a message of another kind, with or without words
    customer presses: Hayır              a button of the last message that had any

Said by the bot since, in order:
    bot: [faq/delivery-time]             the published answer of an entry or intent, for this channel and language
    bot: {handoff_next}                  csbot's own words of that key, whatever stands in their braces
    bot: [cancel-order.reason]           the question of a form's slot
    bot: [cancel-order done]             what is said when a form is complete
    bot: /in [0-9]+ days/                a regular expression found in the text
    bot: anything else                   words found in the text
    bot: nothing                         silence

What stands after it:
    choices: Evet | Hayır     state: waiting     decision: hold     language: en     vote: delivery-time no
    reason: not understood    priority: high     team: care         slots: order_number=4711
    summary: words in the ticket's line          tried: delivery-time, return-how

What happens meanwhile:
    wait: 6 s                 agent: claims | returns | closes       time: 2026-11-28T23:00+03:00

How things stand, usually at the top:
    first contact: yes        channel: sms       name: Ayşe Yılmaz   line: 3 waiting, 600 s
    consent: out              pause: entry delivery-time             announce: Kargolar gecikiyor
    hours: mon=09:00-18:00 sat=10:00-16:00       holds: no
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from csbot.desk import actions
from csbot.domain.address import Address, Consent, Identity
from csbot.domain.brand import Brand, parse_business_hours
from csbot.domain.changes import Changes
from csbot.domain.content import Catalogue, Entry
from csbot.domain.message import Attachment, InboundMessage, MessageKind
from csbot.domain.pause import Pause, PauseScope
from csbot.domain.ticket import Ticket
from csbot.domain.turn import LaneWork, Line, Turn
from csbot.evaluation.conversing import Conversing, texts
from csbot.ports import Nlu

AGENT = "ayse@lale.example"
_LINE = re.compile(r"(?P<key>[a-z ]+?)(?: \((?P<kind>[a-z]+)\))?:(?: (?P<value>.*))?")


class Mismatch(AssertionError):
    """The conversation went another way than its transcript."""


@dataclass
class Player:
    """Plays one transcript."""

    catalogue: Catalogue
    nlu: Nlu
    chat: Conversing = field(init=False)
    turn: Turn | None = None
    unread: list[str] = field(default_factory=list)
    ticket: Ticket | None = None

    def __post_init__(self) -> None:
        brand = Brand(name="Lale", privacy_url="https://www.lale.example/kvkk")
        self.chat = Conversing(catalogue=self.catalogue, nlu=self.nlu, brand=brand)

    async def play(self, name: str, transcript: str) -> int:
        """Play the transcript and count its lines; raises Mismatch with its name and the line."""
        lines = transcript.splitlines()
        at = played = 0
        while at < len(lines):
            line, number = lines[at].strip(), at + 1
            at += 1
            if not line or line.startswith("#"):
                continue
            more = []
            while at < len(lines) and lines[at].startswith("+ "):
                more.append(lines[at][2:].strip())
                at += 1
            played += 1
            try:
                await self._line(line, more)
            except AssertionError as error:
                raise Mismatch(f"{name}:{number}: {line}\n{error}\n{self._heard()}") from error
        if self.unread:
            raise Mismatch(f"{name}: the bot said more than the transcript holds\n{self._heard()}")
        return played

    async def _line(self, line: str, more: list[str]) -> None:
        found = _LINE.fullmatch(line)
        assert found, "no line of a transcript"
        key, value = found["key"], found["value"] or ""
        if key.startswith("customer") or key == "wait":
            assert not self.unread, "the bot said more than the transcript holds"
        if key == "customer":
            self._took(await self.chat.says(_message(found["kind"], value), *more))
        elif key == "customer presses":
            self._took(await self.chat.presses(value))
        elif key == "wait":
            self._took(await self.chat.waits(float(value.removesuffix("s").strip())))
        elif key == "agent":
            self._act(value)
        elif key in _STANDS:
            _STANDS[key](self, value)
        else:
            assert key in _CHECKS, f"unknown key {key!r}"
            _CHECKS[key](self, value)

    def _took(self, turn: Turn | None) -> None:
        if turn is None:
            return
        self.turn = turn
        self.ticket = turn.ticket or self.ticket
        self.unread = list(texts(turn))

    def _act(self, verb: str) -> None:
        act: dict[str, Callable[..., Changes]] = {
            "claims": actions.claim,
            "returns": actions.give_back,
            "closes": actions.close,
        }
        conversation = self.chat.conversation
        work = LaneWork(
            lane=1,
            conversation=conversation,
            identity=Identity(id=1, customer=1, channel="console", address="u"),
            reply_to=Address(channel="console", user="u"),
            heard=(),
        )
        changes = act[verb](work, agent=AGENT)
        if changes.owner is not None:
            conversation = replace(conversation, state=changes.owner.state, holder=changes.owner.holder)
        self.chat.conversation = replace(conversation, memory=changes.memory or conversation.memory)

    # -- what stands -----------------------------------------------------------------------------------------------

    def bot(self, value: str) -> None:
        if value == "nothing":
            assert not self.unread, "the bot spoke"
            return
        assert self.unread, "the bot said nothing more"
        said = self.unread.pop(0)
        assert self._matches(value, said), f"the bot said: {said}"

    def _matches(self, value: str, said: str) -> bool:
        if value.startswith("/") and value.endswith("/"):
            return re.search(value[1:-1], said) is not None
        if value.startswith("{") and value.endswith("}"):
            return _as_pattern(self._own(self.catalogue.phrases.say[value[1:-1]])).fullmatch(said) is not None
        if value.startswith("[") and value.endswith("]"):
            return _as_pattern(self._published(value[1:-1])).fullmatch(said) is not None
        return value in said

    def _published(self, name: str) -> str:
        if name.startswith("faq/"):
            entry: Entry = self.catalogue.entries[name.removeprefix("faq/")]
            return entry.answer(self._language, self.chat.channel)
        name, _, slot = name.partition(".")
        if name.endswith(" done"):
            form = self.catalogue.intents[name.removesuffix(" done")].form
            assert form is not None
            return self._own(form.done)
        intent = self.catalogue.intents[name]
        if slot:
            assert intent.form is not None
            return self._own(next(one.question for one in intent.form.slots if one.name == slot))
        assert intent.answer is not None
        return self._own(intent.answer)

    def _own(self, text: object) -> str:
        assert isinstance(text, dict)
        return str(text[self._language])

    @property
    def _language(self) -> str:
        return self.chat.conversation.language or self.chat.brand.default_language

    def _heard(self) -> str:
        if self.turn is None:
            return ""
        ranking = ", ".join(f"{one.name} {one.score:.2f}" for one in self.turn.ranking[:4])
        return f"decision: {self.turn.decision} ({self.turn.why})\nranking: {ranking}\nsaid: {texts(self.turn)}"


def _as_pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(piece) for piece in re.split(r"\{\w+\}", text)), re.DOTALL)


def _message(kind: str | None, text: str) -> InboundMessage:
    if kind is None:
        return InboundMessage(external_id="", text=text)
    known = MessageKind(kind)
    files = (Attachment(kind=known, ref="f1"),) if known in {MessageKind.PHOTO, MessageKind.DOCUMENT} else ()
    return InboundMessage(external_id="", kind=known, text=text, attachments=files)


def _equal(found: object, wanted: str) -> None:
    assert str(found) == wanted, f"it is: {found}"


def _choices(player: Player, value: str) -> None:
    offered = [choice.label for say in player.turn.says for choice in say.choices] if player.turn else []
    _equal(" | ".join(offered), value)


def _vote(player: Player, value: str) -> None:
    votes = player.turn.votes if player.turn else ()
    _equal(", ".join(f"{vote.entry} {'yes' if vote.helped else 'no'}" for vote in votes), value)


def _of_ticket(attribute: str) -> Callable[[Player, str], None]:
    def check(player: Player, value: str) -> None:
        assert player.ticket is not None, "there is no ticket"
        _equal(getattr(player.ticket, attribute), value)

    return check


def _summary(player: Player, value: str) -> None:
    assert player.ticket is not None, "there is no ticket"
    assert value in player.ticket.summary, f"it is: {player.ticket.summary}"


def _slots(player: Player, value: str) -> None:
    assert player.ticket is not None, "there is no ticket"
    _equal(", ".join(f"{name}={known}" for name, known in player.ticket.slots), value)


def _tried(player: Player, value: str) -> None:
    assert player.ticket is not None, "there is no ticket"
    _equal(", ".join(player.ticket.faq_tried), value)


_CHECKS: dict[str, Callable[[Player, str], None]] = {
    "bot": Player.bot,
    "choices": _choices,
    "vote": _vote,
    "state": lambda player, value: _equal(player.chat.conversation.state.value, value),
    "decision": lambda player, value: _equal(player.turn.decision if player.turn else "", value),
    "language": lambda player, value: _equal(player.chat.conversation.language, value),
    "reason": _of_ticket("reason"),
    "priority": _of_ticket("priority"),
    "team": _of_ticket("team"),
    "summary": _summary,
    "slots": _slots,
    "tried": _tried,
}


def _set_hours(player: Player, value: str) -> None:
    hours = parse_business_hours(dict(day.split("=", 1) for day in value.split()))
    player.chat = replace(player.chat, brand=replace(player.chat.brand, business_hours=hours))


def _set_line(player: Player, value: str) -> None:
    waiting, _, wait = value.partition(" waiting")
    wait_s = float(wait.strip(", s")) if wait else None
    player.chat.line = Line(waiting=int(waiting), wait_s=wait_s)


def _set_pause(player: Player, value: str) -> None:
    scope, _, target = value.partition(" ")
    player.chat.pauses = (*player.chat.pauses, Pause(scope=PauseScope(scope), target=target))


def _set_announcement(player: Player, value: str) -> None:
    player.chat.pauses = (*player.chat.pauses, Pause(scope=PauseScope.ANNOUNCEMENT, note=value))


def _set_time(player: Player, value: str) -> None:
    player.chat.now = datetime.fromisoformat(value).astimezone(UTC)


def _set_holds(player: Player, value: str) -> None:
    player.chat = replace(player.chat, greeting_hold_s=0.0 if value == "no" else 6.0)


def _set(attribute: str, read: Callable[[str], object]) -> Callable[[Player, str], None]:
    return lambda player, value: setattr(player.chat, attribute, read(value))


_STANDS: dict[str, Callable[[Player, str], None]] = {
    "first contact": _set("first_contact", lambda value: value == "yes"),
    "channel": _set("channel", str),
    "name": _set("name", str),
    "consent": _set("consent", Consent),
    "line": _set_line,
    "pause": _set_pause,
    "announce": _set_announcement,
    "hours": _set_hours,
    "time": _set_time,
    "holds": _set_holds,
}
