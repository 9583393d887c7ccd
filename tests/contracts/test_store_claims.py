"""Claims in every store: one worker a lane, and none for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from csbot.domain.address import Address
from csbot.domain.changes import Committed, Duplicate
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState
from tests.contracts.store_cases import OTHER, START, Scene

OpenScene = Callable[..., Awaitable[Scene]]


def customer(n: int) -> Address:
    return Address(channel="sms", user=f"+9053200000{n:02d}")


async def test_a_claimed_lane_is_nobody_else_s(scene: Scene) -> None:
    await scene.says("bir")
    scene.later(2)
    assert len(await scene.claim()) == 1
    assert await scene.claim(worker="w2") == []
    assert await scene.claim() == []


async def test_workers_claiming_at_the_same_time_never_share_a_lane(scene: Scene, open_scene: OpenScene) -> None:
    other = await open_scene(worker="w2")
    for n in range(20):
        await scene.says("bir", customer(n))
    other.now = scene.later(2)
    claims = await asyncio.gather(*(stage.claim(limit=3) for _ in range(5) for stage in (scene, other)))
    lanes = [work.lane for claim in claims for work in claim]
    assert len(lanes) == len(set(lanes)) == 20


async def test_the_longest_due_comes_first_and_no_more_than_asked_for(scene: Scene) -> None:
    for n in range(5):
        await scene.says("bir", customer(n))
        scene.later(0.1)
    scene.later(5)
    first = await scene.claim(limit=2)
    second = await scene.claim(limit=10)
    assert [work.identity.address for work in first] == [customer(0).user, customer(1).user]
    assert [work.identity.address for work in second] == [customer(2).user, customer(3).user, customer(4).user]


async def test_a_claim_ends_with_its_lease(scene: Scene) -> None:
    await scene.says("bir")
    scene.later(2)
    [dead] = await scene.claim(lease_s=30)
    assert await scene.store.next_lane_due() == scene.now + timedelta(seconds=30)
    scene.later(29)
    assert await scene.claim(worker="w2") == []
    scene.later(1)
    [work] = await scene.claim(worker="w2")
    assert [heard.event for heard in work.heard] == [heard.event for heard in dead.heard]


async def test_a_message_during_a_dead_claim_is_not_answered_before_it_ends(scene: Scene) -> None:
    await scene.says("bir")
    scene.later(2)
    await scene.claim(lease_s=30)
    scene.later(5)
    await scene.says("iki")
    assert await scene.store.next_lane_due() == START + timedelta(seconds=32)
    scene.later(24)
    assert await scene.claim(worker="w2") == []
    scene.later(1)
    [work] = await scene.claim(worker="w2")
    assert [heard.body.text for heard in work.heard] == ["bir", "iki"]


async def test_a_turn_overtaken_by_its_lease_is_written_once(scene: Scene) -> None:
    await scene.says("bir")
    scene.later(2)
    [slow] = await scene.claim(lease_s=30)
    scene.later(30)
    [work] = await scene.claim(worker="w2")
    assert isinstance(await scene.commit(scene.changes(work, "cevap", worker="w2")), Committed)
    assert await scene.commit(scene.changes(slow, "cevap")) == Duplicate()
    assert await scene.texts(work.conversation.id) == ["bir", "cevap"]


async def test_an_overtaken_turn_does_not_end_the_claim_of_another(scene: Scene) -> None:
    await scene.says("bir")
    scene.later(2)
    [slow] = await scene.claim(lease_s=30)
    scene.later(30)
    await scene.claim(worker="w2")
    await scene.store.release_lane(slow.lane, worker="w1", retry_at=scene.now)
    scene.later(1)
    assert await scene.claim(worker="w3") == []


async def test_a_lane_given_up_is_due_again_with_one_more_failure(scene: Scene) -> None:
    await scene.says("bir")
    scene.later(2)
    [work] = await scene.claim()
    assert work.failures == 0
    await scene.store.release_lane(work.lane, worker="w1", retry_at=scene.now + timedelta(seconds=4))
    assert await scene.store.next_lane_due() == scene.now + timedelta(seconds=4)
    assert await scene.claim() == []
    scene.later(4)
    [again] = await scene.claim()
    assert again.failures == 1
    await scene.answer(again, "cevap")
    await scene.says("iki")
    assert (await scene.work()).failures == 0


@pytest.mark.parametrize("ends", ["released", "recovered"])
@pytest.mark.parametrize("more", [False, True], ids=["answered", "written to meanwhile"])
async def test_a_claim_that_ends_where_a_person_has_closed_leaves_nothing_due(
    scene: Scene, ends: str, more: bool
) -> None:
    await scene.says("bir")
    work = await scene.work()
    if more:
        await scene.says("iki")
    assert isinstance(await scene.own(work.conversation.id, ConversationState.CLOSED), Committed)
    if ends == "released":
        await scene.store.release_lane(work.lane, worker="w1", retry_at=scene.now)
    else:
        await scene.store.recover(now=scene.now, everything=True)
    assert await scene.store.next_lane_due() is None
    assert (await scene.store.counts())["due_lanes"] == 0
    await scene.says("üç")
    assert await scene.store.next_lane_due() == scene.now + timedelta(seconds=1.5)
    again = await scene.work()
    assert (again.lane, again.failures) == (work.lane, 0)
    assert [heard.body.text for heard in again.heard] == ["üç"]


async def test_lanes_due_are_counted_and_the_next_is_the_soonest(scene: Scene) -> None:
    await scene.says("bir")
    scene.later(1)
    await scene.says("iki", OTHER)
    assert await scene.store.next_lane_due() == START + timedelta(seconds=1.5)
    assert (await scene.store.counts())["due_lanes"] == 2


async def test_after_a_crash_parts_in_flight_are_unknown_and_lanes_are_free(scene: Scene) -> None:
    await scene.says("bir")
    await scene.answer(await scene.work(), "cevap")
    [part] = await scene.take()
    await scene.says("iki")
    work = await scene.work()
    assert await scene.store.recover(now=scene.now, everything=True) == 1
    assert await scene.states(work.conversation.id) == ["unknown"]
    assert await scene.take() == []
    [again] = await scene.claim(worker="w2")
    assert again.lane == work.lane
    [view] = await scene.parts(work.conversation.id)
    assert (view.id, view.state) == (part.id, DeliveryState.UNKNOWN)
    assert view.reason
    assert (await scene.store.counts())["unknown"] == 1


async def test_beside_other_processes_only_what_is_past_its_lease_is_recovered(scene: Scene) -> None:
    await scene.says("bir")
    await scene.says("başkası", OTHER)
    scene.later(2)
    first, second = await scene.claim(lease_s=30)
    await scene.answer(first, "cevap")
    await scene.take(lease_s=60)
    scene.later(20)
    assert await scene.store.recover(now=scene.now, everything=False) == 0
    assert await scene.claim(worker="w2") == []
    scene.later(50)
    assert await scene.store.recover(now=scene.now, everything=False) == 1
    assert [work.lane for work in await scene.claim(worker="w2")] == [second.lane]


async def test_recovering_twice_finds_nothing(scene: Scene) -> None:
    await scene.says("bir")
    await scene.answer(await scene.work(), "cevap")
    await scene.take()
    assert await scene.store.recover(now=scene.now, everything=True) == 1
    assert await scene.store.recover(now=scene.now, everything=True) == 0
