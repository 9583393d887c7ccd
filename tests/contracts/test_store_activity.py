"""What every store counts of its channels, and what it tells of the audit log."""

from __future__ import annotations

from datetime import timedelta

from csbot.domain.delivery import DeliveryState
from csbot.domain.pause import Pause, PauseScope
from csbot.domain.reporting import ChannelHour
from tests.contracts.store_cases import AGENT, OTHER, SMS, START, TELEGRAM, Scene, note

HOUR = timedelta(hours=1)


async def counted(scene: Scene) -> list[ChannelHour]:
    await scene.store.count_activity(before=scene.now)
    return await scene.store.activity(since=START - HOUR)


async def test_what_comes_and_goes_is_counted_by_channel_and_hour_once(scene: Scene) -> None:
    await scene.says("bir")
    last_in = scene.later(60)
    await scene.says("iki")
    work = await scene.work()
    await scene.answer(work, "cevap")
    out = scene.now
    await scene.act(work.conversation.id, messages=(note("not"),))
    scene.later(1)
    first = ChannelHour(channel="sms", hour=START, received=2, sent=1, last_in_at=last_in, last_out_at=out)
    assert await counted(scene) == [first]
    assert await counted(scene) == [first], "nothing is counted twice"
    scene.later(30)
    await scene.says("üç", OTHER)
    third = scene.now
    await scene.says("dört", TELEGRAM)
    later = scene.later(3600)
    await scene.says("beş")
    scene.later(1)
    assert await counted(scene) == [
        ChannelHour(channel="sms", hour=START, received=3, sent=1, last_in_at=third, last_out_at=out),
        ChannelHour(channel="telegram", hour=START, received=1, last_in_at=third),
        ChannelHour(channel="sms", hour=START + HOUR, received=1, last_in_at=later),
    ]
    assert [one.hour for one in await scene.store.activity(since=later)] == [START + HOUR]


async def test_what_has_just_come_is_counted_later(scene: Scene) -> None:
    await scene.says("bir")
    assert await scene.store.count_activity(before=scene.now) == 0
    assert await scene.store.count_activity(before=scene.later(1)) == 1
    assert await scene.store.count_activity(before=scene.later(1)) == 0


async def test_parts_for_a_person_to_look_at_are_counted_by_channel(scene: Scene) -> None:
    for who in (SMS, OTHER, TELEGRAM):
        await scene.says("kargo", who)
    scene.later(10)
    for work in await scene.claim():
        await scene.answer(work, "cevap")
    first, second, third = await scene.take(sms=10, telegram=10)
    await scene.settle(first, state=DeliveryState.UNKNOWN)
    await scene.settle(second, state=DeliveryState.FAILED)
    await scene.settle(third)
    counts = await scene.store.unsent_counts()
    assert sum(sum(states.values()) for states in counts.values()) == 2
    assert counts["sms"].get(DeliveryState.PARKED, 0) == 0
    assert {state for states in counts.values() for state in states} == {DeliveryState.UNKNOWN, DeliveryState.FAILED}


async def test_the_audit_log_is_told_from_its_end(scene: Scene) -> None:
    for target in ("sms", "telegram"):
        pause = Pause(scope=PauseScope.CHANNEL, target=target, note="maintenance", by=AGENT)
        await scene.store.set_pause(pause, now=scene.now)
        scene.later(1)
    await scene.store.add_user(AGENT, role="agent", now=scene.now)
    lines = await scene.store.audited()
    assert [(line.entry.actor, line.entry.act, line.entry.subject) for line in lines] == [
        ("csbot", "set role", f"user {AGENT}"),
        (AGENT, "set pause", "channel telegram"),
        (AGENT, "set pause", "channel sms"),
    ]
    assert lines[2].at == START
    assert [line.entry.subject for line in await scene.store.audited(subjects=("channel ",))] == [
        "channel telegram",
        "channel sms",
    ]
    assert [line.id for line in await scene.store.audited(limit=1)] == [lines[0].id]
