"""Every store tells whether anything has changed where somebody looks."""

from __future__ import annotations

from collections.abc import Mapping

from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.events import MessageEdited, Reacted
from tests.contracts.store_cases import AGENT, OTHER, SMS, Scene

LINE = 0


async def look(scene: Scene, *lanes: int) -> Mapping[int, str]:
    return await scene.store.pulses(lanes)


async def test_a_lane_beats_with_all_that_is_said_sent_and_passed_on_in_it(scene: Scene) -> None:
    await scene.says("kargo", external_id="m1")
    work = await scene.work()
    lane, id = work.lane, work.conversation.id
    seen = [await look(scene, lane)]

    async def changed() -> None:
        now = await look(scene, lane)
        assert now != seen[-1]
        assert now == await look(scene, lane), "nothing happened meanwhile"
        seen.append(now)

    await scene.answer(work, "cevap")
    await changed()
    [part] = await scene.take()
    scene.later(1)
    await scene.settle(part)
    await changed()
    scene.later(1)
    await scene.receipt(part.id, DeliveryState.DELIVERED)
    await changed()
    await scene.says("teşekkürler")
    await changed()
    await scene.append(MessageEdited(address=SMS, external_id="m1", text="kargom"))
    await changed()
    await scene.append(Reacted(address=SMS, external_id="m1", emoji="👍"))
    await changed()
    await scene.own(id, ConversationState.HUMAN, holder=AGENT)
    await changed()
    await scene.own(id, ConversationState.CLOSED)
    await changed()
    await scene.says("yine ben")
    await changed()


async def test_other_lanes_stay_as_they_are_and_unknown_ones_are_left_out(scene: Scene) -> None:
    await scene.says("kargo")
    await scene.says("iade", OTHER)
    scene.later(10)
    first, second = await scene.claim()
    before = await look(scene, first.lane, second.lane, 999)
    assert set(before) == {first.lane, second.lane}
    await scene.answer(second, "cevap")
    after = await look(scene, first.lane, second.lane)
    assert after[first.lane] == before[first.lane]
    assert after[second.lane] != before[second.lane]


async def test_the_line_beats_with_who_waits_and_who_helps(scene: Scene) -> None:
    seen = [(await look(scene, LINE))[LINE]]

    async def changed() -> None:
        now = (await look(scene, LINE))[LINE]
        assert now != seen[-1]
        seen.append(now)

    await scene.says("insan")
    work = await scene.work()
    assert (await look(scene, LINE))[LINE] == seen[0], "the bot's conversations are not in the line"
    await scene.hand_off(work, "bekleyin")
    await changed()
    scene.later(1)
    await scene.says("orada mısınız")
    await changed()
    await scene.own(work.conversation.id, ConversationState.HUMAN, holder=AGENT)
    await changed()
    await scene.own(work.conversation.id, ConversationState.BOT)
    await changed()
