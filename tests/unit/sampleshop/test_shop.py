"""The sample shop: what a brand's own system answers, and a page to look at."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from csbot.errors import CsbotError
from csbot.lookups.signing import SIGNATURE, signed
from csbot.sampleshop.orders import ELIF, EVERYBODY, PHONE, Order, Orders, Status, sample_orders
from csbot.sampleshop.page import BRAND, ShopPage, whole
from csbot.sampleshop.shop import CANCEL, STATUS, SampleShop
from tests.unit.lookups.questions import NOW, SECRET, Wall

TODAY = NOW.date()


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
async def shop(wall: Wall) -> AsyncIterator[SampleShop]:
    async with SampleShop(secret=SECRET, clock=wall) as opened:
        yield opened


async def ask(shop: SampleShop, number: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
    """Status and JSON of a signed question."""
    told: dict[str, Any] = {"lookup": STATUS, "request": "a1", "slots": {"order_number": number}, "changes": False}
    told |= more
    body = json.dumps(told).encode()
    whole = {**signed(SECRET, request=told["request"], body=body, now=NOW), **(headers or {})}
    async with ClientSession() as http, http.post(shop.url, data=body, headers=whole) as answer:
        return answer.status, await answer.json()


async def test_an_order_is_told_with_whose_it_is(shop: SampleShop) -> None:
    status, told = await ask(shop, "4811")
    assert status == 200
    assert told == {
        "result": "found",
        "records": [
            {
                "fields": {
                    "order_number": "4811",
                    "status": "in_transit",
                    "place": "Eskişehir",
                    "expected": (TODAY + timedelta(days=2)).isoformat(),
                    "carrier": "Turna Kargo",
                },
                "owner": [PHONE],
            }
        ],
    }
    assert await ask(shop, "9999") == (200, {"result": "none"})


async def test_what_is_not_signed_is_refused(shop: SampleShop, wall: Wall) -> None:
    assert (await ask(shop, "4711", headers={SIGNATURE: "v1=0"}))[0] == 401
    wall.later(minutes=6)
    assert (await ask(shop, "4711"))[0] == 401
    assert shop.asked == []


async def test_only_what_has_not_left_is_cancelled_and_only_when_it_is_asked_to(shop: SampleShop) -> None:
    assert (await ask(shop, "4713", lookup=CANCEL))[1]["records"][0]["fields"]["status"] == "preparing"
    for _ in range(2):
        told = (await ask(shop, "4713", lookup=CANCEL, changes=True))[1]
        assert told["records"][0]["fields"]["status"] == "cancelled"
    assert shop.orders.changes == 1
    reasons = {"4711": "already_sent", "4712": "already_delivered", "4713": "already_cancelled"}
    for number, reason in reasons.items():
        refused = await ask(shop, number, lookup=CANCEL, changes=True, request=f"a{number}")
        assert refused[1] == {"result": "refused", "reason": reason}


async def test_a_code_goes_to_the_contact_on_file_and_stands_on_the_page(shop: SampleShop) -> None:
    assert await ask(shop, "4812", send_code="123456") == (200, {"sent": True})
    assert await ask(shop, "4711", send_code="777888") == (200, {"sent": False})
    assert await ask(shop, "9999", send_code="777888") == (200, {"sent": False})
    assert [(sent.contact, sent.code) for sent in shop.codes] == [("elif@mail.example", "123456")]
    async with ClientSession() as http, http.get(shop.base_url) as answer:
        shown = await answer.text()
    assert answer.content_type == "text/html"
    assert "123456" in shown
    assert "777888" not in shown
    assert all(order.number in shown for order in shop.orders)


async def test_a_port_that_is_taken_is_told_in_plain_words(shop: SampleShop) -> None:
    port = int(shop.base_url.rpartition(":")[2])
    with pytest.raises(CsbotError, match=f"cannot listen on port {port}"):
        await SampleShop(secret=SECRET, clock=Wall(), port=port).__aenter__()


def test_there_is_an_order_in_each_state_for_everybody_and_some_that_are_somebody_s() -> None:
    orders = sample_orders(TODAY)
    assert {order.status for order in orders if EVERYBODY in order.owner} == set(Status)
    assert {order.owner[0] for order in orders if order.contact} == {PHONE, ELIF}
    assert len({order.number for order in orders}) == len(orders)


def test_orders_of_somebody_are_found_without_a_number() -> None:
    orders = Orders(sample_orders(TODAY))
    assert [order.number for order in orders.find("", [ELIF])] == ["4812"]
    assert orders.find("", ["phone:+905550000000"]) == []


def test_what_stands_on_the_page_is_no_markup() -> None:
    order = Order(number="<b>", status=Status.LATE, place="&", expected=TODAY, carrier="", owner=("id:<i>",))
    shown = whole(ShopPage(BRAND, "en", NOW), Orders([order]), [])
    assert "<b>" not in shown
    assert "<i>" not in shown


async def test_the_page_asks_for_news_and_gets_them_only_when_there_are_some(shop: SampleShop) -> None:
    async with ClientSession() as http:
        async with http.get(f"{shop.base_url}/live", params={"seen": "0-0"}) as answer:
            assert answer.status == 204
        await ask(shop, "4713", lookup=CANCEL, changes=True)
        async with http.get(f"{shop.base_url}/live", params={"seen": "0-0"}) as answer:
            assert answer.status == 200
            assert 'value="1-0"' in await answer.text()


async def test_the_page_is_in_the_reader_s_language_and_stays_so(shop: SampleShop) -> None:
    async with ClientSession() as http:
        for headers, words in (({"Accept-Language": "en"}, "on its way"), ({"Accept-Language": "tr"}, "yolda")):
            async with http.get(shop.base_url, headers=headers) as answer:
                assert words in await answer.text()
        async with http.get(shop.base_url, params={"lang": "tr"}) as answer:
            assert answer.cookies["csbot_language"].value == "tr"
