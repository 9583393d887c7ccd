"""What customers do to messages already there: edits, deletions and reactions, in the order given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from csbot.domain.events import Event, MessageEdited, Reacted
from csbot.store.postgres_pool import Row, Transaction

Key = tuple[str, str]
"""A channel and an id on it: a message's, or an event's."""

# The last message under an id: platforms give some of theirs again. "+ 0", or the planner may take the maximum for an
# invitation to walk the messages from the last one back.
_LAST = """(
    SELECT max(n.id + 0) FROM messages n
    WHERE n.channel = w.channel AND n.external_id = w.external AND n.external_id <> ''
)"""

_EDIT = f"""
UPDATE messages m SET text = w.text, edited = true
FROM unnest($1::text[], $2::text[], $3::text[]) AS w(channel, external, text)
WHERE m.id = {_LAST}
RETURNING m.channel, m.external_id
"""

_DELETE = f"""
UPDATE messages m SET deleted = true
FROM unnest($1::text[], $2::text[]) AS w(channel, external)
WHERE m.id = {_LAST}
RETURNING m.channel, m.external_id, m.id, m.conversation_id
"""

# A customer reacts to words of their own, or to what was sent to them.
_REACTED_TO = f"""
SELECT w.channel, w.external AS external_id, coalesce({_LAST}, p.message_id) AS message
FROM unnest($1::text[], $2::text[]) AS w(channel, external)
LEFT JOIN sent_ids s ON s.channel = w.channel AND s.external_id = w.external
LEFT JOIN parts p ON p.id = s.part_id
"""
_REACT = """
UPDATE messages m SET reaction = w.emoji
FROM unnest($1::bigint[], $2::text[]) AS w(id, emoji) WHERE m.id = w.id
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
    deletions: set[Key] = set()
    reactions: dict[Key, str] = {}
    for event in events:
        match event.body:
            case MessageEdited(external_id=external, text=None):
                deletions.add((event.channel, external))
            case MessageEdited(external_id=external, text=str(text)):
                edits[event.channel, external] = text
            case Reacted(external_id=external, emoji=emoji):
                reactions[event.channel, external] = emoji
    met = await _edit(transaction, edits) | await _delete(transaction, deletions) | await _react(transaction, reactions)
    return {
        (event.channel, event.key)
        for event in events
        if isinstance(event.body, MessageEdited | Reacted) and (event.channel, event.body.external_id) not in met
    }


async def _edit(transaction: Transaction, edits: Mapping[Key, str]) -> set[Key]:
    if not edits:
        return set()
    rows = [(*name, text) for name, text in sorted(edits.items())]
    return _keys(await transaction.fetch(_EDIT, *zip(*rows, strict=True)))


async def _delete(transaction: Transaction, deletions: set[Key]) -> set[Key]:
    if not deletions:
        return set()
    found = await transaction.fetch(_DELETE, *zip(*sorted(deletions), strict=True))
    if found:
        conversations = sorted({row["conversation_id"] for row in found})
        await transaction.execute(_UNSAY, [row["id"] for row in found], conversations)
    return _keys(found)


async def _react(transaction: Transaction, reactions: Mapping[Key, str]) -> set[Key]:
    if not reactions:
        return set()
    found = await transaction.fetch(_REACTED_TO, *zip(*reactions, strict=True))
    known = [row for row in found if row["message"] is not None]
    message = {(row["channel"], row["external_id"]): row["message"] for row in known}
    # A message sent in several parts may be reacted to under several ids; the last word counts.
    emojis = {message[name]: emoji for name, emoji in reactions.items() if name in message}
    if emojis:
        await transaction.execute(_REACT, list(emojis), list(emojis.values()))
    return _keys(known)


def _keys(rows: Iterable[Row]) -> set[Key]:
    return {(row["channel"], row["external_id"]) for row in rows}
