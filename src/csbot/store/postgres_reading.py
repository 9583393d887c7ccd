"""What workers, metrics and single looks read from PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from csbot.domain.turn import Line
from csbot.store.codec import moment_or_none
from csbot.store.postgres_pool import Transaction

# A claimed lane counts from the end of its claim.
_LANE_DUE = "SELECT min(greatest(due_at, claimed_until)) FROM lanes WHERE due_at IS NOT NULL"

_LINE = """
SELECT (SELECT count(*) FROM conversations WHERE state = 'waiting') AS waiting,
       (SELECT avg(claimed_at - opened_at)::float8 FROM (
           SELECT claimed_at, opened_at FROM tickets WHERE claimed_at IS NOT NULL ORDER BY claimed_at DESC LIMIT 20
       ) AS late) AS wait
"""

_REMEMBERED = "SELECT answer FROM idempotency WHERE key = $1"

_COUNTS = """
SELECT (SELECT count(*) FROM conversations WHERE state = 'waiting') AS waiting,
       (SELECT count(*) FROM parts WHERE state = 'parked') AS parked,
       (SELECT count(*) FROM parts WHERE state = 'queued') AS queued,
       (SELECT count(*) FROM parts WHERE state = 'unknown') AS unknown,
       (SELECT count(*) FROM lanes WHERE due_at IS NOT NULL) AS due_lanes
"""


async def next_lane_due(transaction: Transaction) -> datetime | None:
    """See `Store.next_lane_due`."""
    return moment_or_none(await transaction.fetchval(_LANE_DUE))


async def line(transaction: Transaction) -> Line:
    """See `Store.line`; the wait is the average of the last twenty claims."""
    row = await transaction.fetchrow(_LINE)
    if row is None:
        return Line()
    return Line(waiting=row["waiting"], wait_s=None if row["wait"] is None else row["wait"] / 1_000_000)


async def remembered(transaction: Transaction, key: str) -> str | None:
    """See `Store.remembered`."""
    answer: str | None = await transaction.fetchval(_REMEMBERED, key)
    return answer


async def counts(transaction: Transaction) -> Mapping[str, int]:
    """See `Store.counts`."""
    row = await transaction.fetchrow(_COUNTS)
    names = ("waiting", "parked", "queued", "unknown", "due_lanes")
    return {name: 0 if row is None else int(row[name]) for name in names}
