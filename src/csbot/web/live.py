"""Who looks at a lane or at the line is told when it has changed: one look at the store for all of them.

It is looked at the store and not listened to this process's own writes, because others write too: further processes,
commands. What a change is, nobody is told; whoever looks reads what stands now.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from csbot.errors import StoreError
from csbot.log import get_logger
from csbot.ports import Store

log = get_logger("live")

LINE = 0
"""The human line, as a lane to look at."""

LOOK_S = 0.4
RETRY_S = 2.0


class Look:
    """One reader's look at some lanes."""

    def __init__(self, lanes: frozenset[int]) -> None:
        self.lanes = lanes
        self._changed = asyncio.Event()
        self._over = False

    def tell(self) -> None:
        """Something has changed."""
        self._changed.set()

    def end(self) -> None:
        """There is nothing more to see."""
        self._over = True
        self._changed.set()

    async def changes(self, *, at_least_s: float) -> AsyncIterator[bool]:
        """True at once and after each change, however many there were meanwhile; False after `at_least_s` without.

        Ends with the server.
        """
        yield True
        while not self._over:
            try:
                async with asyncio.timeout(at_least_s):
                    await self._changed.wait()
            except TimeoutError:
                yield False
                continue
            self._changed.clear()
            if not self._over:
                yield True


class Watch:
    """All looks of a process. `run` has to be under way for them to be told anything."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looks: set[Look] = set()
        self._pulses: dict[int, str] = {}
        self._wanted = asyncio.Event()

    @contextmanager
    def look(self, *lanes: int) -> Iterator[Look]:
        """Look at these lanes (LINE is one) while the context lasts."""
        look = Look(frozenset(lanes))
        self._looks.add(look)
        self._wanted.set()
        try:
            yield look
        finally:
            self._looks.discard(look)
            if not self._looks:
                self._wanted.clear()
                self._pulses.clear()

    def __len__(self) -> int:
        return len(self._looks)

    def close(self) -> None:
        """End all looks, so that open streams do not hold up a stop."""
        for look in self._looks:
            look.end()

    async def run(self) -> None:
        """Look while anybody does; runs until cancelled."""
        while True:
            await self._wanted.wait()
            try:
                await self._look()
            except StoreError as error:
                log.debug("nothing seen", error=str(error))
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(LOOK_S)

    async def _look(self) -> None:
        lanes = sorted({lane for look in self._looks for lane in look.lanes})
        pulses = await self._store.pulses(lanes)
        # A lane seen for the first time counts as changed: something may have happened since its reader last read.
        changed = {lane for lane, pulse in pulses.items() if self._pulses.get(lane) != pulse}
        self._pulses = dict(pulses)
        for look in self._looks:
            if not changed.isdisjoint(look.lanes):
                look.tell()
