"""A chat as the customer in it sees it, as PostgreSQL reads it."""

from __future__ import annotations

from csbot.domain.reading import ChatView
from csbot.store.postgres_pool import Transaction
from csbot.store.rows import CONVERSATION, MESSAGE, PART, conversation, message_views

_WHERE = f"""
SELECT i.id AS identity, i.customer_id AS customer, t.id AS lane, t.due_at IS NOT NULL AS busy,
    CASE WHEN s.id <> i.id THEN s.channel ELSE '' END AS elsewhere, {CONVERSATION}
FROM identities i
JOIN lanes l ON l.key = 'customer:' || i.customer_id
JOIN lanes t ON t.id = coalesce(l.merged_into, l.id)
LEFT JOIN identities s ON s.id = t.identity_id
LEFT JOIN conversations c ON c.id = t.conversation_id
WHERE i.channel = $1 AND i.address = $2
"""
# See `store.chats`; "+ 0", or the planner may walk everybody's messages by their ids until the page is full.
_SAID = f"""
SELECT {MESSAGE} FROM messages m
WHERE m.conversation_id = ANY(ARRAY(
    SELECT c.id FROM lanes l JOIN conversations c ON c.lane_id = l.id WHERE l.customer_id = $1
    UNION
    SELECT c.id FROM lanes l JOIN lanes y ON y.merged_into = l.id JOIN conversations c ON c.lane_id = y.id
    WHERE l.customer_id = $1
))
AND m.id > $3 AND (
    m.direction = 'in' AND m.identity_id = $2
    OR m.direction = 'out' AND EXISTS (SELECT 1 FROM parts p WHERE p.message_id = m.id AND p.identity_id = $2)
)
"""
_FIRST = f"{_SAID} ORDER BY m.id + 0 LIMIT $4"
_NEWEST = f"{_SAID} ORDER BY m.id + 0 DESC LIMIT $4"
_PARTS = f"SELECT {PART} FROM parts p WHERE p.message_id = ANY($1) ORDER BY p.message_id, p.position"


async def chat(transaction: Transaction, *, channel: str, user: str, after: int | None, limit: int) -> ChatView | None:
    """See `Store.chat`."""
    found = await transaction.fetchrow(_WHERE, channel, user)
    if found is None:
        return None
    said = await transaction.fetch(
        _NEWEST if after is None else _FIRST, found["customer"], found["identity"], after or 0, limit
    )
    said.sort(key=lambda row: int(row["id"]))
    parts = await transaction.fetch(_PARTS, [row["id"] for row in said])
    columns = found[5:]
    return ChatView(
        lane=found["lane"],
        messages=message_views((row[:] for row in said), (part[:] for part in parts)),
        conversation=None if columns[0] is None else conversation(columns),
        busy=found["busy"],
        elsewhere=found["elsewhere"],
    )
