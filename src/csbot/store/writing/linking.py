"""Making one of two customers who are proven to be the same: whose they are from now on, and where they go on."""

from __future__ import annotations

import sqlite3

from csbot.domain.address import Address
from csbot.domain.conversation import ConversationState
from csbot.domain.lane import goes_on_in_the_younger, lane_key
from csbot.store.writing import insert

_LANE = "SELECT id, conversation_id, burst_at, merged_into FROM lanes WHERE key = ?"
_LANE_BY_ID = "SELECT id, conversation_id, burst_at FROM lanes WHERE id = ?"
_NEW_LANE = "INSERT INTO lanes (key, customer_id, organisation_id) VALUES (?, ?, ?)"
_RELINK = """
UPDATE identities SET customer_id = ?, linked_how = ?, linked_by = 'csbot', linked_at = ? WHERE customer_id = ?
"""
_GREETED_TOO = """
UPDATE customers SET greeted_at = coalesce(greeted_at, (SELECT greeted_at FROM customers WHERE id = ?)) WHERE id = ?
"""
_POINT_LANES = "UPDATE lanes SET merged_into = ? WHERE id = ? OR (merged_into IS NOT NULL AND merged_into = ?)"
_AUDIT_LINK = "INSERT INTO audit (actor, act, subject, detail, at) VALUES ('csbot', 'link customers', ?, ?, ?)"
_OPEN_IN = "SELECT c.id, c.state, c.epoch FROM lanes l JOIN conversations c ON c.id = l.conversation_id WHERE l.id = ?"
_CLOSE = """
UPDATE conversations SET state = 'closed', epoch = ?, updated_at = ?, closed_at = ?, waiting_since = NULL WHERE id = ?
"""
_OWNER_CHANGE = """
INSERT INTO owner_changes (conversation_id, epoch, state, holder, "by", reason, at)
VALUES (?, ?, 'closed', '', 'csbot', ?, ?)
"""
_MOVE_CONVERSATION = "UPDATE conversations SET lane_id = ?, updated_at = ? WHERE id = ?"
_MOVE_WAITING = "UPDATE events SET lane_id = ? WHERE lane_id = ? AND waiting"
_MOVE_UNHEARD = """
UPDATE messages SET conversation_id = ? WHERE id IN (SELECT message_id FROM events WHERE lane_id = ? AND waiting)
"""
# What waits in either is due when the first of it was; an answer goes where the younger lane's last words came from,
# until somebody writes again.
_TAKE_OVER = """
UPDATE lanes SET conversation_id = ?, identity_id = y.identity_id, reply_to = y.reply_to,
    due_at = coalesce(min(lanes.due_at, y.due_at), lanes.due_at, y.due_at),
    burst_at = coalesce(min(lanes.burst_at, y.burst_at), lanes.burst_at, y.burst_at)
FROM (SELECT identity_id, reply_to, due_at, burst_at FROM lanes WHERE id = ?) AS y
WHERE lanes.id = ?
"""
_EMPTY = "UPDATE lanes SET conversation_id = NULL, due_at = NULL, burst_at = NULL WHERE id = ?"

_PRIVATE = Address(channel="", user="")


def find_or_make_lane(
    connection: sqlite3.Connection, key: str, *, customer: int | None, organisation: int | None
) -> tuple[int, int | None, int | None]:
    """The lane of that key, or the one it was merged into: its id, its open conversation, when its burst began."""
    found = connection.execute(_LANE, (key,)).fetchone()
    if found is None:
        return insert(connection, _NEW_LANE, (key, customer, organisation)), None, None
    *here, merged_into = found
    if merged_into is not None:
        here = connection.execute(_LANE_BY_ID, (merged_into,)).fetchone()
    lane, conversation, burst_at = here
    return lane, conversation, burst_at


def unite(connection: sqlite3.Connection, one: int, other: int, *, how: str, at: int) -> int:
    """Make one customer of two, and tell which: the older takes over, and the younger's lane points at the older's."""
    older, younger = sorted((one, other))
    young_lane = connection.execute(_LANE, (lane_key(_PRIVATE, younger),)).fetchone()
    if young_lane is not None and young_lane[3] is None:
        old_lane, _, _ = find_or_make_lane(connection, lane_key(_PRIVATE, older), customer=older, organisation=None)
        connection.execute(_POINT_LANES, (old_lane, young_lane[0], young_lane[0]))
        _go_on(connection, old_lane, young_lane[0], at)
    connection.execute(_RELINK, (older, how, at, younger))
    connection.execute(_GREETED_TOO, (younger, older))
    connection.execute(_AUDIT_LINK, (f"customer {older}", f"customer {younger}: {how}", at))
    return older


def _go_on(connection: sqlite3.Connection, old_lane: int, young_lane: int, at: int) -> None:
    """Go on in the younger lane's open conversation where the older has none that is further."""
    young = connection.execute(_OPEN_IN, (young_lane,)).fetchone()
    old = connection.execute(_OPEN_IN, (old_lane,)).fetchone()
    if young is None:
        return
    if not goes_on_in_the_younger(ConversationState(young[1]), ConversationState(old[1]) if old else None):
        return
    if old is not None:
        ended, _, epoch = old
        connection.execute(_CLOSE, (epoch + 1, at, at, ended))
        connection.execute(_OWNER_CHANGE, (ended, epoch + 1, f"goes on in conversation {young[0]}", at))
        connection.execute(_MOVE_UNHEARD, (young[0], old_lane))
    connection.execute(_MOVE_CONVERSATION, (old_lane, at, young[0]))
    connection.execute(_MOVE_WAITING, (old_lane, young_lane))
    connection.execute(_TAKE_OVER, (young[0], young_lane, old_lane))
    connection.execute(_EMPTY, (young_lane,))
