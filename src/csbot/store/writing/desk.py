"""Pauses, published content, users and their tokens, answers to keep."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from csbot.domain.pause import Pause
from csbot.domain.reading import User
from csbot.store.codec import micros, micros_or_none
from csbot.store.writing import accounts, calls, passes

_AUDIT = "INSERT INTO audit (actor, act, subject, detail, at) VALUES (?, ?, ?, ?, ?)"
_LIFT = "DELETE FROM pauses WHERE scope = ? AND target = ?"
_FORGET = "DELETE FROM pauses WHERE until <= ?"
_PAUSE = """
INSERT INTO pauses (scope, target, until, note, "by", at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (scope, target) DO UPDATE SET until = excluded.until, note = excluded.note, "by" = excluded."by",
    at = excluded.at
"""
_PUBLISH = 'INSERT INTO content_versions (version, body, "by", published_at, restores) VALUES (?, ?, ?, ?, ?)'
_USER = """
INSERT INTO users (email, role, created_at) VALUES (?, ?, ?)
ON CONFLICT (email) DO UPDATE SET role = excluded.role
RETURNING id, email, role, name, disabled
"""
_TOKEN = """
INSERT OR IGNORE INTO tokens (digest, user_id, created_at) SELECT ?, id, ? FROM users WHERE email = ?
"""
_HAS_USER = "SELECT 1 FROM users WHERE email = ?"
_REMEMBER = "INSERT OR IGNORE INTO idempotency (key, answer, at) VALUES (?, ?, ?)"
_REMEMBERED = "SELECT answer FROM idempotency WHERE key = ?"
_FORGET_ANSWERS = "DELETE FROM idempotency WHERE at < ?"
_FORGET_RECEIPTS = "DELETE FROM early_receipts WHERE at < ?"
_TRY = "INSERT INTO pauses (scope, target, at) VALUES ('ping', '', 0)"
_UNDO_TRY = "DELETE FROM pauses WHERE scope = 'ping'"


def set_pause(connection: sqlite3.Connection, pause: Pause, *, now: datetime) -> None:
    """See `Store.set_pause`."""
    lifted = pause.until is not None and pause.until <= now
    if lifted:
        connection.execute(_LIFT, (pause.scope, pause.target))
    else:
        row = (pause.scope, pause.target, micros_or_none(pause.until), pause.note, pause.by, micros(now))
        connection.execute(_PAUSE, row)
    connection.execute(_FORGET, (micros(now),))
    detail = pause.note if pause.until is None or lifted else f"until {pause.until.isoformat()} {pause.note}".rstrip()
    subject = f"{pause.scope} {pause.target}".rstrip()
    connection.execute(_AUDIT, (pause.by, "lift pause" if lifted else "set pause", subject, detail, micros(now)))


def publish(
    connection: sqlite3.Connection, version: str, body: str, *, by: str, now: datetime, restores: int, note: str
) -> None:
    """See `Store.publish_content`."""
    connection.execute(_PUBLISH, (version, body, by, micros(now), restores))
    act = "take back content" if restores else "publish content"
    connection.execute(_AUDIT, (by, act, f"content {version}", note, micros(now)))


def add_user(connection: sqlite3.Connection, email: str, *, role: str, now: datetime) -> User:
    """See `Store.add_user`."""
    [(made, address, kept_role, name, disabled)] = connection.execute(_USER, (email, role, micros(now))).fetchall()
    connection.execute(_AUDIT, ("csbot", "set role", f"user {email}", role, micros(now)))
    return User(id=made, email=address, role=kept_role, name=name, disabled=bool(disabled))


def add_token(connection: sqlite3.Connection, email: str, digest: str, *, now: datetime) -> bool:
    """See `Store.add_token`."""
    connection.execute(_TOKEN, (digest, micros(now), email))
    if connection.execute(_HAS_USER, (email,)).fetchone() is None:
        return False
    connection.execute(_AUDIT, ("csbot", "add token", f"user {email}", "", micros(now)))
    return True


def remember(connection: sqlite3.Connection, key: str, answer: str, *, now: datetime) -> str:
    """See `Store.remember`."""
    connection.execute(_REMEMBER, (key, answer, micros(now)))
    return str(connection.execute(_REMEMBERED, (key,)).fetchone()[0])


def forget(connection: sqlite3.Connection, *, before: datetime) -> int:
    """See `Store.forget`."""
    rows = (micros(before),)
    dropped = connection.execute(_FORGET_ANSWERS, rows).rowcount + connection.execute(_FORGET_RECEIPTS, rows).rowcount
    dropped += accounts.forget(connection, before=before) + passes.forget(connection, before=before)
    return dropped + calls.forget(connection, before=before)


def ping(connection: sqlite3.Connection) -> None:
    """Write something and take it back, so that the commit has to reach the disk."""
    connection.execute(_TRY)
    connection.execute(_UNDO_TRY)
