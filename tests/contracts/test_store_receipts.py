"""Receipts in every store: whatever their order, a part only moves forward."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csbot.domain.address import Consent
from csbot.domain.delivery import DeliveryState, PartResult, rank
from csbot.domain.events import DeliveryUpdate
from csbot.domain.message import Author
from csbot.domain.outbox import Part
from csbot.domain.reading import PartView
from tests.contracts.store_cases import Scene

SENT, DELIVERED, READ, FAILED, GONE = (
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
    DeliveryState.READ,
    DeliveryState.FAILED,
    DeliveryState.GONE,
)


async def under_way(scene: Scene) -> Part:
    """A part marked `sending`."""
    await scene.says("soru")
    await scene.answer(await scene.work(), "cevap")
    [part] = await scene.take()
    return part


def sent_as(part: Part, *ids: str) -> PartResult:
    return PartResult(part=part.id, state=SENT, external_ids=ids)


async def view(scene: Scene, part: Part) -> PartView:
    return next(p for p in await scene.parts(part.conversation) if p.id == part.id)


async def test_a_receipt_moves_its_part(scene: Scene) -> None:
    part = await under_way(scene)
    await scene.settle(part)
    scene.later(1)
    appended = await scene.receipt(part.id, DELIVERED)
    assert (appended.new, appended.due_at) == (1, None)
    moved = await view(scene, part)
    assert (moved.state, moved.updated_at) == (DELIVERED, scene.now)
    await scene.receipt(part.id, READ)
    assert (await view(scene, part)).state is READ


async def test_a_receipt_ahead_of_its_message_still_lands(scene: Scene) -> None:
    part = await under_way(scene)
    await scene.receipt(part.id, DELIVERED)
    assert (await view(scene, part)).state is DeliveryState.SENDING
    await scene.settle(part)
    assert (await view(scene, part)).state is DELIVERED
    await scene.receipt(part.id, SENT)
    assert (await view(scene, part)).state is DELIVERED


async def test_early_receipts_are_applied_once(scene: Scene) -> None:
    part = await under_way(scene)
    await scene.receipt(part.id, SENT)
    await scene.receipt(part.id, READ)
    await scene.settle(part)
    assert (await view(scene, part)).state is READ
    assert await scene.rows("SELECT id FROM early_receipts") == []


async def test_a_receipt_delivered_twice_counts_once(scene: Scene) -> None:
    part = await under_way(scene)
    body = DeliveryUpdate(external_id=f"out-{part.id}", state=DELIVERED)
    assert (await scene.append(body, key="r1")).new == 1
    assert (await scene.append(body, key="r1")).duplicates == 1


async def test_the_same_id_on_another_channel_is_another_message(scene: Scene) -> None:
    part = await under_way(scene)
    await scene.settle(part)
    await scene.append(DeliveryUpdate(external_id=f"out-{part.id}", state=DELIVERED), channel="whatsapp")
    assert (await view(scene, part)).state is SENT


async def test_a_failure_after_delivery_is_ignored_and_delivery_after_a_failure_wins(scene: Scene) -> None:
    part = await under_way(scene)
    await scene.settle(part)
    await scene.receipt(part.id, FAILED, reason="30003")
    failed = await view(scene, part)
    assert (failed.state, failed.reason) == (FAILED, "30003")
    await scene.receipt(part.id, DELIVERED)
    assert (await view(scene, part)).state is DELIVERED
    await scene.receipt(part.id, FAILED, reason="30003")
    delivered = await view(scene, part)
    assert (delivered.state, delivered.reason) == (DELIVERED, "")


async def test_a_part_of_several_messages_moves_by_the_receipts_of_the_first(scene: Scene) -> None:
    part = await under_way(scene)
    await scene.settle(part, state=DeliveryState.UNKNOWN)
    await scene.append(DeliveryUpdate(external_id="b", state=READ))
    await scene.store.settle_parts(
        [sent_as(part, "a", "b")],
        now=scene.now,
    )
    assert (await view(scene, part)).state is SENT
    await scene.append(DeliveryUpdate(external_id="b", state=READ))
    assert (await view(scene, part)).state is SENT
    await scene.append(DeliveryUpdate(external_id="a", state=DELIVERED))
    assert (await view(scene, part)).state is DELIVERED


@pytest.mark.parametrize("early", [True, False])
async def test_a_receipt_can_tell_that_the_customer_opted_out(scene: Scene, early: bool) -> None:
    part = await under_way(scene)
    if not early:
        await scene.settle(part)
    await scene.receipt(part.id, FAILED, reason="21610", opted_out=True)
    if early:
        await scene.settle(part)
    work = await scene.store.lane_work(part.conversation)
    assert work is not None
    assert work.identity.consent is Consent.OUT
    assert (await view(scene, part)).state is FAILED


async def test_a_receipt_can_tell_that_the_customer_is_gone(scene: Scene) -> None:
    part = await under_way(scene)
    await scene.settle(part)
    await scene.receipt(part.id, GONE, reason="no such number")
    work = await scene.store.lane_work(part.conversation)
    assert work is not None
    assert not work.identity.reachable


async def test_a_part_sent_again_moves_by_the_receipts_of_its_last_sending(scene: Scene) -> None:
    part = await under_way(scene)
    await scene.settle(part)
    await scene.receipt(part.id, FAILED, reason="30008")
    assert await scene.store.requeue_part(part.id, now=scene.now)
    [again] = await scene.take()
    assert again.author is Author.BOT
    await scene.store.settle_parts([sent_as(part, "second")], now=scene.now)
    await scene.append(DeliveryUpdate(external_id="second", state=DELIVERED))
    moved = await view(scene, part)
    assert (moved.state, moved.external_ids) == (DELIVERED, ("second",))


async def test_a_receipt_for_a_word_of_another_system_is_kept_without_harm(scene: Scene) -> None:
    appended = await scene.append(DeliveryUpdate(external_id="not-ours", state=DELIVERED))
    assert appended.new == 1
    assert len(await scene.rows("SELECT id FROM early_receipts")) == 1


STATES = st.lists(st.sampled_from([SENT, DELIVERED, READ, FAILED]), min_size=1, max_size=5)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(receipts=STATES, settled_at=st.integers(min_value=0, max_value=5))
async def test_receipts_in_any_order_come_to_the_furthest_state(
    scene: Scene, receipts: list[DeliveryState], settled_at: int
) -> None:
    part = await under_way(scene)
    settled = False
    seen = rank(DeliveryState.SENDING)
    for position, state in enumerate(receipts):
        if position == settled_at:
            await scene.settle(part)
            settled = True
        await scene.receipt(part.id, state)
        now = rank((await view(scene, part)).state)
        assert now >= seen
        seen = now
    if not settled:
        await scene.settle(part)
    assert (await view(scene, part)).state == max([SENT, *receipts], key=rank)


async def test_every_order_of_delivered_and_failed_comes_to_delivered(scene: Scene) -> None:
    for order in permutations([SENT, FAILED, DELIVERED]):
        part = await under_way(scene)
        await scene.settle(part)
        for state in order:
            await scene.receipt(part.id, state)
        assert (await view(scene, part)).state is DELIVERED
