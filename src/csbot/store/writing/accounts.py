"""Passwords, sessions, invitations and failed sign-ins."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from csbot.domain.account import TRIES_KEPT, Credentials, Invitation, Person, Refusal, Session, Tried
from csbot.domain.reading import User
from csbot.store.codec import micros, moment, moment_or_none, span

_AUDIT = "INSERT INTO audit (actor, act, subject, detail, at) VALUES (?, ?, ?, ?, ?)"
_ADMIN = "SELECT 1 FROM users WHERE role = 'admin' AND password <> '' AND NOT disabled LIMIT 1"
_OTHER_ADMIN = "SELECT 1 FROM users WHERE role = 'admin' AND password <> '' AND NOT disabled AND email <> ? LIMIT 1"
_STANDING = "SELECT id, role, disabled, password <> '' FROM users WHERE email = ?"
_PEOPLE = """
SELECT u.email, u.role, u.name, u.disabled, u.password <> '',
    (SELECT max(s.seen_at) FROM sessions s WHERE s.user_id = u.id),
    (SELECT max(i.expires_at) FROM invitations i WHERE i.email = u.email AND i.used_at IS NULL AND i.expires_at > :now)
FROM users u
UNION ALL
SELECT i.email, i.role, '', false, false, NULL, i.expires_at FROM invitations i
WHERE i.expires_at > :now AND i.email <> '' AND i.used_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM users u WHERE u.email = i.email)
"""
_SET_ROLE = "UPDATE users SET role = ? WHERE email = ?"
_INVITE_AS = "UPDATE invitations SET role = ? WHERE email = ? AND used_at IS NULL"
_SET_DISABLED = "UPDATE users SET disabled = ? WHERE email = ?"
_SIGN_OUT = "UPDATE sessions SET expires_at = seen_at WHERE user_id = ?"
_DROP_TOKENS = "DELETE FROM tokens WHERE user_id = ?"
_CREDENTIALS = "SELECT id, email, role, name, disabled, password FROM users WHERE email = ? AND NOT disabled"
_SET_PASSWORD = "UPDATE users SET password = ? WHERE id = ? RETURNING email"
_END_SESSIONS = "DELETE FROM sessions WHERE user_id = ? AND digest <> ?"
_CLOSE_INVITATIONS = "UPDATE invitations SET used_at = ? WHERE email = ? AND used_at IS NULL"
_INVITE = 'INSERT INTO invitations (digest, email, role, "by", created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)'
_INVITATION = "SELECT email, role, expires_at FROM invitations WHERE digest = ? AND used_at IS NULL AND expires_at > ?"
_USE = "UPDATE invitations SET used_at = ? WHERE digest = ?"
_ACCEPT = """
INSERT INTO users (email, role, name, password, created_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (email) DO UPDATE SET role = excluded.role, name = excluded.name, password = excluded.password,
    disabled = false
RETURNING id, email, role, name, disabled
"""
_BEGIN = """
INSERT INTO sessions (digest, user_id, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?)
"""
_SIGNED_IN = """
INSERT INTO audit (actor, act, subject, detail, at)
SELECT email, 'sign in', 'user ' || email, '', ? FROM users WHERE id = ?
"""
_SESSION = """
SELECT u.id, u.email, u.role, u.name, u.disabled, s.created_at, s.seen_at, s.expires_at
FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.digest = ? AND NOT u.disabled
"""
_SEEN = "UPDATE sessions SET seen_at = ? WHERE digest = ?"
_END = "UPDATE sessions SET expires_at = seen_at WHERE digest = ?"
_TRIES = "SELECT failures, last_at, until FROM sign_in_tries WHERE key = ?"
_TRY = """
INSERT INTO sign_in_tries (key, failures, last_at, until) VALUES (?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at, until = excluded.until
"""
_FORGIVE = "DELETE FROM sign_in_tries WHERE key = ?"
_FORGET_SESSIONS = "DELETE FROM sessions WHERE expires_at < ?"
_FORGET_INVITATIONS = "DELETE FROM invitations WHERE expires_at < ?"
_FORGET_TRIES = "DELETE FROM sign_in_tries WHERE last_at < ?"


def has_admin(connection: sqlite3.Connection) -> bool:
    """See `Accounts.has_admin`."""
    return connection.execute(_ADMIN).fetchone() is not None


def credentials(connection: sqlite3.Connection, email: str) -> Credentials | None:
    """See `Accounts.credentials`."""
    found = connection.execute(_CREDENTIALS, (email,)).fetchone()
    return None if found is None else Credentials(user=_user(found[:5]), password=found[5])


def set_password(connection: sqlite3.Connection, user: int, password: str, *, keep: str, now: datetime) -> None:
    """See `Accounts.set_password`."""
    for (email,) in connection.execute(_SET_PASSWORD, (password, user)).fetchall():
        connection.execute(_AUDIT, (email, "set password", f"user {email}", "", micros(now)))
    connection.execute(_END_SESSIONS, (user, keep))


def invite(
    connection: sqlite3.Connection,
    digest: str,
    *,
    email: str,
    role: str,
    by: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """See `Accounts.invite`."""
    connection.execute(_CLOSE_INVITATIONS, (micros(now), email))
    connection.execute(_INVITE, (digest, email, role, by, micros(now), micros(expires_at)))
    connection.execute(_AUDIT, (by, "invite", f"user {email}".rstrip(), role, micros(now)))


def invitation(connection: sqlite3.Connection, digest: str, *, now: datetime) -> Invitation | None:
    """See `Accounts.invitation`."""
    found = connection.execute(_INVITATION, (digest, micros(now))).fetchone()
    return None if found is None else Invitation(email=found[0], role=found[1], expires_at=moment(found[2]))


def accept(
    connection: sqlite3.Connection, digest: str, *, email: str, name: str, password: str, now: datetime
) -> User | None:
    """See `Accounts.accept`."""
    open_ = invitation(connection, digest, now=now)
    if open_ is None or (not open_.email and has_admin(connection)):
        return None
    connection.execute(_USE, (micros(now), digest))
    address = open_.email or email
    role = "admin" if _is_last_admin(connection, address) else open_.role
    row = (address, role, name, password, micros(now))
    [made] = connection.execute(_ACCEPT, row).fetchall()
    user = _user(made)
    connection.execute(_END_SESSIONS, (user.id, ""))
    connection.execute(_AUDIT, (user.email, "accept invitation", f"user {user.email}", user.role, micros(now)))
    return user


def people(connection: sqlite3.Connection, *, now: datetime) -> list[Person]:
    """See `Accounts.people`."""
    return persons(connection.execute(_PEOPLE, {"now": micros(now)}))


def set_role(connection: sqlite3.Connection, email: str, *, role: str, by: str, now: datetime) -> Refusal | None:
    """See `Accounts.set_role`."""
    found = connection.execute(_STANDING, (email,)).fetchone()
    if found is None:
        return Refusal.NOBODY
    if email == by:
        return Refusal.ONESELF
    if role != found[1]:
        if _is_last_admin(connection, email):
            return Refusal.LAST_ADMIN
        connection.execute(_SET_ROLE, (role, email))
        connection.execute(_INVITE_AS, (role, email))
        connection.execute(_AUDIT, (by, "set role", f"user {email}", role, micros(now)))
    return None


def set_disabled(
    connection: sqlite3.Connection, email: str, *, disabled: bool, by: str, now: datetime
) -> Refusal | None:
    """See `Accounts.set_disabled`."""
    found = connection.execute(_STANDING, (email,)).fetchone()
    if found is None:
        return Refusal.NOBODY
    if email == by:
        return Refusal.ONESELF
    if bool(found[2]) is disabled:
        return None
    if disabled:
        if _is_last_admin(connection, email):
            return Refusal.LAST_ADMIN
        connection.execute(_SIGN_OUT, (found[0],))
        connection.execute(_DROP_TOKENS, (found[0],))
        connection.execute(_CLOSE_INVITATIONS, (micros(now), email))
    connection.execute(_SET_DISABLED, (disabled, email))
    connection.execute(_AUDIT, (by, "disable" if disabled else "enable", f"user {email}", "", micros(now)))
    return None


def begin_session(
    connection: sqlite3.Connection, digest: str, *, user: int, now: datetime, expires_at: datetime
) -> None:
    """See `Accounts.begin_session`."""
    connection.execute(_BEGIN, (digest, user, micros(now), micros(now), micros(expires_at)))
    connection.execute(_SIGNED_IN, (micros(now), user))


def session(connection: sqlite3.Connection, digest: str, *, now: datetime) -> Session | None:
    """See `Accounts.session`."""
    found = connection.execute(_SESSION, (digest,)).fetchone()
    if found is None:
        return None
    created_at, seen_at, expires_at = map(moment, found[5:])
    made = Session(user=_user(found[:5]), created_at=created_at, seen_at=seen_at, expires_at=expires_at)
    return None if made.is_over(now) else made


def seen(connection: sqlite3.Connection, digest: str, *, now: datetime) -> None:
    """See `Accounts.seen`."""
    connection.execute(_SEEN, (micros(now), digest))


def end_session(connection: sqlite3.Connection, digest: str) -> None:
    """See `Accounts.end_session`."""
    connection.execute(_END, (digest,))


def try_sign_in(connection: sqlite3.Connection, tried: Sequence[Tried], *, now: datetime) -> datetime | None:
    """See `Accounts.try_sign_in`."""
    at = micros(now)
    before = [(one, *counted(connection.execute(_TRIES, (one.key,)).fetchone(), at)) for one in tried]
    if waits := [until for _, _, until in before if until > at]:
        return moment(max(waits))
    for one, failures, _ in before:
        connection.execute(_TRY, (one.key, failures + 1, at, at + span(one.wait_s(failures + 1))))
    return None


def counted(row: Sequence[Any] | None, at: int) -> tuple[int, int]:
    """Failures that still count, and until when to wait, from the columns failures, last_at, until."""
    if row is None or at - row[1] >= span(TRIES_KEPT.total_seconds()):
        return 0, 0
    return row[0], row[2]


def forgive(connection: sqlite3.Connection, tried: Sequence[Tried]) -> None:
    """See `Accounts.forgive`."""
    connection.executemany(_FORGIVE, [(one.key,) for one in tried])


def forget(connection: sqlite3.Connection, *, before: datetime) -> int:
    """The part of `Store.forget` that concerns accounts."""
    rows = (micros(before),)
    statements = (_FORGET_SESSIONS, _FORGET_INVITATIONS, _FORGET_TRIES)
    return sum(connection.execute(statement, rows).rowcount for statement in statements)


def persons(rows: Iterable[Sequence[Any]]) -> list[Person]:
    """From the columns of the list of people, in the order of their addresses."""
    return [
        Person(
            email=email,
            role=role,
            name=name,
            disabled=bool(disabled),
            has_password=bool(has_password),
            seen_at=moment_or_none(seen_at),
            invited_until=moment_or_none(invited_until),
        )
        for email, role, name, disabled, has_password, seen_at, invited_until in sorted(rows, key=lambda row: row[0])
    ]


def _is_last_admin(connection: sqlite3.Connection, email: str) -> bool:
    """They are the only admin who can sign in."""
    found = connection.execute(_STANDING, (email,)).fetchone()
    if found is None or found[1] != "admin" or found[2] or not found[3]:
        return False
    return connection.execute(_OTHER_ADMIN, (email,)).fetchone() is None


def _user(row: Sequence[Any]) -> User:
    id_, email, role, name, disabled = row
    return User(id=id_, email=email, role=role, name=name, disabled=bool(disabled))
