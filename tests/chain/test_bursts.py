"""Customers write in bursts and greet before they ask: they are left to finish, and answered once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from csbot.channel.imitation import Fault
from tests.chain.customers import Customer, newcomer
from tests.chain.running import Running, platform, running, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUIET_S = 3.0
PLATFORMS = {"telegram": platform("telegram"), "slack": platform("slack"), "whatsapp": platform("whatsapp")}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csbot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """It waits three seconds for the next message, by a clock that is moved on by hand."""
    async with running(tmp_path_factory.mktemp("bursts"), PLATFORMS, burst_s=QUIET_S) as made:
        yield made


async def is_left_alone(customer: Customer) -> None:
    """csbot has looked at what waits, and will not speak before its time."""

    async def is_due_later() -> bool:
        due = await customer.csbot.services.store.next_lane_due()
        return due is not None and due > customer.csbot.clock()

    await until(is_due_later, "the lane to be left for later")
    assert len(customer.shown) == customer.read


@pytest.mark.parametrize("channel", PLATFORMS)
async def test_a_burst_is_answered_once_with_all_of_it(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    for text in ("selam", "kargo", "kaç günde gelir?"):
        await customer.says(text)
        csbot.time_passes(0.5)
    await is_left_alone(customer)
    csbot.time_passes(QUIET_S)
    assert csbot.answer("delivery-time", kind=channel) in await customer.hears()
    await customer.hears_nothing()
    assert [line["direction"] for line in await customer.transcript()] == ["in", "in", "in", "out"]


async def test_a_burst_that_does_not_end_is_answered_four_seconds_after_it_began(csbot: Running) -> None:
    customer = newcomer(csbot, "telegram")
    for text in ("Taksit", "var", "mı?"):
        await customer.says(text)
        csbot.time_passes(1.2)
    await is_left_alone(customer)
    csbot.time_passes(0.5)
    assert csbot.answer("instalments", kind="telegram") in await customer.hears()


async def test_two_customers_wait_for_themselves_only(csbot: Running) -> None:
    first, second = newcomer(csbot, "telegram"), newcomer(csbot, "telegram")
    await first.says("Taksit var mı?")
    csbot.time_passes(QUIET_S - 0.5)
    await second.says("Hediye paketi yapıyor musunuz?")
    csbot.time_passes(1.0)
    await first.hears()
    assert second.shown == []
    csbot.time_passes(QUIET_S)
    await second.hears()


@pytest.mark.parametrize("channel", PLATFORMS)
async def test_a_lone_greeting_is_held_and_answered_with_the_question_behind_it(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    await customer.says("merhaba")
    csbot.time_passes(QUIET_S + 1.0)
    await is_left_alone(customer)
    await customer.says("Taksit var mı?")
    csbot.time_passes(QUIET_S + 0.1)
    assert csbot.answer("instalments", kind=channel) in await customer.hears()
    await customer.hears_nothing()


async def test_a_greeting_nothing_follows_is_answered_after_six_seconds(csbot: Running) -> None:
    customer = newcomer(csbot, "whatsapp")
    await customer.says("hello")
    csbot.time_passes(QUIET_S + 0.1)
    await is_left_alone(customer)
    csbot.time_passes(3.0)
    assert await customer.hears() == (
        f"{csbot.words('welcome', 'en')}Lale"
        f"{csbot.services.knowledge.now.words('en', default='tr')['welcome'].partition('{brand}')[2]}"
    ).replace("{privacy_url}", "https://lale.example/kvkk")
    await customer.hears_nothing()


async def test_an_album_and_the_words_before_it_are_one_turn_in_the_platforms_order(csbot: Running) -> None:
    customer = newcomer(csbot, "telegram")
    customer.platform.fault(Fault.REORDER, 3)
    await asyncio.gather(*(customer.says(text) for text in ("Kargo kaç", "günde", "gelir?")))
    csbot.time_passes(QUIET_S + 0.1)
    assert csbot.answer("delivery-time", kind="telegram") in await customer.hears()


async def test_words_taken_back_before_they_were_heard_start_no_turn(csbot: Running) -> None:
    customer = newcomer(csbot, "slack")
    written = await customer.writes("Taksit var mı?")
    await customer.says(deletes=written)
    csbot.time_passes(QUIET_S + 0.1)
    await customer.hears_nothing()
    assert [(line["text"], line["deleted"]) for line in await customer.transcript()] == [("Taksit var mı?", True)]


async def test_words_changed_before_they_were_heard_are_heard_as_they_are_now(csbot: Running) -> None:
    customer = newcomer(csbot, "slack")
    written = await customer.writes("Taksit var mı?")
    await customer.says("Kargo kaç günde gelir?", edits=written)
    csbot.time_passes(QUIET_S + 0.1)
    assert csbot.answer("delivery-time") in await customer.hears()


async def test_what_an_agent_does_meanwhile_ends_the_burst(csbot: Running) -> None:
    customer = newcomer(csbot, "whatsapp")
    await customer.says("Taksit var mı?")
    await customer.is_helped_by()
    csbot.time_passes(QUIET_S + 0.1)
    await customer.hears_nothing()
    await customer.acts("messages", "Evet, 9 taksite kadar.")
    assert await customer.hears() == "Evet, 9 taksite kadar."
