"""The ledger of parts: marked before they are sent, settled after."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from csbot.domain.delivery import DeliveryState, PartResult, may_follow
from csbot.domain.message import Author
from csbot.domain.outbox import Part
from csbot.store.codec import ADDRESS, PART, dump_ids, load_ids, micros, moment_or_none, span
from csbot.store.writing.receipts import mark_identity, name_part

_HEADS = """
SELECT p.id, p.message_id, p.conversation_id, p.author, p.epoch, p.to_address, p.body, p.attempts, p.template,
    c.epoch, i.consent, i.reachable, i.last_in_at
FROM parts p
JOIN conversations c ON c.id = p.conversation_id
LEFT JOIN identities i ON i.id = p.identity_id
WHERE p.channel = ? AND p.state = 'queued' AND p.not_before <= ?
    AND NOT EXISTS (
        SELECT 1 FROM parts q WHERE q.chat = p.chat AND q.state IN ('queued', 'sending') AND q.id < p.id
    )
ORDER BY p.priority DESC, p.id LIMIT ?
"""
_CLAIMED_SINCE = "SELECT 1 FROM owner_changes WHERE conversation_id = ? AND epoch > ? AND state = 'human' LIMIT 1"
_TAKE = """
UPDATE parts SET state = 'sending', attempts = attempts + 1, claimed_by = ?, claimed_until = ?, updated_at = ?
WHERE id = ?
"""
_END = "UPDATE parts SET state = ?, reason = ?, updated_at = ? WHERE id = ?"
_STANDS = "SELECT state, channel, external_ids, identity_id FROM parts WHERE id = ?"
_SETTLE = """
UPDATE parts SET state = ?, reason = ?, not_before = ?, external_ids = ?, attempts = attempts - ?, claimed_by = '',
    claimed_until = 0, updated_at = ? WHERE id = ?
"""
_NAME = "UPDATE parts SET external_ids = ? WHERE id = ?"
_REQUEUE = """
UPDATE parts SET state = 'queued', reason = '', not_before = 0, updated_at = ?,
    epoch = (SELECT c.epoch FROM conversations c WHERE c.id = parts.conversation_id)
WHERE id = ? AND state IN ('parked', 'failed', 'unknown')
"""
_CONFIRM = "UPDATE parts SET state = 'sent', reason = '', updated_at = ? WHERE id = ? AND state = 'unknown'"
_AUDIT = "INSERT INTO audit (actor, act, subject, detail, at) VALUES (?, ?, ?, '', ?)"
_ORPHANS = """
UPDATE parts SET state = 'unknown', reason = 'csbot stopped while it was being sent', claimed_by = '',
    claimed_until = 0, updated_at = ?
WHERE state = 'sending' AND claimed_until <= ?
"""
_FREE_LANES = """
UPDATE lanes SET claimed_by = '', claimed_until = 0,
    (due_at, burst_at) = (
        SELECT iif(waits, iif(burst_at IS NULL, ?, due_at), NULL), iif(waits, burst_at, NULL)
        FROM (SELECT EXISTS (SELECT 1 FROM events e WHERE e.lane_id = lanes.id AND e.waiting) AS waits)
    )
WHERE due_at IS NOT NULL AND claimed_by <> '' AND claimed_until <= ?
"""
_FOREVER = 2**62

WINDOW = "window closed"
"""How the reason of a part begins that waits for the customer to write."""


def take(
    connection: sqlite3.Connection, *, worker: str, now: datetime, lease_s: float, budget: Mapping[str, int]
) -> list[Part]:
    """See `Store.take_parts`."""
    at = micros(now)
    taken: list[Part] = []
    for channel, limit in budget.items():
        wanted = limit
        while wanted > 0:
            heads = connection.execute(_HEADS, (channel, at, wanted)).fetchall()
            ends = [(end, head[0]) for head in heads if (end := _end_of(connection, head)) is not None]
            ended = {part for _, part in ends}
            for (state, reason), part in ends:
                connection.execute(_END, (state, reason, at, part))
            ready = [_part(head) for head in heads if head[0] not in ended]
            claim = (worker, at + span(lease_s), at)
            connection.executemany(_TAKE, [(*claim, part.id) for part in ready])
            taken += ready
            wanted -= len(ready)
            if not ends:  # else other parts of those chats have become heads
                break
    return taken


def _end_of(connection: sqlite3.Connection, head: tuple[Any, ...]) -> tuple[DeliveryState, str] | None:
    """Why a head is not to be sent; None when it is."""
    _, _, conversation, author, epoch, _, _, _, _, epoch_now, consent, reachable, _ = head
    if author == Author.BOT:
        if consent == "out":
            return DeliveryState.DROPPED, "opted out"
        if epoch < epoch_now and connection.execute(_CLAIMED_SINCE, (conversation, epoch)).fetchone() is not None:
            return DeliveryState.DROPPED, "a person took over"
    if reachable is not None and not reachable:
        return DeliveryState.GONE, "the customer cannot be reached on this sender"
    return None


def _part(head: tuple[Any, ...]) -> Part:
    id_, message, conversation, author, _, to, body, attempts, template, _, _, _, last_in_at = head
    return Part(
        id=id_,
        message=message,
        conversation=conversation,
        to=ADDRESS.load(to),
        author=Author(author),
        body=PART.load(body),
        attempts=attempts + 1,
        last_in_at=moment_or_none(last_in_at),
        template=bool(template),
    )


def settle(connection: sqlite3.Connection, results: Sequence[PartResult], *, now: datetime) -> None:
    """See `Store.settle_parts`."""
    at = micros(now)
    for result in results:
        found = connection.execute(_STANDS, (result.part,)).fetchone()
        if found is not None:
            _settle_one(connection, result, found, at)


def _settle_one(connection: sqlite3.Connection, result: PartResult, found: tuple[Any, ...], at: int) -> None:
    old, channel, external_ids, identity = DeliveryState(found[0]), *found[1:]
    # A part that is not being sent any more (another process gave it up as unknown) only moves forward.
    moves = old is DeliveryState.SENDING or may_follow(old, result.state)
    state = result.state if moves else old
    ids = result.external_ids or load_ids(external_ids)
    if moves:
        reason = result.reason
        if result.window_closed and not reason.startswith(WINDOW):
            reason = f"{WINDOW}: {reason}" if reason else WINDOW
        not_before = 0 if result.retry_at is None else micros(result.retry_at)
        row = (state, reason, not_before, dump_ids(ids), 0 if result.counts else 1, at, result.part)
        connection.execute(_SETTLE, row)
    elif result.external_ids:
        connection.execute(_NAME, (dump_ids(ids), result.part))
    if result.external_ids:
        name_part(connection, result.part, channel, result.external_ids, state, identity, at=at)
    mark_identity(connection, identity, result.state, opted_out=result.opted_out)


def requeue(connection: sqlite3.Connection, part: int, *, now: datetime, by: str) -> bool:
    """See `Store.requeue_part`."""
    return _by_hand(connection, _REQUEUE, part, "send again", by=by, at=micros(now))


def confirm(connection: sqlite3.Connection, part: int, *, now: datetime, by: str) -> bool:
    """See `Store.confirm_part`."""
    return _by_hand(connection, _CONFIRM, part, "confirm arrival", by=by, at=micros(now))


def _by_hand(connection: sqlite3.Connection, statement: str, part: int, act: str, *, by: str, at: int) -> bool:
    if connection.execute(statement, (at, part)).rowcount == 0:
        return False
    connection.execute(_AUDIT, (by, act, f"part {part}", at))
    return True


def recover(connection: sqlite3.Connection, *, now: datetime, everything: bool) -> int:
    """See `Store.recover`."""
    at = micros(now)
    until = _FOREVER if everything else at
    connection.execute(_FREE_LANES, (at, until))
    return connection.execute(_ORPHANS, (at, until)).rowcount
