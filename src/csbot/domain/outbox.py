"""A part taken from the outbox: marked `sending`, about to be given to its channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from csbot.domain.address import Address
from csbot.domain.message import Author, OutgoingPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`attempts` counts this one. `last_in_at` is the customer's last word on that sender. `template`: it goes as the
    approved template.
    """

    id: int
    message: int
    conversation: int
    to: Address
    author: Author
    body: OutgoingPart
    attempts: int = 1
    last_in_at: datetime | None = None
    template: bool = False
