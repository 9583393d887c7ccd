"""`csbot chat --url` as a process: what is typed into it, and what it writes."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

DEADLINE_S = 30.0
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("CSBOT_")}


@dataclass(slots=True)
class Terminal:
    """One run. Its standard output as far as it has come is `seen`."""

    process: Process
    seen: str = ""
    errors: str = ""
    _reading: list[asyncio.Task[None]] = field(default_factory=list)

    def types(self, *lines: str) -> None:
        """Type lines."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines).encode())

    async def sees(self, what: str, *, times: int = 1) -> None:
        """Wait until it was written."""
        async with asyncio.timeout(DEADLINE_S):
            while self.seen.count(what) < times:
                assert self.process.returncode is None, f"ended without {what!r}:\n{self.seen}\n{self.errors}"
                await asyncio.sleep(0.02)

    async def ends(self) -> int:
        """End what is typed; the exit code, once all is read."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        async with asyncio.timeout(DEADLINE_S):
            await asyncio.gather(*self._reading)
            return await self.process.wait()

    async def read(self, stream: asyncio.StreamReader, name: str) -> None:
        """Collect what is written to a stream."""
        while chunk := await stream.read(65536):
            setattr(self, name, getattr(self, name) + chunk.decode())


@asynccontextmanager
async def terminal(*args: object) -> AsyncIterator[Terminal]:
    """`csbot chat` with these arguments, its input a pipe."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "csbot", "chat", *map(str, args), stdin=PIPE, stdout=PIPE, stderr=PIPE, env=ENVIRON
    )
    made = Terminal(process)
    assert process.stdout is not None
    assert process.stderr is not None
    made._reading += [
        asyncio.create_task(made.read(process.stdout, "seen")),
        asyncio.create_task(made.read(process.stderr, "errors")),
    ]
    try:
        yield made
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await asyncio.gather(*made._reading)
        await process.wait()


async def scripted(*args: object, typed: tuple[str, ...] = ()) -> tuple[int, str, str]:
    """A run to its end: exit code, output, errors."""
    async with terminal(*args) as run:
        run.types(*typed)
        code = await run.ends()
        return code, run.seen, run.errors
