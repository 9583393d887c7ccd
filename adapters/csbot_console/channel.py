"""The terminal as a channel."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from csbot.channel.absent import Absent
from csbot.channel.protocol import Sent
from csbot.domain.capabilities import Capabilities
from csbot.domain.events import Event
from csbot.domain.outbox import Part
from csbot_console.payloads import event, lines
from csbot_console.settings import ConsoleSettings

PATIENCE_S = 2.0
_WIPE = "\x1b[K"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLine:
    """One line, as a delivery; a terminal wants no confirmation."""

    events: tuple[Event, ...]

    async def confirm(self) -> None:
        """Nothing to tell a terminal."""


class ConsoleChannel(Absent):
    """Reads lines from standard input until it ends, writes answers to standard output."""

    def __init__(self, id: str, settings: ConsoleSettings, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self._id = id
        self._settings = settings
        # Distinguishes this run's keys from those of an earlier one on the same store.
        self._run = time.time_ns()
        self._sent = 0
        self._answered = asyncio.Event()

    async def send(self, part: Part) -> Sent:
        """Show the part; what is on the screen is delivered."""
        self._sent += 1
        self._show(lines(part.body, part.author) + "\n")
        self._answered.set()
        return Sent(external_ids=(f"{self._run}:out:{self._sent}",))

    async def pull(self) -> AsyncIterator[TypedLine]:
        """One delivery a line; ends with the input."""
        loop = asyncio.get_running_loop()
        typed: asyncio.Queue[str | None] = asyncio.Queue()

        def read() -> None:
            # A thread of its own, and a daemon: reading a terminal cannot be interrupted.
            try:
                for line in sys.stdin:
                    loop.call_soon_threadsafe(typed.put_nowait, line)
                loop.call_soon_threadsafe(typed.put_nowait, None)
            except RuntimeError:
                return  # the loop has ended; so has the conversation

        threading.Thread(target=read, name=f"console {self._id}", daemon=True).start()
        number = 0
        self._prompt()
        while (line := await typed.get()) is not None:
            if text := line.strip():
                number += 1
                self._answered.clear()
                yield TypedLine(
                    events=(
                        event(
                            text,
                            channel=self._id,
                            user=self._settings.user,
                            key=f"{self._run}:{number}",
                            number=number,
                            at=datetime.now(UTC),
                        ),
                    )
                )
                await self._listen()
            self._prompt()

    async def _listen(self) -> None:
        """A script that types waits for its answer as a person would; a person is never kept waiting."""
        if not sys.stdin.isatty():
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    await self._answered.wait()

    def _prompt(self) -> None:
        if sys.stdin.isatty():
            sys.stdout.write(self._settings.prompt)
            sys.stdout.flush()

    def _show(self, text: str) -> None:
        # On a terminal the prompt stands on the line already: wipe it, and put it back under the answer.
        watched = sys.stdin.isatty() and sys.stdout.isatty()
        sys.stdout.write(f"\r{_WIPE}{text}" if watched else text)
        sys.stdout.flush()
        if watched:
            self._prompt()
