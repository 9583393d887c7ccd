"""A chat as the customer in it sees it, as SQLite reads it."""

from __future__ import annotations

import json
import sqlite3

from csbot.domain.reading import ChatView
from csbot.store.rows import CONVERSATION, MESSAGE, PART, conversation, message_views

_WHERE = f"""
SELECT i.id, i.customer_id, t.id, t.due_at IS NOT NULL, CASE WHEN s.id <> i.id THEN s.channel ELSE '' END,
    {CONVERSATION}
FROM identities i
JOIN lanes l ON l.key = 'customer:' || i.customer_id
JOIN lanes t ON t.id = coalesce(l.merged_into, l.id)
LEFT JOIN identities s ON s.id = t.identity_id
LEFT JOIN conversations c ON c.id = t.conversation_id
WHERE i.channel = ? AND i.address = ?
"""
# All that was ever said in the customer's lanes, those that point at them too; of it only what this identity said, and
# what went out to it.
_SAID = f"""
SELECT {MESSAGE} FROM messages m
WHERE m.conversation_id IN (
    SELECT c.id FROM lanes l JOIN conversations c ON c.lane_id = l.id WHERE l.customer_id = :customer
    UNION
    SELECT c.id FROM lanes l JOIN lanes y ON y.merged_into = l.id JOIN conversations c ON c.lane_id = y.id
    WHERE l.customer_id = :customer
)
AND m.id > :after AND (
    m.direction = 'in' AND m.identity_id = :identity
    OR m.direction = 'out' AND EXISTS (SELECT 1 FROM parts p WHERE p.message_id = m.id AND p.identity_id = :identity)
)
"""
_FIRST = f"{_SAID} ORDER BY m.id LIMIT :limit"
_NEWEST = f"{_SAID} ORDER BY m.id DESC LIMIT :limit"
_PARTS = f"""
SELECT {PART} FROM json_each(?) j JOIN parts p ON p.message_id = j.value ORDER BY p.message_id, p.position
"""


def chat(connection: sqlite3.Connection, *, channel: str, user: str, after: int | None, limit: int) -> ChatView | None:
    """See `Store.chat`."""
    found = connection.execute(_WHERE, (channel, user)).fetchone()
    if found is None:
        return None
    identity, customer, lane, busy, elsewhere = found[:5]
    asked = {"identity": identity, "customer": customer, "after": after or 0, "limit": limit}
    said = connection.execute(_NEWEST if after is None else _FIRST, asked).fetchall()
    said.sort(key=lambda row: int(row[0]))
    parts = connection.execute(_PARTS, (json.dumps([row[0] for row in said]),))
    return ChatView(
        lane=lane,
        messages=message_views(said, parts),
        conversation=None if found[5] is None else conversation(found[5:]),
        busy=bool(busy),
        elsewhere=elsewhere,
    )
