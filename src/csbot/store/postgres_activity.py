"""What came and went, by channel and hour, and the audit log: as PostgreSQL keeps and reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from csbot.domain.delivery import DeliveryState
from csbot.domain.reporting import Audited, ChannelHour
from csbot.store.activity import AT_ONCE, COUNTED, audit_lines, hour_of, hours, unsent_counts
from csbot.store.codec import micros
from csbot.store.postgres_pool import Transaction

_BEGIN = "INSERT INTO counted (what, message_id) VALUES ($1, 0) ON CONFLICT (what) DO NOTHING"
# One process counts at a time; another that comes meanwhile waits and then counts on from there.
_SO_FAR = "SELECT message_id FROM counted WHERE what = $1 FOR UPDATE"
_UP_TO = """
SELECT max(id) FROM (SELECT id, at FROM messages WHERE id > $1 ORDER BY id LIMIT $2) AS m WHERE m.at < $3
"""
_COUNT = """
INSERT INTO channel_hours AS h (channel, hour, received, sent, last_in_at, last_out_at)
SELECT channel, at / 3600000000, count(*) FILTER (WHERE direction = 'in'), count(*) FILTER (WHERE direction = 'out'),
    max(at) FILTER (WHERE direction = 'in'), max(at) FILTER (WHERE direction = 'out')
FROM messages WHERE id > $1 AND id <= $2 AND channel <> '' GROUP BY channel, at / 3600000000
ON CONFLICT (channel, hour) DO UPDATE SET
    received = h.received + excluded.received, sent = h.sent + excluded.sent,
    last_in_at = greatest(h.last_in_at, excluded.last_in_at),
    last_out_at = greatest(h.last_out_at, excluded.last_out_at)
"""
_NOW_AT = "UPDATE counted SET message_id = $2 WHERE what = $1"
_HOURS = """
SELECT channel, hour, received, sent, last_in_at, last_out_at FROM channel_hours WHERE hour >= $1 ORDER BY hour, channel
"""
_UNSENT = """
SELECT channel, state, count(*) FROM parts WHERE state IN ('parked', 'failed', 'unknown') GROUP BY channel, state
"""
_AUDITED = "SELECT id, at, actor, act, subject, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2"
_LATEST = 2**62


async def count(transaction: Transaction, *, before: datetime) -> int:
    """See `Reports.count_activity`."""
    await transaction.execute(_BEGIN, COUNTED)
    since = int(await transaction.fetchval(_SO_FAR, COUNTED))
    until = await transaction.fetchval(_UP_TO, since, AT_ONCE, micros(before))
    if until is None:
        return 0
    await transaction.execute(_COUNT, since, until)
    await transaction.execute(_NOW_AT, COUNTED, until)
    return int(until) - since


async def read(transaction: Transaction, *, since: datetime) -> list[ChannelHour]:
    """See `Reports.activity`."""
    return hours(row[:] for row in await transaction.fetch(_HOURS, hour_of(since)))


async def unsent(transaction: Transaction) -> Mapping[str, Mapping[DeliveryState, int]]:
    """See `Reports.unsent_counts`."""
    return unsent_counts(row[:] for row in await transaction.fetch(_UNSENT))


async def audited(transaction: Transaction, *, subjects: Sequence[str], limit: int) -> list[Audited]:
    """See `Reports.audited`."""
    found: list[Audited] = []
    before = _LATEST
    while len(found) < limit:
        rows = await transaction.fetch(_AUDITED, before, AT_ONCE if subjects else limit)
        if not rows:
            break
        before = rows[-1]["id"]
        found += audit_lines((row[:] for row in rows), subjects)
    return found[:limit]
