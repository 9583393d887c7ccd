"""What is done to csbot: one scenario a kind of misfortune."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from csbot.channel.imitation import Fault
from csbot.sampleshop.shop import Fault as ShopFault
from csbot.sampleshop.shop import SampleShop
from tests.faults.cancelling import cancelling_shop, cancelling_visit, figures, outcomes, settings_of, truth_told
from tests.faults.customers import PHONE_KINDS
from tests.faults.databases import postgres_database
from tests.faults.pauses import pauses_kept, tries_spaced
from tests.faults.stage import Outcome, Stage, StateWatch, judged, staged
from tests.faults.world import World

LOCK_S = 10.0
LIMIT_AFTER_S = 4.0
LONG_LIMIT_S = 30.0
"""What a 429 asks to wait: longer, where csbot is started anew meanwhile."""
ROOM = 32 * 1024
"""How many bytes the database may still grow before the disk is full."""
ACK_S = {"slack": 3.0}
"""How long a platform waits for an ack; 15 s where it is not said."""
ALARM = 'csbot_alarm{what="disk_full"}'


SHOP_FAULTS = (ShopFault.HANG, ShopFault.CUT, ShopFault.ERROR, ShopFault.BUSY, ShopFault.GARBAGE)
LONG_REPLY_S = 6.0
"""What a customer waits for an answer that a shop has to give first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of everything. `seed` decides who writes what, and when csbot is stopped.

    `channels` are named by their kinds. `postgres` is the server of the scenario of that name.
    """

    seed: int = 1
    kills: int = 20
    terminations: int = 5
    faults: int = 40
    customers: int = 40
    channels: Sequence[str] = ("telegram", "sms", "whatsapp", "slack")
    drain_s: float = 10.0
    short: bool = False
    postgres: str = ""


SHORT = Plan(kills=3, terminations=2, faults=8, customers=20, channels=("sms", "whatsapp"), drain_s=5.0, short=True)
"""What a test run has the time for: the channels that start the quickest."""

Act = Callable[[Stage, Plan, random.Random], Awaitable[None]]


async def stops(stage: Stage, plan: Plan, chance: random.Random) -> None:
    """kill -9 and SIGTERM at random moments under load, now and then while csbot is still starting; the last SIGTERM
    while calls hang.
    """
    kinds = [True] * plan.kills + [False] * (plan.terminations - 1)
    chance.shuffle(kinds)
    for is_kill in kinds:
        for platform in stage.world.platforms.values():
            platform.fault(Fault.SLOW, chance.randint(0, 30))
        await asyncio.sleep(chance.uniform(0.2, 2.5))
        await (stage.kill() if is_kill else stage.terminate())
        await stage.server.spawn()
        if chance.random() < 0.15:
            await asyncio.sleep(chance.uniform(0, 1.5))
            await stage.kill()
            await stage.server.spawn()
        await stage.server.ready()
    await terminate_in_a_hang(stage)


async def terminate_in_a_hang(stage: Stage) -> None:
    """SIGTERM while a call is under way to which no answer will come."""
    before = _hung(stage)
    for platform in stage.world.platforms.values():
        platform.fault(Fault.HANG, 1)
    stage.expect(await stage.until(lambda: _hung(stage) > before, within_s=20), "hang", "no call was made")
    await stage.terminate()
    for platform in stage.world.platforms.values():
        platform.fault(Fault.HANG, 0)
    await stage.start()


def _hung(stage: Stage) -> int:
    return sum(call.fault is Fault.HANG for platform in stage.world.platforms.values() for call in platform.sends)


async def failing_platforms(stage: Stage, plan: Plan, chance: random.Random) -> None:
    """Platforms answer 429 and 500, hang, and cut the connection after they took the call.

    Not when short: before that, csbot is killed in a pause that a platform has asked for.
    """
    if not plan.short:
        await kill_in_a_pause(stage)
    faults = (Fault.LIMIT, Fault.ERROR, Fault.HANG, Fault.CUT)
    misfortunes = [(platform, fault) for platform in stage.world.platforms.values() for fault in faults]
    for number in range(plan.faults):
        if number % len(misfortunes) == 0:
            chance.shuffle(misfortunes)
        platform, fault = misfortunes[number % len(misfortunes)]
        platform.fault(fault, chance.randint(1, 3), after_s=LIMIT_AFTER_S)
        await asyncio.sleep(chance.uniform(0.2, 0.8))
    for platform in stage.world.platforms.values():
        for fault in faults:
            platform.fault(fault, 0)
    await stage.settle()
    books = await stage.ledger.books()
    calls = {channel: platform.sends for channel, platform in stage.world.platforms.items()}
    stage.notes |= {
        f"calls met by {fault}": sum(call.fault is fault for made in calls.values() for call in made)
        for fault in faults
    }
    stage.broken += [*pauses_kept(calls, LIMIT_AFTER_S), *tries_spaced(calls, books.parts)]


async def kill_in_a_pause(stage: Stage) -> None:
    """kill -9 once every platform has answered 429 and csbot has had the time to write that down."""
    platforms = stage.world.platforms.values()
    for platform in platforms:
        platform.fault(Fault.LIMIT, 1, after_s=LONG_LIMIT_S)

    def all_limited() -> bool:
        return all(any(call.fault is Fault.LIMIT for call in platform.sends) for platform in platforms)

    stage.expect(await stage.until(all_limited, within_s=20), "pause", "a platform was not called")
    await asyncio.sleep(1)
    await stage.kill()
    await stage.start()
    await asyncio.sleep(LONG_LIMIT_S)
    calls = {channel: list(platform.sends) for channel, platform in stage.world.platforms.items()}
    stage.broken += pauses_kept(calls, LONG_LIMIT_S)


async def failing_shop(stage: Stage, plan: Plan, chance: random.Random) -> None:
    """The shop hangs, cuts and answers nonsense while csbot is stopped, every other time in the middle of a change."""
    shop = stage.shop
    assert shop is not None
    kinds = [True] * plan.kills + [False] * plan.terminations
    chance.shuffle(kinds)
    in_a_change = 0
    for number, is_kill in enumerate(kinds):
        shop.fault(chance.choice(SHOP_FAULTS), times=chance.randint(1, 4), of_changes=chance.random() < 0.7)
        await asyncio.sleep(chance.uniform(0.2, 2.5))
        if number % 2 == 0:
            shop.fault(ShopFault.HANG, times=3, of_changes=True)
            before = _asked_to_change(shop)
            in_a_change += await stage.until(partial(_more_than, shop, before), within_s=20)
        await (stage.kill() if is_kill else stage.terminate())
        for fault in (*SHOP_FAULTS, ShopFault.HANG):
            shop.fault(fault, times=0, of_changes=True)
            shop.fault(fault, times=0)
        await stage.start()
    await asyncio.sleep(LONG_REPLY_S)
    await stage.settle()
    found = outcomes(shop, await stage.ledger.books())
    stage.broken += truth_told(found)
    stage.notes |= {**figures(found), "changes asked for when stopped": in_a_change}
    stage.expect(shop.orders.changes > 0 and any(one.told for one in found), "shop", "nothing was cancelled")


def _asked_to_change(shop: SampleShop) -> int:
    return sum(question["changes"] for question in shop.asked)


def _more_than(shop: SampleShop, before: int) -> bool:
    return _asked_to_change(shop) > before


async def locked_store(stage: Stage, plan: Plan, chance: random.Random) -> None:
    """Another process holds the write lock for longer than a platform waits: the spool takes over, then drains.

    Not when short: the same again, ended by a SIGTERM and by a kill while the spool is full.
    """
    stage.spooled = True
    await asyncio.sleep(chance.uniform(1, 2))
    with _locked(stage):
        before = sum(message.acks for message in stage.world.traffic.messages)
        await asyncio.sleep(LOCK_S)
        files = _spooled(stage)
        taken = sum(message.acks for message in stage.world.traffic.messages) - before
    stage.notes |= {"taken while locked": taken, "files in the spool then": files}
    stage.expect(files > 0 and taken > 0, "spool", "nothing was taken while the store was locked")
    for stop in () if plan.short else (stage.terminate, stage.kill):
        await asyncio.sleep(chance.uniform(1, 3))
        with _locked(stage):
            stage.expect(await stage.until(lambda: _spooled(stage) > 0, within_s=20), "spool", "it was not used")
            await asyncio.sleep(chance.uniform(0.5, 2))
            await stop()
            stage.server.stops[-1].store_away = True
        await stage.start()
    await asyncio.sleep(chance.uniform(0.5, 2))
    await stage.settle()
    for channel, slowest_s in stage.world.traffic.slowest_ack_s.items():
        allowed_s = ACK_S.get(channel, 15.0)
        stage.expect(slowest_s < allowed_s, "ack", f"{channel} waited {slowest_s:.1f} s, it gives {allowed_s:g}")
    figures = await stage.server.figures()
    left = {name: value for name, value in figures.items() if name.startswith("csbot_spool_files") and value}
    stage.expect(not left, "spool", f"it is not drained: {left}")


@contextmanager
def _locked(stage: Stage) -> Iterator[None]:
    other = sqlite3.connect(stage.server.store_url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


def _spooled(stage: Stage) -> int:
    return len(list(stage.server.spool.glob("*/*.events")))


async def full_disk(stage: Stage, plan: Plan, chance: random.Random) -> None:
    """The disk fills up under load: refusals, an alarm, nothing half written. First there is room again while csbot
    runs, then only after it was killed.
    """
    for is_killed in (False, True):
        await asyncio.sleep(chance.uniform(1, 2))
        size = Path(stage.server.store_url.removeprefix("sqlite:///")).stat().st_size  # noqa: ASYNC240
        stage.server.limit_files(size + ROOM)
        stage.expect(await _refuses(stage), "disk full", "nothing was refused with 503")
        stage.expect(await _alarms(stage), "disk full", "no alarm in /metrics")
        damage = await stage.ledger.damage()
        stage.expect(not damage, "disk full", f"the database is damaged: {damage}")
        if is_killed:
            await stage.kill()
            await stage.start()
        else:
            stage.server.limit_files(None)
            await asyncio.sleep(1)
    await stage.settle()
    stage.expect(not (await stage.server.figures()).get(ALARM), "disk full", "the alarm stands with room again")


async def _refuses(stage: Stage) -> bool:
    answers = stage.world.traffic.answers
    before = answers[503]
    return await stage.until(lambda: answers[503] > before + 20, within_s=60)


async def _alarms(stage: Stage) -> bool:
    # A write so small that it still fits ends the alarm until the next that does not.
    for _ in range(20):
        if (await stage.server.figures()).get(ALARM) == 1.0:
            return True
        await asyncio.sleep(0.1)
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A kind of misfortune and where it is met.

    `send_s` is the deadline of a call. `pulled` are channels instead of the plan's, from which csbot fetches what is
    said. `share` is how many of the plan's stops there are. `cancels`: customers have orders cancelled at a shop.
    """

    act: Act
    send_s: float = 20.0
    on_postgres: bool = False
    pulled: Sequence[str] = ()
    share: float = 1.0
    cancels: bool = False


SCENARIOS: Mapping[str, Scenario] = {
    "stops": Scenario(act=stops),
    "platforms": Scenario(act=failing_platforms, send_s=3.0),
    "locked": Scenario(act=locked_store),
    "full": Scenario(act=full_disk),
    "pulled": Scenario(act=stops, pulled=("telegram", "slack"), share=0.25),
    "postgres": Scenario(act=stops, on_postgres=True, share=0.25),
    "shop": Scenario(act=failing_shop, cancels=True),
    "shop_postgres": Scenario(act=failing_shop, cancels=True, on_postgres=True, share=0.25),
}


def _world(scenario: Scenario, plan: Plan) -> World:
    if scenario.cancels:
        visits = partial(cancelling_visit, seed=plan.seed, channels=PHONE_KINDS)
        return World(
            PHONE_KINDS, seed=plan.seed, customers=plan.customers, visits=visits, patience=0.85, reply_s=LONG_REPLY_S
        )
    channels = scenario.pulled or plan.channels
    return World(channels, seed=plan.seed, customers=plan.customers, pulled=bool(scenario.pulled))


async def play(name: str, plan: Plan, folder: Path) -> Outcome:
    """One scenario from the first start to the judgement. What it wrote stays in `folder` for whoever wants to look."""
    scenario = SCENARIOS[name]
    plan = replace(
        plan, kills=round(plan.kills * scenario.share), terminations=max(1, round(plan.terminations * scenario.share))
    )
    chance = random.Random(f"{plan.seed}/{name}")
    begun = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - before anything runs
    async with AsyncExitStack() as stack:
        store_url = await stack.enter_async_context(postgres_database(plan.postgres)) if scenario.on_postgres else ""
        shop = await stack.enter_async_context(cancelling_shop()) if scenario.cancels else None
        stage = await stack.enter_async_context(
            staged(
                folder,
                _world(scenario, plan),
                seed=plan.seed,
                shop=shop,
                lookups=settings_of(shop) if shop else {},
                send_s=scenario.send_s,
                drain_s=plan.drain_s,
                store_url=store_url,
            )
        )
        watch = StateWatch(stage.ledger)
        watching = asyncio.create_task(watch.run(), name="state watch")
        try:
            await scenario.act(stage, plan, chance)
            await stage.settle()
        finally:
            watching.cancel()
            await asyncio.wait({watching})
        if not watching.cancelled() and (error := watching.exception()) is not None:
            raise error
        await stage.terminate()
        return await judged(name, stage, watch, begun)
