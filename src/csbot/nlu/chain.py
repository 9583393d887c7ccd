"""Several engines as one: the first that is sure in time answers, else the embedded one. Who keeps failing rests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from csbot import metrics
from csbot.domain.understanding import Understanding
from csbot.errors import EngineAway
from csbot.log import get_logger
from csbot.ports import Nlu

log = get_logger("nlu")


class Breaker:
    """Whether an engine is worth asking: after `most` failures in a row it rests for `rest_s` seconds.

    Then one question tries it again: an answer closes the breaker, another failure lets it rest once more. A try that
    never ends holds nobody up, since the next may follow `rest_s` later. `clock` counts seconds and never goes back.
    While it rests, the alarm "engine <name>" is on.
    """

    __slots__ = ("_alarm", "_clock", "_failures", "_most", "_name", "_rest_s", "_try_at")

    def __init__(self, name: str, *, clock: Callable[[], float], most: int = 3, rest_s: float = 10.0) -> None:
        self._name = name
        self._clock = clock
        self._most = most
        self._rest_s = rest_s
        self._failures = 0
        self._try_at: float | None = None
        self._alarm = metrics.ALARM.labels(f"engine {name}")
        self._alarm.set(0)

    @property
    def is_open(self) -> bool:
        """The engine rests, or is being tried."""
        return self._try_at is not None

    def admits(self) -> bool:
        """This question may go to the engine."""
        if self._try_at is None:
            return True
        if self._clock() < self._try_at:
            return False
        self._try_at = self._clock() + self._rest_s
        return True

    def succeeded(self) -> None:
        """It answered."""
        self._failures = 0
        if self._try_at is not None:
            self._try_at = None
            self._alarm.set(0)
            log.info("the engine answers again", engine=self._name)

    def failed(self, why: str) -> None:
        """It did not answer, or not in time."""
        self._failures += 1
        if self._failures < self._most:
            return
        if self._try_at is None:
            self._alarm.set(1)
            log.warning("the engine is not asked for a while", engine=self._name, why=why, rest_s=self._rest_s)
        self._try_at = self._clock() + self._rest_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One engine of a chain. An embedded engine is always there: it has no `breaker`, and its deadline is its own."""

    name: str
    nlu: Nlu
    breaker: Breaker | None = None
    deadline_s: float = 0.4

    async def ask(self, text: str, *, language: str, expected: Sequence[str]) -> Understanding:
        """What the engine says within its deadline; raises EngineAway when it says nothing."""
        if self.breaker is None:
            heard = await self.nlu.understand(text, language=language, expected=expected)
            return self._counted(heard)
        if not self.breaker.admits():
            raise self._missing("resting", "is not asked for a while")
        try:
            async with asyncio.timeout(self.deadline_s):
                heard = await self.nlu.understand(text, language=language, expected=expected)
        except TimeoutError as error:
            self.breaker.failed("late")
            raise self._missing("late", f"had no answer within {self.deadline_s:g} s") from error
        except EngineAway as error:
            self.breaker.failed(str(error))
            raise self._missing("away", str(error)) from error
        self.breaker.succeeded()
        return self._counted(heard)

    def _counted(self, heard: Understanding) -> Understanding:
        metrics.of(metrics.ENGINES, self.name, "sure" if heard.confident else "unsure").inc()
        return heard

    def _missing(self, outcome: str, why: str) -> EngineAway:
        metrics.of(metrics.ENGINES, self.name, outcome).inc()
        return EngineAway(f"{self.name} {why}")


class Chain:
    """The `Nlu` port over several engines, asked one after another; at least one of them is embedded."""

    def __init__(self, links: Sequence[Link]) -> None:
        self._links = tuple(links)
        if all(link.breaker for link in self._links):
            raise ValueError("a chain needs an embedded engine, which answers when all others are away")

    async def understand(self, text: str, *, language: str = "", expected: Sequence[str] = ()) -> Understanding:
        """See `csbot.ports.Nlu`: the first confident answer, else what the embedded engine says. Never raises."""
        embedded = Understanding(ranking=(), confident=False)
        missing: list[str] = []
        for link in self._links:
            try:
                heard = await link.ask(text, language=language, expected=expected)
            except EngineAway as error:
                missing.append(str(error))
                continue
            if heard.confident:
                return _noted(heard, missing)
            if link.breaker is None:
                embedded = heard
        return _noted(embedded, missing)


def _noted(heard: Understanding, missing: Sequence[str]) -> Understanding:
    """The same, with who was missing among its reasons."""
    return replace(heard, why="; ".join([*missing, heard.why])) if missing else heard
