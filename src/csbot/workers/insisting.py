"""Writes given again while the store is away, for as long as what they say still holds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from csbot.errors import StoreBusy, StoreFull
from csbot.log import get_logger
from csbot.services import Services

T = TypeVar("T")

log = get_logger("workers")

RETRY_S = 1.0


async def insist(services: Services, write: Callable[[], Awaitable[T]], *, until: datetime, lane: int) -> T:
    """What `write` returns, tried again and again until that time; then its StoreBusy or StoreFull is raised."""
    while True:
        try:
            return await write()
        except (StoreBusy, StoreFull) as error:
            if services.clock() >= until:
                raise
            log.debug("store is away, a turn waits", lane=lane, error=str(error))
            await asyncio.sleep(RETRY_S)
