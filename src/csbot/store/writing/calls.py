"""Marks of calls that change something in the brand's systems."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from csbot.domain.lookup import LookupAnswer, NeedsLookup
from csbot.store import calls
from csbot.store.codec import micros

_MARK = """
INSERT OR IGNORE INTO lookup_calls (request, conversation_id, lookup, state, caller, at) VALUES (?, ?, ?, ?, ?, ?)
"""
_MARKED = "SELECT state, caller, answer FROM lookup_calls WHERE request = ?"
_GIVE_UP = "UPDATE lookup_calls SET state = ?, answer = ?, at = ? WHERE request = ?"
_END = "UPDATE lookup_calls SET state = ?, answer = ?, at = ? WHERE request = ? AND state <> ?"
_WITHOUT_END = "SELECT conversation_id, lookup, request FROM lookup_calls WHERE state = ? AND at < ? ORDER BY at"
_FORGET = "DELETE FROM lookup_calls WHERE at < ?"


def begin(
    connection: sqlite3.Connection, request: str, *, conversation: int, lookup: str, caller: str, now: datetime
) -> LookupAnswer | None:
    """See `Store.begin_call`."""
    at = micros(now)
    connection.execute(_MARK, (request, conversation, lookup, calls.CALLING, caller, at))
    [(state, marked_by, answer)] = connection.execute(_MARKED, (request,)).fetchall()
    if state != calls.CALLING:
        return calls.load(request, answer)
    if marked_by == caller:
        return None
    unknown = calls.unknown(request)
    connection.execute(_GIVE_UP, (calls.UNKNOWN, calls.dump(unknown), at, request))
    return unknown


def made(connection: sqlite3.Connection, request: str) -> LookupAnswer | None:
    """See `Store.made_call`."""
    found = connection.execute(_MARKED, (request,)).fetchone()
    return None if found is None else calls.came_to(request, found[2])


def lost(
    connection: sqlite3.Connection, *, before: datetime, now: datetime
) -> list[tuple[int, NeedsLookup, LookupAnswer]]:
    """See `Store.lost_calls`."""
    found = [calls.given_up(*row) for row in connection.execute(_WITHOUT_END, (calls.CALLING, micros(before)))]
    rows = [(calls.UNKNOWN, calls.dump(answer), micros(now), answer.request) for _, _, answer in found]
    connection.executemany(_GIVE_UP, rows)
    return found


def end(connection: sqlite3.Connection, answer: LookupAnswer, *, now: datetime) -> None:
    """See `Store.end_call`."""
    connection.execute(_END, (calls.state_of(answer), calls.dump(answer), micros(now), answer.request, calls.DONE))


def forget(connection: sqlite3.Connection, *, before: datetime) -> int:
    """The part of `Store.forget` that concerns calls."""
    return connection.execute(_FORGET, (micros(before),)).rowcount
