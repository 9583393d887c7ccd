"""Delivery states that only move forward, and what became of a part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryState(StrEnum):
    """Where a part is on its way.

    `queued` waits its turn (or its retry); `sending` is marked durably before the platform is called; `unknown` means
    the call was made and its outcome never learnt; `parked` waits for a person or for the customer; `dropped` was a
    word of the bot's overtaken by a person.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNKNOWN = "unknown"
    GONE = "gone"
    PARKED = "parked"
    DROPPED = "dropped"


_RANK = {
    DeliveryState.QUEUED: 0,
    DeliveryState.PARKED: 0,
    DeliveryState.DROPPED: 0,
    DeliveryState.SENDING: 1,
    DeliveryState.UNKNOWN: 2,
    DeliveryState.SENT: 3,
    DeliveryState.FAILED: 4,
    DeliveryState.GONE: 4,
    DeliveryState.DELIVERED: 5,
    DeliveryState.READ: 6,
}


def may_follow(old: DeliveryState, new: DeliveryState) -> bool:
    """A receipt may move a part from `old` to `new`: forward only; `delivered` wins over `failed`, never the
    reverse.
    """
    return _RANK[new] > _RANK[old]


def rank(state: DeliveryState) -> int:
    """The state's place in the order receipts move along."""
    return _RANK[state]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResult:
    """What one attempt at a part came to.

    `state` is SENT (with `external_ids`), QUEUED (try again at `retry_at`), or an end: FAILED, UNKNOWN, GONE, PARKED,
    DROPPED, each with its `reason` in an operator's words. `opted_out` and `gone` also mark the identity.
    `window_closed` parks until the customer writes. Without `counts` the attempt is none of those after which a part is
    given up.
    """

    part: int
    state: DeliveryState
    external_ids: tuple[str, ...] = ()
    reason: str = ""
    retry_at: datetime | None = None
    opted_out: bool = False
    window_closed: bool = False
    counts: bool = True
