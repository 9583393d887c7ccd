"""Marks of calls that change something, as PostgreSQL keeps them: see `writing.calls`."""

from __future__ import annotations

from datetime import datetime

from csbot.domain.lookup import LookupAnswer, NeedsLookup
from csbot.store import calls
from csbot.store.codec import micros
from csbot.store.postgres_pool import Transaction

# The update changes nothing; it locks the row that stands, perhaps another process's of this moment, and returns it.
_MARK = """
INSERT INTO lookup_calls AS c (request, conversation_id, lookup, state, caller, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (request) DO UPDATE SET caller = c.caller
RETURNING state, caller, answer
"""
_MARKED = "SELECT answer FROM lookup_calls WHERE request = $1"
_GIVE_UP = "UPDATE lookup_calls SET state = $2, answer = $3, at = $4 WHERE request = $1"
_END = "UPDATE lookup_calls SET state = $2, answer = $3, at = $4 WHERE request = $1 AND state <> $5"
_WITHOUT_END = """
SELECT conversation_id, lookup, request FROM lookup_calls WHERE state = $1 AND at < $2 ORDER BY at
FOR UPDATE SKIP LOCKED
"""
_FORGET = """
WITH gone AS (
    DELETE FROM lookup_calls WHERE request IN (SELECT request FROM lookup_calls WHERE at < $1 FOR UPDATE SKIP LOCKED)
    RETURNING 1
)
SELECT count(*) FROM gone
"""


async def begin(
    transaction: Transaction, request: str, *, conversation: int, lookup: str, caller: str, now: datetime
) -> LookupAnswer | None:
    """See `Store.begin_call`."""
    at = micros(now)
    row = await transaction.fetchrow(_MARK, request, conversation, lookup, calls.CALLING, caller, at)
    assert row is not None
    if row["state"] != calls.CALLING:
        return calls.load(request, row["answer"])
    if row["caller"] == caller:
        return None
    unknown = calls.unknown(request)
    await transaction.execute(_GIVE_UP, request, calls.UNKNOWN, calls.dump(unknown), at)
    return unknown


async def made(transaction: Transaction, request: str) -> LookupAnswer | None:
    """See `Store.made_call`."""
    found = await transaction.fetchrow(_MARKED, request)
    return None if found is None else calls.came_to(request, found["answer"])


async def lost(
    transaction: Transaction, *, before: datetime, now: datetime
) -> list[tuple[int, NeedsLookup, LookupAnswer]]:
    """See `Store.lost_calls`."""
    rows = await transaction.fetch(_WITHOUT_END, calls.CALLING, micros(before))
    found = [calls.given_up(row["conversation_id"], row["lookup"], row["request"]) for row in rows]
    for _, _, answer in found:
        await transaction.execute(_GIVE_UP, answer.request, calls.UNKNOWN, calls.dump(answer), micros(now))
    return found


async def end(transaction: Transaction, answer: LookupAnswer, *, now: datetime) -> None:
    """See `Store.end_call`."""
    state = calls.state_of(answer)
    await transaction.execute(_END, answer.request, state, calls.dump(answer), micros(now), calls.DONE)


async def forget(transaction: Transaction, *, before: datetime) -> int:
    """The part of `Store.forget` that concerns calls."""
    return int(await transaction.fetchval(_FORGET, micros(before)))
