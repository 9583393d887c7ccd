"""A wire to a server that can be cut, or go silent, at the test's word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit


class Cuttable:
    """Forwards connections to the server of `url`; `self.url` is the way through it."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._server: asyncio.Server | None = None
        self._wires: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._port = 0
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._cut_after = b""

    @property
    def url(self) -> str:
        user = f"{self._target.username}@" if self._target.username else ""
        return urlunsplit(self._target._replace(netloc=f"{user}127.0.0.1:{self._port}"))

    async def __aenter__(self) -> Self:
        await self.restore()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.refuse()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def restore(self) -> None:
        """Take connections and let everything flow."""
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Cut every connection and take no new ones."""
        self._flowing.set()
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self.cut()
        if server is not None:
            await server.wait_closed()

    def cut(self) -> None:
        """End every connection; new ones are taken."""
        for wire in self._wires:
            wire.transport.abort()

    def cut_after(self, words: bytes) -> None:
        """Pass on the next message to the server that has these words in it, and cut when its answer comes."""
        self._cut_after = words

    def silence(self) -> None:
        """Keep connections open and pass nothing on, in either direction."""
        self._flowing.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._target.hostname, self._target.port or 5432)
        self._wires |= {writer, back}
        doomed = asyncio.Event()
        for passing in (self._outward(reader, back, doomed), self._inward(there, writer, doomed)):
            task = asyncio.create_task(passing)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _outward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, doomed: asyncio.Event) -> None:
        async for data in self._flow(source, sink):
            if self._cut_after and self._cut_after in data:
                self._cut_after = b""
                doomed.set()
            sink.write(data)

    async def _inward(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, doomed: asyncio.Event) -> None:
        async for data in self._flow(source, sink):
            if doomed.is_set():
                self.cut()
            else:
                sink.write(data)

    async def _flow(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        """What comes while the wire flows; when one side is cut, the other ends with it."""
        try:
            while data := await source.read(65536):
                await self._flowing.wait()
                yield data
        except OSError:
            return
        finally:
            sink.transport.abort()
            self._wires.discard(sink)
