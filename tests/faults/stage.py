"""One run: a world, a csbot in it, its books, and the judgement at the end."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csbot.domain.delivery import DeliveryState, rank
from csbot.sampleshop.shop import SampleShop
from tests.faults.agents import Desk, admit
from tests.faults.invariants import Evidence, Violation, explanation, violations
from tests.faults.ledger import Ledger
from tests.faults.server import Server
from tests.faults.world import World

QUIET_S = 120.0
"""How long csbot may take to have nothing left to do: the waits between tries grow to half a minute."""
LEASE_S = 35.0
"""How long after the deadline of its call a part in a dead process's hands is found at the latest: csbot's grace, the
next look for such parts, and what a busy machine takes.
"""
LOOK_S = 0.2
OVERLAP_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The published figures of one run, and what it broke. Times in seconds."""

    name: str
    seconds: float
    kills: int
    terminations: int
    messages: int
    redelivered: int
    refused: int
    parts: int
    agents_words: int
    acts_repeated: int
    unknown: dict[str, int]
    lost: int
    doubled: int
    longest_recovery_s: float
    longest_drain_s: float
    slowest_ack_s: dict[str, float]
    notes: dict[str, float]
    broken: Sequence[Violation]


@dataclass(slots=True, kw_only=True)
class Stage:
    """What a scenario acts on. `spooled`: its events went through the spool; `notes` are figures of its own.

    `shop` is the brand's own system where csbot asks one.
    """

    world: World
    desk: Desk
    server: Server
    ledger: Ledger
    spooled: bool = False
    shop: SampleShop | None = None
    notes: dict[str, float] = field(default_factory=dict)
    broken: list[Violation] = field(default_factory=list)

    def expect(self, holds: bool, rule: str, what: str) -> None:
        """Note a rule of the scenario's own as broken unless it holds."""
        if not holds:
            self.broken.append(Violation(rule=rule, what=what))

    async def kill(self) -> None:
        """kill -9, now."""
        await self.server.kill()

    async def terminate(self) -> None:
        """SIGTERM, and a look at what csbot left behind."""
        stop = await self.server.terminate()
        stop.left_sending = await self.ledger.sending(stop.process)

    async def start(self) -> None:
        """Start csbot and wait until it is ready."""
        await self.server.spawn()
        await self.server.ready()

    async def until(self, holds: Callable[[], bool], *, within_s: float) -> bool:
        """Wait for something; False when it does not come about in time."""
        deadline = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(LOOK_S)
        return True

    async def settle(self) -> None:
        """Customers and agents leave; return when csbot has nothing left to do, or after QUIET_S all the same."""
        await self.world.leave(within_s=QUIET_S)
        await self.desk.leave(within_s=QUIET_S)
        deadline = time.monotonic() + QUIET_S
        while time.monotonic() < deadline:
            if await self._is_quiet():
                break
            await asyncio.sleep(LOOK_S)
        await self.world.leave(within_s=QUIET_S)  # receipts of the last replies

    async def _is_quiet(self) -> bool:
        if await self.ledger.unrest() or any(self.server.spool.glob("*/*.events")):
            return False
        # What csbot fetches itself may still be with the platform.
        return await self.ledger.count_heard() >= len(self.world.traffic.messages)


@asynccontextmanager
async def staged(
    folder: Path, world: World, *, seed: int, shop: SampleShop | None = None, **limits: Any
) -> AsyncIterator[Stage]:
    """A csbot serving a world whose customers have come. `limits` and `store_url` are the server's."""
    async with world:
        server = Server(folder, channels=world.settings(), **limits)
        world.connect(server.url)
        async with Desk(server.url, seed=seed) as desk:
            stage = Stage(world=world, desk=desk, server=server, ledger=Ledger(server.store_url), shop=shop)
            try:
                await stage.start()
                await admit(server.settings_file)
                world.open()
                desk.open()
                yield stage
            finally:
                await server.close()


class StateWatch:
    """Follows the delivery states while a run goes on, and notes moves backwards."""

    def __init__(self, ledger: Ledger) -> None:
        self.went_back: list[tuple[int, DeliveryState, DeliveryState]] = []
        self._ledger = ledger
        self._states: dict[int, DeliveryState] = {}

    async def run(self) -> None:
        """Look again and again; runs until cancelled."""
        since = 0.0
        while True:
            now = time.time()
            for part, state in await self._ledger.moved(since):
                old = self._states.get(part, state)
                # A try that was certainly not sent goes back to the queue; nothing else goes back anywhere.
                if rank(state) < rank(old) and (old, state) != (DeliveryState.SENDING, DeliveryState.QUEUED):
                    self.went_back.append((part, old, state))
                self._states[part] = state
            since = now - OVERLAP_S
            await asyncio.sleep(LOOK_S)


async def judged(name: str, stage: Stage, watch: StateWatch, begun: float) -> Outcome:
    """The run's figures, and every rule it broke."""
    world, stops = stage.world, stage.server.stops
    books = await stage.ledger.books()
    evidence = Evidence(
        traffic=world.traffic,
        acts=stage.desk.acts,
        calls={channel: platform.sends for channel, platform in world.platforms.items()},
        shown={channel: platform.received() for channel, platform in world.platforms.items()},
        books=books,
        stops=stops,
        went_back=watch.went_back,
        spooled=stage.spooled,
        drain_s=stage.server.drain_s,
        lease_s=0.0 if stage.server.is_alone else stage.server.send_s + LEASE_S,
    )
    broken = [*stage.broken, *violations(evidence)]
    unknown = [part for part in books.parts if part.state is DeliveryState.UNKNOWN]
    taken = [message for message in world.traffic.messages if message.acks]
    return Outcome(
        name=name,
        seconds=time.monotonic() - begun,
        kills=sum(stop.kill for stop in stops),
        terminations=sum(not stop.kill for stop in stops),
        messages=len(taken),
        redelivered=sum(message.acks - 1 for message in taken),
        refused=sum(count for status, count in world.traffic.answers.items() if not 200 <= status < 300),
        parts=len(books.parts),
        agents_words=len(stage.desk.acts.said),
        acts_repeated=stage.desk.acts.repeated,
        unknown=dict(Counter(explanation(part, evidence) or "unexplained" for part in unknown)),
        lost=sum(violation.rule == "lost" for violation in broken),
        doubled=sum(violation.rule in {"doubled", "sent twice"} for violation in broken),
        longest_recovery_s=max((stop.recovery_s for stop in stops), default=0.0),
        longest_drain_s=max((stop.took_s for stop in stops if not stop.kill), default=0.0),
        slowest_ack_s=world.traffic.slowest_ack_s,
        notes=stage.notes,
        broken=broken,
    )
