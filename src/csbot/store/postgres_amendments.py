"""What customers do to messages already there: edits, deletions and reactions, in the order given."""

from __future__ import annotations

from collections.abc import Sequence

from csbot.domain.events import Event, MessageEdited, Reacted
from csbot.store.postgres_pool import Transaction

Key = tuple[str, str]
"""A channel and an id on it: a message's, or an event's."""

_EDIT = """
UPDATE messages m SET text = w.text, edited = true
FROM unnest($1::text[], $2::text[], $3::text[]) AS w(channel, external, text)
WHERE m.channel = w.channel AND m.external_id = w.external AND m.external_id <> ''
RETURNING m.channel, m.external_id
"""

_DELETE = """
UPDATE messages m SET deleted = true
FROM unnest($1::text[], $2::text[]) AS w(channel, external)
WHERE m.channel = w.channel AND m.external_id = w.external AND m.external_id <> ''
RETURNING m.channel, m.external_id, m.id, m.conversation_id
"""

# A customer reacts to what was sent to them, or to words of their own.
_REACT = """
UPDATE messages m SET reaction = w.emoji
FROM (
    SELECT DISTINCT ON (message) message, channel, external, emoji
    FROM (
        SELECT coalesce(p.message_id, own.id) AS message, w.channel, w.external, w.emoji
        FROM unnest($1::text[], $2::text[], $3::text[]) AS w(channel, external, emoji)
        LEFT JOIN sent_ids s ON s.channel = w.channel AND s.external_id = w.external
        LEFT JOIN parts p ON p.id = s.part_id
        LEFT JOIN messages own
               ON own.channel = w.channel AND own.external_id = w.external AND own.external_id <> ''
    ) AS met
    WHERE message IS NOT NULL
) AS w
WHERE m.id = w.message
RETURNING w.channel, w.external AS external_id
"""

# Words taken back before anybody heard them start no turn.
_UNSAY = """
UPDATE events e SET waiting = false
FROM conversations c
WHERE c.id = ANY($2) AND e.lane_id = c.lane_id AND e.waiting AND e.message_id = ANY($1)
"""


async def amend(transaction: Transaction, events: Sequence[Event]) -> set[Key]:
    """Apply edits, deletions and reactions; returns the keys of those whose message is not known."""
    edits: dict[Key, str] = {}
    deletions: dict[Key, None] = {}
    reactions: dict[Key, str] = {}
    for event in events:
        match event.body:
            case MessageEdited(external_id=external, text=None):
                deletions[event.channel, external] = None
            case MessageEdited(external_id=external, text=str(text)):
                edits[event.channel, external] = text
            case Reacted(external_id=external, emoji=emoji):
                reactions[event.channel, external] = emoji
    met: set[Key] = set()
    for query, rows in (
        (_EDIT, [(*name, text) for name, text in sorted(edits.items())]),
        (_DELETE, sorted(deletions)),
        (_REACT, [(*name, emoji) for name, emoji in sorted(reactions.items())]),
    ):
        if not rows:
            continue
        found = await transaction.fetch(query, *zip(*rows, strict=True))
        met.update((row["channel"], row["external_id"]) for row in found)
        if query is _DELETE and found:
            unsaid = [row["id"] for row in found], sorted({row["conversation_id"] for row in found})
            await transaction.execute(_UNSAY, *unsaid)
    return {
        (event.channel, event.key)
        for event in events
        if isinstance(event.body, MessageEdited | Reacted) and (event.channel, event.body.external_id) not in met
    }
