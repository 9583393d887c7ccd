"""A template that WhatsApp takes no more: what needs it waits, everything else goes on, and an operator hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from csbot.domain.delivery import DeliveryState
from csbot_twilio.imitation import TEMPLATE, TwilioImitation
from tests.chain.customers import Customer, newcomer
from tests.chain.running import Running, serving, until

CHANNEL = "whatsapp"


@asynccontextmanager
async def served(folder: Path, whatsapp: TwilioImitation) -> AsyncIterator[Running]:
    """A csbot on a WhatsApp that outlives it."""
    settings: Mapping[str, object] = {**whatsapp.settings(), "rate": 0, "fallback_content_sid": TEMPLATE}
    async with serving(folder, {CHANNEL: whatsapp}, {CHANNEL: settings}) as csbot:
        yield csbot


async def alarm(csbot: Running) -> float | None:
    """What /metrics says of the template."""
    async with csbot.client.get(f"{csbot.url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    told = [line for line in lines if f'what="channel {CHANNEL} template"' in line]
    return float(told[0].rpartition(" ")[2]) if told else None


async def stands(csbot: Running, value: float) -> None:
    """Wait until the alarm does."""

    async def does() -> bool:
        return await alarm(csbot) == value

    await until(does, f"the alarm to be {value:g}")


async def helped(csbot: Running) -> Customer:
    """A customer an agent talks with."""
    customer = newcomer(csbot, CHANNEL)
    await customer.says("temsilci")
    await customer.hears()
    await customer.is_helped_by()
    return customer


async def writes_a_day_later(csbot: Running, customer: Customer, text: str, state: str) -> str:
    """The agent writes when the window is over; the reason of what became of it."""
    before = csbot.clock.ahead
    csbot.clock.ahead += timedelta(hours=24, seconds=1)
    try:
        status, _ = await customer.acts("messages", text)
        assert status == 200
        return str((await customer.part(state))["reason"])
    finally:
        csbot.clock.ahead = before


@pytest.mark.parametrize(("code", "word"), [(63041, "paused"), (63042, "disabled"), (63040, "rejected")])
async def test_what_needs_a_refused_template_waits_and_the_alarm_stands_until_one_goes_out(
    tmp_path: Path, code: int, word: str
) -> None:
    async with TwilioImitation("whatsapp") as whatsapp:
        async with served(tmp_path, whatsapp) as csbot:
            customer, other = await helped(csbot), await helped(csbot)
            await stands(csbot, 0)
            whatsapp.refused_templates[TEMPLATE] = code
            reason = await writes_a_day_later(csbot, customer, "İadeniz tamam.", "parked")
            assert f"template not taken: Twilio {code}: Template {word}" in reason
            await stands(csbot, 1)
            await customer.hears_nothing()
            assert (await other.acts("messages", "Buradayım."))[0] == 200
            assert await other.hears() == "Buradayım.", "free text goes out"
            await stands(csbot, 1)
            await customer.says("Haber var mı?")
            assert await customer.hears() == "İadeniz tamam.", "what waited goes out as it is, once the window is open"
        async with served(tmp_path, whatsapp) as csbot:
            await stands(csbot, 1)
            whatsapp.refused_templates.clear()
            _, _ = newcomer(csbot, CHANNEL), newcomer(csbot, CHANNEL)  # the numbers of those above
            other = await helped(csbot)
            await writes_a_day_later(csbot, other, "Yarın geliyor.", "sent")
            [shown] = await other.reads()
            assert (shown.template, shown.text) == (True, "Yarın geliyor.")
            await stands(csbot, 0)


async def test_a_refusal_that_is_told_by_receipt_raises_the_same_alarm(tmp_path: Path) -> None:
    async with TwilioImitation("whatsapp") as whatsapp, served(tmp_path, whatsapp) as csbot:
        customer = await helped(csbot)
        await writes_a_day_later(csbot, customer, "İadeniz tamam.", "sent")
        [shown] = await customer.reads()
        for _ in range(2):
            await whatsapp.receipt(shown.external_id, DeliveryState.FAILED, code=63041)
        assert "63041" in (await customer.part("failed"))["reason"]
        await stands(csbot, 1)
        noted = csbot.rows("SELECT count(*) FROM audit WHERE subject = 'template whatsapp'")
        assert noted == [(1,)], "a receipt that comes again says nothing new"
