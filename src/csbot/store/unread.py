"""What agents said that has not been read where it was sent, as SQLite reads it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from csbot.domain.following import followed
from csbot.domain.reading import UnreadAnswer
from csbot.store.codec import micros
from csbot.store.rows import CONVERSATION, IDENTITY, Row, conversation, identity


def statement(*, channels: str, sent_from: str, sent_before: str, reaching: str, limit: str) -> str:
    """What is read, the same from both databases but for how each is given its lists."""
    return f"""
SELECT m.id, m.text, m.author_name, {CONVERSATION}, {IDENTITY}
FROM {channels}
JOIN parts p ON p.channel = j.value AND p.state = 'sent' AND p.author = 'agent'
    AND p.updated_at >= {sent_from} AND p.updated_at < {sent_before} AND p.position = 0
JOIN messages m ON m.id = p.message_id
JOIN conversations c ON c.id = p.conversation_id
JOIN identities i ON i.id = (
    SELECT o.id FROM identities w
    JOIN identities o ON o.customer_id = w.customer_id
    JOIN {reaching} ON r.channel = o.channel AND o.last_in_at >= r.heard_from
    WHERE w.id = p.identity_id AND o.reachable AND o.consent <> 'out'
    ORDER BY o.last_in_at DESC LIMIT 1
)
WHERE NOT EXISTS (SELECT 1 FROM idempotency k WHERE k.key = '{followed("")}' || m.id)
ORDER BY m.id LIMIT {limit}
"""


_UNREAD = statement(
    channels="json_each(:channels) j",
    sent_from=":sent_from",
    sent_before=":sent_before",
    reaching="(SELECT key AS channel, value AS heard_from FROM json_each(:reaching)) r",
    limit=":limit",
)


def read(
    connection: sqlite3.Connection,
    *,
    on: Sequence[str],
    sent_from: datetime,
    sent_before: datetime,
    reaching: Mapping[str, datetime],
    limit: int,
) -> list[UnreadAnswer]:
    """See `Store.unread_answers`."""
    asked = {
        "channels": json.dumps(list(on)),
        "sent_from": micros(sent_from),
        "sent_before": micros(sent_before),
        "reaching": json.dumps({channel: micros(since) for channel, since in reaching.items()}),
        "limit": limit,
    }
    return [answer(row) for row in connection.execute(_UNREAD, asked)]


def answer(row: Row) -> UnreadAnswer:
    """From the columns of the statement."""
    message, text, author_name = row[:3]
    return UnreadAnswer(
        message=message,
        text=text,
        author_name=author_name,
        conversation=conversation(row[3:12]),
        to=identity(row[12:]),
    )
