"""Passes, by their hashes: given to an identity, used up by another of the same customer."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from csbot.store.codec import micros

_ISSUE = """
INSERT INTO passes (digest, identity_id, created_at, expires_at)
SELECT ?, id, ?, ? FROM identities WHERE channel = ? AND address = ?
"""
# Not on its own channel: there it would only let somebody who has read it over a shoulder look like its owner.
_USE = """
UPDATE passes SET used_at = ?
WHERE digest = ? AND used_at IS NULL AND expires_at > ?
    AND EXISTS (SELECT 1 FROM identities i WHERE i.id = passes.identity_id AND i.channel <> ?)
RETURNING (SELECT i.customer_id FROM identities i WHERE i.id = passes.identity_id)
"""
_FORGET = "DELETE FROM passes WHERE expires_at < ?"


def issue(
    connection: sqlite3.Connection, digest: str, *, channel: str, user: str, now: datetime, expires_at: datetime
) -> bool:
    """See `Store.issue_pass`."""
    row = (digest, micros(now), micros(expires_at), channel, user)
    return connection.execute(_ISSUE, row).rowcount > 0


def use(connection: sqlite3.Connection, digest: str, *, channel: str, at: int) -> int | None:
    """Use a pass up on a channel and tell whose it is; None, and nothing is written, when it is not good there."""
    found = connection.execute(_USE, (at, digest, at, channel)).fetchall()
    return int(found[0][0]) if found else None


def forget(connection: sqlite3.Connection, *, before: datetime) -> int:
    """The part of `Store.forget` that concerns passes."""
    return connection.execute(_FORGET, (micros(before),)).rowcount
