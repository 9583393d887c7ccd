"""Making one of two customers who are proven to be the same, as PostgreSQL writes it: see `writing.linking`."""

from __future__ import annotations

from csbot.domain.address import Address
from csbot.domain.conversation import ConversationState
from csbot.domain.lane import goes_on_in_the_younger, lane_key
from csbot.store.postgres_lanes import NewLane, find_or_make
from csbot.store.postgres_pool import Transaction

_LINK = """
UPDATE identities SET customer_id = $2, linked_how = $3, linked_by = 'csbot', linked_at = $4 WHERE customer_id = $1
"""
_KEEP_GREETED = """
UPDATE customers SET greeted_at = (SELECT min(greeted_at) FROM customers WHERE id IN ($1, $2)) WHERE id = $2
"""
_AUDIT_LINK = "INSERT INTO audit (actor, act, subject, detail, at) VALUES ('csbot', 'link customers', $1, $2, $3)"
_POINT_LANES = "UPDATE lanes SET merged_into = $1 WHERE id = $2 OR merged_into = $2"

_OPEN_IN = """
SELECT l.id AS lane, c.id, c.state, c.epoch FROM lanes l JOIN conversations c ON c.id = l.conversation_id
WHERE l.id = ANY($1)
FOR NO KEY UPDATE OF c
"""
_CLOSE = """
UPDATE conversations SET state = 'closed', epoch = epoch + 1, updated_at = $2, closed_at = $2, waiting_since = NULL
WHERE id = $1
"""
_OWNER_CHANGE = """
INSERT INTO owner_changes (conversation_id, epoch, state, holder, "by", reason, at)
VALUES ($1, $2, 'closed', '', 'csbot', $3, $4)
"""
_MOVE_CONVERSATION = "UPDATE conversations SET lane_id = $1, updated_at = greatest(updated_at, $2) WHERE id = $3"
_MOVE_WAITING = "UPDATE events SET lane_id = $1 WHERE lane_id = $2 AND waiting"
_MOVE_UNHEARD = """
UPDATE messages SET conversation_id = $1 WHERE id IN (SELECT message_id FROM events WHERE lane_id = $2 AND waiting)
"""
_TAKE_OVER = """
UPDATE lanes l SET conversation_id = $1, identity_id = y.identity_id, reply_to = y.reply_to,
    due_at = least(l.due_at, y.due_at), burst_at = least(l.burst_at, y.burst_at)
FROM lanes y WHERE y.id = $2 AND l.id = $3
"""
_EMPTY = "UPDATE lanes SET conversation_id = NULL, due_at = NULL, burst_at = NULL WHERE id = $1"

_PRIVATE = Address(channel="", user="")


async def unite(transaction: Transaction, one: int, other: int, *, how: str, at: int) -> tuple[int, int]:
    """Make one customer of two, (older, younger): the older takes over, the younger's lane points at the older's."""
    older, younger = sorted((one, other))
    await transaction.execute(_LINK, younger, older, how, at)
    await transaction.execute(_KEEP_GREETED, younger, older)
    await _merge(transaction, older=older, younger=younger, at=at)
    await transaction.execute(_AUDIT_LINK, f"customer {older}", f"customer {younger}: {how}", at)
    return older, younger


async def _merge(transaction: Transaction, *, older: int, younger: int, at: int) -> None:
    old_key, young_key = (lane_key(_PRIVATE, customer) for customer in (older, younger))
    if not await transaction.fetchval("SELECT 1 FROM lanes WHERE key = $1", young_key):
        return
    lanes = await find_or_make(transaction, {old_key: NewLane(customer=older), young_key: NewLane(customer=younger)})
    old_lane, young_lane = lanes[old_key].id, lanes[young_key].id
    if old_lane != young_lane:
        await transaction.execute(_POINT_LANES, old_lane, young_lane)
        await _go_on(transaction, old_lane, young_lane, at)


async def _go_on(transaction: Transaction, old_lane: int, young_lane: int, at: int) -> None:
    """Go on in the younger lane's open conversation where the older has none that is further."""
    found = {row["lane"]: row for row in await transaction.fetch(_OPEN_IN, [old_lane, young_lane])}
    young, old = found.get(young_lane), found.get(old_lane)
    if young is None:
        return
    if not goes_on_in_the_younger(ConversationState(young["state"]), ConversationState(old["state"]) if old else None):
        return
    if old is not None:
        await transaction.execute(_CLOSE, old["id"], at)
        reason = f"goes on in conversation {young['id']}"
        await transaction.execute(_OWNER_CHANGE, old["id"], old["epoch"] + 1, reason, at)
        await transaction.execute(_MOVE_UNHEARD, young["id"], old_lane)
    await transaction.execute(_MOVE_CONVERSATION, old_lane, at, young["id"])
    await transaction.execute(_MOVE_WAITING, old_lane, young_lane)
    await transaction.execute(_TAKE_OVER, young["id"], young_lane, old_lane)
    await transaction.execute(_EMPTY, young_lane)
