"""What must hold whatever happened. Each rule looks at the evidence of one run and yields what breaks it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from csbot.channel.imitation import Call, Fault, Shown
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState, rank
from csbot.domain.message import Author
from tests.faults.agents import Acts
from tests.faults.customers import told
from tests.faults.ledger import Books, Heard, PartRow
from tests.faults.server import Stop
from tests.faults.world import Message, Traffic

OUT = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.UNKNOWN})
"""Where an answer may stand when all is quiet: it went out, or it is not known whether it did."""

STOPPED = "csbot stopped"
"""How the reason of a part begins that was being sent when csbot ended."""

Addressed = tuple[str, str, str]
"""Channel, user, text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One run: the world's side of it, csbot's books at its end, and how csbot was stopped.

    `went_back` are moves of delivery states seen backwards while it ran. `spooled`: the store was away for a while.
    `drain_s` is how long csbot may take to stop, `lease_s` how long what a dead process had in hand may be left alone.
    """

    traffic: Traffic
    acts: Acts
    calls: Mapping[str, Sequence[Call]]
    shown: Mapping[str, Sequence[Shown]]
    books: Books
    stops: Sequence[Stop]
    went_back: Sequence[tuple[int, DeliveryState, DeliveryState]] = ()
    spooled: bool = False
    drain_s: float = 10.0
    lease_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A broken rule, and where: the conversation and message it broke for, as far as there are such."""

    rule: str
    what: str
    conversation: int = 0
    message: int = 0

    def __str__(self) -> str:
        where = f" (conversation {self.conversation}, message {self.message})" if self.conversation else ""
        return f"{self.rule}: {self.what}{where}"


def violations(evidence: Evidence) -> list[Violation]:
    """Everything that is broken."""
    return [violation for rule in RULES for violation in rule(evidence)]


def kept_once(evidence: Evidence) -> Iterator[Violation]:
    """Every message csbot took stands in a transcript exactly once, and nothing stands there that nobody wrote."""
    standing: dict[Addressed, list[Heard]] = defaultdict(list)
    for heard in evidence.books.heard:
        standing[heard.channel, heard.user, heard.text].append(heard)
    for message in evidence.traffic.messages:
        rows = standing.pop(_key(message), [])
        if message.acks and not rows:
            yield Violation(rule="lost", what=f"{_key(message)} was taken {message.acks} times")
        for extra in rows[1:]:
            yield Violation(rule="doubled", what=str(_key(message)), conversation=extra.conversation, message=extra.id)
    for rows in standing.values():
        for heard in rows:
            yield Violation(rule="invented", what=heard.text, conversation=heard.conversation, message=heard.id)


def all_taken(evidence: Evidence) -> Iterator[Violation]:
    """Every message was taken in the end, and none was refused for what it is."""
    for message in evidence.traffic.messages:
        if not message.acks:
            yield Violation(rule="never taken", what=str(_key(message)))
    for status, count in evidence.traffic.answers.items():
        if 300 <= status < 500 or status == 500:
            yield Violation(rule="refused", what=f"{count} deliveries were answered {status}")


def answered(evidence: Evidence) -> Iterator[Violation]:
    """Nobody is left silent: after a lane's last message the bot has spoken, or a person is to; nothing still waits."""
    books = evidence.books
    for what, count in books.unrest.items():
        yield Violation(rule="unrest", what=f"{count} {what}")
    parts: dict[int, list[PartRow]] = defaultdict(list)
    for part in books.parts:
        parts[part.message].append(part)
    last_said = {said.conversation: said.id for said in books.said}
    held = {said.conversation for said in books.said if said.author is Author.AGENT}
    last_heard = {heard.lane: heard for heard in books.heard}
    for heard in last_heard.values():
        said = last_said.get(heard.conversation, 0)
        is_with_people = books.conversations[heard.conversation] is not ConversationState.BOT
        if said < heard.id and not (is_with_people and said):
            yield _at(heard, "silence", f"nothing was said after {heard.text!r}")
    for message, pieces in parts.items():
        for part in pieces:
            # A person's word stops the bot's that had not gone out yet.
            is_overtaken = part.state is DeliveryState.DROPPED and part.conversation in held
            if part.state not in OUT and not is_overtaken:
                yield Violation(
                    rule="not sent",
                    what=f"part {part.id} is {part.state}: {part.reason}",
                    conversation=part.conversation,
                    message=message,
                )


def sent_once(evidence: Evidence) -> Iterator[Violation]:
    """Each message a platform took is one part's, and no part's twice; those csbot never learnt of are `unknown`."""
    named: dict[tuple[str, str], PartRow] = {}
    unknown: Counter[Addressed] = Counter()
    for part in evidence.books.parts:
        for external_id in part.external_ids:
            named[part.channel, external_id] = part
        if part.state is DeliveryState.UNKNOWN and not part.external_ids:
            unknown[part.channel, part.user, part.text] += 1
    times: Counter[int] = Counter()
    for channel, taken in evidence.shown.items():
        for shown in taken:
            owner = named.get((channel, shown.external_id))
            if owner is not None:
                times[owner.id] += 1
                if times[owner.id] > 1:
                    yield _of(owner, "sent twice", f"the platform took part {owner.id} {times[owner.id]} times")
                if (owner.user, owner.text) != (shown.user, shown.text):
                    yield _of(owner, "misdirected", f"part {owner.id} reached {shown.user} as {shown.text!r}")
                continue
            key = (channel, shown.user, shown.text)
            unknown[key] -= 1
            if unknown[key] < 0:
                yield Violation(rule="sent twice", what=f"no part accounts for {shown.external_id}: {key}")
    known = {(channel, shown.external_id) for channel, taken in evidence.shown.items() for shown in taken}
    for (channel, external_id), part in named.items():
        if (channel, external_id) not in known:
            yield _of(part, "not sent", f"the platform knows no {external_id}")


def unknown_explained(evidence: Evidence) -> Iterator[Violation]:
    """A part is `unknown` only if it was in flight at a stop that may leave it so, or its call hung or was cut."""
    for part in evidence.books.parts:
        if part.state is DeliveryState.UNKNOWN and not explanation(part, evidence):
            yield _of(part, "unexplained unknown", f"part {part.id}: {part.reason}")


def explanation(part: PartRow, evidence: Evidence) -> str:
    """Why an unknown part's outcome could not be learnt; "" when nothing explains it."""
    befell = {call.fault for call in _calls_for(part, evidence)}
    if part.reason.startswith(STOPPED):
        for stop in evidence.stops:
            # Marked when csbot starts again, or once the dead one's lease is over; and it was there when csbot stopped.
            started = next((s.ready_at for s in evidence.stops if s.at >= stop.at and s.ready_at), float("inf"))
            if part.written_at <= stop.at <= part.updated_at <= max(started, stop.at + evidence.lease_s):
                if stop.kill:
                    return "in flight at a kill"
                if stop.store_away:
                    return "in flight while the store was away"
                if Fault.HANG in befell:
                    return "hung at a stop"
        return ""
    if Fault.HANG in befell:
        return "call hung"
    return "cut after it was sent" if Fault.CUT in befell else ""


def order_kept(evidence: Evidence) -> Iterator[Violation]:
    """What was taken before something else was even posted stands before it.

    In a chat always; in a lane, which several chats may share, unless the channels' spools were in use.
    """
    messages = {_key(message): message for message in evidence.traffic.messages}
    chats: dict[tuple[object, ...], list[tuple[Heard, Message]]] = defaultdict(list)
    for heard in evidence.books.heard:
        message = messages.get((heard.channel, heard.user, heard.text))
        if message is not None:
            chats[(heard.channel, heard.user) if evidence.spooled else (heard.lane,)].append((heard, message))
    for rows in chats.values():
        first_ack_behind, behind = float("inf"), None
        for heard, message in reversed(rows):
            if first_ack_behind < message.first_post_at and behind is not None:
                yield _at(heard, "out of order", f"{heard.text!r} was posted after {behind.text!r} was taken")
            if 0 < message.first_ack_at < first_ack_behind:
                first_ack_behind, behind = message.first_ack_at, heard


def states_forward(evidence: Evidence) -> Iterator[Violation]:
    """Delivery states only move forward, and what receipts told has been heeded."""
    for part_id, old, new in evidence.went_back:
        yield Violation(rule="moved back", what=f"part {part_id} went from {old} to {new}")
    for part in evidence.books.parts:
        told_of = [state for id in part.external_ids for state in evidence.traffic.receipts.get((part.channel, id), ())]
        highest = max([DeliveryState.SENT, *told_of], key=rank)
        if part.external_ids and rank(part.state) < rank(highest):
            yield _of(part, "receipt ignored", f"part {part.id} is {part.state}, its receipts told {highest}")


def acts_once(evidence: Evidence) -> Iterator[Violation]:
    """An agent's act is done once, however often it was asked for under its key, and answered alike each time."""
    for wrong in evidence.acts.wrong:
        yield Violation(rule="act", what=wrong)
    standing = Counter(said.text for said in evidence.books.said if said.author is Author.AGENT)
    for text in evidence.acts.said:
        if not standing[text]:
            yield Violation(rule="lost", what=f"an agent's {text!r} was confirmed")
    for text, count in standing.items():
        if count > 1 or text not in evidence.acts.tried:
            yield Violation(rule="doubled", what=f"an agent's {text!r} stands {count} times")


def drained(evidence: Evidence) -> Iterator[Violation]:
    """SIGTERM ends csbot in time, without an error, and leaves nothing in flight but calls that hang."""
    parts = {part.id: part for part in evidence.books.parts}
    for stop in evidence.stops:
        if stop.kill:
            continue
        if stop.exit_code != 0:
            yield Violation(rule="drain", what=f"SIGTERM ended with {stop.exit_code}")
        if stop.took_s > evidence.drain_s:
            yield Violation(rule="drain", what=f"SIGTERM took {stop.took_s:.1f} s")
        for part_id in stop.left_sending:
            part = parts[part_id]
            if not stop.store_away and Fault.HANG not in {call.fault for call in _calls_for(part, evidence)}:
                yield _of(part, "drain", f"SIGTERM left part {part_id} being sent")


RULES: Sequence[Callable[[Evidence], Iterator[Violation]]] = (
    kept_once,
    all_taken,
    answered,
    sent_once,
    unknown_explained,
    order_kept,
    states_forward,
    acts_once,
    drained,
)


def _key(message: Message) -> Addressed:
    return message.words.channel, message.words.user, message.words.text


def _calls_for(part: PartRow, evidence: Evidence) -> list[Call]:
    wanted = part.to, part.text
    return [call for call in evidence.calls[part.channel] if told(part.channel, call) == wanted]


def _at(heard: Heard, rule: str, what: str) -> Violation:
    return Violation(rule=rule, what=what, conversation=heard.conversation, message=heard.id)


def _of(part: PartRow, rule: str, what: str) -> Violation:
    return Violation(rule=rule, what=what, conversation=part.conversation, message=part.message)
