"""Calls that change something, in every store: marked before they are made, and never made twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from csbot.domain.lookup import Branch, LookupAnswer
from csbot.ports import Store
from tests.contracts.store_cases import Scene

OpenScene = Callable[..., Awaitable[Scene]]
REQUEST = "sms:k1:cancel-order"
MADE = LookupAnswer(
    request=REQUEST,
    branch=Branch.FOUND,
    records=(
        {
            "status": "cancelled",
            "parcels": 2,
            "refund": Decimal("149.90"),
            "expected": date(2026, 11, 27),
            "at": datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
            "paid": True,
            "note": "iade: ₺149,90",
        },
    ),
    reason="wished",
    why="as asked",
)
LOST = LookupAnswer(request=REQUEST, branch=Branch.UNKNOWN, why="no answer within 2 s")


async def conversation(scene: Scene) -> int:
    await scene.says("iptal")
    return (await scene.work()).conversation.id


async def begin(store: Store, scene: Scene, of: int, *, caller: str = "w1/1") -> LookupAnswer | None:
    return await store.begin_call(REQUEST, conversation=of, lookup="cancel-order", caller=caller, now=scene.now)


async def test_a_waiting_message_carries_its_event_s_key(scene: Scene) -> None:
    await scene.says("bir", key="SM1")
    await scene.says("iki", key="SM2")
    assert [heard.key for heard in (await scene.work()).heard] == ["SM1", "SM2"]


async def test_a_call_is_made_once_and_its_answer_kept_with_every_type(scene: Scene) -> None:
    of = await conversation(scene)
    assert await begin(scene.store, scene, of) is None
    await scene.store.end_call(MADE, now=scene.now)
    kept = await begin(scene.store, scene, of, caller="w1/2")
    assert kept == MADE
    [record] = kept.records
    assert [type(value) for value in record.values()] == [str, int, Decimal, date, datetime, bool, str]


async def test_who_has_marked_a_call_and_not_made_it_may_mark_it_again(scene: Scene) -> None:
    of = await conversation(scene)
    assert await begin(scene.store, scene, of) is None
    assert await begin(scene.store, scene, of) is None


async def test_after_a_restart_in_the_middle_nobody_knows_and_nobody_calls(scene: Scene, open_scene: OpenScene) -> None:
    of = await conversation(scene)
    assert await begin(scene.store, scene, of) is None
    other = await open_scene(worker="w2")
    for attempt in ("w2/1", "w2/2"):
        answer = await begin(other.store, scene, of, caller=attempt)
        assert answer is not None
        assert answer.branch is Branch.UNKNOWN
        assert answer.request == REQUEST
    lost = await begin(scene.store, scene, of)
    assert lost is not None
    assert lost.branch is Branch.UNKNOWN, "not even the first, which may have made it"


async def test_what_a_call_came_to_can_be_looked_up_without_marking_one(scene: Scene) -> None:
    of = await conversation(scene)
    assert await scene.store.made_call(REQUEST) is None
    assert await begin(scene.store, scene, of) is None
    under_way = await scene.store.made_call(REQUEST)
    assert under_way is not None
    assert (under_way.request, under_way.branch) == (REQUEST, Branch.UNKNOWN)
    assert await begin(scene.store, scene, of) is None, "looking marks nothing"
    await scene.store.end_call(MADE, now=scene.now)
    assert await scene.store.made_call(REQUEST) == MADE


async def test_a_call_without_an_end_is_given_up_after_a_while_and_told_once(scene: Scene) -> None:
    of = await conversation(scene)
    assert await begin(scene.store, scene, of) is None
    assert await scene.store.lost_calls(before=scene.now, now=scene.now) == []
    later = scene.later(60)
    [(conversation_id, need, answer)] = await scene.store.lost_calls(before=later, now=later)
    assert (conversation_id, need.name, need.request, need.changes) == (of, "cancel-order", REQUEST, True)
    assert answer.branch is Branch.UNKNOWN
    assert await scene.store.lost_calls(before=scene.later(60), now=scene.now) == []
    assert await scene.store.made_call(REQUEST) == answer
    await scene.store.end_call(MADE, now=scene.now)
    assert await scene.store.made_call(REQUEST) == MADE, "the answer comes after all"


async def test_what_has_come_to_its_end_is_not_given_up(scene: Scene) -> None:
    of = await conversation(scene)
    await begin(scene.store, scene, of)
    await scene.store.end_call(MADE, now=scene.now)
    assert await scene.store.lost_calls(before=scene.later(60), now=scene.now) == []


async def test_an_answer_that_comes_late_is_kept_and_stays(scene: Scene) -> None:
    of = await conversation(scene)
    assert await begin(scene.store, scene, of) is None
    await scene.store.end_call(LOST, now=scene.now)
    assert await begin(scene.store, scene, of, caller="w1/2") == LOST
    await scene.store.end_call(MADE, now=scene.now)
    assert await begin(scene.store, scene, of, caller="w1/3") == MADE
    await scene.store.end_call(replace(MADE, branch=Branch.REFUSED), now=scene.now)
    await scene.store.end_call(LOST, now=scene.now)
    assert await begin(scene.store, scene, of, caller="w1/4") == MADE


async def test_of_processes_that_race_one_calls(scene: Scene, open_scene: OpenScene) -> None:
    of = await conversation(scene)
    other = await open_scene(worker="w2")
    answers = await asyncio.gather(
        *(begin(stage.store, scene, of, caller=f"{stage.worker}/{n}") for n in range(5) for stage in (scene, other))
    )
    assert answers.count(None) == 1
    assert {answer.branch for answer in answers if answer is not None} == {Branch.UNKNOWN}


async def test_marks_are_forgotten_with_time_and_an_end_without_one_is_nothing(scene: Scene) -> None:
    of = await conversation(scene)
    await begin(scene.store, scene, of)
    assert await scene.store.forget(before=scene.now) == 0
    assert await scene.store.forget(before=scene.later(1)) == 1
    await scene.store.end_call(MADE, now=scene.now)
    assert await scene.rows("SELECT request FROM lookup_calls") == []
    assert await begin(scene.store, scene, of, caller="w1/2") is None
