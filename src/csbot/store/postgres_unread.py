"""What agents said that has not been read where it was sent, as PostgreSQL reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from csbot.domain.reading import UnreadAnswer
from csbot.store.codec import micros
from csbot.store.postgres_pool import Transaction
from csbot.store.unread import answer, statement

_UNREAD = statement(
    channels="unnest($1::text[]) AS j(value)",
    sent_from="$2",
    sent_before="$3",
    reaching="unnest($4::text[], $5::bigint[]) AS r(channel, heard_from)",
    limit="$6",
)


async def read(
    transaction: Transaction,
    *,
    on: Sequence[str],
    sent_from: datetime,
    sent_before: datetime,
    reaching: Mapping[str, datetime],
    limit: int,
) -> list[UnreadAnswer]:
    """See `Store.unread_answers`."""
    heard_from = [micros(since) for since in reaching.values()]
    rows = await transaction.fetch(
        _UNREAD, list(on), micros(sent_from), micros(sent_before), list(reaching), heard_from, limit
    )
    return [answer(row[:]) for row in rows]
