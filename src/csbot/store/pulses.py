"""Whether anything has changed where somebody looks: one look at the store for all who look, in any process.

A pulse is made of the conversation's own row and its latest messages and parts, so nothing on the message path has to
keep a count for it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

LINE = 0
"""What stands for the human line among lanes, whose ids begin at 1."""

_LATEST = 10

# The lane's open conversation, else its last one: another one changes the pulse like all else.
LANES = """
l.id, c.id, c.epoch, c.updated_at,
    (SELECT max(m.id) FROM messages m WHERE m.conversation_id = c.id),
    (SELECT max(p.updated_at) FROM parts p WHERE p.message_id IN ({latest})),
    (SELECT count(*) FROM parts p WHERE p.message_id IN ({latest}) AND p.state NOT IN ('queued', 'sending')),
    (SELECT sum(length(m.reaction) + CASE WHEN m.edited THEN 2 ELSE 0 END + CASE WHEN m.deleted THEN 4 ELSE 0 END)
        FROM messages m WHERE m.id IN ({latest}))
FROM lanes l JOIN lanes t ON t.id = coalesce(l.merged_into, l.id)
JOIN conversations c ON c.id = coalesce(
    t.conversation_id, (SELECT max(o.id) FROM conversations o WHERE o.lane_id = t.id)
)
""".format(latest=f"SELECT r.id FROM messages r WHERE r.conversation_id = c.id ORDER BY r.id DESC LIMIT {_LATEST}")
OF_LANES = f"SELECT {LANES} WHERE l.id IN (SELECT value FROM json_each(?))"

OF_LINE = """
SELECT (SELECT count(*) FROM conversations WHERE state = 'waiting'),
    (SELECT count(*) FROM conversations WHERE state = 'human'),
    (SELECT max(updated_at) FROM conversations WHERE state IN ('waiting', 'human')),
    (SELECT max(id) FROM owner_changes)
"""


def read(connection: sqlite3.Connection, *, lanes: Sequence[int]) -> Mapping[int, str]:
    """See `Store.pulses`."""
    found = {LINE: text(connection.execute(OF_LINE).fetchone())} if LINE in lanes else {}
    rows = connection.execute(OF_LANES, (json.dumps(list(lanes)),))
    return found | {row[0]: text(row[1:]) for row in rows}


def text(columns: Sequence[object]) -> str:
    """One pulse from its columns."""
    return ":".join("" if column is None else str(column) for column in columns)
