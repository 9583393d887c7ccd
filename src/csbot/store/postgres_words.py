"""What is said: messages of the bot and of agents, and the parts they go out as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from csbot.domain.message import Author, Direction, MessageKind
from csbot.store.codec import ADDRESS, PART, micros, outgoing_extra
from csbot.store.postgres_decisions import Decision
from csbot.store.postgres_pool import Transaction

# Ids are drawn row by row in the order given: the conversations' lanes are locked, so they are in the order of a
# transcript and of a chat's parts.
_SAY = """
INSERT INTO messages
    (conversation_id, direction, author, author_name, kind, text, channel, extra, content_version, at)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::bigint[])
RETURNING id
"""

_PARTS = """
INSERT INTO parts (message_id, conversation_id, identity_id, channel, chat, position, author, priority, epoch,
                   not_before, to_address, body, cost, updated_at)
SELECT w.message, w.conversation,
       (SELECT i.id FROM identities i WHERE i.channel = w.channel AND i.address = w.address),
       w.channel, w.chat, w.position, w.author, w.priority, w.epoch, w.not_before, w.to_address, w.body, w.cost, w.at
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::bigint[], $14::bigint[])
     AS w(message, conversation, channel, address, chat, position, author, priority, epoch, not_before, to_address,
          body, cost, at)
"""


async def say(transaction: Transaction, decisions: Sequence[Decision]) -> Mapping[int, tuple[int, ...]]:
    """Write what these decisions say; the messages' ids by conversation, in order."""
    rows = [_rows(decision) for decision in decisions]
    if not any(rows):
        return {decision.changes.conversation: () for decision in decisions}
    written = await transaction.fetch(_SAY, *zip(*(row for of in rows for row in of), strict=True))
    ids = iter(sorted(row["id"] for row in written))
    said = {
        decision.changes.conversation: tuple(next(ids) for _ in of)
        for decision, of in zip(decisions, rows, strict=True)
    }
    parts = [row for decision in decisions for row in _part_rows(decision, said[decision.changes.conversation])]
    if parts:
        await transaction.execute(_PARTS, *zip(*parts, strict=True))
    return said


def _rows(decision: Decision) -> list[tuple[object, ...]]:
    changes = decision.changes
    rows: list[tuple[object, ...]] = []
    for message in changes.messages:
        is_note = message.kind is MessageKind.NOTE
        rows.append(
            (
                changes.conversation,
                Direction.NOTE if is_note else Direction.OUT,
                message.author,
                message.author_name,
                message.kind,
                message.text,
                "" if is_note else decision.to.channel,
                outgoing_extra(message),
                changes.content_version if message.author is Author.BOT else "",
                decision.at,
            )
        )
    return rows


def _part_rows(decision: Decision, messages: Sequence[int]) -> list[tuple[object, ...]]:
    changes, to = decision.changes, decision.to
    address, chat = ADDRESS.dump(to), to.chat
    return [
        (
            number,
            changes.conversation,
            to.channel,
            to.user,
            chat,
            position,
            message.author,
            message.priority,
            decision.epoch,
            0 if message.not_before is None else micros(message.not_before),
            address,
            PART.dump(part),
            part.cost,
            decision.at,
        )
        for number, message in zip(messages, changes.messages, strict=True)
        if message.kind is not MessageKind.NOTE
        for position, part in enumerate(message.parts)
    ]
