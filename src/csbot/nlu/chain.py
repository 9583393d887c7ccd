"""Several engines as one: the first that is sure in time answers, else the embedded one. Who keeps failing rests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from csbot import metrics
from csbot.breaker import Breaker
from csbot.domain.understanding import Understanding
from csbot.errors import EngineAway
from csbot.ports import Nlu


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
