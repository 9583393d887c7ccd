"""A process's services over a real store, and channels that do to each call what a test has written down for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from csbot.channel.absent import Absent
from csbot.channel.errors import SendError
from csbot.channel.protocol import Sent
from csbot.domain.address import Address
from csbot.domain.brand import Brand
from csbot.domain.burst import Burst
from csbot.domain.capabilities import Capabilities
from csbot.domain.outbox import Part
from csbot.engine.turn import Engine
from csbot.intake.accept import Intake
from csbot.intake.spool import Spool
from csbot.lookups.systems import BrandSystems
from csbot.media.links import MediaLinks
from csbot.plugins import channel_spec
from csbot.ports import Nlu
from csbot.services import Knowledge, Live, Outlet, Services
from csbot.store.codec import decode_events, encode_events
from csbot.store.sqlite import SqliteStore
from tests.contracts.store_cases import Scene
from tests.unit.engine.shop import SHOP, ByHeart, both

DEADLINE_S = 20.0
CATALOGUE = replace(SHOP, phrases=replace(SHOP.phrases, say={**SHOP.phrases.say, "numbered_hint": both("hint")}))
SENDERS = ("sms", "whatsapp")


@dataclass
class Scripted(Absent):
    """A channel. Each call waits until calls may go on, and then raises the next error written down, or has sent."""

    errors: list[SendError] = field(default_factory=list)
    called: list[int] = field(default_factory=list)
    going_on: asyncio.Event = field(default_factory=asyncio.Event)
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(arrival=frozenset()))

    async def send(self, part: Part) -> Sent:
        self.called.append(part.id)
        await self.going_on.wait()
        if self.errors:
            raise self.errors.pop(0)
        return Sent(external_ids=(f"out-{part.id}",))


@dataclass(frozen=True, kw_only=True)
class Process:
    """Services whose clock is the scene's, and their channels by id. No role runs yet."""

    services: Services
    channels: Mapping[str, Scripted]
    scene: Scene
    path: Path

    async def answered(self, user: str, *, channel: str = "sms") -> int:
        """A customer has been answered by a part that is queued; the conversation."""
        await self.scene.says("kargo", Address(channel=channel, user=user), person="")
        work = await self.scene.work()
        await self.scene.answer(work, "cevap")
        return work.conversation.id

    async def states(self, *conversations: int) -> list[str]:
        """The states of all parts of these conversations."""
        return [state for conversation in conversations for state in await self.scene.states(conversation)]


@asynccontextmanager
async def process(folder: Path, *, nlu: Nlu | None = None, busy_s: float = 5.0) -> AsyncIterator[Process]:
    """A process with an SMS and a WhatsApp channel."""
    async with AsyncExitStack() as stack:
        path = folder / "csbot.db"
        store = await stack.enter_async_context(SqliteStore(path, burst=Burst(quiet_s=0), busy_s=busy_s))
        yield stack.enter_context(process_on(Scene(store, _no_rows), path, nlu=nlu))


@contextmanager
def process_on(scene: Scene, path: Path, *, nlu: Nlu | None = None) -> Iterator[Process]:
    """A process on the store of a scene, under its worker's name; the spool is beside `path`."""
    with ExitStack() as stack:
        spool = Spool(path.parent / "spool", encode=encode_events, decode=decode_events)
        stack.callback(spool.close)
        brand = Brand(name="Lale")
        channels = {id: Scripted() for id in SENDERS}
        services = Services(
            worker=scene.worker,
            clock=lambda: scene.now,
            store=scene.store,
            intake=Intake(store=scene.store, spool=spool, clock=lambda: scene.now, woken=lambda after_s: None),
            engine=Engine(brand=brand, greeting_hold_s=0.0),
            brand=brand,
            outlets={
                id: Outlet(id=id, spec=channel_spec(id), channel=channel, capabilities=channel.capabilities)
                for id, channel in channels.items()
            },
            knowledge=Live(Knowledge.of(CATALOGUE, nlu or ByHeart(), default=brand.default_language)),
            pauses=Live(()),
            lookups=BrandSystems(()),
            links=MediaLinks(secret=b"s" * 32, base="http://csbot.test", ttl_s=60),
        )
        yield Process(services=services, channels=channels, scene=scene, path=path)


@asynccontextmanager
async def working(run: Callable[[asyncio.Event], Awaitable[None]]) -> AsyncIterator[None]:
    """A role at work until the context is left."""
    stopping = asyncio.Event()
    role = asyncio.ensure_future(run(stopping))
    try:
        yield
    finally:
        stopping.set()
        async with asyncio.timeout(DEADLINE_S):
            await role


async def until(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Return when the condition holds; an AssertionError naming it when it does not within the deadline."""
    deadline = asyncio.get_running_loop().time() + DEADLINE_S
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, f"waited {DEADLINE_S:g} s for: {what}"
        await asyncio.sleep(0.01)


async def _no_rows(query: str) -> list[tuple[Any, ...]]:
    raise NotImplementedError
