"""Lanes: found or made by key, locked in the order of their ids, worked on in memory, written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from csbot.domain.burst import Burst
from csbot.store.codec import micros, moment
from csbot.store.postgres_pool import Row, Transaction


@dataclass(slots=True, kw_only=True)
class Lane:
    """A locked lane as it stands while a group is worked through; `touched` when it has to be written back.

    While it is locked nobody else can add a message to it, decide on its conversation or claim it: ids given to its
    messages now are in the order in which they become visible.
    """

    id: int
    merged_into: int | None
    conversation: int | None
    identity: int | None
    reply_to: str
    due_at: int | None
    burst_at: int | None
    touched: bool = False

    def speaks(self, identity: int, reply_to: str) -> None:
        """The lane's last message came from here; the answer goes back there."""
        self.identity = identity
        self.reply_to = reply_to
        self.touched = True

    def waits(self, received_at: int, now: int, burst: Burst, *, album: bool) -> None:
        """A message waits for its turn."""
        if self.burst_at is None:
            self.burst_at = min(received_at, now)
        self.due_at = micros(burst.due_at(first_at=moment(self.burst_at), now=moment(now), album=album))
        self.touched = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLane:
    """What a lane is made with when there is none: only a private one has a customer; `organisation` is a key."""

    customer: int | None = None
    organisation: str = ""


_COLUMNS = "id, key, merged_into, conversation_id, identity_id, reply_to, due_at, burst_at"
_LOCK_BY_KEY = f"SELECT {_COLUMNS} FROM lanes WHERE key = ANY($1) ORDER BY id FOR NO KEY UPDATE"
_LOCK_BY_ID = f"SELECT {_COLUMNS} FROM lanes WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE"

_MAKE = """
INSERT INTO lanes (key, customer_id, organisation_id)
SELECT w.key, w.customer, o.id
FROM unnest($1::text[], $2::bigint[], $3::text[]) AS w(key, customer, organisation)
LEFT JOIN organisations o ON o.key = w.organisation
ORDER BY w.key
ON CONFLICT (key) DO NOTHING
"""

_WRITE_BACK = """
UPDATE lanes l
SET conversation_id = w.conversation, identity_id = w.identity, reply_to = w.reply_to, due_at = w.due,
    burst_at = w.burst
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[])
     AS w(id, conversation, identity, reply_to, due, burst)
WHERE l.id = w.id
"""

OPEN_CONVERSATION = """
INSERT INTO conversations (lane_id, language, opened_at, updated_at)
SELECT w.lane,
       coalesce((SELECT c.language FROM conversations c WHERE c.lane_id = w.lane ORDER BY c.id DESC LIMIT 1), ''),
       w.at, w.at
FROM unnest($1::bigint[], $2::bigint[]) AS w(lane, at)
RETURNING id, lane_id
"""
"""Opens a conversation in each lane, at its time, in the language the lane last spoke."""


async def find_or_make(transaction: Transaction, wanted: Mapping[str, NewLane]) -> dict[str, Lane]:
    """The lanes of these keys, made where missing, locked. A merged lane's key gives the lane it was merged into."""
    lanes = await _lock(transaction, _LOCK_BY_KEY, list(wanted))
    missing = [key for key in wanted if key not in lanes]
    if missing:
        rows = [(key, wanted[key].customer, wanted[key].organisation) for key in missing]
        await transaction.execute(_MAKE, *zip(*rows, strict=True))
        lanes |= await _lock(transaction, _LOCK_BY_KEY, missing)
    heads = sorted({lane.merged_into for lane in lanes.values() if lane.merged_into is not None})
    if heads:
        found = {lane.id: lane for lane in lanes.values()}
        found |= {
            lane.id: lane for lane in (await _lock(transaction, _LOCK_BY_ID, heads)).values() if lane.id not in found
        }
        lanes = {k: lane if lane.merged_into is None else found[lane.merged_into] for k, lane in lanes.items()}
    return lanes


async def open_conversations(transaction: Transaction, opening: Mapping[int, tuple[Lane, int]]) -> None:
    """Open a conversation in each of these lanes (by id, with the time)."""
    if opening:
        rows = [(lane.id, at) for lane, at in opening.values()]
        for row in await transaction.fetch(OPEN_CONVERSATION, *zip(*rows, strict=True)):
            lane, _ = opening[row["lane_id"]]
            lane.conversation = row["id"]
            lane.touched = True


async def write_back(transaction: Transaction, lanes: Iterable[Lane]) -> None:
    """Write what changed of these lanes."""
    rows = [
        (lane.id, lane.conversation, lane.identity, lane.reply_to, lane.due_at, lane.burst_at)
        for lane in {lane.id: lane for lane in lanes if lane.touched}.values()
    ]
    if rows:
        await transaction.execute(_WRITE_BACK, *zip(*rows, strict=True))


async def _lock(transaction: Transaction, query: str, wanted: Sequence[object]) -> dict[str, Lane]:
    return {row["key"]: _lane(row) for row in await transaction.fetch(query, wanted)} if wanted else {}


def _lane(row: Row) -> Lane:
    return Lane(
        id=row["id"],
        merged_into=row["merged_into"],
        conversation=row["conversation_id"],
        identity=row["identity_id"],
        reply_to=row["reply_to"],
        due_at=row["due_at"],
        burst_at=row["burst_at"],
    )
