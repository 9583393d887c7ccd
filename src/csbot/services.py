"""The frozen bundle a process runs on; what changes while it runs is a Live value in it."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from csbot.channel.errors import SendError
from csbot.channel.protocol import Channel, ChannelSpec
from csbot.domain.brand import Brand
from csbot.domain.capabilities import Capabilities
from csbot.domain.content import Catalogue
from csbot.domain.events import Event
from csbot.domain.pause import Pause
from csbot.engine.turn import Engine
from csbot.intake.accept import Intake
from csbot.log import get_logger
from csbot.media.links import MediaLinks
from csbot.media.uploads import Uploads
from csbot.ports import Lookups, Nlu, Store

T = TypeVar("T")

log = get_logger("services")

ACKNOWLEDGE_S = 5.0


class Live(Generic[T]):
    """A value swapped whole while csbot runs; a turn reads it once."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    @property
    def now(self) -> T:
        """The value in force."""
        return self._value

    def swap(self, value: T) -> None:
        """Put another in force; whoever has read the old one finishes with it."""
        self._value = value


class Bell:
    """A wake-up, now or for later. It saves waiting and carries no meaning; rung before anybody waits, it is kept."""

    __slots__ = ("_later", "_rung", "_sleeper")

    def __init__(self) -> None:
        self._rung = False
        self._later: list[float] = []
        self._sleeper: asyncio.Future[None] | None = None

    def ring(self, after_s: float = 0.0) -> None:
        """There may be work in `after_s` seconds."""
        if after_s > 0:
            at = asyncio.get_running_loop().time() + after_s
            if self._later and at >= self._later[0]:
                heapq.heappush(self._later, at)
                return
            # Earlier than what the sleeper waits for: wake it, so that it looks at its clock anew.
            heapq.heappush(self._later, at)
        else:
            self._rung = True
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)

    async def wait(self, timeout_s: float) -> None:
        """Return when rung, when a later ring is due, or after `timeout_s`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while not self._rung:
            now = loop.time()
            while self._later and self._later[0] <= now:
                heapq.heappop(self._later)
                self._rung = True
            until = min(deadline, self._later[0]) if self._later else deadline
            if self._rung or until <= now:
                break
            self._sleeper = loop.create_future()
            timer = loop.call_at(until, _wake, self._sleeper)
            try:
                await self._sleeper
            finally:
                timer.cancel()
                self._sleeper = None
        self._rung = False


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """One published version: the catalogue, the engine that understands by it, csbot's own words by language."""

    catalogue: Catalogue
    nlu: Nlu

    spoken: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, catalogue: Catalogue, nlu: Nlu, *, default: str) -> Knowledge:
        """Both, with csbot's own words laid out by language once; where one lacks a word it has the `default`'s."""
        say = catalogue.phrases.say
        spoken = {
            language: {key: text.get(language) or text.get(default, "") for key, text in say.items()}
            for language in {*catalogue.languages, default}
        }
        return cls(catalogue=catalogue, nlu=nlu, spoken=spoken)

    def words(self, language: str, *, default: str) -> Mapping[str, str]:
        """csbot's own words in one language, those of the language `default` for one it does not speak."""
        return self.spoken.get(language) or self.spoken[default]


def no_door(words: str) -> str:
    """The door of a channel nobody comes in by from elsewhere."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One configured channel as the core sees it. `rate` is what it may send a second, 0 for no limit.

    `door` makes the link by which a customer comes in with these words, see `channel.protocol.Door`; "" for none.
    """

    id: str
    spec: ChannelSpec
    channel: Channel
    capabilities: Capabilities
    rate: float = 0.0
    door: Callable[[str], str] = no_door

    @property
    def app(self) -> str:
        """What customers call the app they use here."""
        return self.spec.door.app if self.spec.door else self.spec.title

    @property
    def kind(self) -> str:
        """The channel's kind, for content written for it; the core decides nothing by it."""
        return self.spec.kind

    async def acknowledge(self, events: Sequence[Event]) -> None:
        """Stop the platform's spinners for events that are durable; one that goes on spinning harms nobody."""
        if not self.capabilities.acknowledge:
            return
        for event in events:
            try:
                async with asyncio.timeout(ACKNOWLEDGE_S):
                    await self.channel.acknowledge(event)
            except (SendError, TimeoutError) as error:
                log.debug("spinner not stopped", channel=self.id, error=str(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Times and sizes of one process. `send_s`: a call's deadline; `drain_s`: how long a stop may take; `idle_s`: after
    which time without a word a conversation the bot holds is closed, 0 for never.
    """

    burst_s: float = 1.5
    body_bytes: int = 1024 * 1024
    send_s: float = 20.0
    drain_s: float = 10.0
    idle_s: float = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the roles of a process work with. `worker` is this process's name on its claims; `alone` that no other
    process serves from the same store, so that whatever is claimed at the start is a dead one's.
    """

    worker: str
    clock: Callable[[], datetime]
    store: Store
    intake: Intake
    engine: Engine
    brand: Brand
    outlets: Mapping[str, Outlet]
    knowledge: Live[Knowledge]
    pauses: Live[tuple[Pause, ...]]
    links: MediaLinks
    lookups: Lookups
    uploads: Uploads | None = None
    alone: bool = True
    limits: Limits = field(default_factory=Limits)
    public_url: str = ""
    inbound_bell: Bell = field(default_factory=Bell)
    outbound_bell: Bell = field(default_factory=Bell)
