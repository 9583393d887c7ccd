"""Pauses, published content, users and their tokens, answers to keep."""

from __future__ import annotations

from datetime import datetime

from csbot.domain.pause import Pause, PauseScope
from csbot.domain.reading import Publication, User
from csbot.errors import StoreError
from csbot.store import postgres_accounts as accounts
from csbot.store import postgres_calls as calls
from csbot.store import postgres_passes as passes
from csbot.store.codec import micros, micros_or_none, moment_or_none
from csbot.store.postgres_pool import Row, Transaction
from csbot.store.rows import publication

_AUDIT = "INSERT INTO audit (actor, act, subject, detail, at) VALUES ($1, $2, $3, $4, $5)"

_PAUSES = """
SELECT scope, target, until, note, "by" FROM pauses WHERE until IS NULL OR until > $1 ORDER BY scope, target
"""
_LIFT = "DELETE FROM pauses WHERE scope = $1 AND target = $2"
# What another process is just setting anew is left to it: two that wait for each other's rows would both be undone.
_FORGET = """
DELETE FROM pauses WHERE (scope, target) IN (
    SELECT scope, target FROM pauses WHERE until <= $1 FOR UPDATE SKIP LOCKED
)
"""
_PAUSE = """
INSERT INTO pauses (scope, target, until, note, "by", at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (scope, target) DO UPDATE
SET until = excluded.until, note = excluded.note, "by" = excluded."by", at = excluded.at
"""

_PUBLISHED = "SELECT version, body FROM content_versions ORDER BY id DESC LIMIT 1"
_PUBLISH = 'INSERT INTO content_versions (version, body, "by", published_at, restores) VALUES ($1, $2, $3, $4, $5)'
_PUBLICATIONS = 'SELECT id, version, "by", published_at, restores FROM content_versions ORDER BY id DESC LIMIT $1'
_PUBLICATION_BODY = "SELECT body FROM content_versions WHERE id = $1"

_USER = """
INSERT INTO users (email, role, created_at) VALUES ($1, $2, $3)
ON CONFLICT (email) DO UPDATE SET role = excluded.role
RETURNING id, email, role, name, disabled
"""
_TOKEN = """
INSERT INTO tokens (digest, user_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING
"""
_USER_BY_TOKEN = """
SELECT u.id, u.email, u.role, u.name, u.disabled FROM tokens t JOIN users u ON u.id = t.user_id
WHERE t.digest = $1 AND NOT u.disabled
"""

# The update changes nothing; it makes the row that stands, perhaps another process's of this moment, the one returned.
_REMEMBER = """
INSERT INTO idempotency AS i (key, answer, at) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET answer = i.answer
RETURNING answer
"""

# What another process is just using is left to the next time.
_FORGET_ANSWERS = """
WITH gone AS (
    DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE at < $1 FOR UPDATE SKIP LOCKED) RETURNING 1
)
SELECT count(*) FROM gone
"""
_FORGET_RECEIPTS = """
WITH gone AS (
    DELETE FROM early_receipts WHERE id IN (SELECT id FROM early_receipts WHERE at < $1 FOR UPDATE SKIP LOCKED)
    RETURNING 1
)
SELECT count(*) FROM gone
"""

_TRY = "INSERT INTO pauses (scope, target, at) VALUES ('ping', pg_backend_pid()::text, 0)"
_UNDO_TRY = "DELETE FROM pauses WHERE scope = 'ping' AND target = pg_backend_pid()::text"


async def pauses(transaction: Transaction, *, now: datetime) -> tuple[Pause, ...]:
    """See `Store.pauses`."""
    return tuple(
        Pause(
            scope=PauseScope(row["scope"]),
            target=row["target"],
            until=moment_or_none(row["until"]),
            note=row["note"],
            by=row["by"],
        )
        for row in await transaction.fetch(_PAUSES, micros(now))
    )


async def set_pause(transaction: Transaction, pause: Pause, *, now: datetime) -> None:
    """See `Store.set_pause`."""
    at = micros(now)
    lifted = pause.until is not None and pause.until <= now
    if lifted:
        await transaction.execute(_LIFT, pause.scope, pause.target)
    else:
        until = micros_or_none(pause.until)
        await transaction.execute(_PAUSE, pause.scope, pause.target, until, pause.note, pause.by, at)
    await transaction.execute(_FORGET, at)
    detail = pause.note if pause.until is None or lifted else f"until {pause.until.isoformat()} {pause.note}".rstrip()
    subject = f"{pause.scope} {pause.target}".rstrip()
    await transaction.execute(_AUDIT, pause.by, "lift pause" if lifted else "set pause", subject, detail, at)


async def publish(
    transaction: Transaction, version: str, body: str, *, by: str, now: datetime, restores: int, note: str
) -> None:
    """See `Store.publish_content`."""
    await transaction.execute(_PUBLISH, version, body, by, micros(now), restores)
    act = "take back content" if restores else "publish content"
    await transaction.execute(_AUDIT, by, act, f"content {version}", note, micros(now))


async def publications(transaction: Transaction, *, limit: int) -> list[Publication]:
    """See `Store.publications`."""
    return [publication(row[:]) for row in await transaction.fetch(_PUBLICATIONS, limit)]


async def publication_body(transaction: Transaction, *, publication: int) -> str | None:
    """See `Store.publication_body`."""
    body: str | None = await transaction.fetchval(_PUBLICATION_BODY, publication)
    return body


async def published(transaction: Transaction) -> tuple[str, str] | None:
    """See `Store.published_content`."""
    row = await transaction.fetchrow(_PUBLISHED)
    return None if row is None else (row["version"], row["body"])


async def add_user(transaction: Transaction, email: str, *, role: str, now: datetime) -> User:
    """See `Store.add_user`."""
    row = await transaction.fetchrow(_USER, email, role, micros(now))
    if row is None:
        raise StoreError(f"the user {email} was not written")
    await transaction.execute(_AUDIT, "csbot", "set role", f"user {email}", role, micros(now))
    return _user(row)


async def add_token(transaction: Transaction, email: str, digest: str, *, now: datetime) -> bool:
    """See `Store.add_token`."""
    user = await transaction.fetchval("SELECT id FROM users WHERE email = $1", email)
    if user is None:
        return False
    await transaction.execute(_TOKEN, digest, user, micros(now))
    await transaction.execute(_AUDIT, "csbot", "add token", f"user {email}", "", micros(now))
    return True


async def user_by_token(transaction: Transaction, digest: str) -> User | None:
    """See `Store.user_by_token`."""
    row = await transaction.fetchrow(_USER_BY_TOKEN, digest)
    return None if row is None else _user(row)


async def remember(transaction: Transaction, key: str, answer: str, *, now: datetime) -> str:
    """See `Store.remember`."""
    return str(await transaction.fetchval(_REMEMBER, key, answer, micros(now)))


async def forget(transaction: Transaction, *, before: datetime) -> int:
    """See `Store.forget`."""
    answers = await transaction.fetchval(_FORGET_ANSWERS, micros(before))
    receipts = await transaction.fetchval(_FORGET_RECEIPTS, micros(before))
    kept_long = int(answers) + int(receipts) + await accounts.forget(transaction, before=before)
    kept_long += await passes.forget(transaction, before=before)
    return kept_long + await calls.forget(transaction, before=before)


async def ping(transaction: Transaction) -> None:
    """Write something and take it back, so that the commit has to reach the disk."""
    # Named after the session, so that processes that look at the same time do not wait for each other.
    await transaction.execute(_TRY)
    await transaction.execute(_UNDO_TRY)


def _user(row: Row) -> User:
    return User(id=row["id"], email=row["email"], role=row["role"], name=row["name"], disabled=row["disabled"])
