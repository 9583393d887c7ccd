"""Who looks at the page is told what has changed; what stands now they ask for themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Reader:
    """One open page."""

    def __init__(self) -> None:
        self._topics: set[str] = set()
        self._told = asyncio.Event()

    def tell(self, topic: str) -> None:
        """This has changed."""
        self._topics.add(topic)
        self._told.set()

    async def next(self, within_s: float) -> frozenset[str]:
        """What has changed since the last time, as soon as anything has; empty after `within_s` without."""
        try:
            async with asyncio.timeout(within_s):
                await self._told.wait()
        except TimeoutError:
            return frozenset()
        self._told.clear()
        topics, self._topics = self._topics, set()
        return frozenset(topics)


class News:
    """All open pages."""

    def __init__(self) -> None:
        self._readers: set[Reader] = set()
        self.over = False

    def tell(self, topic: str) -> None:
        """This has changed."""
        for reader in self._readers:
            reader.tell(topic)

    def close(self) -> None:
        """There is nothing more to tell: open streams end."""
        self.over = True
        self.tell("")

    def __len__(self) -> int:
        return len(self._readers)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """A page is open while the context lasts."""
        reader = Reader()
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)
