"""What becomes of what is sent: retried, paused, unknown, delivered; never twice, and never silently lost."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from csbot.channel.imitation import Fault
from csbot.domain.delivery import DeliveryState
from tests.chain.customers import Customer, newcomer
from tests.chain.outlets import EXTRA, PLATFORMS, SEND_S
from tests.chain.running import Running, running, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

TWILIO = ("sms", "whatsapp")
DELIVERED, FAILED, READ, SENT = (
    DeliveryState.DELIVERED,
    DeliveryState.FAILED,
    DeliveryState.READ,
    DeliveryState.SENT,
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csbot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running(tmp_path_factory.mktemp("delivery"), PLATFORMS, extra=EXTRA, send_s=SEND_S) as made:
        yield made


async def answered(csbot: Running, channel: str) -> tuple[Customer, str]:
    """A customer who got an answer, and the platform's id of it."""
    customer = newcomer(csbot, channel)
    await customer.says("Taksit var mı?")
    [shown] = await customer.reads()
    await customer.part("sent")
    return customer, shown.external_id


# -- receipts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", TWILIO)
@pytest.mark.parametrize(
    ("told", "stands"),
    [
        ((SENT, DELIVERED), "delivered"),
        ((DELIVERED, SENT), "delivered"),
        ((DELIVERED, DELIVERED, SENT, DELIVERED), "delivered"),
        ((READ, DELIVERED), "read"),
        ((SENT, FAILED), "failed"),
        ((FAILED, DELIVERED), "delivered"),
        ((DELIVERED, FAILED), "delivered"),
        ((READ, FAILED, SENT), "read"),
    ],
)
async def test_receipts_move_forward_in_whatever_order_they_come(
    csbot: Running, channel: str, told: tuple[DeliveryState, ...], stands: str
) -> None:
    customer, external_id = await answered(csbot, channel)
    for state in told:
        assert await customer.platform.receipt(external_id, state, code=30008 if state is FAILED else 0) == 200
    part = await customer.part(stands)
    assert ("30008" in part["reason"]) == (stands == "failed")


@pytest.mark.parametrize("channel", TWILIO)
async def test_a_receipt_ahead_of_its_message_still_lands(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    sid = f"SM{channel}early"
    assert await customer.platform.receipt(sid, DELIVERED) == 200
    customer.platform.answer_next(201, json.dumps({"sid": sid, "status": "queued"}))
    await customer.says("Taksit var mı?")
    assert (await customer.part("delivered"))["external_ids"] == [sid]


async def test_a_receipt_that_tells_of_an_opt_out_is_heeded(csbot: Running) -> None:
    customer, external_id = await answered(csbot, "sms")
    await customer.platform.receipt(external_id, FAILED, code=21610)
    await customer.part("failed")
    [identity] = (await customer.conversation())["identities"]
    assert identity["consent"] == "out"


# -- limits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["telegram", "slack"])
async def test_a_429_pauses_that_chat_and_no_other(csbot: Running, channel: str) -> None:
    limited, other = newcomer(csbot, channel), newcomer(csbot, channel)
    limited.platform.fault(Fault.LIMIT, after_s=30)
    await limited.says("Taksit var mı?")
    await limited.part("queued", tried=True)
    calls = limited.platform.calls
    kept = csbot.rows("SELECT target FROM pauses WHERE scope = 'sending'")
    assert len(kept) == 1, "the pause outlasts this process"
    assert kept[0][0] != channel
    await other.says("Taksit var mı?")
    await other.hears()
    csbot.time_passes(25)
    await limited.says("temsilci")
    await limited.ends_in("waiting")
    assert limited.platform.calls == calls + 1, "no call for that chat in its pause"
    csbot.time_passes(6)
    assert csbot.answer("instalments", kind=channel) in await limited.hears()
    assert "Sıra" in await limited.hears()


@pytest.mark.parametrize("channel", TWILIO)
async def test_a_429_pauses_the_sender_durably(csbot: Running, channel: str) -> None:
    limited, other = newcomer(csbot, channel), newcomer(csbot, channel)
    limited.platform.fault(Fault.LIMIT, after_s=30)
    await limited.says("Taksit var mı?")
    await limited.part("queued", tried=True)
    calls = limited.platform.calls
    kept = csbot.rows("SELECT until FROM pauses WHERE scope = 'sending' AND target = ?", channel)
    assert len(kept) == 1
    await other.says("Taksit var mı?")
    await other.part("queued")
    csbot.time_passes(25)
    await csbot.services.store.ping()
    assert limited.platform.calls == calls
    csbot.time_passes(6)
    await limited.hears()
    await other.hears()
    assert limited.platform.calls == calls + 2


async def test_a_rate_is_kept_to_and_counts_segments(csbot: Running) -> None:
    first, second = newcomer(csbot, "slow"), newcomer(csbot, "slow")
    await first.says("Taksit var mı?")
    told = await first.hears()
    cost = -(-len(told) // 67)
    assert cost > 3, "Turkish letters make short segments"
    await second.says("temsilci")
    await second.part("queued")
    csbot.time_passes(cost - 2)
    await csbot.services.store.ping()
    assert second.shown == []
    csbot.time_passes(3)
    await second.hears()


async def has_called(customer: Customer, times: int) -> None:
    """The platform has been called that often."""
    await until(lambda: customer.platform.calls == times, f"{times} calls to {customer.channel}")


# -- failures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["telegram", "slack", "sms", "whatsapp"])
async def test_a_server_error_is_tried_again_ever_slower(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    customer.platform.fault(Fault.ERROR, 3)
    before = customer.platform.calls
    await customer.says("Taksit var mı?")
    for attempt, wait_s in enumerate((2.0, 4.0, 8.0), start=1):
        await has_called(customer, before + attempt)
        await customer.part("queued", tried=True)
        [(not_before, updated_at)] = csbot.rows(
            "SELECT not_before, updated_at FROM parts WHERE state = 'queued' AND channel = ?", channel
        )
        assert wait_s - 0.2 <= (not_before - updated_at) / 1e6 <= wait_s * 1.1 + 0.2
        csbot.time_passes(wait_s * 1.1)
    await customer.hears()
    await customer.hears_nothing()
    assert customer.platform.calls == before + 4


@pytest.mark.parametrize(("fault", "why"), [(Fault.CUT, "cut|did not"), (Fault.HANG, "no answer within")])
@pytest.mark.parametrize("channel", ["telegram", "slack", "sms", "whatsapp"])
async def test_a_call_whose_outcome_is_not_known_is_never_made_again(
    csbot: Running, channel: str, fault: Fault, why: str
) -> None:
    customer = newcomer(csbot, channel)
    customer.platform.fault(fault)
    before = customer.platform.calls
    await customer.says("Taksit var mı?")
    part = await customer.part("unknown")
    assert re.search(why, part["reason"])
    csbot.time_passes(4000)
    await customer.says("Kargo kaç günde gelir?")
    await customer.reads(2)
    assert customer.platform.calls == before + 2
    assert (await customer.part("unknown", at=0))["id"] == part["id"]


async def test_what_is_unknown_can_be_sent_again_by_hand(csbot: Running) -> None:
    customer = newcomer(csbot, "telegram")
    customer.platform.fault(Fault.CUT)
    await customer.says("Taksit var mı?")
    part = await customer.part("unknown")
    assert await csbot.services.store.requeue_part(int(part["id"]), now=csbot.clock())
    csbot.services.outbound_bell.ring()
    await customer.part("sent")
    assert not await csbot.services.store.requeue_part(int(part["id"]), now=csbot.clock())


@pytest.mark.parametrize("channel", ["telegram", "slack", "sms", "whatsapp"])
async def test_a_refused_token_stops_the_channel_with_an_alarm_until_it_is_mended(csbot: Running, channel: str) -> None:
    customer, other = newcomer(csbot, channel), newcomer(csbot, channel)
    customer.platform.fault(Fault.REFUSED)
    await customer.says("Taksit var mı?")
    await customer.part("queued", tried=True)
    assert await alarm(csbot, channel) == 1.0
    calls = customer.platform.calls
    await other.says("Taksit var mı?")
    await other.part("queued")
    assert customer.platform.calls == calls
    csbot.time_passes(31)
    await customer.hears()
    await other.hears()
    await customer.part("sent")
    assert await alarm(csbot, channel) == 0.0


async def alarm(csbot: Running, channel: str) -> float:
    """What /metrics says of the channel's alarm."""
    async with csbot.client.get(f"{csbot.url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return float(next(line for line in lines if f'what="channel {channel}"' in line).rpartition(" ")[2])


@pytest.mark.parametrize("channel", TWILIO)
async def test_an_opt_out_only_the_platform_knew_of_is_learnt_from_its_refusal(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    customer.platform.fault(Fault.OPTED_OUT)
    await customer.says("Taksit var mı?")
    assert "21610" in (await customer.part("failed"))["reason"]
    [identity] = (await customer.conversation())["identities"]
    assert identity["consent"] == "out"


# -- WhatsApp's 24 hours -----------------------------------------------------------------------------------------------


async def helped(csbot: Running, channel: str) -> Customer:
    """A customer an agent talks with."""
    customer, _ = await answered(csbot, channel)
    await customer.is_helped_by()
    return customer


async def a_day_later(csbot: Running, customer: Customer) -> dict[str, object]:
    """The agent answers 24 hours after the customer's last word; what the API says to that."""
    before = csbot.clock.ahead
    csbot.clock.ahead += timedelta(hours=24, seconds=1)
    try:
        status, taken = await customer.acts("messages", "Paranız hesabınızda.\nİyi günler!")
        assert status == 200
        await until(lambda: _is_settled(customer), "the answer to be settled")
    finally:
        csbot.clock.ahead = before
    assert isinstance(taken, dict)
    return taken


async def _is_settled(customer: Customer) -> bool:
    last = (await customer.conversation())["transcript"][-1]
    return {part["state"] for part in last["parts"]} <= {"sent", "parked"}


async def test_outside_24_hours_words_wait_for_the_customer_and_the_agent_sees_why(csbot: Running) -> None:
    customer = await helped(csbot, "whatsapp")
    assert (await customer.conversation())["packet"]["window_deadline"]
    calls = customer.platform.calls
    assert (await a_day_later(csbot, customer))["window_open"] is False
    assert "window closed" in (await customer.part("parked"))["reason"]
    assert customer.platform.calls == calls
    await customer.says("Haber var mı?")
    assert await customer.hears() == "Paranız hesabınızda.\nİyi günler!"
    await customer.hears_nothing()


async def test_outside_24_hours_the_approved_template_goes_where_there_is_one(csbot: Running) -> None:
    customer = await helped(csbot, "templated")
    await a_day_later(csbot, customer)
    [shown] = await customer.reads()
    assert (shown.template, shown.text) == (True, "Paranız hesabınızda. İyi günler!")
    assert "Body" not in shown.call


@pytest.mark.parametrize(("channel", "comes"), [("whatsapp", False), ("templated", True)])
async def test_a_window_only_the_platform_knew_to_be_closed_is_no_silent_failure(
    csbot: Running, channel: str, comes: bool
) -> None:
    customer = newcomer(csbot, channel)
    customer.platform.fault(Fault.WINDOW)
    await customer.says("Taksit var mı?")
    if comes:
        [shown] = await customer.reads()
        assert shown.template
        return
    assert "window" in (await customer.part("parked"))["reason"]
    await customer.says("Kargo kaç günde gelir?")
    assert csbot.answer("instalments") in await customer.hears()
    assert csbot.answer("delivery-time") in await customer.hears()


async def test_sms_has_no_window(csbot: Running) -> None:
    customer = await helped(csbot, "sms")
    assert (await customer.conversation())["packet"]["window_deadline"] is None
    assert (await a_day_later(csbot, customer))["window_open"] is True
    assert await customer.hears() == "Paranız hesabınızda.\nİyi günler!"


# -- senders -----------------------------------------------------------------------------------------------------------


async def test_who_cannot_answer_a_sender_is_told_where_to_go_on(csbot: Running) -> None:
    customer = newcomer(csbot, "named")
    await customer.says("temsilci")
    [shown] = await customer.reads()
    assert shown.call["From"] == "LALE"
    assert shown.text.endswith("https://wa.me/905320000000")
    assert (await customer.conversation())["packet"]["capabilities"]["inbound"] is False


async def test_turkish_can_be_sent_in_ascii_for_longer_segments(csbot: Running) -> None:
    plain, short = newcomer(csbot, "sms"), newcomer(csbot, "ascii")
    for customer in (plain, short):
        await customer.says("Kapıda ödeme var mı?")
    told, told_short = await plain.hears(), await short.hears()
    assert len(told_short) == len(told)
    assert not told_short.encode().isascii() or not set("şğıİ") & set(told_short)
    assert set("şğı") & set(told)
    query = "SELECT cost FROM parts WHERE channel = ?"
    assert csbot.rows(f"{query} ORDER BY id DESC", "ascii")[0] < csbot.rows(f"{query} ORDER BY id DESC", "sms")[0]
