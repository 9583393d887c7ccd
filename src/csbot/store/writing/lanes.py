"""Claiming lanes, and giving claims up."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

from csbot.domain.turn import LaneWork
from csbot.store.codec import ADDRESS, micros, span
from csbot.store.rows import CONVERSATION, HEARD, IDENTITY, conversation, heard_by_lane, identity

_DUE = f"""
SELECT l.id, l.reply_to, l.failures, u.greeted_at, {CONVERSATION}, {IDENTITY}
FROM lanes l
JOIN conversations c ON c.id = l.conversation_id
JOIN identities i ON i.id = l.identity_id
JOIN customers u ON u.id = i.customer_id
WHERE l.due_at IS NOT NULL AND l.due_at <= ? AND l.claimed_until <= ?
ORDER BY l.due_at LIMIT ?
"""
_WAITING = f"""
SELECT {HEARD} FROM json_each(?) j
JOIN events e ON e.lane_id = j.value AND e.waiting
JOIN messages m ON m.id = e.message_id
ORDER BY e.id
"""
# A claimed lane is due again when its claim ends, and starts its bursts anew.
_CLAIM = "UPDATE lanes SET claimed_by = ?, claimed_until = ?, due_at = ?, burst_at = NULL WHERE id = ?"
_NOTHING_WAITS = """
UPDATE lanes SET claimed_by = '', claimed_until = 0, due_at = NULL, burst_at = NULL, failures = 0 WHERE id = ?
"""
_HEAR_ALL = "UPDATE events SET waiting = false WHERE lane_id = ? AND waiting"
_NOT_DUE = "UPDATE lanes SET due_at = NULL, burst_at = NULL, failures = 0 WHERE id = ? AND claimed_until = 0"
# A person may have answered, or closed the conversation, while the turn was under way: then nothing is due.
_RELEASE = """
UPDATE lanes SET claimed_by = '', claimed_until = 0, burst_at = NULL,
    (due_at, failures) = (
        SELECT iif(waits, :due, NULL), iif(waits, lanes.failures + 1, 0)
        FROM (SELECT EXISTS (SELECT 1 FROM events e WHERE e.lane_id = lanes.id AND e.waiting) AS waits)
    )
WHERE id = :lane AND claimed_by = :worker
"""
# What arrived while the lane was claimed has a burst of its own, which decides when it is due.
_GIVE_UP = """
UPDATE lanes SET claimed_by = '', claimed_until = 0, failures = 0,
    due_at = CASE
        WHEN burst_at IS NOT NULL THEN due_at
        WHEN EXISTS (SELECT 1 FROM events e WHERE e.lane_id = lanes.id AND e.waiting) THEN ?
        ELSE NULL
    END
WHERE id = ? AND claimed_by = ?
"""


def claim(connection: sqlite3.Connection, *, worker: str, now: datetime, lease_s: float, limit: int) -> list[LaneWork]:
    """See `Store.claim_lanes`."""
    at = micros(now)
    due = connection.execute(_DUE, (at, at, limit)).fetchall()
    if not due:
        return []
    waiting = connection.execute(_WAITING, (json.dumps([row[0] for row in due]),))
    heard = heard_by_lane(waiting)
    until = at + span(lease_s)
    claimed: list[tuple[str, int, int, int]] = []
    work: list[LaneWork] = []
    for row in due:
        lane, reply_to, failures, greeted_at = row[:4]
        if lane not in heard:  # what waited was taken back or answered by a person meanwhile
            connection.execute(_NOTHING_WAITS, (lane,))
            continue
        claimed.append((worker, until, until, lane))
        work.append(
            LaneWork(
                lane=lane,
                conversation=conversation(row[4:13]),
                identity=identity(row[13:]),
                reply_to=ADDRESS.load(reply_to),
                heard=heard[lane],
                first_contact=greeted_at is None,
                failures=failures,
            )
        )
    connection.executemany(_CLAIM, claimed)
    return work


def release(connection: sqlite3.Connection, lane: int, *, worker: str, retry_at: datetime) -> None:
    """See `Store.release_lane`."""
    connection.execute(_RELEASE, {"due": micros(retry_at), "lane": lane, "worker": worker})


def give_up(connection: sqlite3.Connection, lane: int, *, worker: str, due_at: int) -> None:
    """End the claim of a turn that is done; the lane is due at `due_at` if anything still waits."""
    connection.execute(_GIVE_UP, (due_at, lane, worker))


def hear_all(connection: sqlite3.Connection, lane: int) -> None:
    """Whatever waits in the lane has been dealt with by a person; a claim on it is left to its worker."""
    connection.execute(_HEAR_ALL, (lane,))
    connection.execute(_NOT_DUE, (lane,))
