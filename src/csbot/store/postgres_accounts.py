"""Accounts in a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from csbot.domain.account import Credentials, Invitation, Person, Refusal, Session, Tried
from csbot.domain.reading import User
from csbot.errors import StoreError
from csbot.store.codec import micros, moment, span
from csbot.store.postgres_pool import READ, Database, Row, Transaction
from csbot.store.writing.accounts import counted, persons

_AUDIT = "INSERT INTO audit (actor, act, subject, detail, at) VALUES ($1, $2, $3, $4, $5)"
_ADMIN = "SELECT EXISTS (SELECT FROM users WHERE role = 'admin' AND password <> '' AND NOT disabled)"
# Of two admins who shut each other out at once the second waits, and then finds that it is the last.
_LOCK_ADMINS = """
SELECT email FROM users WHERE role = 'admin' AND password <> '' AND NOT disabled ORDER BY id FOR UPDATE
"""
_STANDING = "SELECT id, role, disabled FROM users WHERE email = $1 FOR UPDATE"
_PEOPLE = """
SELECT u.email, u.role, u.name, u.disabled, u.password <> '',
    (SELECT max(s.seen_at) FROM sessions s WHERE s.user_id = u.id),
    (SELECT max(i.expires_at) FROM invitations i WHERE i.email = u.email AND i.used_at IS NULL AND i.expires_at > $1)
FROM users u
UNION ALL
SELECT i.email, i.role, '', false, false, NULL, i.expires_at FROM invitations i
WHERE i.expires_at > $1 AND i.email <> '' AND i.used_at IS NULL
    AND NOT EXISTS (SELECT FROM users u WHERE u.email = i.email)
"""
_SET_ROLE = "UPDATE users SET role = $2 WHERE email = $1"
_INVITE_AS = "UPDATE invitations SET role = $2 WHERE email = $1 AND used_at IS NULL"
_SET_DISABLED = "UPDATE users SET disabled = $2 WHERE email = $1"
_SIGN_OUT = "UPDATE sessions SET expires_at = seen_at WHERE user_id = $1"
_DROP_TOKENS = "DELETE FROM tokens WHERE user_id = $1"
_CREDENTIALS = "SELECT id, email, role, name, disabled, password FROM users WHERE email = $1 AND NOT disabled"
_SET_PASSWORD = "UPDATE users SET password = $2 WHERE id = $1 RETURNING email"
_END_SESSIONS = "DELETE FROM sessions WHERE user_id = $1 AND digest <> $2"
_CLOSE_INVITATIONS = "UPDATE invitations SET used_at = $1 WHERE email = $2 AND used_at IS NULL"
_INVITE = 'INSERT INTO invitations (digest, email, role, "by", created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)'
_INVITATION = """
SELECT email, role, expires_at FROM invitations WHERE digest = $1 AND used_at IS NULL AND expires_at > $2
"""
# Of two that take it up at once the second waits for the row, and then finds it used.
_USE = """
UPDATE invitations SET used_at = $2 WHERE digest = $1 AND used_at IS NULL AND expires_at > $2 RETURNING email, role
"""
_ACCEPT = """
INSERT INTO users (email, role, name, password, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (email) DO UPDATE
SET role = excluded.role, name = excluded.name, password = excluded.password, disabled = false
RETURNING id, email, role, name, disabled
"""
_BEGIN = "INSERT INTO sessions (digest, user_id, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)"
_SIGNED_IN = """
INSERT INTO audit (actor, act, subject, detail, at)
SELECT email, 'sign in', 'user ' || email, '', $2 FROM users WHERE id = $1
"""
_SESSION = """
SELECT u.id, u.email, u.role, u.name, u.disabled, s.created_at, s.seen_at, s.expires_at
FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.digest = $1 AND NOT u.disabled
"""
_SEEN = "UPDATE sessions SET seen_at = $2 WHERE digest = $1"
_END = "UPDATE sessions SET expires_at = seen_at WHERE digest = $1"
# The row, made if there is none, and locked: of two tries at once the second sees the first.
_LOCK_TRIES = """
INSERT INTO sign_in_tries AS t (key, failures, last_at, until) VALUES ($1, 0, $2, 0)
ON CONFLICT (key) DO UPDATE SET failures = t.failures
RETURNING failures, last_at, until
"""
_TRY = "UPDATE sign_in_tries SET failures = $2, last_at = $3, until = $4 WHERE key = $1"
_FORGIVE = "DELETE FROM sign_in_tries WHERE key = $1"
_FORGET = """
WITH s AS (DELETE FROM sessions WHERE expires_at < $1 RETURNING 1),
     i AS (DELETE FROM invitations WHERE expires_at < $1 RETURNING 1),
     t AS (DELETE FROM sign_in_tries WHERE last_at < $1 RETURNING 1)
SELECT (SELECT count(*) FROM s) + (SELECT count(*) FROM i) + (SELECT count(*) FROM t)
"""


class PostgresAccounts:
    """`csbot.ports.Accounts` over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def has_admin(self) -> bool:
        return await self._database.run(_has_admin, begin=READ)

    async def credentials(self, email: str) -> Credentials | None:
        return await self._database.run(partial(_credentials, email=email), begin=READ)

    async def set_password(self, user: int, password: str, *, keep: str, now: datetime) -> None:
        await self._database.run(partial(_set_password, user=user, password=password, keep=keep, now=now))

    async def invite(self, digest: str, *, email: str, role: str, by: str, now: datetime, expires_at: datetime) -> None:
        row = (digest, email, role, by, micros(now), micros(expires_at))
        await self._database.run(partial(_invite, row=row))

    async def invitation(self, digest: str, *, now: datetime) -> Invitation | None:
        return await self._database.run(partial(_invitation, digest=digest, now=now), begin=READ)

    async def accept(self, digest: str, *, email: str, name: str, password: str, now: datetime) -> User | None:
        work = partial(_accept, digest=digest, email=email, name=name, password=password, now=now)
        return await self._database.run(work)

    async def people(self, *, now: datetime) -> list[Person]:
        return await self._database.run(partial(_people, now=now), begin=READ)

    async def set_role(self, email: str, *, role: str, by: str, now: datetime) -> Refusal | None:
        return await self._database.run(partial(_set_role, email=email, role=role, by=by, now=now))

    async def set_disabled(self, email: str, *, disabled: bool, by: str, now: datetime) -> Refusal | None:
        return await self._database.run(partial(_set_disabled, email=email, disabled=disabled, by=by, now=now))

    async def begin_session(self, digest: str, *, user: int, now: datetime, expires_at: datetime) -> None:
        async def begin(transaction: Transaction) -> None:
            await transaction.execute(_BEGIN, digest, user, micros(now), micros(expires_at))
            await transaction.execute(_SIGNED_IN, user, micros(now))

        await self._database.run(begin)

    async def session(self, digest: str, *, now: datetime) -> Session | None:
        return await self._database.run(partial(_session, digest=digest, now=now), begin=READ)

    async def seen(self, digest: str, *, now: datetime) -> None:
        await self._database.run(lambda transaction: transaction.execute(_SEEN, digest, micros(now)))

    async def end_session(self, digest: str) -> None:
        await self._database.run(lambda transaction: transaction.execute(_END, digest))

    async def try_sign_in(self, tried: Sequence[Tried], *, now: datetime) -> datetime | None:
        return await self._database.run(partial(_try_sign_in, tried=tried, now=now))

    async def forgive(self, tried: Sequence[Tried]) -> None:
        async def forget_them(transaction: Transaction) -> None:
            for key in sorted(one.key for one in tried):
                await transaction.execute(_FORGIVE, key)

        await self._database.run(forget_them)


async def forget(transaction: Transaction, *, before: datetime) -> int:
    """The part of `Store.forget` that concerns accounts."""
    return int(await transaction.fetchval(_FORGET, micros(before)))


async def _has_admin(transaction: Transaction) -> bool:
    return bool(await transaction.fetchval(_ADMIN))


async def _credentials(transaction: Transaction, *, email: str) -> Credentials | None:
    row = await transaction.fetchrow(_CREDENTIALS, email)
    return None if row is None else Credentials(user=_user(row), password=row["password"])


async def _set_password(transaction: Transaction, *, user: int, password: str, keep: str, now: datetime) -> None:
    email = await transaction.fetchval(_SET_PASSWORD, user, password)
    if email is not None:
        await transaction.execute(_AUDIT, email, "set password", f"user {email}", "", micros(now))
    await transaction.execute(_END_SESSIONS, user, keep)


async def _invite(transaction: Transaction, *, row: tuple[Any, ...]) -> None:
    _, email, role, by, at, _ = row
    await transaction.execute(_CLOSE_INVITATIONS, at, email)
    await transaction.execute(_INVITE, *row)
    await transaction.execute(_AUDIT, by, "invite", f"user {email}".rstrip(), role, at)


async def _invitation(transaction: Transaction, *, digest: str, now: datetime) -> Invitation | None:
    row = await transaction.fetchrow(_INVITATION, digest, micros(now))
    if row is None:
        return None
    return Invitation(email=row["email"], role=row["role"], expires_at=moment(row["expires_at"]))


async def _accept(
    transaction: Transaction, *, digest: str, email: str, name: str, password: str, now: datetime
) -> User | None:
    at = micros(now)
    open_ = await _invitation(transaction, digest=digest, now=now)
    if open_ is None or (not open_.email and await _has_admin(transaction)):
        return None
    used = await transaction.fetchrow(_USE, digest, at)
    if used is None:
        return None
    address = used["email"] or email
    role = "admin" if await _is_last_admin(transaction, address) else used["role"]
    made = await transaction.fetchrow(_ACCEPT, address, role, name, password, at)
    if made is None:
        raise StoreError("the invited person was not written")
    user = _user(made)
    await transaction.execute(_END_SESSIONS, user.id, "")
    await transaction.execute(_AUDIT, user.email, "accept invitation", f"user {user.email}", user.role, at)
    return user


async def _people(transaction: Transaction, *, now: datetime) -> list[Person]:
    return persons(row[:] for row in await transaction.fetch(_PEOPLE, micros(now)))


async def _set_role(transaction: Transaction, *, email: str, role: str, by: str, now: datetime) -> Refusal | None:
    is_last_admin = await _is_last_admin(transaction, email)
    found = await transaction.fetchrow(_STANDING, email)
    if found is None:
        return Refusal.NOBODY
    if email == by:
        return Refusal.ONESELF
    if role != found["role"]:
        if is_last_admin:
            return Refusal.LAST_ADMIN
        await transaction.execute(_SET_ROLE, email, role)
        await transaction.execute(_INVITE_AS, email, role)
        await transaction.execute(_AUDIT, by, "set role", f"user {email}", role, micros(now))
    return None


async def _set_disabled(
    transaction: Transaction, *, email: str, disabled: bool, by: str, now: datetime
) -> Refusal | None:
    is_last_admin = await _is_last_admin(transaction, email)
    found = await transaction.fetchrow(_STANDING, email)
    if found is None:
        return Refusal.NOBODY
    if email == by:
        return Refusal.ONESELF
    if found["disabled"] is disabled:
        return None
    if disabled:
        if is_last_admin:
            return Refusal.LAST_ADMIN
        await transaction.execute(_SIGN_OUT, found["id"])
        await transaction.execute(_DROP_TOKENS, found["id"])
        await transaction.execute(_CLOSE_INVITATIONS, micros(now), email)
    await transaction.execute(_SET_DISABLED, email, disabled)
    await transaction.execute(_AUDIT, by, "disable" if disabled else "enable", f"user {email}", "", micros(now))
    return None


async def _is_last_admin(transaction: Transaction, email: str) -> bool:
    return [row["email"] for row in await transaction.fetch(_LOCK_ADMINS)] == [email]


async def _session(transaction: Transaction, *, digest: str, now: datetime) -> Session | None:
    row = await transaction.fetchrow(_SESSION, digest)
    if row is None:
        return None
    made = Session(
        user=_user(row),
        created_at=moment(row["created_at"]),
        seen_at=moment(row["seen_at"]),
        expires_at=moment(row["expires_at"]),
    )
    return None if made.is_over(now) else made


async def _try_sign_in(transaction: Transaction, *, tried: Sequence[Tried], now: datetime) -> datetime | None:
    at = micros(now)
    before = []
    for one in sorted(tried, key=lambda one: one.key):
        row = await transaction.fetchrow(_LOCK_TRIES, one.key, at)
        before.append((one, *counted(None if row is None else row[:], at)))
    if waits := [until for _, _, until in before if until > at]:
        return moment(max(waits))
    for one, failures, _ in before:
        await transaction.execute(_TRY, one.key, failures + 1, at, at + span(one.wait_s(failures + 1)))
    return None


def _user(row: Row) -> User:
    return User(id=row["id"], email=row["email"], role=row["role"], name=row["name"], disabled=row["disabled"])
