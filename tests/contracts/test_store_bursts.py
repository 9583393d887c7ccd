"""Bursts in every store: a lane is left to finish its thought, and not longer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from csbot.domain.burst import Burst
from csbot.domain.message import MessageKind
from tests.contracts.store_cases import OTHER, SMS, START, Scene

OpenScene = Callable[..., Awaitable[Scene]]


def after(seconds: float) -> object:
    return START + timedelta(seconds=seconds)


async def test_a_lane_is_due_when_it_has_been_quiet(scene: Scene) -> None:
    appended = await scene.says("bir")
    assert appended.due_at == after(1.5)
    assert await scene.store.next_lane_due() == after(1.5)
    scene.later(1.4)
    assert await scene.claim() == []
    scene.later(0.1)
    [work] = await scene.claim()
    assert [heard.body.text for heard in work.heard] == ["bir"]


async def test_a_further_message_waits_for_the_next_but_never_past_the_limit(scene: Scene) -> None:
    dues = []
    for n in range(4):
        dues.append((await scene.says(f"{n}")).due_at)
        scene.later(1)
    assert dues == [after(1.5), after(2.5), after(3.5), after(4)]
    [work] = await scene.claim()
    assert len(work.heard) == 4


async def test_a_message_after_the_limit_is_due_at_once_never_before_now(scene: Scene) -> None:
    await scene.says("bir")
    scene.later(9)
    assert (await scene.says("iki")).due_at == scene.now
    [work] = await scene.claim()
    assert len(work.heard) == 2


async def test_what_comes_late_from_the_spool_is_not_kept_waiting_again(scene: Scene) -> None:
    late = scene.words("bekletilmiş")
    scene.later(60)
    appended = await scene.store.append([late], now=scene.now)
    assert appended.due_at == scene.now
    [work] = await scene.claim()
    assert work.heard[0].received_at == START


async def test_without_bursts_a_lane_is_due_at_once(open_scene: OpenScene) -> None:
    scene = await open_scene(burst=Burst(quiet_s=0))
    assert (await scene.says("bir")).due_at == START
    [work] = await scene.claim()
    assert len(work.heard) == 1


async def test_an_album_is_one_turn_even_without_bursts(open_scene: OpenScene) -> None:
    scene = await open_scene(burst=Burst(quiet_s=0))
    first = await scene.says("", kind=MessageKind.PHOTO, album="a1")
    scene.later(0.6)
    second = await scene.says("kırık geldi", kind=MessageKind.PHOTO, album="a1")
    assert (first.due_at, second.due_at) == (after(1), after(1.6))
    scene.later(0.9)
    assert await scene.claim() == []
    scene.later(0.1)
    [work] = await scene.claim()
    assert [heard.body.album for heard in work.heard] == ["a1", "a1"]


async def test_the_soonest_lane_of_a_call_is_told(scene: Scene) -> None:
    await scene.says("bir")
    scene.later(1)
    appended = await scene.store.append([scene.words("başkası", OTHER), scene.words("iki", SMS)], now=scene.now)
    assert appended.due_at == after(2.5)
    assert appended.new == 2


async def test_what_arrives_during_a_turn_is_a_burst_of_its_own(scene: Scene) -> None:
    await scene.says("bir")
    scene.later(2)
    [work] = await scene.claim()
    assert (await scene.says("iki")).due_at == after(3.5)
    scene.later(5)
    assert await scene.claim() == []
    await scene.answer(work, "cevap")
    [following] = await scene.claim()
    assert [heard.body.text for heard in following.heard] == ["iki"]


async def test_a_held_lane_waits_for_its_time_with_what_it_had(scene: Scene) -> None:
    await scene.says("merhaba")
    scene.later(1.5)
    [work] = await scene.claim()
    await scene.answer(work, hold_until=START + timedelta(seconds=7.5))
    assert await scene.store.next_lane_due() == after(7.5)
    scene.later(5.9)
    assert await scene.claim() == []
    scene.later(0.1)
    [again] = await scene.claim()
    assert [heard.event for heard in again.heard] == [heard.event for heard in work.heard]


async def test_the_question_behind_a_held_greeting_starts_a_new_burst(scene: Scene) -> None:
    await scene.says("merhaba")
    scene.later(1.5)
    [work] = await scene.claim()
    await scene.answer(work, hold_until=START + timedelta(seconds=7.5))
    scene.later(3.5)
    assert (await scene.says("kargom nerede")).due_at == after(6.5)
    scene.later(1.5)
    [again] = await scene.claim()
    assert [heard.body.text for heard in again.heard] == ["merhaba", "kargom nerede"]


async def test_a_hold_does_not_delay_what_arrived_while_it_was_decided(scene: Scene) -> None:
    await scene.says("merhaba")
    scene.later(1.5)
    [work] = await scene.claim()
    await scene.says("kargom nerede")
    await scene.answer(work, hold_until=START + timedelta(seconds=7.5))
    assert await scene.store.next_lane_due() == after(3)


async def test_no_lane_is_due_when_all_is_answered(scene: Scene) -> None:
    assert await scene.store.next_lane_due() is None
    await scene.says("bir")
    await scene.answer(await scene.work(), "cevap")
    assert await scene.store.next_lane_due() is None
    assert (await scene.store.counts())["due_lanes"] == 0
