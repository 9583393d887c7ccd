"""The ledger of parts: marked before they are sent, settled after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from csbot.domain.delivery import DeliveryState, PartResult, may_follow
from csbot.domain.message import Author
from csbot.domain.outbox import Part
from csbot.store.codec import ADDRESS, PART, dump_ids, micros, moment_or_none, span
from csbot.store.postgres_pool import Row, Transaction
from csbot.store.postgres_receipts import PartRow, SentId, Word, lock_parts, mark, take_kept, word_of, write_parts

Call = tuple[Sequence[PartResult], datetime]
"""One call of `settle_parts`: its results and its time."""

WINDOW = "window closed"
"""How the reason of a part begins that waits for the customer to write."""

# A head another process has just locked is passed over, and stays `queued` or `sending` in this statement's snapshot:
# the part behind it is no head yet.
_LOCK_HEADS = """
SELECT h.id, h.message_id, h.conversation_id, h.channel, h.author, h.epoch, h.to_address, h.body, h.attempts, h.template
FROM unnest($1::text[], $2::bigint[]) AS b(channel, wanted)
CROSS JOIN LATERAL (
    SELECT * FROM parts p
    WHERE p.channel = b.channel AND p.state = 'queued' AND p.not_before <= $3
        AND NOT EXISTS (
            SELECT FROM parts q WHERE q.chat = p.chat AND q.state IN ('queued', 'sending') AND q.id < p.id
        )
    ORDER BY p.priority DESC, p.id LIMIT b.wanted
    FOR NO KEY UPDATE OF p SKIP LOCKED
) AS h
ORDER BY h.channel, h.priority DESC, h.id
"""

# After the locks, in a statement of its own, so that it sees whoever claimed before they were had.
_ABOUT = """
SELECT p.id, i.consent, i.reachable, i.last_in_at,
       p.epoch < c.epoch AND EXISTS (
           SELECT FROM owner_changes o WHERE o.conversation_id = c.id AND o.epoch > p.epoch AND o.state = 'human'
       ) AS overtaken
FROM parts p
JOIN conversations c ON c.id = p.conversation_id
LEFT JOIN identities i ON i.id = p.identity_id
WHERE p.id = ANY($1)
"""

_TAKE = """
UPDATE parts SET state = 'sending', attempts = attempts + 1, claimed_by = $2, claimed_until = $3, updated_at = $4
WHERE id = ANY($1)
"""

_END = """
UPDATE parts p SET state = w.state, reason = w.reason, updated_at = $4
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS w(id, state, reason) WHERE p.id = w.id
"""

_IDENTITIES = "SELECT DISTINCT identity_id FROM parts WHERE id = ANY($1) AND identity_id IS NOT NULL ORDER BY 1"
_LOCK_IDENTITIES = "SELECT FROM identities WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE"

_REQUEUE = """
UPDATE parts p
SET state = 'queued', reason = '', not_before = 0, updated_at = $2,
    epoch = (SELECT c.epoch FROM conversations c WHERE c.id = p.conversation_id)
WHERE p.id = $1 AND p.state IN ('parked', 'failed', 'unknown')
RETURNING p.id
"""

_CONFIRM = (
    "UPDATE parts SET state = 'sent', reason = '', updated_at = $2 WHERE id = $1 AND state = 'unknown' RETURNING id"
)
_AUDIT = "INSERT INTO audit (actor, act, subject, detail, at) VALUES ($1, $2, $3, '', $4)"

_FREE_LANES = """
UPDATE lanes
SET claimed_by = '', claimed_until = 0,
    (due_at, burst_at) = (
        SELECT CASE WHEN waits THEN CASE WHEN burst_at IS NULL THEN $1 ELSE due_at END END,
            CASE WHEN waits THEN burst_at END
        FROM (SELECT EXISTS (SELECT FROM events e WHERE e.lane_id = lanes.id AND e.waiting) AS waits) w
    )
WHERE id IN (
    SELECT id FROM lanes WHERE due_at IS NOT NULL AND claimed_by <> '' AND (claimed_until <= $1 OR $2)
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
)
"""

_ORPHANS = """
WITH orphans AS (
    UPDATE parts
    SET state = 'unknown', reason = 'csbot stopped while it was being sent', claimed_by = '', claimed_until = 0,
        updated_at = $1
    WHERE id IN (
        SELECT id FROM parts WHERE state = 'sending' AND (claimed_until <= $1 OR $2)
        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING id
)
SELECT count(*) FROM orphans
"""

_NEXT_DUE = """
SELECT min(p.not_before) FROM parts p
WHERE p.state = 'queued' AND NOT EXISTS (
    SELECT FROM parts q WHERE q.chat = p.chat AND q.state IN ('queued', 'sending') AND q.id < p.id
)
"""


async def take(
    transaction: Transaction, *, worker: str, now: datetime, lease_s: float, budget: Mapping[str, int]
) -> list[Part]:
    """See `Store.take_parts`."""
    at = micros(now)
    wanted = {channel: count for channel, count in budget.items() if count > 0}
    taken: list[Part] = []
    while wanted:
        heads = await transaction.fetch(_LOCK_HEADS, list(wanted), list(wanted.values()), at)
        if not heads:
            break
        about = {row["id"]: row for row in await transaction.fetch(_ABOUT, [head["id"] for head in heads])}
        ends = [(head["id"], *end) for head in heads if (end := _end_of(head, about[head["id"]]))]
        ended = {part for part, _, _ in ends}
        ready = [head for head in heads if head["id"] not in ended]
        if ready:
            await transaction.execute(_TAKE, [head["id"] for head in ready], worker, at + span(lease_s), at)
            taken += [_part(head, about[head["id"]]["last_in_at"]) for head in ready]
        if not ends:
            break
        await transaction.execute(_END, *zip(*ends, strict=True), at)
        # Other parts of the ended ones' chats have become heads.
        for head in ready:
            wanted[head["channel"]] -= 1
        wanted = {channel: count for channel, count in wanted.items() if count > 0}
    return taken


def _end_of(head: Row, about: Row) -> tuple[str, str] | None:
    """The state and reason a head ends with instead of being sent; None when it is to be sent."""
    if head["author"] == Author.BOT:
        if about["consent"] == "out":
            return DeliveryState.DROPPED, "opted out"
        if about["overtaken"]:
            return DeliveryState.DROPPED, "a person took over"
    if about["reachable"] is False:
        return DeliveryState.GONE, "the customer cannot be reached on this sender"
    return None


def _part(head: Row, last_in_at: int | None) -> Part:
    return Part(
        id=head["id"],
        message=head["message_id"],
        conversation=head["conversation_id"],
        to=ADDRESS.load(head["to_address"]),
        author=Author(head["author"]),
        body=PART.load(head["body"]),
        attempts=head["attempts"] + 1,
        last_in_at=moment_or_none(last_in_at),
        template=head["template"],
    )


async def settle(transaction: Transaction, calls: Sequence[Call]) -> Sequence[None]:
    """Settle several calls' results at once; see `Store.settle_parts`."""
    results = [(result, micros(now)) for given, now in calls for result in given]
    if not results:
        return [None] * len(calls)
    # Identities before parts, as everywhere; few results tell anything of them.
    telling = [result.part for result, _ in results if result.opted_out or result.state is DeliveryState.GONE]
    if telling:
        identities = [row["identity_id"] for row in await transaction.fetch(_IDENTITIES, telling)]
        await transaction.execute(_LOCK_IDENTITIES, identities)
    parts = await lock_parts(transaction, sorted({result.part for result, _ in results}))
    sent: dict[SentId, PartRow] = {}
    words: list[Word] = []
    for result, at in results:
        part = parts.get(result.part)
        if part is None:
            continue
        _settle(part, result, at)
        words += word_of(part, gone=result.state is DeliveryState.GONE, opted_out=result.opted_out)
        sent |= {(part.channel, external_id): part for external_id in result.external_ids}
    words += await take_kept(transaction, sent, results[-1][1])
    await write_parts(transaction, parts)
    await mark(transaction, words)
    return [None] * len(calls)


def _settle(part: PartRow, result: PartResult, at: int) -> None:
    if result.external_ids:
        part.external_ids, part.touched = dump_ids(result.external_ids), True
    # A part that is not being sent any more (another process gave it up as unknown) only moves forward.
    if part.state is not DeliveryState.SENDING and not may_follow(part.state, result.state):
        return
    reason = result.reason
    if result.window_closed and not reason.startswith(WINDOW):
        reason = f"{WINDOW}: {reason}" if reason else WINDOW
    part.becomes(result.state, reason, at)
    part.not_before = 0 if result.retry_at is None else micros(result.retry_at)
    part.taken_back = 0 if result.counts else 1


async def requeue(transaction: Transaction, part: int, *, now: datetime, by: str) -> bool:
    """See `Store.requeue_part`."""
    return await _by_hand(transaction, _REQUEUE, part, "send again", by=by, at=micros(now))


async def confirm(transaction: Transaction, part: int, *, now: datetime, by: str) -> bool:
    """See `Store.confirm_part`."""
    return await _by_hand(transaction, _CONFIRM, part, "confirm arrival", by=by, at=micros(now))


async def _by_hand(transaction: Transaction, statement: str, part: int, act: str, *, by: str, at: int) -> bool:
    if await transaction.fetchval(statement, part, at) is None:
        return False
    await transaction.execute(_AUDIT, by, act, f"part {part}", at)
    return True


async def recover(transaction: Transaction, *, now: datetime, everything: bool) -> int:
    """See `Store.recover`."""
    at = micros(now)
    await transaction.execute(_FREE_LANES, at, everything)
    orphans: int = await transaction.fetchval(_ORPHANS, at, everything)
    return orphans


async def next_due(transaction: Transaction) -> datetime | None:
    """See `Store.next_part_due`; only heads of chats count."""
    return moment_or_none(await transaction.fetchval(_NEXT_DUE))
