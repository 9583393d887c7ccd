"""Passes, by their hashes, as PostgreSQL keeps them: see `writing.passes`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from csbot.store.codec import micros
from csbot.store.postgres_pool import Transaction

_ISSUE = """
WITH issued AS (
    INSERT INTO passes (digest, identity_id, created_at, expires_at)
    SELECT $1::text, id, $2::bigint, $3::bigint FROM identities WHERE channel = $4 AND address = $5
    RETURNING 1
)
SELECT count(*) FROM issued
"""
_USE = """
UPDATE passes p SET used_at = w.at
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS w(digest, channel, at), identities i
WHERE p.digest = w.digest AND p.used_at IS NULL AND p.expires_at > w.at
    AND i.id = p.identity_id AND i.channel <> w.channel
RETURNING p.digest, p.identity_id
"""
_OWNER = "SELECT customer_id FROM identities WHERE id = $1"
_FORGET = """
WITH gone AS (
    DELETE FROM passes WHERE digest IN (SELECT digest FROM passes WHERE expires_at < $1 FOR UPDATE SKIP LOCKED)
    RETURNING 1
)
SELECT count(*) FROM gone
"""


async def issue(
    transaction: Transaction, *, digest: str, channel: str, user: str, now: datetime, expires_at: datetime
) -> bool:
    """See `Store.issue_pass`."""
    return bool(await transaction.fetchval(_ISSUE, digest, micros(now), micros(expires_at), channel, user))


async def use(transaction: Transaction, shown: Sequence[tuple[str, str, int]]) -> dict[str, int]:
    """Use up those passes that are good on the channels they are shown on, and tell whose each is: (digest, channel,
    time) in, the identities by digest out.
    """
    if not shown:
        return {}
    rows = await transaction.fetch(_USE, *zip(*shown, strict=True))
    return {row["digest"]: row["identity_id"] for row in rows}


async def owner(transaction: Transaction, identity: int) -> int:
    """The customer of an identity, as it stands now."""
    return int(await transaction.fetchval(_OWNER, identity))


async def forget(transaction: Transaction, *, before: datetime) -> int:
    """The part of `Store.forget` that concerns passes."""
    return int(await transaction.fetchval(_FORGET, micros(before)))
