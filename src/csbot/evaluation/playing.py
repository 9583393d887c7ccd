"""Whole conversations as transcripts, played against the engine: the brand's golden conversations, and csbot's tests.

A `.chat` file is read line by line; `#` begins a comment. Everything the bot says has to stand in the transcript.

Said by the customer, one turn each:
    customer: kargom nerede              a message
    + acaba                              another message of the same burst
    customer (photo): kapağı kırık       a message of another kind, with or without words
    customer presses: Hayır              a button of the last message that had any

Said by the bot since, in order:
    bot: [faq/delivery-time]             the published answer of an entry or intent, for this channel and language
    bot: {handoff_next}                  csbot's own words of that key, whatever stands in their braces
    bot: [cancel-order.order_number]     the question of a form's slot
    bot: [damaged-item done]             what is said when a form is complete
    bot: /in [0-9]+ days/                a regular expression found in the text
    bot: anything else                   words found in the text
    bot: nothing                         silence

What stands after it:
    choices: Evet | Hayır     state: waiting     decision: hold     language: en     vote: delivery-time no
    reason: not understood    priority: high     team: care         slots: order_number=4711
    summary: words in the ticket's line          tried: delivery-time, return-how
    asked: order-status order_number=4711        what the brand's systems were asked, with ", " between several
    proofs: phone:+905321112233                  whom the customer was told to be, when a system was asked last

What happens meanwhile:
    shop: found status=late place="Kars"         what a system answers next: a branch and a record's fields, with " | "
                                                 between several records, or a refusal's reason
    wait: 6 s                 agent: claims | returns | closes       time: 2026-11-28T23:00+03:00

How things stand, usually at the top:
    person: phone:+905321112233                  whom the platform proves the customer to be
    place: general            a place others read
    first contact: yes        channel: sms       name: Ayşe Yılmaz   line: 3 waiting, 600 s
    consent: out              pause: entry delivery-time             announce: Kargolar gecikiyor
    hours: mon=09:00-18:00 sat=10:00-16:00       holds: no
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from csbot.desk import actions
from csbot.domain.address import Address, Consent, Identity
from csbot.domain.brand import Brand, parse_business_hours
from csbot.domain.changes import Changes
from csbot.domain.content import Catalogue
from csbot.domain.message import Attachment, InboundMessage, MessageKind
from csbot.domain.pause import Pause, PauseScope
from csbot.domain.ticket import Ticket
from csbot.domain.turn import LaneWork, Line, Turn
from csbot.errors import CsbotError
from csbot.evaluation.conversing import START, Conversing, texts
from csbot.evaluation.systems import Scripted, Unscripted, shown
from csbot.ports import Nlu

AGENT = "ayse@lale.example"
_MORE = "the bot said more than the transcript holds"
_LINE = re.compile(r"(?P<key>[a-z ]+?)(?: \((?P<kind>[a-z]+)\))?:(?: (?P<value>.*))?")


class Mismatch(CsbotError):
    """The conversation went another way than its transcript, or the transcript cannot be read.

    `what` says how, `line` is the transcript's, from 1; the text is `file:line: the line`, and below it what was said
    instead and why.
    """

    def __init__(self, file: str, line: int, written: str, what: str, heard: str = "") -> None:
        below = "".join(f"\n    {one}" for one in (*what.splitlines(), *heard.splitlines()))
        super().__init__(f"{file}:{line}: {written}{below}")
        self.file, self.line, self.what = file, line, what


class _Otherwise(Exception):
    """What a line says does not hold."""


def _holds(claim: object, otherwise: str) -> None:
    if not claim:
        raise _Otherwise(otherwise)


@dataclass
class Player:
    """Plays one transcript. It begins at `now`."""

    catalogue: Catalogue
    nlu: Nlu
    brand: Brand = field(default_factory=lambda: Brand(name="Lale", privacy_url="https://www.lale.example/kvkk"))
    now: datetime = START
    shop: Scripted = field(default_factory=Scripted)
    chat: Conversing = field(init=False)
    turn: Turn | None = None
    unread: list[str] = field(default_factory=list)
    ticket: Ticket | None = None

    def __post_init__(self) -> None:
        self.chat = Conversing(
            catalogue=self.catalogue, nlu=self.nlu, brand=self.brand, now=self.now, systems=self.shop
        )

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
            except (_Otherwise, Unscripted) as error:
                raise Mismatch(name, number, line, str(error), self._heard()) from error
        if self.unread:
            raise Mismatch(name, len(lines), "the end", _MORE, self._heard())
        return played

    async def _line(self, line: str, more: list[str]) -> None:
        found = _LINE.fullmatch(line)
        if found is None:
            raise _Otherwise("no line of a transcript; it begins with a key, such as `customer:` or `bot:`")
        key, value = found["key"], found["value"] or ""
        if key.startswith("customer") or key == "wait":
            _holds(not self.unread, _MORE)
            self.shop.asked.clear()
        if key == "customer":
            self._took(await self.chat.says(_message(found["kind"], value), *more))
        elif key == "customer presses":
            offered = [choice.label for choice in self.chat.offered]
            _holds(value in offered, f"there is no such button; offered: {' | '.join(offered) or 'none'}")
            self._took(await self.chat.presses(value))
        elif key == "wait":
            self._took(await self.chat.waits(_seconds(value)))
        elif key == "agent":
            self._act(value)
        elif key in _STANDS:
            try:
                _STANDS[key](self, value)
            except ValueError as error:
                raise _Otherwise(str(error)) from error
        else:
            _holds(key in _CHECKS, f"unknown key {key!r}")
            _CHECKS[key](self, value)

    def _took(self, turn: Turn | None) -> None:
        if turn is None:
            return
        _holds(not self.shop.answers, f"nothing was asked that this answers: shop: {'; '.join(self.shop.answers)}")
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
        _holds(verb in act, f"an agent {_listed(act)}")
        changes = act[verb](work, agent=AGENT)
        if changes.owner is not None:
            conversation = replace(conversation, state=changes.owner.state, holder=changes.owner.holder)
        self.chat.conversation = replace(conversation, memory=changes.memory or conversation.memory)

    # -- what stands -----------------------------------------------------------------------------------------------

    def bot(self, value: str) -> None:
        if value == "nothing":
            _holds(not self.unread, "the bot spoke")
            return
        _holds(self.unread, "the bot said nothing more")
        said = self.unread.pop(0)
        _holds(self._matches(value, said), f"the bot said: {said}")

    def _matches(self, value: str, said: str) -> bool:
        if value.startswith("/") and value.endswith("/"):
            return _pattern(value[1:-1]).search(said) is not None
        if value.startswith("{") and value.endswith("}"):
            own = self.catalogue.phrases.say.get(self._said_as(value[1:-1]))
            return _as_pattern(self._own(own, value)).fullmatch(said) is not None
        if value.startswith("[") and value.endswith("]"):
            return _as_pattern(self._published(value[1:-1])).fullmatch(said) is not None
        return value in said

    def _said_as(self, key: str) -> str:
        return "welcome_short" if key == "welcome" and not self.brand.privacy_url else key

    def _published(self, name: str) -> str:
        if name.startswith("faq/"):
            entry = self.catalogue.entries.get(name.removeprefix("faq/"))
            if entry is None:
                raise _Otherwise(f"there is no entry {name}")
            return entry.answer(self._language, self.chat.channel)
        of, _, slot = name.partition(".")
        intent = self.catalogue.intents.get(of.removesuffix(" done"))
        if intent is None:
            raise _Otherwise(f"there is no intent {of.removesuffix(' done')}")
        slots = intent.form.slots if intent.form else ()
        if of.endswith(" done"):
            return self._own(intent.form.done if intent.form else None, name)
        if slot:
            return self._own(next((one.question for one in slots if one.name == slot), None), name)
        return self._own(intent.answer, name)

    def _own(self, text: Mapping[str, str] | None, name: str) -> str:
        if not text or self._language not in text:
            raise _Otherwise(f"there are no words {name} in {self._language}")
        return text[self._language]

    @property
    def _language(self) -> str:
        return self.chat.conversation.language or self.chat.brand.default_language

    def _heard(self) -> str:
        if self.turn is None:
            return ""
        ranking = ", ".join(f"{one.name} {one.score:.2f}" for one in self.turn.ranking[:4])
        said = [f"said: {text}" for text in texts(self.turn)]
        return "\n".join([f"decision: {self.turn.decision} ({self.turn.why})", f"ranking: {ranking}", *said])


def _as_pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(piece) for piece in re.split(r"\{\w+\}", text)), re.DOTALL)


def _pattern(written: str) -> re.Pattern[str]:
    try:
        return re.compile(written)
    except re.error as error:
        raise _Otherwise(f"no regular expression: {error}") from error


def _seconds(written: str) -> float:
    try:
        return float(written.removesuffix("s").strip())
    except ValueError as error:
        raise _Otherwise(f"{written!r} is no number of seconds, such as 6 s") from error


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _message(kind: str | None, text: str) -> InboundMessage:
    if kind is None:
        return InboundMessage(external_id="", text=text)
    _holds(kind in set(MessageKind), f"{kind!r} is no kind of message: {_listed(MessageKind)}")
    known = MessageKind(kind)
    files = (Attachment(kind=known, ref="f1"),) if known in {MessageKind.PHOTO, MessageKind.DOCUMENT} else ()
    return InboundMessage(external_id="", kind=known, text=text, attachments=files)


def _equal(found: object, wanted: str) -> None:
    _holds(str(found) == wanted, f"it is: {found}")


def _choices(player: Player, value: str) -> None:
    offered = [choice.label for say in player.turn.says for choice in say.choices] if player.turn else []
    _equal(" | ".join(offered), value)


def _vote(player: Player, value: str) -> None:
    votes = player.turn.votes if player.turn else ()
    _equal(", ".join(f"{vote.entry} {'yes' if vote.helped else 'no'}" for vote in votes), value)


def _ticket(player: Player) -> Ticket:
    if player.ticket is None:
        raise _Otherwise("there is no ticket")
    return player.ticket


def _of_ticket(attribute: str) -> Callable[[Player, str], None]:
    def check(player: Player, value: str) -> None:
        _equal(getattr(_ticket(player), attribute), value)

    return check


def _summary(player: Player, value: str) -> None:
    summary = _ticket(player).summary
    _holds(value in summary, f"it is: {summary}")


def _slots(player: Player, value: str) -> None:
    _equal(", ".join(f"{name}={known}" for name, known in _ticket(player).slots), value)


def _named(player: Player, value: str) -> None:
    _equal(", ".join(f"{one.kind}={one.value}" for one in _ticket(player).entities), value)


def _tried(player: Player, value: str) -> None:
    _equal(", ".join(_ticket(player).faq_tried), value)


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
    "asked": lambda player, value: _equal(", ".join(map(shown, player.shop.asked)), value),
    "proofs": lambda player, value: _equal(", ".join(player.shop.asked[-1].proofs if player.shop.asked else ()), value),
    "slots": _slots,
    "named": _named,
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
    "person": _set("person", str),
    "place": _set("place", str),
    "shop": lambda player, value: player.shop.answers.append(value),
    "consent": _set("consent", Consent),
    "line": _set_line,
    "pause": _set_pause,
    "announce": _set_announcement,
    "hours": _set_hours,
    "time": _set_time,
    "holds": _set_holds,
}
