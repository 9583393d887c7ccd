"""What pages, the API and the workers read from SQLite: plain functions over a read-only connection."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from csbot.domain.pause import Pause, PauseScope
from csbot.domain.reading import Publication, User
from csbot.domain.turn import LaneWork, Line
from csbot.store.codec import ADDRESS, micros, moment_or_none
from csbot.store.rows import CONVERSATION, IDENTITY, conversation, identity, publication

_LANE_DUES = """
SELECT max(due_at, claimed_until), due_at FROM lanes WHERE due_at IS NOT NULL ORDER BY due_at
"""
_PART_DUE = """
SELECT min(p.not_before) FROM parts p
WHERE p.state = 'queued' AND NOT EXISTS (
    SELECT 1 FROM parts q WHERE q.chat = p.chat AND q.state IN ('queued', 'sending') AND q.id < p.id
)
"""
_PAUSES = 'SELECT scope, target, until, note, "by" FROM pauses WHERE until IS NULL OR until > ? ORDER BY scope, target'
_PUBLICATIONS = 'SELECT id, version, "by", published_at, restores FROM content_versions ORDER BY id DESC LIMIT ?'
_PUBLICATION_BODY = "SELECT body FROM content_versions WHERE id = ?"
_PUBLISHED = "SELECT version, body FROM content_versions ORDER BY id DESC LIMIT 1"
_USER_BY_TOKEN = """
SELECT u.id, u.email, u.role, u.name, u.disabled FROM tokens t JOIN users u ON u.id = t.user_id
WHERE t.digest = ? AND NOT u.disabled
"""
_LINE = """
SELECT
    (SELECT count(*) FROM conversations WHERE state = 'waiting'),
    (SELECT avg(claimed_at - opened_at) FROM (
        SELECT claimed_at, opened_at FROM tickets WHERE claimed_at IS NOT NULL ORDER BY claimed_at DESC LIMIT 20
    ))
"""
_REMEMBERED = "SELECT answer FROM idempotency WHERE key = ?"
_COUNTS = """
SELECT
    (SELECT count(*) FROM conversations WHERE state = 'waiting'),
    (SELECT count(*) FROM parts WHERE state = 'parked'),
    (SELECT count(*) FROM parts WHERE state = 'queued'),
    (SELECT count(*) FROM parts WHERE state = 'unknown'),
    (SELECT count(*) FROM lanes WHERE due_at IS NOT NULL)
"""
_LANE_WORK = f"""
SELECT l.id, l.reply_to, l.failures, u.greeted_at, {CONVERSATION}, {IDENTITY}
FROM conversations c
JOIN lanes l ON l.id = c.lane_id
JOIN identities i ON i.id = l.identity_id
JOIN customers u ON u.id = i.customer_id
WHERE c.id = ?
"""


def next_lane_due(connection: sqlite3.Connection) -> datetime | None:
    """See `Store.next_lane_due`; a claimed lane counts from the end of its claim."""
    soonest: int | None = None
    for due, due_at in connection.execute(_LANE_DUES):
        if soonest is not None and due_at >= soonest:
            break
        soonest = due if soonest is None else min(soonest, due)
    return moment_or_none(soonest)


def next_part_due(connection: sqlite3.Connection) -> datetime | None:
    """See `Store.next_part_due`; only parts that are heads of their chats count."""
    [(due,)] = connection.execute(_PART_DUE).fetchall()
    return moment_or_none(due)


def pauses(connection: sqlite3.Connection, now: datetime) -> tuple[Pause, ...]:
    """See `Store.pauses`."""
    return tuple(
        Pause(scope=PauseScope(scope), target=target, until=moment_or_none(until), note=note, by=by)
        for scope, target, until, note, by in connection.execute(_PAUSES, (micros(now),))
    )


def published_content(connection: sqlite3.Connection) -> tuple[str, str] | None:
    """See `Store.published_content`."""
    found = connection.execute(_PUBLISHED).fetchone()
    return None if found is None else (found[0], found[1])


def publications(connection: sqlite3.Connection, limit: int) -> list[Publication]:
    """See `Store.publications`."""
    return [publication(row) for row in connection.execute(_PUBLICATIONS, (limit,))]


def publication_body(connection: sqlite3.Connection, publication: int) -> str | None:
    """See `Store.publication_body`."""
    found = connection.execute(_PUBLICATION_BODY, (publication,)).fetchone()
    return None if found is None else str(found[0])


def user_by_token(connection: sqlite3.Connection, digest: str) -> User | None:
    """See `Store.user_by_token`."""
    found = connection.execute(_USER_BY_TOKEN, (digest,)).fetchone()
    if found is None:
        return None
    user, email, role, name, disabled = found
    return User(id=user, email=email, role=role, name=name, disabled=bool(disabled))


def line(connection: sqlite3.Connection) -> Line:
    """See `Store.line`; the wait is the average of the last twenty claims."""
    [(waiting, wait)] = connection.execute(_LINE).fetchall()
    return Line(waiting=waiting, wait_s=None if wait is None else wait / 1_000_000)


def remembered(connection: sqlite3.Connection, key: str) -> str | None:
    """See `Store.remembered`."""
    found = connection.execute(_REMEMBERED, (key,)).fetchone()
    return None if found is None else str(found[0])


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """See `Store.counts`."""
    [row] = connection.execute(_COUNTS).fetchall()
    return dict(zip(("waiting", "parked", "queued", "unknown", "due_lanes"), row, strict=True))


def lane_work(connection: sqlite3.Connection, conversation_id: int) -> LaneWork | None:
    """See `Store.lane_work`."""
    row = connection.execute(_LANE_WORK, (conversation_id,)).fetchone()
    if row is None:
        return None
    lane, reply_to, failures, greeted_at = row[:4]
    return LaneWork(
        lane=lane,
        conversation=conversation(row[4:13]),
        identity=identity(row[13:]),
        reply_to=ADDRESS.load(reply_to),
        heard=(),
        first_contact=greeted_at is None,
        failures=failures,
    )
