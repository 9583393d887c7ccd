"""Making events durable: each once, each where it belongs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from csbot.domain.address import Address
from csbot.domain.burst import Burst
from csbot.domain.changes import Appended
from csbot.domain.events import (
    DeliveryUpdate,
    Event,
    MessageEdited,
    MessageReceived,
    Overheard,
    ReachabilityChanged,
    Reacted,
)
from csbot.domain.lane import lane_key
from csbot.domain.message import MessageKind
from csbot.domain.passes import code_in, digest
from csbot.store.codec import ADDRESS, BODY, inbound_extra, micros, moment_or_none
from csbot.store.writing import insert, passes
from csbot.store.writing.customers import Standing, arrive, meet, open_conversation, stand
from csbot.store.writing.receipts import Receipt, receive

_KNOWN = "SELECT 1 FROM events WHERE channel = ? AND key = ?"
_NEW_EVENT = """
INSERT INTO events (channel, key, kind, lane_id, message_id, waiting, received_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_NEW_MESSAGE = """
INSERT INTO messages (conversation_id, identity_id, direction, author, kind, text, channel, external_id, extra, at)
VALUES (?, ?, 'in', 'customer', ?, ?, ?, ?, ?, ?)
"""
_HEARD_FROM = """
UPDATE identities SET last_in_at = max(coalesce(last_in_at, 0), ?), reachable = true,
    name = coalesce(nullif(?, ''), name)
WHERE id = ?
"""
_CONSENT = "UPDATE identities SET consent = ? WHERE id = ?"
_SPOKEN = "UPDATE lanes SET conversation_id = ?, identity_id = ?, reply_to = ? WHERE id = ?"
_WAITS = """
UPDATE lanes SET conversation_id = ?, identity_id = ?, reply_to = ?, burst_at = ?, due_at = ? WHERE id = ?
"""
_TOUCHED = "UPDATE conversations SET updated_at = ? WHERE id = ?"
_PARKED = "SELECT id FROM parts WHERE chat = ? AND state = 'parked' AND reason LIKE 'window%'"
_RELEASE_PARKED = "UPDATE parts SET state = 'queued', reason = '', not_before = 0, updated_at = ? WHERE id = ?"
_MESSAGE_OF = """
SELECT id, conversation_id FROM messages WHERE channel = ? AND external_id = ? AND external_id <> ''
ORDER BY id DESC LIMIT 1
"""
_SENT_MESSAGE = """
SELECT p.message_id, p.conversation_id FROM sent_ids s JOIN parts p ON p.id = s.part_id
WHERE s.channel = ? AND s.external_id = ?
"""
_EDIT = "UPDATE messages SET text = ?, edited = true WHERE id = ?"
_DELETE = "UPDATE messages SET deleted = true WHERE id = ?"
_UNSAY = """
UPDATE events SET waiting = false
WHERE lane_id = (SELECT lane_id FROM conversations WHERE id = ?) AND waiting AND message_id = ?
"""
_REACT = "UPDATE messages SET reaction = ? WHERE id = ?"
_LAST_SPEAKER = """
SELECT 1 FROM lanes l JOIN identities i ON i.id = l.identity_id
WHERE l.key = ? AND l.conversation_id IS NOT NULL AND i.channel = ? AND i.address = ?
"""
_REACH = "UPDATE identities SET reachable = ? WHERE channel = ? AND address = ?"


def append(connection: sqlite3.Connection, events: Sequence[Event], *, now: datetime, burst: Burst) -> Appended:
    """See `Store.append`."""
    new = duplicates = 0
    due: list[datetime] = []
    noted: list[str] = []
    for event in events:
        if connection.execute(_KNOWN, (event.channel, event.key)).fetchone() is not None:
            duplicates += 1
            continue
        body = event.body
        if isinstance(body, Overheard):
            if not _is_welcome(connection, body):
                continue
            body = body.as_received()
        new += 1
        if isinstance(body, MessageReceived):
            lane_due = _message(connection, event, body, now=now, burst=burst)
            if lane_due is not None:
                due.append(lane_due)
            continue
        if _take_effect(connection, event, now=now):
            kept = ""
        else:
            kept = BODY.dump(body)
            noted.append(f"{body.kind} {event.key}")
        row = (event.channel, event.key, body.kind, None, None, False, micros(event.received_at), kept)
        connection.execute(_NEW_EVENT, row)
    return Appended(new=new, duplicates=duplicates, due_at=min(due, default=None), noted=tuple(noted))


def _is_welcome(connection: sqlite3.Connection, body: Overheard) -> bool:
    name = (lane_key(body.address, 0), body.address.channel, body.address.user)
    return connection.execute(_LAST_SPEAKER, name).fetchone() is not None


def _message(
    connection: sqlite3.Connection, event: Event, body: MessageReceived, *, now: datetime, burst: Burst
) -> datetime | None:
    """Put a customer's words into the transcript; when its lane is due now, None if they start no turn."""
    said, address, at = body.message, body.address, micros(event.received_at)
    where = stand(connection, address, body.sender, at)
    code = "" if address.is_shared else code_in(said.text)
    if code and (owner := passes.use(connection, digest(code), channel=address.channel, at=at)) is not None:
        where = arrive(connection, address, owner, at)
        said = replace(said, kind=MessageKind.ARRIVAL)
    conversation = where.conversation
    if conversation is None:
        conversation = open_conversation(connection, where.lane, at)
    else:
        connection.execute(_TOUCHED, (at, conversation))
    message = insert(
        connection,
        _NEW_MESSAGE,
        (
            conversation,
            where.identity,
            said.kind,
            said.text,
            address.channel,
            said.external_id,
            inbound_extra(said),
            at,
        ),
    )
    waiting = body.consent is None
    row = (event.channel, event.key, "message", where.lane, message, waiting, at, "")
    connection.execute(_NEW_EVENT, row)
    connection.execute(_HEARD_FROM, (at, body.sender.name, where.identity))
    for (part,) in connection.execute(_PARKED, (address.chat,)).fetchall():
        connection.execute(_RELEASE_PARKED, (micros(now), part))
    if body.consent is not None:
        connection.execute(_CONSENT, (body.consent, where.identity))
        connection.execute(_SPOKEN, (conversation, where.identity, ADDRESS.dump(address), where.lane))
        return None
    return _wait(connection, where, conversation, address, event.received_at, now, burst, album=bool(said.album))


def _wait(
    connection: sqlite3.Connection,
    where: Standing,
    conversation: int,
    address: Address,
    received_at: datetime,
    now: datetime,
    burst: Burst,
    *,
    album: bool,
) -> datetime:
    first_at = moment_or_none(where.burst_at) or min(received_at, now)
    due = burst.due_at(first_at=first_at, now=now, album=album)
    connection.execute(
        _WAITS, (conversation, where.identity, ADDRESS.dump(address), micros(first_at), micros(due), where.lane)
    )
    return due


def _take_effect(connection: sqlite3.Connection, event: Event, *, now: datetime) -> bool:
    """What an event without words of its own changes; False when it found nothing to act on and is to be kept."""
    body = event.body
    if isinstance(body, DeliveryUpdate):
        receipt = Receipt(body.state, body.reason, body.opted_out)
        receive(connection, event.channel, body.external_id, receipt, at=micros(now))
        return True
    if isinstance(body, ReachabilityChanged):
        reached = (body.reachable, body.address.channel, body.address.user)
        if connection.execute(_REACH, reached).rowcount == 0:
            # Blocked before ever writing here: kept, so that nobody writes to them in vain.
            meet(connection, body.address, micros(event.received_at))
            connection.execute(_REACH, reached)
        return True
    if isinstance(body, MessageEdited):
        return _edit(connection, event.channel, body)
    if isinstance(body, Reacted):
        name = (event.channel, body.external_id)
        found = connection.execute(_MESSAGE_OF, name).fetchone() or connection.execute(_SENT_MESSAGE, name).fetchone()
        if found is None:
            return False
        connection.execute(_REACT, (body.emoji, found[0]))
        return True
    return False  # nobody could read it


def _edit(connection: sqlite3.Connection, channel: str, body: MessageEdited) -> bool:
    found = connection.execute(_MESSAGE_OF, (channel, body.external_id)).fetchone()
    if found is None:
        return False
    message, conversation = found
    if body.text is not None:
        connection.execute(_EDIT, (body.text, message))
        return True
    connection.execute(_DELETE, (message,))
    # Words taken back before anybody heard them start no turn; a lane with nothing left to hear is passed over.
    connection.execute(_UNSAY, (conversation, message))
    return True
