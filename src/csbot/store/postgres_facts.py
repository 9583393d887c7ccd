"""What figures are made of, as PostgreSQL reads it: see `csbot.store.facts`."""

from __future__ import annotations

from datetime import datetime

from csbot.domain.reporting import ConversationFacts, NotUnderstood
from csbot.domain.ticket import Reason
from csbot.store.codec import micros
from csbot.store.facts import FACTS, NOT_UNDERSTOOD, facts, unheard
from csbot.store.postgres_pool import Transaction

_OF_PERIOD = f"{FACTS} WHERE c.opened_at >= $1 AND c.opened_at < $2 ORDER BY c.opened_at, c.id"
_NOT_UNDERSTOOD = f"""
SELECT {NOT_UNDERSTOOD} AND c.opened_at >= $1 AND t.reason = $2
ORDER BY c.opened_at DESC, t.id DESC
"""


async def not_understood(transaction: Transaction, *, since: datetime) -> list[NotUnderstood]:
    """See `Reports.not_understood`."""
    rows = await transaction.fetch(_NOT_UNDERSTOOD, micros(since), Reason.UNSURE.value)
    return unheard(row[:] for row in rows)


async def read(transaction: Transaction, *, since: datetime, until: datetime) -> list[ConversationFacts]:
    """See `Reports.conversation_facts`."""
    return facts(row[:] for row in await transaction.fetch(_OF_PERIOD, micros(since), micros(until)))
