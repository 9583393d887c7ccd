"""Decisions, of the engine or of a person: many written at once, each in one piece or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from csbot.domain.changes import Committed, Duplicate, Outcome
from csbot.errors import StoreError
from csbot.store.codec import MEMORY, micros
from csbot.store.postgres_decisions import Call, Decision, judge, lock, rounds_of
from csbot.store.postgres_owner import pass_on, queue_for_person
from csbot.store.postgres_pool import Transaction
from csbot.store.postgres_words import say

_REMEMBERED = "SELECT key, answer FROM idempotency WHERE key = ANY($1)"

_CONSUME = "UPDATE events SET waiting = false WHERE id = ANY($1) AND waiting RETURNING id"
_PUT_BACK = "UPDATE events SET waiting = true WHERE id = ANY($1)"

_WRITE = """
UPDATE conversations c
SET state = w.state, epoch = w.epoch, holder = w.holder, language = w.language, memory = w.memory, updated_at = w.at,
    waiting_since = CASE WHEN NOT w.passed THEN c.waiting_since WHEN w.state = 'waiting' THEN w.at END,
    closed_at = CASE WHEN NOT w.passed THEN c.closed_at WHEN w.state = 'closed' THEN w.at END
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::boolean[])
     AS w(id, state, epoch, holder, language, memory, at, passed)
WHERE c.id = w.id
"""

_GREETED = """
UPDATE customers u SET greeted_at = coalesce(u.greeted_at, w.at)
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS w(channel, address, at)
JOIN identities i ON i.channel = w.channel AND i.address = w.address
WHERE u.id = i.customer_id
"""

_VOTE = """
INSERT INTO votes (conversation_id, entry, helped, language, content_version, at)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::boolean[], $4::text[], $5::text[], $6::bigint[])
"""

_AUDIT = """
INSERT INTO audit (actor, act, subject, detail, at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
"""

_REMEMBER = "INSERT INTO idempotency (key, answer, at) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])"

# What arrived while the lane was claimed has a burst of its own, which decides when it is due.
_GIVE_UP = """
UPDATE lanes l
SET claimed_by = '', claimed_until = 0, failures = 0,
    due_at = CASE
        WHEN l.burst_at IS NOT NULL THEN l.due_at
        WHEN EXISTS (SELECT FROM events e WHERE e.lane_id = l.id AND e.waiting) THEN w.due_at
    END
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS w(lane, worker, due_at)
WHERE l.id = w.lane AND l.claimed_by = w.worker
"""


async def commit(transaction: Transaction, calls: Sequence[Call]) -> Sequence[Outcome | StoreError]:
    """Write several calls' decisions; see `Store.commit`. A refused one stands as the error it is refused with."""
    rounds = rounds_of(calls)
    if len(rounds) > 1:
        # All locks at once and in order, before the first round takes some of them.
        await lock(transaction, (changes.conversation for changes, _ in calls))
    answers: dict[int, Outcome | StoreError] = {}
    for numbers in rounds:
        outcomes = await _commit(transaction, [calls[number] for number in numbers])
        answers |= zip(numbers, outcomes, strict=True)
    return [answers[number] for number in range(len(calls))]


async def _commit(transaction: Transaction, calls: Sequence[Call]) -> list[Outcome | StoreError]:
    outcomes: dict[int, Outcome | StoreError] = {}
    decisions: dict[int, Decision] = {}
    stands = await lock(transaction, (changes.conversation for changes, _ in calls))
    remembered = await _remembered(transaction, calls)
    for number, (changes, now) in enumerate(calls):
        verdict = judge(changes, stands.get(changes.conversation), remembered, micros(now))
        if isinstance(verdict, Decision):
            decisions[number] = verdict
        else:
            outcomes[number] = verdict
    for number in await _consume(transaction, decisions):
        del decisions[number]
        outcomes[number] = Duplicate()
    written = list(decisions.values())
    await _write(transaction, written)
    said = await say(transaction, written)
    await _give_up(transaction, written)
    for number, decision in decisions.items():
        outcomes[number] = Committed(epoch=decision.epoch, message_ids=said[decision.changes.conversation])
    return [outcomes[number] for number in range(len(calls))]


async def _remembered(transaction: Transaction, calls: Sequence[Call]) -> dict[str, str]:
    keys = [changes.idempotency.key for changes, _ in calls if changes.idempotency is not None]
    return {row["key"]: row["answer"] for row in await transaction.fetch(_REMEMBERED, keys)} if keys else {}


async def _consume(transaction: Transaction, decisions: dict[int, Decision]) -> list[int]:
    """Mark events as dealt with; returns the decisions of which one already was, their other events put back."""
    wanted = [event for decision in decisions.values() for event in decision.changes.consumed]
    if not wanted:
        return []
    marked = {row["id"] for row in await transaction.fetch(_CONSUME, wanted)}
    late = [n for n, decision in decisions.items() if not marked.issuperset(decision.changes.consumed)]
    back = marked.intersection(event for n in late for event in decisions[n].changes.consumed)
    if back:
        await transaction.execute(_PUT_BACK, sorted(back))
    return late


async def _write(transaction: Transaction, decisions: Sequence[Decision]) -> None:
    if not decisions:
        return
    rows = []
    for decision in decisions:
        changes, stands, owner = decision.changes, decision.stands, decision.changes.owner
        rows.append(
            (
                changes.conversation,
                (owner or stands).state.value,
                decision.epoch,
                (owner or stands).holder,
                stands.language if changes.language is None else changes.language,
                stands.memory if changes.memory is None else MEMORY.dump(changes.memory),
                decision.at,
                owner is not None,
            )
        )
    await transaction.execute(_WRITE, *zip(*rows, strict=True))
    await pass_on(transaction, decisions)
    await queue_for_person(transaction, decisions)
    greeted = sorted({(d.to.channel, d.to.user, d.at) for d in decisions if d.changes.greeted})
    votes = [
        (d.changes.conversation, vote.entry, vote.helped, vote.language, vote.content_version, d.at)
        for d in decisions
        for vote in d.changes.votes
    ]
    audit = [
        (entry.actor, entry.act, entry.subject, entry.detail, d.at) for d in decisions for entry in d.changes.audit
    ]
    keys = sorted(
        (d.changes.idempotency.key, d.changes.idempotency.answer, d.at) for d in decisions if d.changes.idempotency
    )
    for query, batch in ((_GREETED, greeted), (_VOTE, votes), (_AUDIT, audit), (_REMEMBER, keys)):
        if batch:
            await transaction.execute(query, *zip(*batch, strict=True))


async def _give_up(transaction: Transaction, decisions: Sequence[Decision]) -> None:
    rows = []
    for decision in decisions:
        changes = decision.changes
        if changes.worker:
            due_at = decision.at if changes.hold_until is None else micros(changes.hold_until)
            rows.append((changes.lane, changes.worker, due_at))
    if rows:
        await transaction.execute(_GIVE_UP, *zip(*rows, strict=True))
