"""Answers that follow a customer to another app when nobody reads them where they were sent."""

from __future__ import annotations

from datetime import timedelta

UNREAD_FOR = timedelta(minutes=10)
"""How long an answer waits to be read before it follows."""

STALE = timedelta(hours=24)
"""What was sent longer ago does not follow any more: csbot was down, or the customer has just come within reach."""


def followed(message: int | str) -> str:
    """The key under which it is kept that a message has followed: once is enough."""
    return f"followed:{message}"
