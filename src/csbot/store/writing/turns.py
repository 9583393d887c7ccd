"""Writing one decision, of the engine or of a person, in one piece or not at all."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime

from csbot.domain.address import Address
from csbot.domain.changes import Changes, Committed, Duplicate, Outcome, OwnerChange, Stale
from csbot.domain.conversation import ConversationState, may_become
from csbot.domain.message import Author, Direction, MessageKind, OutgoingMessage
from csbot.domain.ticket import Priority, Ticket
from csbot.errors import StoreError
from csbot.store.codec import ADDRESS, MEMORY, PART, TICKET, micros, outgoing_extra
from csbot.store.writing import insert
from csbot.store.writing.customers import open_conversation
from csbot.store.writing.lanes import give_up, hear_all

_REMEMBERED = "SELECT answer FROM idempotency WHERE key = ?"
_REMEMBER = "INSERT INTO idempotency (key, answer, at) VALUES (?, ?, ?)"
_STANDS = """
SELECT c.epoch, c.state, c.holder, c.language, c.memory, l.id, l.reply_to, l.customer_id
FROM conversations c JOIN lanes l ON l.id = c.lane_id WHERE c.id = ?
"""
_CONSUME = "UPDATE events SET waiting = false WHERE id = ? AND waiting"
_PUT_BACK = "UPDATE events SET waiting = true WHERE id = ?"
_KEEP = "UPDATE conversations SET language = ?, memory = ?, updated_at = ? WHERE id = ?"
_PASS_ON = """
UPDATE conversations SET state = ?, epoch = ?, holder = ?, language = ?, memory = ?, updated_at = ?, waiting_since = ?,
    closed_at = ? WHERE id = ?
"""
_OWNER_CHANGE = """
INSERT INTO owner_changes (conversation_id, epoch, state, holder, "by", reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_LEAVE_LANE = "UPDATE lanes SET conversation_id = NULL WHERE id = ? AND conversation_id = ?"
_ENTER_LANE = "UPDATE lanes SET conversation_id = ? WHERE id = ?"
_STILL_WAITING = "SELECT message_id FROM events WHERE lane_id = ? AND waiting"
_MOVE_MESSAGE = "UPDATE messages SET conversation_id = ? WHERE id = ?"
_DROP_BOT = """
UPDATE parts SET state = 'dropped', reason = 'a person took over', updated_at = ?
WHERE message_id IN (SELECT id FROM messages WHERE conversation_id = ?)
    AND state = 'queued' AND author = 'bot' AND epoch < ?
"""
_OPEN_TICKET = """
SELECT id, priority FROM tickets WHERE conversation_id = ? AND closed_at IS NULL ORDER BY id DESC LIMIT 1
"""
_NEW_TICKET = """
INSERT INTO tickets (reason, priority, weight, team, body, conversation_id, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_REPLACE_TICKET = "UPDATE tickets SET reason = ?, priority = ?, weight = ?, team = ?, body = ? WHERE id = ?"
_CLAIM_TICKET = """
UPDATE tickets SET claimed_at = coalesce(claimed_at, ?) WHERE conversation_id = ? AND closed_at IS NULL
"""
_CLOSE_TICKET = "UPDATE tickets SET closed_at = ? WHERE conversation_id = ? AND closed_at IS NULL"
_GREETED = """
UPDATE customers SET greeted_at = coalesce(greeted_at, ?)
WHERE id = (SELECT customer_id FROM identities WHERE channel = ? AND address = ?)
"""
_VOTE = """
INSERT INTO votes (conversation_id, entry, helped, language, content_version, at) VALUES (?, ?, ?, ?, ?, ?)
"""
_AUDIT = "INSERT INTO audit (actor, act, subject, detail, at) VALUES (?, ?, ?, ?, ?)"
_SAY = """
INSERT INTO messages (conversation_id, direction, author, author_name, kind, text, channel, extra, content_version, at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_NEW_PART = """
INSERT INTO parts (message_id, conversation_id, identity_id, channel, chat, position, author, priority, epoch,
    not_before, to_address, body, cost, updated_at)
VALUES (?, ?, (SELECT id FROM identities WHERE channel = ? AND address = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(slots=True)
class _Stands:
    """What is written of the conversation before the decision."""

    epoch: int
    state: ConversationState
    holder: str
    language: str
    memory: str
    lane: int
    reply_to: str
    private: bool


def commit(connection: sqlite3.Connection, changes: Changes, *, now: datetime) -> Outcome:
    """See `Store.commit`."""
    at = micros(now)
    if changes.idempotency is not None:
        known = connection.execute(_REMEMBERED, (changes.idempotency.key,)).fetchone()
        if known is not None:
            return Duplicate(answer=known[0])
    stands = _stands(connection, changes.conversation)
    if stands.epoch != changes.expected_epoch:
        return Stale(epoch=stands.epoch, state=stands.state, holder=stands.holder)
    if not _consume(connection, changes.consumed):
        return Duplicate()
    epoch = stands.epoch
    if changes.owner is None:
        _keep(connection, changes, stands, at)
    else:
        epoch += 1
        _pass_on(connection, changes, changes.owner, stands, epoch, at)
    if changes.ticket is not None:
        _open_ticket(connection, changes.conversation, changes.ticket, at)
    if changes.close_ticket:
        connection.execute(_CLOSE_TICKET, (at, changes.conversation))
    messages = _say(connection, changes, stands, epoch, at) if changes.messages else ()
    if changes.greeted:
        to = changes.to or ADDRESS.load(stands.reply_to)
        connection.execute(_GREETED, (at, to.channel, to.user))
    for vote in changes.votes:
        row = (changes.conversation, vote.entry, vote.helped, vote.language, vote.content_version, at)
        connection.execute(_VOTE, row)
    for entry in changes.audit:
        connection.execute(_AUDIT, (entry.actor, entry.act, entry.subject, entry.detail, at))
    if changes.idempotency is not None:
        connection.execute(_REMEMBER, (changes.idempotency.key, changes.idempotency.answer, at))
    if changes.worker:
        due_at = at if changes.hold_until is None else micros(changes.hold_until)
        give_up(connection, changes.lane, worker=changes.worker, due_at=due_at)
    return Committed(epoch=epoch, message_ids=messages)


def _stands(connection: sqlite3.Connection, conversation: int) -> _Stands:
    found = connection.execute(_STANDS, (conversation,)).fetchone()
    if found is None:
        raise StoreError(f"there is no conversation {conversation}")
    epoch, state, holder, language, memory, lane, reply_to, customer = found
    return _Stands(epoch, ConversationState(state), holder, language, memory, lane, reply_to, customer is not None)


def _consume(connection: sqlite3.Connection, events: tuple[int, ...]) -> bool:
    """Mark events as dealt with; False, and nothing marked, if any already was."""
    marked = [event for event in events if connection.execute(_CONSUME, (event,)).rowcount]
    if len(marked) == len(events):
        return True
    connection.executemany(_PUT_BACK, [(event,) for event in marked])
    return False


def _keep(connection: sqlite3.Connection, changes: Changes, stands: _Stands, at: int) -> None:
    language = stands.language if changes.language is None else changes.language
    memory = stands.memory if changes.memory is None else MEMORY.dump(changes.memory)
    connection.execute(_KEEP, (language, memory, at, changes.conversation))


def _pass_on(
    connection: sqlite3.Connection, changes: Changes, owner: OwnerChange, stands: _Stands, epoch: int, at: int
) -> None:
    conversation, state = changes.conversation, owner.state
    if not may_become(stands.state, state):
        raise StoreError(f"conversation {conversation} cannot pass from {stands.state} to {state}")
    closed = state is ConversationState.CLOSED
    language = stands.language if changes.language is None else changes.language
    memory = stands.memory if changes.memory is None else MEMORY.dump(changes.memory)
    waiting_since = at if state is ConversationState.WAITING else None
    row = (state, epoch, owner.holder, language, memory, at, waiting_since, at if closed else None, conversation)
    connection.execute(_PASS_ON, row)
    connection.execute(_OWNER_CHANGE, (conversation, epoch, state, owner.holder, owner.by, owner.reason, at))
    if state is ConversationState.HUMAN:
        connection.execute(_CLAIM_TICKET, (at, conversation))
        connection.execute(_DROP_BOT, (at, conversation, epoch))
    elif state is not ConversationState.WAITING:
        connection.execute(_CLOSE_TICKET, (at, conversation))
        if not changes.worker:
            # A person who returns or closes a conversation has answered for all that was written until then.
            hear_all(connection, stands.lane)
    if closed:
        _leave(connection, stands.lane, conversation, at)


def _leave(connection: sqlite3.Connection, lane: int, conversation: int, at: int) -> None:
    """The lane has no open conversation any more, unless words nobody has heard yet open the next one."""
    if not connection.execute(_LEAVE_LANE, (lane, conversation)).rowcount:
        return
    unheard = connection.execute(_STILL_WAITING, (lane,)).fetchall()
    if unheard:
        following = open_conversation(connection, lane, at)
        connection.executemany(_MOVE_MESSAGE, [(following, message) for (message,) in unheard])
        connection.execute(_ENTER_LANE, (following, lane))


def _open_ticket(connection: sqlite3.Connection, conversation: int, ticket: Ticket, at: int) -> None:
    """A place in the line; one that waits already keeps its place and takes the new matter, never a lower priority."""
    found = connection.execute(_OPEN_TICKET, (conversation,)).fetchone()
    if found is not None:
        priority = max(ticket.priority, Priority(found[1]), key=lambda p: p.weight)
        ticket = replace(ticket, priority=priority)
    row = (ticket.reason, ticket.priority, ticket.priority.weight, ticket.team, TICKET.dump(ticket))
    if found is None:
        connection.execute(_NEW_TICKET, (*row, conversation, at))
    else:
        connection.execute(_REPLACE_TICKET, (*row, found[0]))


def _say(connection: sqlite3.Connection, changes: Changes, stands: _Stands, epoch: int, at: int) -> tuple[int, ...]:
    to = changes.to or ADDRESS.load(stands.reply_to)
    if stands.private and to.is_shared:
        raise StoreError(f"conversation {changes.conversation} is private; nothing of it goes to a shared place")
    address = ADDRESS.dump(to)
    return tuple(_say_one(connection, changes, message, to, address, epoch, at) for message in changes.messages)


def _say_one(
    connection: sqlite3.Connection,
    changes: Changes,
    message: OutgoingMessage,
    to: Address,
    address: str,
    epoch: int,
    at: int,
) -> int:
    is_note = message.kind is MessageKind.NOTE
    version = changes.content_version if message.author is Author.BOT else ""
    said = insert(
        connection,
        _SAY,
        (
            changes.conversation,
            Direction.NOTE if is_note else Direction.OUT,
            message.author,
            message.author_name,
            message.kind,
            message.text,
            "" if is_note else to.channel,
            outgoing_extra(message),
            version,
            at,
        ),
    )
    not_before = 0 if message.not_before is None else micros(message.not_before)
    if not is_note:
        for position, part in enumerate(message.parts):
            connection.execute(
                _NEW_PART,
                (
                    said,
                    changes.conversation,
                    to.channel,
                    to.user,
                    to.channel,
                    to.chat,
                    position,
                    message.author,
                    message.priority,
                    epoch,
                    not_before,
                    address,
                    PART.dump(part),
                    part.cost,
                    at,
                ),
            )
    return said
