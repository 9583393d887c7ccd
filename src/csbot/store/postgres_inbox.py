"""The inbox: events made durable once each, messages put in their lanes, everything else applied where it belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from csbot.domain.address import Sender
from csbot.domain.burst import Burst
from csbot.domain.changes import Appended
from csbot.domain.events import (
    DeliveryUpdate,
    Event,
    MessageReceived,
    Overheard,
    ReachabilityChanged,
    Unreadable,
)
from csbot.domain.lane import lane_key
from csbot.domain.message import MessageKind
from csbot.domain.passes import code_in, digest
from csbot.store import postgres_lanes as lanes
from csbot.store import postgres_passes as passes
from csbot.store import postgres_people as people
from csbot.store.codec import ADDRESS, BODY, inbound_extra, micros, moment_or_none
from csbot.store.postgres_amendments import amend
from csbot.store.postgres_lanes import Lane, NewLane
from csbot.store.postgres_people import Known, Wanted
from csbot.store.postgres_pool import Transaction
from csbot.store.postgres_receipts import identities_told_of, take_receipts

Call = tuple[Sequence[Event], datetime]
"""One call of `append`: its events and its time."""

_INSERT_EVENTS = """
INSERT INTO events (channel, key, kind, lane_id, message_id, waiting, received_at)
SELECT w.channel, w.key, w.kind, w.lane,
       CASE WHEN w.kind = 'message' THEN nextval('messages_id_seq') END,
       w.waiting, w.received_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::boolean[], $6::bigint[])
     AS w(channel, key, kind, lane, waiting, received_at)
ON CONFLICT (channel, key) DO NOTHING
RETURNING id, channel, key, message_id
"""

_INSERT_MESSAGES = """
INSERT INTO messages (id, conversation_id, identity_id, direction, author, kind, text, channel, external_id, extra, at)
SELECT w.id, w.conversation, w.identity, 'in', 'customer', w.kind, w.text, w.channel, w.external, w.extra, w.at
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::bigint[]) AS w(id, conversation, identity, kind, text, channel, external, extra, at)
"""

_TOUCH = """
UPDATE conversations c SET updated_at = greatest(c.updated_at, w.at)
FROM unnest($1::bigint[], $2::bigint[]) AS w(id, at) WHERE c.id = w.id
"""

# What took no effect stands nowhere else: it is kept whole.
_KEEP = """
UPDATE events e SET body = w.body FROM unnest($1::bigint[], $2::text[]) AS w(id, body) WHERE e.id = w.id
"""

_LAST_SPEAKERS = """
SELECT l.key, i.channel, i.address FROM lanes l JOIN identities i ON i.id = l.identity_id
WHERE l.key = ANY($1::text[]) AND l.conversation_id IS NOT NULL
"""

_REOPEN_WINDOW = """
UPDATE parts SET state = 'queued', reason = '', not_before = 0, updated_at = $2
WHERE state = 'parked' AND chat = ANY($1) AND reason LIKE 'window%'
"""


@dataclass(slots=True, eq=False, kw_only=True)
class Arrival:
    """One event of a group on its way in; `id` stays 0 unless it turns out to be new."""

    call: int
    event: Event
    now: int
    id: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """What makes it unique."""
        return self.event.channel, self.event.key


@dataclass(slots=True, eq=False, kw_only=True)
class Spoken(Arrival):
    """A customer's message with its place."""

    body: MessageReceived
    identity: Known
    lane: Lane
    message: int = 0


async def append(transaction: Transaction, calls: Sequence[Call], *, burst: Burst, schema: str) -> Sequence[Appended]:
    """Append the events of several calls at once; see `Store.append`."""
    arrivals: dict[tuple[str, str], Arrival] = {}
    for number, (events, now) in enumerate(calls):
        at = micros(now)
        for event in events:
            arrivals.setdefault((event.channel, event.key), Arrival(call=number, event=event, now=at))
    receipts = [(a.event.channel, a.event.body) for a in arrivals.values() if isinstance(a.event.body, DeliveryUpdate)]
    await _welcome(transaction, arrivals)
    told_of = await identities_told_of(transaction, receipts)
    identities = await _identities(transaction, arrivals.values(), told_of, schema)
    await _show_passes(transaction, arrivals.values(), identities)
    spoken = await _place(transaction, arrivals.values(), identities)
    loose = [arrival for arrival in arrivals.values() if not isinstance(arrival.event.body, MessageReceived)]
    await _insert_events(transaction, spoken, loose)
    heard = [arrival for arrival in spoken if arrival.id]
    fresh = [arrival for arrival in loose if arrival.id]
    await _hear(transaction, heard, burst)
    noted = [arrival for arrival in fresh if isinstance(arrival.event.body, Unreadable)]
    for arrival in fresh:
        body = arrival.event.body
        if isinstance(body, ReachabilityChanged):
            identities[body.address.channel, body.address.user].reaches(body.reachable)
    await people.write_back(transaction, identities.values())
    missed = await amend(transaction, [arrival.event for arrival in fresh])
    noted += [arrival for arrival in fresh if arrival.key in missed]
    await take_receipts(
        transaction,
        [(a.event.channel, a.event.body, a.now) for a in fresh if isinstance(a.event.body, DeliveryUpdate)],
    )
    if noted:
        kept = [(arrival.id, BODY.dump(arrival.event.body)) for arrival in noted]
        await transaction.execute(_KEEP, *zip(*kept, strict=True))
    return _answers(calls, heard, fresh, noted)


async def _identities(
    transaction: Transaction, arrivals: Iterable[Arrival], told_of: Sequence[int], schema: str
) -> dict[people.Name, Known]:
    wanted: dict[people.Name, Wanted] = {}
    for arrival in arrivals:
        body = arrival.event.body
        if isinstance(body, MessageReceived):
            name = (body.address.channel, body.address.user)
            if name not in wanted or not wanted[name].sender.person:
                at = micros(arrival.event.received_at)
                wanted[name] = Wanted(address=body.address, sender=body.sender, at=at)
        elif isinstance(body, ReachabilityChanged):
            # Blocked before ever writing here: kept, so that nobody writes to them in vain.
            name = (body.address.channel, body.address.user)
            at = micros(arrival.event.received_at)
            wanted.setdefault(name, Wanted(address=body.address, sender=Sender(), at=at))
    return await people.find_or_make(transaction, wanted, told_of, schema=schema)


async def _show_passes(
    transaction: Transaction, arrivals: Iterable[Arrival], identities: Mapping[people.Name, Known]
) -> None:
    """Link who has shown a pass to whom it was given; their message is an arrival."""
    shown: dict[str, Arrival] = {}
    for arrival in arrivals:
        body = arrival.event.body
        if isinstance(body, MessageReceived) and not body.address.is_shared and (code := code_in(body.message.text)):
            shown.setdefault(digest(code), arrival)
    times = [(one, arrival.event.channel, micros(arrival.event.received_at)) for one, arrival in shown.items()]
    for one, given_to in (await passes.use(transaction, times)).items():
        arrival = shown[one]
        body = arrival.event.body
        if isinstance(body, MessageReceived):
            identity = identities[body.address.channel, body.address.user]
            owner = await passes.owner(transaction, given_to)
            at = micros(arrival.event.received_at)
            await people.arrive(transaction, identity, owner, at, identities.values())
            message = replace(body.message, kind=MessageKind.ARRIVAL)
            arrival.event = replace(arrival.event, body=replace(body, message=message))


async def _welcome(transaction: Transaction, arrivals: dict[tuple[str, str], Arrival]) -> None:
    """Turn overheard words into messages where their speaker had the last word of an open conversation; drop others."""
    overheard = [(a, a.event.body) for a in arrivals.values() if isinstance(a.event.body, Overheard)]
    if not overheard:
        return
    keys = [lane_key(body.address, 0) for _, body in overheard]
    last = {(row["key"], row["channel"], row["address"]) for row in await transaction.fetch(_LAST_SPEAKERS, keys)}
    for (arrival, body), key in zip(overheard, keys, strict=True):
        if (key, body.address.channel, body.address.user) in last:
            arrival.event = replace(arrival.event, body=body.as_received())
        else:
            del arrivals[arrival.key]


async def _place(
    transaction: Transaction, arrivals: Iterable[Arrival], identities: Mapping[people.Name, Known]
) -> list[Spoken]:
    """Each message with its lane, locked, in the order given."""
    placed: list[tuple[Arrival, MessageReceived, Known, str]] = []
    keys: dict[str, NewLane] = {}
    for arrival in arrivals:
        body = arrival.event.body
        if isinstance(body, MessageReceived):
            identity = identities[body.address.channel, body.address.user]
            key = lane_key(body.address, identity.customer)
            placed.append((arrival, body, identity, key))
            owner = None if body.address.is_shared else identity.customer
            keys[key] = NewLane(customer=owner, organisation=identity.organisation)
    found = await lanes.find_or_make(transaction, keys)
    return [
        Spoken(call=a.call, event=a.event, now=a.now, body=body, identity=identity, lane=found[key])
        for a, body, identity, key in placed
    ]


async def _insert_events(transaction: Transaction, spoken: Sequence[Spoken], loose: Sequence[Arrival]) -> None:
    """Insert what is new and give it its ids. The unique key decides, whatever other processes insert meanwhile."""
    # Messages in the order given: their lanes are locked, so nobody else inserts the same ones now. The others have no
    # lock before them; in the order of their keys two processes cannot wait for each other in a ring.
    rows: list[tuple[object, ...]] = [
        (*a.key, "message", a.lane.id, a.body.consent is None, micros(a.event.received_at)) for a in spoken
    ]
    rows += [
        (*a.key, a.event.body.kind, None, False, micros(a.event.received_at))
        for a in sorted(loose, key=lambda a: a.key)
    ]
    if not rows:
        return
    ids = {
        (row["channel"], row["key"]): row for row in await transaction.fetch(_INSERT_EVENTS, *zip(*rows, strict=True))
    }
    for arrival in loose:
        if arrival.key in ids:
            arrival.id = ids[arrival.key]["id"]
    for message in spoken:
        if message.key in ids:
            message.id, message.message = ids[message.key]["id"], ids[message.key]["message_id"]


async def _hear(transaction: Transaction, heard: Sequence[Spoken], burst: Burst) -> None:
    """Put new messages in their transcripts and have their lanes wait for a turn."""
    if not heard:
        return
    opening: dict[int, tuple[Lane, int]] = {}
    for spoken in heard:
        if spoken.lane.conversation is None:
            opening.setdefault(spoken.lane.id, (spoken.lane, micros(spoken.event.received_at)))
    await lanes.open_conversations(transaction, opening)
    rows = []
    for spoken in heard:
        body, lane, identity = spoken.body, spoken.lane, spoken.identity
        message, at = body.message, micros(spoken.event.received_at)
        identity.heard(at, body.sender.name)
        lane.speaks(identity.id, ADDRESS.dump(body.address))
        if body.consent is not None:
            identity.consents(body.consent)
        else:
            lane.waits(at, spoken.now, burst, album=bool(message.album))
        rows.append(
            (
                spoken.message,
                lane.conversation,
                identity.id,
                message.kind.value,
                message.text,
                body.address.channel,
                message.external_id,
                inbound_extra(message),
                at,
            )
        )
    await transaction.execute(_INSERT_MESSAGES, *zip(*rows, strict=True))
    await lanes.write_back(transaction, (spoken.lane for spoken in heard))
    told = {spoken.lane.conversation: micros(spoken.event.received_at) for spoken in heard}
    await transaction.execute(_TOUCH, list(told), list(told.values()))
    chats = sorted({spoken.body.address.chat for spoken in heard})
    await transaction.execute(_REOPEN_WINDOW, chats, max(spoken.now for spoken in heard))


def _answers(
    calls: Sequence[Call], heard: Sequence[Spoken], fresh: Sequence[Arrival], noted: Sequence[Arrival]
) -> list[Appended]:
    new = Counter(arrival.call for arrival in (*heard, *fresh))
    due: dict[int, int] = {}
    for spoken in heard:
        if spoken.lane.due_at is not None and spoken.body.consent is None:
            due[spoken.call] = min(spoken.lane.due_at, due.get(spoken.call, spoken.lane.due_at))
    notes: dict[int, list[str]] = {}
    for arrival in sorted(noted, key=lambda arrival: arrival.id):
        notes.setdefault(arrival.call, []).append(f"{arrival.event.body.kind} {arrival.event.key}")
    return [
        Appended(
            new=new[number],
            duplicates=len(events) - new[number],
            due_at=moment_or_none(due.get(number)),
            noted=tuple(notes.get(number, ())),
        )
        for number, (events, _) in enumerate(calls)
    ]
