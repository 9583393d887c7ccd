"""A change that one process begins and another finds, in every store: asked for once, wherever the first stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from csbot.domain.lookup import Branch, LookupAnswer, NeedsLookup
from csbot.lookups.systems import BrandSystems
from csbot.ports import Lookups
from csbot.sampleshop.shop import CANCEL, Fault, SampleShop
from csbot.workers.inbound import LEASE_S
from tests.contracts.store_cases import Scene
from tests.unit.lookups.questions import SECRET, cancel, system
from tests.unit.workers.scripted import process_on, until
from tests.unit.workers.test_consulting import Asking, answers_of, branches


class Stopped(Exception):
    """csbot ends here."""


@dataclass(frozen=True)
class StopsAt:
    """Systems in a process that stops when a call has been marked, or made."""

    systems: Lookups
    step: str

    async def ask(self, need: NeedsLookup, *, now: datetime) -> LookupAnswer:
        if self.step == "marked":
            raise Stopped
        answer = await self.systems.ask(need, now=now)
        if self.step == "made":
            raise Stopped
        return answer


@pytest.fixture
async def first(scene: Scene) -> Scene:
    await scene.says("4713 iptal")
    return scene


@pytest.fixture
async def second(scene: Scene, open_scene: Callable[..., Awaitable[Scene]]) -> Scene:
    """Another process, a lease later."""
    other = await open_scene(worker="w2")
    other.later(LEASE_S + 1)
    return other


@pytest.fixture
async def shop(scene: Scene) -> AsyncIterator[SampleShop]:
    async with SampleShop(secret=SECRET, clock=lambda: scene.now) as opened:
        yield opened


@pytest.fixture
async def systems(shop: SampleShop) -> AsyncIterator[BrandSystems]:
    async with BrandSystems([system(CANCEL, shop.url)]) as opened:
        yield opened


async def turn(scene: Scene, folder: Path, systems: Lookups) -> list[Branch]:
    """The branches a turn of this process comes to, with the lane's claim in its hands."""
    with ExitStack() as stack:
        made = stack.enter_context(process_on(scene, folder / scene.worker / "csbot.db"))
        services = replace(made.services, engine=Asking(cancel("4713", personal=False)), lookups=systems)
        return branches(await answers_of(services, await scene.work()))


@pytest.mark.parametrize(
    ("step", "told", "changes"), [("marked", Branch.UNKNOWN, 0), ("made", Branch.UNKNOWN, 1), ("kept", Branch.FOUND, 1)]
)
async def test_a_process_that_stops_at_any_step_leaves_a_change_asked_for_once(
    first: Scene,
    second: Scene,
    shop: SampleShop,
    systems: BrandSystems,
    tmp_path: Path,
    step: str,
    told: Branch,
    changes: int,
) -> None:
    if step == "kept":
        assert await turn(first, tmp_path, systems) == [Branch.FOUND]
    else:
        with pytest.raises(Stopped):
            await turn(first, tmp_path, StopsAt(systems, step))
    for _ in range(2):
        assert await turn(second, tmp_path, systems) == [told]
        second.later(LEASE_S + 1)
    assert shop.orders.changes == len(shop.asked) == changes


async def test_who_is_slow_and_who_takes_over_ask_once(
    first: Scene, second: Scene, shop: SampleShop, systems: BrandSystems, tmp_path: Path
) -> None:
    """The lane's claim has run out while the first process still waits for the shop."""
    shop.fault(Fault.HANG)
    slow = asyncio.create_task(turn(first, tmp_path, systems))

    async def is_asked() -> bool:
        return len(shop.asked) == 1

    await until(is_asked, "the change to be asked for")
    assert await turn(second, tmp_path, systems) == [Branch.UNKNOWN]
    assert await slow == [Branch.UNKNOWN]
    assert shop.orders.changes == len(shop.asked) == 1
