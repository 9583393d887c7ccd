"""A conversation passes on: the record of it, its place in the line, the bot's words, and the lane it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from csbot.domain.conversation import ConversationState
from csbot.domain.ticket import Priority
from csbot.store.codec import TICKET
from csbot.store.postgres_decisions import Decision
from csbot.store.postgres_lanes import OPEN_CONVERSATION
from csbot.store.postgres_pool import Transaction

_RECORD = """
INSERT INTO owner_changes (conversation_id, epoch, state, holder, "by", reason, at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
"""

_CLAIM_TICKET = """
UPDATE tickets t SET claimed_at = coalesce(t.claimed_at, w.at)
FROM unnest($1::bigint[], $2::bigint[]) AS w(conversation, at)
WHERE t.conversation_id = w.conversation AND t.closed_at IS NULL
"""

_CLOSE_TICKET = """
UPDATE tickets t SET closed_at = w.at
FROM unnest($1::bigint[], $2::bigint[]) AS w(conversation, at)
WHERE t.conversation_id = w.conversation AND t.closed_at IS NULL
"""

_OPEN_TICKETS = "SELECT conversation_id, priority FROM tickets WHERE conversation_id = ANY($1) AND closed_at IS NULL"

_REPLACE_TICKET = """
UPDATE tickets t SET reason = w.reason, priority = w.priority, weight = w.weight, team = w.team, body = w.body
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[])
     AS w(conversation, reason, priority, weight, team, body, at)
WHERE t.conversation_id = w.conversation AND t.closed_at IS NULL
"""

_NEW_TICKET = """
INSERT INTO tickets (conversation_id, reason, priority, weight, team, body, opened_at)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[])
"""

# A part just being taken is seen as `sending` once its taker has committed, and then stays with its taker.
_DROP_BOT = """
UPDATE parts p SET state = 'dropped', reason = 'a person took over', updated_at = w.at
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS w(conversation, epoch, at)
JOIN messages m ON m.conversation_id = w.conversation
WHERE p.message_id = m.id AND p.state = 'queued' AND p.author = 'bot' AND p.epoch < w.epoch
"""

_HEAR_ALL = "UPDATE events SET waiting = false WHERE lane_id = ANY($1) AND waiting"
_NOT_DUE = """
UPDATE lanes SET due_at = NULL, burst_at = NULL, failures = 0 WHERE id = ANY($1) AND claimed_until = 0
"""

_LEAVE_LANE = """
UPDATE lanes l SET conversation_id = NULL
FROM unnest($1::bigint[], $2::bigint[]) AS w(conversation, at)
WHERE l.conversation_id = w.conversation
RETURNING l.id, w.at
"""
_UNHEARD = "SELECT lane_id, message_id FROM events WHERE lane_id = ANY($1) AND waiting"
_MOVE_MESSAGE = """
UPDATE messages m SET conversation_id = w.conversation
FROM unnest($1::bigint[], $2::bigint[]) AS w(id, conversation) WHERE m.id = w.id
"""
_ENTER_LANE = """
UPDATE lanes l SET conversation_id = w.conversation
FROM unnest($1::bigint[], $2::bigint[]) AS w(lane, conversation) WHERE l.id = w.lane
"""


async def pass_on(transaction: Transaction, decisions: Sequence[Decision]) -> None:
    """What follows from the owner changes among these decisions; the conversations themselves are written already."""
    record: list[tuple[object, ...]] = []
    claimed: list[Decision] = []
    ended: list[Decision] = []
    for decision in decisions:
        owner = decision.changes.owner
        if owner is None:
            continue
        number = decision.changes.conversation
        record.append((number, decision.epoch, owner.state, owner.holder, owner.by, owner.reason, decision.at))
        if owner.state is ConversationState.HUMAN:
            claimed.append(decision)
        elif owner.state is not ConversationState.WAITING:
            ended.append(decision)
    if record:
        await transaction.execute(_RECORD, *zip(*record, strict=True))
    if claimed:
        numbers, ats = _numbers(claimed)
        await transaction.execute(_CLAIM_TICKET, numbers, ats)
        await transaction.execute(_DROP_BOT, numbers, [decision.epoch for decision in claimed], ats)
    if ended:
        await transaction.execute(_CLOSE_TICKET, *_numbers(ended))
        # A person who returns or closes a conversation has answered for all that was written until then.
        answered = [decision.stands.lane for decision in ended if not decision.changes.worker]
        if answered:
            await transaction.execute(_HEAR_ALL, answered)
            await transaction.execute(_NOT_DUE, answered)
        await _leave(transaction, [d for d in ended if d.changes.owner and d.changes.owner.state == "closed"])


async def queue_for_person(transaction: Transaction, decisions: Sequence[Decision]) -> None:
    """Give conversations their place in the line, or end it."""
    opening = [decision for decision in decisions if decision.changes.ticket is not None]
    if opening:
        await _open_tickets(transaction, opening)
    closing = [decision for decision in decisions if decision.changes.close_ticket]
    if closing:
        await transaction.execute(_CLOSE_TICKET, *_numbers(closing))


async def _open_tickets(transaction: Transaction, opening: Sequence[Decision]) -> None:
    # Who waits already keeps the place and takes the new matter, never a lower priority.
    waiting = {
        row["conversation_id"]: Priority(row["priority"])
        for row in await transaction.fetch(_OPEN_TICKETS, _numbers(opening)[0])
    }
    new: list[tuple[object, ...]] = []
    replaced: list[tuple[object, ...]] = []
    for decision in opening:
        ticket, of = decision.changes.ticket, decision.changes.conversation
        if ticket is None:
            continue
        had = waiting.get(of, ticket.priority)
        ticket = replace(ticket, priority=max(had, ticket.priority, key=lambda priority: priority.weight))
        row = (
            of,
            ticket.reason,
            ticket.priority,
            ticket.priority.weight,
            ticket.team,
            TICKET.dump(ticket),
            decision.at,
        )
        (replaced if of in waiting else new).append(row)
    for query, rows in ((_REPLACE_TICKET, replaced), (_NEW_TICKET, new)):
        if rows:
            await transaction.execute(query, *zip(*rows, strict=True))


def _numbers(decisions: Sequence[Decision]) -> tuple[list[int], list[int]]:
    return [decision.changes.conversation for decision in decisions], [decision.at for decision in decisions]


async def _leave(transaction: Transaction, closed: Sequence[Decision]) -> None:
    # The lane has no open conversation any more, unless words nobody has heard yet open the next one.
    if not closed:
        return
    left = {row["id"]: row["at"] for row in await transaction.fetch(_LEAVE_LANE, *_numbers(closed))}
    unheard = await transaction.fetch(_UNHEARD, list(left))
    if not unheard:
        return
    lanes = sorted({row["lane_id"] for row in unheard})
    opened = await transaction.fetch(OPEN_CONVERSATION, lanes, [left[lane] for lane in lanes])
    following = {row["lane_id"]: row["id"] for row in opened}
    moves = [(row["message_id"], following[row["lane_id"]]) for row in unheard]
    await transaction.execute(_MOVE_MESSAGE, *zip(*moves, strict=True))
    await transaction.execute(_ENTER_LANE, list(following), list(following.values()))
