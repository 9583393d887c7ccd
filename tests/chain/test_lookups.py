"""Answers from the brand's own system, through a real csbot on the sample content and the sample shop's real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from csbot.channel.imitation import Imitation, Said
from csbot.domain.lookup import FieldKind, LookupField
from csbot.engine.values import read
from csbot.playground.world import Clock
from csbot.sampleshop.orders import Status
from csbot.sampleshop.shop import CANCEL, STATUS, Fault, SampleShop
from tests.chain import shops
from tests.chain.customers import Customer, newcomer
from tests.chain.running import EVERY_WAY, Running, running, until
from tests.faults.server import Server

pytestmark = pytest.mark.asyncio(loop_scope="module")

DENIZ = "+905321112233"
"""Whose order 4811 is."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop() -> AsyncIterator[SampleShop]:
    async with shops.opened() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csbot(shop: SampleShop, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    asked = shops.lookups(shop, timeout_s=0.5)
    async with running(tmp_path_factory.mktemp("lookups"), EVERY_WAY, lookups=asked) as made:
        yield made


def day(ahead: int, language: str) -> str:
    """A day as a customer reads it."""
    field = LookupField(name="on", kind=FieldKind.DATE)
    today = Clock()().date()
    return read((field,), {"on": today + timedelta(days=ahead)}, language, "Europe/Istanbul", today=today)["on"]


async def all_heard(customer: Customer) -> str:
    """Everything csbot told this customer, once nothing is under way."""
    await customer.csbot.quiet()
    return "\n".join("\n".join((one.text, *one.choices)) for one in customer.shown)


@pytest.mark.parametrize("channel", EVERY_WAY)
@pytest.mark.parametrize(
    ("question", "language"), [("kargom nerede 4711", "tr"), ("where is my order 4711?", "en")], ids=["tr", "en"]
)
async def test_an_order_is_told_with_its_place_and_day(
    csbot: Running, channel: str, question: str, language: str
) -> None:
    customer = newcomer(csbot, channel)
    await customer.says(question)
    told = await customer.hears()
    assert "Bolu" in told
    assert day(1, language) in told
    assert (await customer.conversation())["status"] == "bot"


async def test_the_number_is_asked_for_and_then_told(csbot: Running) -> None:
    customer = newcomer(csbot, "sms")
    await customer.says("kargom nerede")
    await customer.hears()
    await customer.says("4714")
    told = await customer.hears()
    assert "Ankara" in told
    assert day(2, "tr") in told


async def test_an_order_of_one_number_is_told_to_that_number_and_to_nobody_else(csbot: Running) -> None:
    owner = newcomer(csbot, "whatsapp", user=DENIZ)
    await owner.says("kargom nerede 4811")
    assert "Eskişehir" in await owner.hears()
    told = {}
    for number in ("4811", "9911"):
        for channel in ("sms", "telegram"):
            stranger = newcomer(csbot, channel)
            await stranger.says(f"kargom nerede {number}")
            told[number, channel] = (await stranger.hears()).replace(number, "#")
            assert "Eskişehir" not in await all_heard(stranger)
    assert told["4811", "sms"] == told["9911", "sms"], "whether there is such an order is nobody else's to know"
    assert told["4811", "telegram"] == told["9911", "telegram"]


async def test_a_code_to_the_contact_on_file_shows_whose_it_is(csbot: Running, shop: SampleShop) -> None:
    customer = newcomer(csbot, "telegram")
    await customer.says("kargom nerede 4812")
    assert csbot.words("lookup_code") in await customer.hears()
    code = shop.codes[-1].code
    wrong = f"{(int(code) + 1) % 10**6:06}"
    await customer.says(wrong)
    await customer.hears()
    assert "İzmir" not in await all_heard(customer)
    await customer.says(code)
    assert day(5, "tr") in await customer.hears()
    [line] = [line for line in await customer.transcript() if line["text"] == code]
    assert line["direction"] == "in"


async def test_an_order_is_cancelled_once_after_a_yes(csbot: Running, shop: SampleShop) -> None:
    changes = shop.orders.changes
    customer = newcomer(csbot, "whatsapp")
    await customer.says("4713 numaralı siparişimi iptal etmek istiyorum")
    await customer.hears()
    assert shop.orders.changes == changes, "nothing before the yes"
    await customer.says("evet")
    await customer.hears()
    assert shop.orders.changes == changes + 1
    assert csbot.rows("SELECT lookup, state FROM lookup_calls") == [(CANCEL, "done")]
    await customer.says("kargom nerede 4713")
    assert "iptal" in await customer.hears()


async def test_who_is_not_known_cancels_by_a_code_and_no_other_order_with_it(csbot: Running, shop: SampleShop) -> None:
    changes = shop.orders.changes
    customer = newcomer(csbot, "telegram")
    await customer.says("4812 numaralı siparişimi iptal etmek istiyorum")
    assert csbot.words("lookup_code") in await customer.hears()
    code = shop.codes[-1].code
    await customer.says(code)
    assert "iptal edeyim mi" in await customer.hears()
    assert shop.orders.changes == changes
    await customer.says("evet")
    assert "iptal edildi" in await customer.hears()
    assert shop.orders.changes == changes + 1
    await customer.says("kargom nerede 4811")
    await customer.hears()
    assert "Eskişehir" not in await all_heard(customer), "a code is about one order"


async def test_what_has_left_is_not_cancelled(csbot: Running, shop: SampleShop) -> None:
    changes = shop.orders.changes
    customer = newcomer(csbot, "sms")
    await customer.says("4711 numaralı siparişimi iptal etmek istiyorum")
    assert "artık iptal edilemiyor" in await customer.hears(), "nobody is asked for a yes that comes to nothing"
    assert shop.orders.changes == changes
    assert {order.number: order.status for order in shop.orders}["4711"] is Status.IN_TRANSIT


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.ERROR, Fault.CUT, Fault.LIE, Fault.GARBAGE, Fault.REDIRECT])
async def test_a_system_that_fails_is_never_made_up_for(csbot: Running, shop: SampleShop, fault: Fault) -> None:
    customer = newcomer(csbot, "sms")
    shop.fault(fault, times=9)
    await customer.says("kargom nerede 4711")
    told = await customer.hears()
    shop.fault(fault, times=0)
    assert csbot.words("lookup_away") in told
    assert csbot.words("lookup_person") in told
    assert "Bolu" not in told
    await customer.says("evet")
    await customer.ends_in("waiting")


async def test_where_others_read_along_nothing_personal_is_told(csbot: Running) -> None:
    customer = newcomer(csbot, "slack", place="C0SALES")
    customer.thread = (await customer.writes("kargom nerede 4711", mention=True)).partition(":")[2]
    told = await customer.hears()
    assert csbot.words("lookup_private") in told
    assert "Bolu" not in told


async def test_a_change_whose_end_nobody_saw_is_not_made_again_after_a_kill(tmp_path: Path) -> None:
    async with shops.opened() as shop, EVERY_WAY["sms"]() as sms:
        keys = {"url": shop.url, "secret": shops.SECRET, "timeout_s": 5}
        channels = {"sms": {**sms.settings(), "rate": 0}}
        server = Server(tmp_path, channels=channels, lookups={STATUS: keys, CANCEL: keys})
        await server.spawn()
        await server.ready()
        try:
            sms.connect(server.url, "sms")
            await _says(sms, "4713 numaralı siparişimi iptal etmek istiyorum")
            await until(lambda: len(sms.received()) == 1, "the question whether to cancel")
            shop.fault(Fault.HANG, of_changes=True, times=9)
            await _says(sms, "evet")
            await until(lambda: shop.orders.changes == 1, "the order to be cancelled, and no answer to come")
            await server.kill()
            shop.fault(Fault.HANG, of_changes=True, times=0)
            await server.spawn()
            await server.ready()
            await until(lambda: len(sms.received()) > 1, "the customer to be told", within_s=30)
        finally:
            await server.close()
    assert "onay alamadım" in sms.received()[1].text
    assert sum(question["changes"] for question in shop.asked) == 1
    assert shop.orders.changes == 1


async def _says(platform: Imitation, text: str) -> None:
    assert await platform.customer_says(Said(text=text)) < 300


async def test_a_system_that_hangs_keeps_nobody_else_waiting(csbot: Running, shop: SampleShop) -> None:
    """The last on the shared csbot, which asks nobody for ten seconds after it."""
    shop.fault(Fault.HANG, times=10**6)
    asking = [newcomer(csbot, "sms") for _ in range(40)]
    other = newcomer(csbot, "whatsapp")
    await asyncio.gather(*(customer.writes("kargom nerede 4711") for customer in asking))
    await other.says("Kargo kaç günde gelir?")
    assert csbot.answer("delivery-time", kind="whatsapp") in await other.hears()
    for customer in asking:
        assert csbot.words("lookup_away") in await customer.hears()
    shop.fault(Fault.HANG, times=0)
