"""Receipts: what platforms tell about parts they took, in whatever order it comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from csbot.domain.address import Consent
from csbot.domain.delivery import DeliveryState, may_follow
from csbot.domain.events import DeliveryUpdate
from csbot.store.codec import load_ids
from csbot.store.postgres_pool import Transaction

SentId = tuple[str, str]
"""A channel and the platform's id of something sent on it."""

_UNKNOWN_PART = 0


@dataclass(slots=True, kw_only=True)
class PartRow:
    """A locked part as it stands while results and receipts are worked through; `touched` when it has to be written.

    `taken_back` are attempts that do not count.
    """

    id: int
    channel: str
    identity: int | None
    state: DeliveryState
    reason: str
    external_ids: str
    not_before: int
    claimed: bool
    updated_at: int
    taken_back: int = 0
    touched: bool = False

    def receives(self, state: DeliveryState, reason: str, now: int) -> None:
        """A receipt came: forward only."""
        if may_follow(self.state, state):
            self.becomes(state, reason, now)

    def becomes(self, state: DeliveryState, reason: str, now: int) -> None:
        """The part is in `state` from now on."""
        self.state, self.reason, self.updated_at = state, reason, now
        self.claimed = state is DeliveryState.SENDING
        self.touched = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What is learnt of an identity from its parts: it cannot be reached, or has opted out."""

    identity: int
    gone: bool = False
    opted_out: bool = False


_LOCK = """
SELECT id, channel, identity_id, state, reason, external_ids, not_before, claimed_by <> '' AS claimed, updated_at
FROM parts WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE
"""

_WRITE_BACK = """
UPDATE parts p
SET state = w.state, reason = w.reason, external_ids = w.external_ids, not_before = w.not_before, updated_at = w.at,
    attempts = p.attempts - w.taken_back,
    claimed_by = CASE WHEN w.claimed THEN p.claimed_by ELSE '' END,
    claimed_until = CASE WHEN w.claimed THEN p.claimed_until ELSE 0 END
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::boolean[], $7::bigint[], $8::bigint[])
     AS w(id, state, reason, external_ids, not_before, claimed, at, taken_back)
WHERE p.id = w.id
"""

_FIND = """
SELECT s.channel, s.external_id, s.part_id
FROM sent_ids s JOIN unnest($1::text[], $2::text[]) AS w(channel, external)
     ON s.channel = w.channel AND s.external_id = w.external
WHERE s.part_id <> 0
"""

_IDENTITIES = """
SELECT DISTINCT p.identity_id
FROM sent_ids s
JOIN unnest($1::text[], $2::text[]) AS w(channel, external) ON s.channel = w.channel AND s.external_id = w.external
JOIN parts p ON p.id = s.part_id
WHERE p.identity_id IS NOT NULL
"""

# A receipt ahead of its message takes the id's row first, with no part; who settles the part meets that row and waits
# for it, or was there before. So one of the two always sees the other, and no receipt falls between them.
_HOLD_PLACE = """
INSERT INTO sent_ids (channel, external_id, part_id) SELECT *, 0 FROM unnest($1::text[], $2::text[])
ON CONFLICT (channel, external_id) DO NOTHING
"""

_TAKE_PLACE = """
INSERT INTO sent_ids (channel, external_id, part_id) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
ON CONFLICT (channel, external_id) DO UPDATE SET part_id = excluded.part_id WHERE sent_ids.part_id = 0
"""

_KEEP = """
INSERT INTO early_receipts (channel, external_id, state, reason, opted_out, at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::bigint[])
"""

_TAKE_KEPT = """
DELETE FROM early_receipts e USING unnest($1::text[], $2::text[]) AS w(channel, external)
WHERE e.channel = w.channel AND e.external_id = w.external
RETURNING e.id, e.channel, e.external_id, e.state, e.reason, e.opted_out
"""

_MARK = """
UPDATE identities i
SET reachable = i.reachable AND NOT w.gone, consent = CASE WHEN w.opted_out THEN $4 ELSE i.consent END
FROM (
    SELECT i.id, w.gone, w.opted_out
    FROM identities i JOIN unnest($1::bigint[], $2::boolean[], $3::boolean[]) AS w(id, gone, opted_out) USING (id)
    ORDER BY i.id FOR NO KEY UPDATE OF i
) AS w
WHERE i.id = w.id
"""


async def _find(transaction: Transaction, names: Sequence[SentId]) -> dict[SentId, int]:
    found = await transaction.fetch(_FIND, *zip(*names, strict=True))
    return {(row["channel"], row["external_id"]): row["part_id"] for row in found}


async def identities_told_of(transaction: Transaction, receipts: Iterable[tuple[str, DeliveryUpdate]]) -> list[int]:
    """The identities that these receipts (channel, receipt) tell something of, to be locked before lanes and parts."""
    telling = {
        (channel, receipt.external_id)
        for channel, receipt in receipts
        if receipt.opted_out or receipt.state is DeliveryState.GONE
    }
    if not telling:
        return []
    return [row["identity_id"] for row in await transaction.fetch(_IDENTITIES, *zip(*telling, strict=True))]


async def take_receipts(transaction: Transaction, receipts: Sequence[tuple[str, DeliveryUpdate, int]]) -> None:
    """Apply receipts (channel, receipt, time) in order; keep those whose message is not known yet."""
    if not receipts:
        return
    names = sorted({(channel, receipt.external_id) for channel, receipt, _ in receipts})
    known = await _find(transaction, names)
    if missing := [name for name in names if name not in known]:
        await transaction.execute(_HOLD_PLACE, *zip(*missing, strict=True))
        known |= await _find(transaction, missing)
    early = [
        (channel, receipt.external_id, receipt.state.value, receipt.reason, receipt.opted_out, now)
        for channel, receipt, now in receipts
        if (channel, receipt.external_id) not in known
    ]
    if early:
        await transaction.execute(_KEEP, *zip(*early, strict=True))
    if not known:
        return
    parts = await lock_parts(transaction, sorted(set(known.values())))
    words: list[Word] = []
    for channel, receipt, now in receipts:
        part = parts.get(known.get((channel, receipt.external_id), _UNKNOWN_PART))
        if part is not None:
            # A part that went out under several ids moves by the receipts of its first; the others only name it.
            if load_ids(part.external_ids)[:1] == (receipt.external_id,):
                part.receives(receipt.state, receipt.reason, now)
            words += word_of(part, gone=receipt.state is DeliveryState.GONE, opted_out=receipt.opted_out)
    await write_parts(transaction, parts)
    await mark(transaction, words)


async def take_kept(transaction: Transaction, sent: Mapping[SentId, PartRow], now: int) -> list[Word]:
    """Note which part each external id belongs to, and apply the receipts that came ahead. The parts are locked."""
    if not sent:
        return []
    names = sorted(sent)
    rows = [(*name, sent[name].id) for name in names]
    await transaction.execute(_TAKE_PLACE, *zip(*rows, strict=True))
    words: list[Word] = []
    kept = await transaction.fetch(_TAKE_KEPT, *zip(*names, strict=True))
    for row in sorted(kept, key=lambda row: int(row["id"])):
        part, state = sent[row["channel"], row["external_id"]], DeliveryState(row["state"])
        if load_ids(part.external_ids)[:1] == (row["external_id"],):
            part.receives(state, row["reason"], now)
        words += word_of(part, gone=state is DeliveryState.GONE, opted_out=row["opted_out"])
    return words


def word_of(part: PartRow, *, gone: bool, opted_out: bool) -> list[Word]:
    """What a result or a receipt tells about the part's identity, if anything."""
    if part.identity is None or not (gone or opted_out):
        return []
    return [Word(identity=part.identity, gone=gone, opted_out=opted_out)]


async def lock_parts(transaction: Transaction, ids: Sequence[int]) -> dict[int, PartRow]:
    """These parts, locked in the order of their ids."""
    return {
        row["id"]: PartRow(
            id=row["id"],
            channel=row["channel"],
            identity=row["identity_id"],
            state=DeliveryState(row["state"]),
            reason=row["reason"],
            external_ids=row["external_ids"],
            not_before=row["not_before"],
            claimed=row["claimed"],
            updated_at=row["updated_at"],
        )
        for row in await transaction.fetch(_LOCK, ids)
    }


async def write_parts(transaction: Transaction, parts: Mapping[int, PartRow]) -> None:
    """Write what changed of these parts."""
    rows = [
        (p.id, p.state.value, p.reason, p.external_ids, p.not_before, p.claimed, p.updated_at, p.taken_back)
        for p in parts.values()
        if p.touched
    ]
    if rows:
        await transaction.execute(_WRITE_BACK, *zip(*rows, strict=True))


async def mark(transaction: Transaction, words: Sequence[Word]) -> None:
    """Write what was learnt of identities."""
    if not words:
        return
    gone = {word.identity for word in words if word.gone}
    out = {word.identity for word in words if word.opted_out}
    rows = [(identity, identity in gone, identity in out) for identity in sorted(gone | out)]
    await transaction.execute(_MARK, *zip(*rows, strict=True), Consent.OUT.value)
