"""What figures are made of: one row a conversation, alike for both databases; here as SQLite reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from csbot.domain.reporting import ConversationFacts, NotUnderstood
from csbot.domain.ticket import Reason
from csbot.store.codec import MEMORY, micros, moment, moment_or_none
from csbot.store.rows import Row

FACTS = """
SELECT c.id, c.opened_at, c.memory,
    coalesce((SELECT m.channel FROM messages m WHERE m.conversation_id = c.id ORDER BY m.id LIMIT 1), '') AS channel,
    (SELECT min(t.opened_at) FROM tickets t WHERE t.conversation_id = c.id) AS line_at,
    (SELECT min(m.at) FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'out' AND m.author = 'agent'
        AND m.at >= (SELECT min(t.opened_at) FROM tickets t WHERE t.conversation_id = c.id)) AS agent_at,
    (SELECT count(*) FROM owner_changes o WHERE o.conversation_id = c.id AND o.state IN ('waiting', 'human')) AS handed,
    (SELECT count(*) FROM votes v WHERE v.conversation_id = c.id AND v.helped) AS helped,
    (SELECT count(*) FROM votes v WHERE v.conversation_id = c.id AND NOT v.helped) AS not_helped,
    n.opened_at AS next_at, n.memory AS next_memory
FROM conversations c
LEFT JOIN conversations n ON n.id = (SELECT min(x.id) FROM conversations x WHERE x.lane_id = c.lane_id AND x.id > c.id)
"""
_OF_PERIOD = f"{FACTS} WHERE c.opened_at >= ? AND c.opened_at < ? ORDER BY c.opened_at, c.id"

# A ticket tells why, the customer's last words before it tell what. A cross join, because SQLite keeps its order: the
# conversations of the period come first.
NOT_UNDERSTOOD = """
m.text, coalesce(i.name, '') AS name, t.opened_at
FROM conversations c
CROSS JOIN tickets t
JOIN messages m ON m.id = (
    SELECT max(x.id) FROM messages x WHERE x.conversation_id = c.id AND x.direction = 'in' AND x.at <= t.opened_at
)
LEFT JOIN identities i ON i.id = m.identity_id
WHERE t.conversation_id = c.id AND m.text <> '' AND NOT m.deleted
"""
_NOT_UNDERSTOOD = f"""
SELECT {NOT_UNDERSTOOD} AND c.opened_at >= ? AND t.reason = ?
ORDER BY c.opened_at DESC, t.id DESC
"""


def read(connection: sqlite3.Connection, *, since: datetime, until: datetime) -> list[ConversationFacts]:
    """See `Reports.conversation_facts`."""
    return facts(connection.execute(_OF_PERIOD, (micros(since), micros(until))))


def not_understood(connection: sqlite3.Connection, *, since: datetime) -> list[NotUnderstood]:
    """See `Reports.not_understood`."""
    return unheard(connection.execute(_NOT_UNDERSTOOD, (micros(since), Reason.UNSURE.value)))


def unheard(rows: Iterable[Row]) -> list[NotUnderstood]:
    """From the columns of NOT_UNDERSTOOD."""
    return [NotUnderstood(text=text, name=name, at=moment(at)) for text, name, at in rows]


def facts(rows: Iterable[Row]) -> list[ConversationFacts]:
    """From the columns of FACTS."""
    return [_one(row) for row in rows]


def _one(row: Row) -> ConversationFacts:
    id_, opened_at, memory, channel, line_at, agent_at, handed, helped, not_helped, next_at, next_memory = row
    return ConversationFacts(
        id=id_,
        channel=channel,
        opened_at=moment(opened_at),
        answered=frozenset(MEMORY.load(memory).faq_tried),
        handed_over=handed > 0,
        line_at=moment_or_none(line_at),
        agent_at=moment_or_none(agent_at),
        helped=helped,
        not_helped=not_helped,
        next_at=moment_or_none(next_at),
        next_answered=frozenset(MEMORY.load(next_memory).faq_tried if next_memory else ()),
    )
