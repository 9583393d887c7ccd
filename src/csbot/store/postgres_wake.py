"""Wake-ups between processes: NOTIFY after what is new, LISTEN for what others have. They only save waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from csbot.errors import StoreError
from csbot.store.postgres_pool import LOOSE, Database, Transaction

CHANNEL = "csbot_wake"
"""What is notified, with the schema as payload: several csbots may share a database."""

_APART_S = 0.05
_RETRY_S = 1.0


class Wake:
    """Rings at once, then at most every twentieth of a second, however many groups are committed.

    The NOTIFY has a transaction of its own, after the group's: PostgreSQL lets only one notifying transaction of a
    database commit at a time, and no group shall hold that lock while it waits for the disk.
    """

    def __init__(self, database: Database, *, schema: str) -> None:
        self._database = database
        self._schema = schema
        self._due = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Start to ring."""
        self._tasks.append(asyncio.create_task(self._announce(), name="store-notify"))

    async def close(self) -> None:
        """Stop ringing and listening."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def ring(self) -> None:
        """Something may be due in this database: let the other processes know."""
        self._due.set()

    def listen(self, callback: Callable[[], None]) -> None:
        """Call `callback` when any process has rung, this one too, and after a lost connection is back."""
        self._tasks.append(asyncio.create_task(self._listen(callback), name="store-listen"))

    async def _announce(self) -> None:
        async def notify(transaction: Transaction) -> None:
            await transaction.execute("SELECT pg_notify($1, $2)", CHANNEL, self._schema)

        while True:
            await self._due.wait()
            self._due.clear()
            # Unheard, the others find out by looking, within a second.
            with suppress(StoreError):
                await self._database.run(notify, begin=LOOSE)
            await asyncio.sleep(_APART_S)

    async def _listen(self, callback: Callable[[], None]) -> None:
        def heard(connection: object, process: int, channel: str, payload: str) -> None:
            if payload == self._schema:
                callback()

        while True:
            # A server that is away is asked again; until then this process finds out by looking, too.
            with suppress(StoreError):
                await self._database.listen(CHANNEL, heard, began=callback)
            await asyncio.sleep(_RETRY_S)
