"""Pages of conversations, and one conversation whole, as SQLite reads them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from csbot.domain.address import Identity
from csbot.domain.conversation import Conversation, ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.reading import ConversationRow, ConversationView, Excerpt, UnsentPart
from csbot.store import cursor
from csbot.store.codec import ADDRESS, TICKET, micros, moment, moment_or_none
from csbot.store.rows import (
    CONVERSATION,
    IDENTITY,
    LAST_WORD,
    MESSAGE,
    PART,
    UNANSWERED,
    UNSENT,
    Row,
    conversation,
    identity,
    message_views,
    unsent_part,
)

_ROW = f"""
SELECT {CONVERSATION}, c.updated_at, l.reply_to, l.identity_id, coalesce(o.customer_id, l.customer_id),
    coalesce(t.reason, ''), coalesce(t.priority, ''), coalesce(t.weight, 0), coalesce(c.waiting_since, 0),
    coalesce(t.body, ''),
    (SELECT m.text FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'in' ORDER BY m.id DESC LIMIT 1),
    {UNANSWERED}
FROM conversations c
JOIN lanes l ON l.id = c.lane_id
LEFT JOIN lanes o ON o.id = l.merged_into
LEFT JOIN tickets t ON t.id = (SELECT max(n.id) FROM tickets n WHERE n.conversation_id = c.id)
{LAST_WORD}
"""
# The lanes of the customers with this address, those that point at them, and the shared ones where they spoke last.
_OF_ADDRESS = """
c.lane_id IN (
    SELECT w.id FROM identities a JOIN lanes w ON w.customer_id = a.customer_id WHERE a.address = :address
    UNION
    SELECT y.id FROM identities a JOIN lanes w ON w.customer_id = a.customer_id JOIN lanes y ON y.merged_into = w.id
    WHERE a.address = :address
    UNION
    SELECT s.id FROM identities a CROSS JOIN lanes s INDEXED BY lanes_shared
    WHERE a.address = :address AND s.identity_id = a.id AND s.customer_id IS NULL
)
"""
_NEWEST = "c.id < :before ORDER BY c.id DESC LIMIT :limit"
_ALL = f"{_ROW} WHERE {_NEWEST}"
_ALL_OF_ADDRESS = f"{_ROW} WHERE {_OF_ADDRESS} AND {_NEWEST}"
_IN_STATE = f"{_ROW} WHERE c.state = :state AND {_NEWEST}"
_IN_STATE_OF_ADDRESS = f"{_ROW} WHERE {_OF_ADDRESS} AND +c.state = :state AND {_NEWEST}"
_NEXT_IN_LINE = """
(-coalesce(t.weight, 0), coalesce(c.waiting_since, 0), c.id) > (:weight, :since, :id)
ORDER BY coalesce(t.weight, 0) DESC, coalesce(c.waiting_since, 0), c.id LIMIT :limit
"""
_LINE = f"{_ROW} WHERE c.state = 'waiting' AND {_NEXT_IN_LINE}"
_LINE_OF_ADDRESS = f"{_ROW} WHERE {_OF_ADDRESS} AND +c.state = 'waiting' AND {_NEXT_IN_LINE}"
_OF_IDS = f"{_ROW} WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.id DESC"
_ONE = f"{_ROW} WHERE c.id = :id"
_OF_CUSTOMERS = f"""
SELECT i.customer_id, {IDENTITY} FROM json_each(?) j JOIN identities i ON i.customer_id = j.value ORDER BY i.id
"""
_SPEAKERS = f"""
SELECT {IDENTITY} FROM identities i
WHERE i.id IN (SELECT m.identity_id FROM messages m WHERE m.conversation_id = ? AND m.identity_id IS NOT NULL)
ORDER BY i.id
"""
_MESSAGES = f"""
SELECT {MESSAGE} FROM messages m WHERE m.conversation_id = ? AND m.id >= ? AND m.id < ? ORDER BY m.id DESC LIMIT ?
"""
_PARTS = f"""
SELECT {PART} FROM messages m JOIN parts p ON p.message_id = m.id
WHERE m.conversation_id = ? AND m.id >= ? AND m.id < ? ORDER BY p.message_id, p.position
"""
_GOES_BACK = "SELECT 1 FROM messages WHERE conversation_id = ? AND id < ? LIMIT 1"
_TICKET = "SELECT body FROM tickets WHERE conversation_id = ? ORDER BY id DESC LIMIT 1"
_EARLIER = f"""
SELECT {CONVERSATION} FROM conversations c
WHERE c.id < ? AND c.lane_id IN (
    SELECT id FROM lanes WHERE id = ? UNION SELECT id FROM lanes WHERE merged_into = ?
)
ORDER BY c.id DESC LIMIT 20
"""
_UNSENT = f"""
SELECT {UNSENT} FROM parts p
WHERE p.state IN ('parked', 'failed', 'unknown') AND p.state IN (SELECT value FROM json_each(?))
ORDER BY p.id DESC LIMIT ?
"""
# By the index of states: what is open and old is found before what is open and new.
_IDLE = f"""
SELECT {CONVERSATION} FROM conversations c WHERE c.state = 'bot' AND c.updated_at < ? ORDER BY c.id LIMIT ?
"""
_LAST_IN = "SELECT last_in_at FROM identities WHERE id = ?"


def page(
    connection: sqlite3.Connection, *, state: ConversationState | None, address: str, after: str, limit: int
) -> tuple[list[ConversationRow], str]:
    """See `Store.conversations`."""
    asked: dict[str, str | int] = {"limit": limit + 1}
    if address:
        asked["address"] = address
    if state is ConversationState.WAITING:
        statement = _LINE_OF_ADDRESS if address else _LINE
        asked["weight"], asked["since"], asked["id"] = cursor.in_line(after)
    else:
        asked["before"] = cursor.newest(after)
        if state is None:
            statement = _ALL_OF_ADDRESS if address else _ALL
        else:
            statement = _IN_STATE_OF_ADDRESS if address else _IN_STATE
            asked["state"] = state
    found = connection.execute(statement, asked).fetchall()
    following = ""
    if len(found) > limit:
        found.pop()
        end = found[-1]
        if state is ConversationState.WAITING:
            following = cursor.after_in_line(end[15], end[16], end[0])
        else:
            following = cursor.after_newest(end[0])
    return _rows(connection, found), following


def _rows(connection: sqlite3.Connection, found: Sequence[Row]) -> list[ConversationRow]:
    customers = {row[12] for row in found if row[12] is not None}
    private: dict[int, list[Identity]] = {}
    for customer, *columns in connection.execute(_OF_CUSTOMERS, (json.dumps(sorted(customers)),)):
        private.setdefault(customer, []).append(identity(columns))
    return [
        ConversationRow(
            conversation=conversation(row[:9]),
            channel=ADDRESS.load(row[10]).channel,
            identities=tuple(private.get(row[12], ())) if row[12] is not None else _speakers(connection, row[0]),
            reason=row[13],
            priority=row[14],
            updated_at=moment(row[9]),
            summary=TICKET.load(row[17]).summary if row[17] else "",
            last_words=row[18] or "",
            unanswered_since=moment_or_none(row[19]),
            wrote_again=row[19] is not None and bool(row[20]),
        )
        for row in found
    ]


def _speakers(connection: sqlite3.Connection, conversation_id: int) -> tuple[Identity, ...]:
    return tuple(identity(row) for row in connection.execute(_SPEAKERS, (conversation_id,)))


def view(connection: sqlite3.Connection, *, conversation_id: int, of: Excerpt) -> ConversationView | None:
    """See `Store.conversation`."""
    found = connection.execute(_ONE, {"id": conversation_id}).fetchall()
    if not found:
        return None
    [row] = _rows(connection, found)
    lane, answered = row.conversation.lane, found[0][11]
    ticket = connection.execute(_TICKET, (conversation_id,)).fetchone()
    last_in = connection.execute(_LAST_IN, (answered,)).fetchone()
    said = connection.execute(_MESSAGES, (conversation_id, of.since, of.before, of.newest)).fetchall()[::-1]
    first = said[0][0] if said else of.before
    parts = connection.execute(_PARTS, (conversation_id, first, of.before))
    return ConversationView(
        row=row,
        messages=message_views(said, parts),
        ticket=None if ticket is None else TICKET.load(ticket[0]),
        goes_back=connection.execute(_GOES_BACK, (conversation_id, first)).fetchone() is not None,
        earlier=tuple(conversation(e) for e in connection.execute(_EARLIER, (conversation_id, lane, lane))),
        last_in_at=None if last_in is None or last_in[0] is None else moment(last_in[0]),
    )


def unsent(connection: sqlite3.Connection, *, states: Sequence[DeliveryState], limit: int) -> list[UnsentPart]:
    """See `Store.unsent_parts`."""
    return [unsent_part(row) for row in connection.execute(_UNSENT, (json.dumps(list(states)), limit))]


def idle(connection: sqlite3.Connection, *, before: datetime, limit: int) -> list[Conversation]:
    """See `Store.idle_conversations`."""
    return [conversation(row) for row in connection.execute(_IDLE, (micros(before), limit))]


def of_ids(connection: sqlite3.Connection, *, ids: Sequence[int]) -> list[ConversationRow]:
    """See `Store.conversations_of`."""
    return _rows(connection, connection.execute(_OF_IDS, (json.dumps(list(ids)),)).fetchall())
