"""Small tasks that outlive their request and still have an owner."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


class Background:
    """Owns what goes on after a response: at most `limit` at once, more are simply not begun; all end with the
    server.
    """

    def __init__(self, limit: int = 100) -> None:
        self._limit = limit
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Begin `work`, unless too much is under way already."""
        if len(self._tasks) >= self._limit:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Cancel what is still under way."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
