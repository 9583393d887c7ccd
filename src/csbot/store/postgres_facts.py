"""What figures are made of, as PostgreSQL reads it: see `csbot.store.facts`."""

from __future__ import annotations

from datetime import datetime

from csbot.domain.reporting import ConversationFacts
from csbot.store.codec import micros
from csbot.store.facts import FACTS, facts
from csbot.store.postgres_pool import Transaction

_OF_PERIOD = f"{FACTS} WHERE c.opened_at >= $1 AND c.opened_at < $2 ORDER BY c.opened_at, c.id"


async def read(transaction: Transaction, *, since: datetime, until: datetime) -> list[ConversationFacts]:
    """See `Reports.conversation_facts`."""
    return facts(row[:] for row in await transaction.fetch(_OF_PERIOD, micros(since), micros(until)))
