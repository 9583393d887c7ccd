"""Claiming lanes for their turns, and giving claims up."""

from __future__ import annotations

from datetime import datetime

from csbot.domain.turn import Heard, LaneWork
from csbot.store.codec import ADDRESS, micros, span
from csbot.store.postgres_pool import Row, Transaction
from csbot.store.rows import CONVERSATION, HEARD, IDENTITY, conversation, heard_by_lane, identity

# A claimed lane is due again when its claim ends, and starts its bursts anew.
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id, due_at FROM lanes
    WHERE due_at IS NOT NULL AND due_at <= $1 AND claimed_until <= $1
    ORDER BY due_at, id LIMIT $2
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE lanes l SET claimed_by = $3, claimed_until = $4, due_at = $4, burst_at = NULL
FROM due WHERE l.id = due.id
RETURNING l.id, due.due_at
"""

# In statements of their own, after the claim: the claim's snapshot may be older than the locks it came by.
_WORK = f"""
SELECT l.id, l.reply_to, l.failures, u.greeted_at, {CONVERSATION}, {IDENTITY}
FROM lanes l
JOIN conversations c ON c.id = l.conversation_id
JOIN identities i ON i.id = l.identity_id
JOIN customers u ON u.id = i.customer_id
WHERE l.id = ANY($1)
"""
_WAITING = f"""
SELECT {HEARD} FROM events e JOIN messages m ON m.id = e.message_id
WHERE e.lane_id = ANY($1) AND e.waiting
ORDER BY e.lane_id, e.id
"""

_NOTHING_WAITS = """
UPDATE lanes SET claimed_by = '', claimed_until = 0, due_at = NULL, burst_at = NULL, failures = 0 WHERE id = ANY($1)
"""

# A person may have answered, or closed the conversation, while the turn was under way: then nothing is due.
_RELEASE = """
UPDATE lanes l SET claimed_by = '', claimed_until = 0, burst_at = NULL,
    (due_at, failures) = (
        SELECT CASE WHEN waits THEN $1::bigint END, CASE WHEN waits THEN l.failures + 1 ELSE 0 END
        FROM (SELECT EXISTS (SELECT FROM events e WHERE e.lane_id = l.id AND e.waiting) AS waits) w
    )
WHERE id = $2 AND claimed_by = $3
"""

# For an act of a person: the conversation's own lane, which answers where its last message came from.
_LANE_WORK = f"""
SELECT l.id, l.reply_to, l.failures, u.greeted_at, {CONVERSATION}, {IDENTITY}
FROM conversations c
JOIN lanes l ON l.id = c.lane_id
JOIN identities i ON i.id = l.identity_id
JOIN customers u ON u.id = i.customer_id
WHERE c.id = $1
"""


async def claim(transaction: Transaction, *, worker: str, now: datetime, lease_s: float, limit: int) -> list[LaneWork]:
    """See `Store.claim_lanes`."""
    at = micros(now)
    claimed = await transaction.fetch(_CLAIM, at, limit, worker, at + span(lease_s))
    if not claimed:
        return []
    due = {row["id"]: row["due_at"] for row in claimed}
    lanes = sorted(due, key=lambda lane: (due[lane], lane))
    heard = heard_by_lane(row[:] for row in await transaction.fetch(_WAITING, lanes))
    if nothing := [lane for lane in lanes if lane not in heard]:
        # What waited was taken back, or dealt with by a person, meanwhile.
        await transaction.execute(_NOTHING_WAITS, nothing)
    rows = {row[0]: row for row in await transaction.fetch(_WORK, lanes)}
    return [_work(rows[lane], heard[lane]) for lane in lanes if lane in heard]


async def release(transaction: Transaction, lane: int, *, worker: str, retry_at: datetime) -> None:
    """See `Store.release_lane`."""
    await transaction.execute(_RELEASE, micros(retry_at), lane, worker)


async def lane_work(transaction: Transaction, of: int) -> LaneWork | None:
    """See `Store.lane_work`."""
    row = await transaction.fetchrow(_LANE_WORK, of)
    return None if row is None else _work(row, ())


def _work(row: Row, heard: tuple[Heard, ...]) -> LaneWork:
    return LaneWork(
        lane=row[0],
        conversation=conversation(row[4:13]),
        identity=identity(row[13:25]),
        reply_to=ADDRESS.load(row[1]),
        heard=heard,
        first_contact=row[3] is None,
        failures=row[2],
    )
