"""Receipts: what platforms say became of a part, in whatever order they say it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from csbot.domain.delivery import DeliveryState, may_follow
from csbot.store.codec import load_ids

_PART_OF = """
SELECT p.id, p.state, p.external_ids, p.identity_id FROM sent_ids s JOIN parts p ON p.id = s.part_id
WHERE s.channel = ? AND s.external_id = ?
"""
_KEEP = "INSERT INTO early_receipts (channel, external_id, state, reason, opted_out, at) VALUES (?, ?, ?, ?, ?, ?)"
_KEPT = """
SELECT state, reason, opted_out FROM early_receipts WHERE channel = ? AND external_id = ? ORDER BY id
"""
_DROP_KEPT = "DELETE FROM early_receipts WHERE channel = ? AND external_id = ?"
_MOVE = "UPDATE parts SET state = ?, reason = ?, claimed_by = '', claimed_until = 0, updated_at = ? WHERE id = ?"
_OPTED_OUT = "UPDATE identities SET consent = 'out' WHERE id = ?"
_UNREACHABLE = "UPDATE identities SET reachable = false WHERE id = ?"
_NEW_ID = "INSERT OR IGNORE INTO sent_ids (channel, external_id, part_id) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says."""

    state: DeliveryState
    reason: str
    opted_out: bool


def receive(connection: sqlite3.Connection, channel: str, external_id: str, receipt: Receipt, *, at: int) -> None:
    """Apply a receipt to the part sent under this id, or keep it until there is one.

    A part that went out under several ids moves by the receipts of its first; the others only name it.
    """
    found = connection.execute(_PART_OF, (channel, external_id)).fetchone()
    if found is None:
        row = (channel, external_id, receipt.state, receipt.reason, receipt.opted_out, at)
        connection.execute(_KEEP, row)
        return
    part, state, external_ids, identity = found
    if load_ids(external_ids)[:1] == (external_id,):
        apply(connection, part, DeliveryState(state), receipt, at=at)
    mark_identity(connection, identity, receipt.state, opted_out=receipt.opted_out)


def apply(
    connection: sqlite3.Connection, part: int, state: DeliveryState, receipt: Receipt, *, at: int
) -> DeliveryState:
    """Move a part forward; what its state is now."""
    if not may_follow(state, receipt.state):
        return state
    connection.execute(_MOVE, (receipt.state, receipt.reason, at, part))
    return receipt.state


def mark_identity(
    connection: sqlite3.Connection, identity: int | None, state: DeliveryState, *, opted_out: bool
) -> None:
    """What a receipt or a result says about the customer on that sender."""
    if opted_out:
        connection.execute(_OPTED_OUT, (identity,))
    if state is DeliveryState.GONE:
        connection.execute(_UNREACHABLE, (identity,))


def name_part(
    connection: sqlite3.Connection,
    part: int,
    channel: str,
    external_ids: tuple[str, ...],
    state: DeliveryState,
    identity: int | None,
    *,
    at: int,
) -> None:
    """Enter the platform's ids of a part, and apply the receipts that came before they were known."""
    for position, external_id in enumerate(external_ids):
        connection.execute(_NEW_ID, (channel, external_id, part))
        kept = connection.execute(_KEPT, (channel, external_id)).fetchall()
        if not kept:
            continue
        connection.execute(_DROP_KEPT, (channel, external_id))
        for early_state, reason, opted_out in kept:
            receipt = Receipt(DeliveryState(early_state), reason, bool(opted_out))
            if position == 0:
                state = apply(connection, part, state, receipt, at=at)
            mark_identity(connection, identity, receipt.state, opted_out=receipt.opted_out)
