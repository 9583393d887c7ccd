"""Whether anything has changed where somebody looks, as PostgreSQL tells it: see `csbot.store.pulses`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from csbot.store.postgres_pool import Transaction
from csbot.store.pulses import LANES, LINE, OF_LINE, text

_OF_LANES = f"SELECT {LANES} WHERE l.id = ANY($1)"


async def read(transaction: Transaction, *, lanes: Sequence[int]) -> Mapping[int, str]:
    """See `Store.pulses`."""
    [line] = await transaction.fetch(OF_LINE)
    found = {LINE: text(line[:])} if LINE in lanes else {}
    rows = await transaction.fetch(_OF_LANES, list(lanes))
    return found | {row[0]: text(row[1:]) for row in rows}
