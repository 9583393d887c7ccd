"""Decisions before they are written: what stands, what is to stand, and whether it may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from csbot.domain.address import Address
from csbot.domain.changes import Changes, Duplicate, Outcome, Stale
from csbot.domain.conversation import ConversationState, may_become
from csbot.errors import StoreError
from csbot.store.codec import ADDRESS
from csbot.store.postgres_pool import Transaction

Call = tuple[Changes, datetime]
"""One call of `commit`: what to write and its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """What is written of a conversation, locked with its lane, before a decision on it."""

    epoch: int
    state: ConversationState
    holder: str
    language: str
    memory: str
    lane: int
    reply_to: str
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision that will be written: what, on what, when (microseconds), and to whom its words go."""

    changes: Changes
    stands: Stands
    at: int
    to: Address

    @property
    def epoch(self) -> int:
        """The conversation's epoch afterwards."""
        return self.stands.epoch + (self.changes.owner is not None)


# Lanes before conversations, lanes in the order of their ids, here as everywhere else.
_LOCK = """
SELECT c.id, c.epoch, c.state, c.holder, c.language, c.memory, c.lane_id, l.reply_to, l.customer_id
FROM lanes l JOIN conversations c ON c.lane_id = l.id
WHERE c.id = ANY($1)
ORDER BY l.id, c.id
FOR NO KEY UPDATE OF l, c
"""


def rounds_of(calls: Sequence[Call]) -> list[list[int]]:
    """The calls' numbers, split so that no two decisions of a round touch the same lane or idempotency key."""
    rounds: list[list[int]] = []
    following: dict[object, int] = {}
    for number, (changes, _) in enumerate(calls):
        touched: list[object] = [changes.lane, ("conversation", changes.conversation)]
        if changes.idempotency is not None:
            touched.append(changes.idempotency.key)
        turn = max(following.get(thing, 0) for thing in touched)
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(number)
        following |= dict.fromkeys(touched, turn + 1)
    return rounds


async def lock(transaction: Transaction, conversations: Iterable[int]) -> dict[int, Stands]:
    """What stands of these conversations, locked with their lanes."""
    return {
        row["id"]: Stands(
            epoch=row["epoch"],
            state=ConversationState(row["state"]),
            holder=row["holder"],
            language=row["language"],
            memory=row["memory"],
            lane=row["lane_id"],
            reply_to=row["reply_to"],
            private=row["customer_id"] is not None,
        )
        for row in await transaction.fetch(_LOCK, list(set(conversations)))
    }


def judge(
    changes: Changes, stands: Stands | None, remembered: Mapping[str, str], at: int
) -> Decision | Outcome | StoreError:
    """The decision, if it may be written over what `stands`; else the answer to it."""
    number = changes.conversation
    if changes.idempotency is not None and changes.idempotency.key in remembered:
        return Duplicate(answer=remembered[changes.idempotency.key])
    if stands is None:
        return StoreError(f"there is no conversation {number}")
    if stands.epoch != changes.expected_epoch:
        return Stale(epoch=stands.epoch, state=stands.state, holder=stands.holder)
    if changes.owner is not None and not may_become(stands.state, changes.owner.state):
        return StoreError(f"conversation {number} cannot pass from {stands.state} to {changes.owner.state}")
    to = changes.to or ADDRESS.load(stands.reply_to)
    if changes.messages and stands.private and to.is_shared:
        return StoreError(f"conversation {number} is private; nothing of it goes to a shared place")
    return Decision(changes=changes, stands=stands, at=at, to=to)
