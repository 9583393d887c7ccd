"""What came and went, by channel and hour, and the audit log: as SQLite keeps and reads them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from csbot.domain.audit import AuditEntry
from csbot.domain.delivery import DeliveryState
from csbot.domain.reporting import Audited, ChannelHour
from csbot.store.codec import micros, moment, moment_or_none
from csbot.store.rows import Row

HOUR = 3_600_000_000
"""Microseconds."""

COUNTED = "hours"
"""The name of this count among those of the table `counted`."""

AT_ONCE = 2000

_SO_FAR = "SELECT message_id FROM counted WHERE what = 'hours'"
# The messages up to the first that is still too young; ids and arrival have the same order, or nearly so.
_UP_TO = """
SELECT max(id) FROM (SELECT id, at FROM messages WHERE id > ? ORDER BY id LIMIT ?) AS m WHERE m.at < ?
"""
_COUNT = """
INSERT INTO channel_hours (channel, hour, received, sent, last_in_at, last_out_at)
SELECT channel, at / 3600000000, sum(direction = 'in'), sum(direction = 'out'),
    max(CASE WHEN direction = 'in' THEN at END), max(CASE WHEN direction = 'out' THEN at END)
FROM messages WHERE id > ? AND id <= ? AND channel <> '' GROUP BY channel, at / 3600000000
ON CONFLICT (channel, hour) DO UPDATE SET
    received = received + excluded.received, sent = sent + excluded.sent,
    last_in_at = max(coalesce(last_in_at, 0), coalesce(excluded.last_in_at, last_in_at, 0)),
    last_out_at = max(coalesce(last_out_at, 0), coalesce(excluded.last_out_at, last_out_at, 0))
"""
_NOW_AT = """
INSERT INTO counted (what, message_id) VALUES ('hours', ?)
ON CONFLICT (what) DO UPDATE SET message_id = excluded.message_id
"""
_HOURS = """
SELECT channel, hour, received, sent, nullif(last_in_at, 0), nullif(last_out_at, 0) FROM channel_hours
WHERE hour >= ? ORDER BY hour, channel
"""
_UNSENT = """
SELECT channel, state, count(*) FROM parts WHERE state IN ('parked', 'failed', 'unknown') GROUP BY channel, state
"""
_AUDITED = "SELECT id, at, actor, act, subject, detail FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?"
_LATEST = 2**62


def count(connection: sqlite3.Connection, *, before: datetime) -> int:
    """See `Reports.count_activity`."""
    found = connection.execute(_SO_FAR).fetchone()
    since = found[0] if found else 0
    until = connection.execute(_UP_TO, (since, AT_ONCE, micros(before))).fetchone()[0]
    if until is None:
        return 0
    connection.execute(_COUNT, (since, until))
    connection.execute(_NOW_AT, (until,))
    return int(until - since)


def read(connection: sqlite3.Connection, *, since: datetime) -> list[ChannelHour]:
    """See `Reports.activity`."""
    return hours(connection.execute(_HOURS, (hour_of(since),)))


def unsent(connection: sqlite3.Connection) -> dict[str, Mapping[DeliveryState, int]]:
    """See `Reports.unsent_counts`."""
    return unsent_counts(connection.execute(_UNSENT))


def audited(connection: sqlite3.Connection, *, subjects: Sequence[str], limit: int) -> list[Audited]:
    """See `Reports.audited`."""
    found: list[Audited] = []
    before = _LATEST
    while len(found) < limit:
        rows = connection.execute(_AUDITED, (before, AT_ONCE if subjects else limit)).fetchall()
        if not rows:
            break
        before = rows[-1][0]
        found += audit_lines(rows, subjects)
    return found[:limit]


def hour_of(at: datetime) -> int:
    """The hour a moment is in, counted since 1970 UTC."""
    return micros(at) // HOUR


def hours(rows: Iterable[Row]) -> list[ChannelHour]:
    """From the columns of a count."""
    return [
        ChannelHour(
            channel=channel,
            hour=moment(0) + timedelta(hours=hour),
            received=received,
            sent=sent,
            last_in_at=moment_or_none(last_in),
            last_out_at=moment_or_none(last_out),
        )
        for channel, hour, received, sent, last_in, last_out in rows
    ]


def unsent_counts(rows: Iterable[Row]) -> dict[str, Mapping[DeliveryState, int]]:
    """From channel, state and count."""
    found: dict[str, dict[DeliveryState, int]] = {}
    for channel, state, number in rows:
        found.setdefault(channel, {})[DeliveryState(state)] = number
    return {**found}


def audit_lines(rows: Iterable[Row], subjects: Sequence[str]) -> list[Audited]:
    """From id, at, actor, act, subject and detail: those of the subjects."""
    return [
        Audited(id=id_, at=moment(at), entry=AuditEntry(actor=actor, act=act, subject=subject, detail=detail))
        for id_, at, actor, act, subject, detail in rows
        if not subjects or subject.startswith(tuple(subjects))
    ]
