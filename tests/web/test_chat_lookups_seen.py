"""Orders asked about and cancelled in the web chat, in a real browser, with the sample shop's page beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from csbot.sampleshop.shop import CANCEL, Fault, SampleShop
from tests.chain import shops
from tests.chain.running import Running
from tests.web.accessibility import overflow, violations
from tests.web.browsing import PHONE, browser
from tests.web.chatting import chat
from tests.web.test_chat_browser import ANSWER, opened, says

CHOICE = ".chat-choices .button"


@pytest.fixture
async def shop() -> AsyncIterator[SampleShop]:
    async with shops.opened() as made:
        yield made


@pytest.fixture
async def csbot(shop: SampleShop, tmp_path: Path) -> AsyncIterator[Running]:
    async with chat(tmp_path, lookups=shops.lookups(shop, timeout_s=1.0)) as running:
        yield running


async def code_on_page(page: Page, shop: SampleShop) -> str:
    """The newest code, as the shop's page shows it beside the chat."""
    beside = await page.context.new_page()
    await beside.goto(shop.base_url)
    code = await beside.locator(".code").first.inner_text()
    await beside.close()
    return code


@pytest.mark.parametrize(
    ("language", "question"), [("tr", "kargom nerede 4711"), ("en", "where is my order 4711?")], ids=["tr", "en"]
)
async def test_an_order_is_told_with_its_place(csbot: Running, language: str, question: str) -> None:
    async with browser() as made, opened(made, csbot, PHONE, language=language) as page:
        await says(page, question)
        await expect(page.locator(ANSWER).last).to_contain_text("Bolu")
        assert await violations(page) == []
        assert await overflow(page) == 0


async def test_whose_order_it_is_is_shown_by_the_code_of_the_shop_s_page(csbot: Running, shop: SampleShop) -> None:
    async with browser() as made, opened(made, csbot, language="tr") as page:
        await says(page, "kargom nerede 4811")
        await expect(page.locator(ANSWER)).to_have_count(1)
        assert "Eskişehir" not in await page.inner_text("body")
        await says(page, "000000" if shop.codes[-1].code != "000000" else "111111")
        await expect(page.locator(ANSWER)).to_have_count(2)
        assert "Eskişehir" not in await page.inner_text("body")
        await says(page, await code_on_page(page, shop))
        await expect(page.locator(ANSWER).last).to_contain_text("Eskişehir")


async def test_a_double_click_on_yes_cancels_once(csbot: Running, shop: SampleShop) -> None:
    async with browser() as made, opened(made, csbot, language="tr") as page:
        await says(page, "4713 numaralı siparişimi iptal etmek istiyorum")
        yes = page.locator(CHOICE, has_text="Evet")
        await expect(yes).to_be_visible()
        assert shop.orders.changes == 0
        await yes.dblclick()
        await expect(page.locator(ANSWER).last).to_contain_text("iptal edildi")
        await expect(page.locator(".said.own")).to_have_count(2)
        await expect(page.locator(ANSWER)).to_have_count(2)
        assert shop.orders.changes == 1
        assert csbot.rows("SELECT lookup, state FROM lookup_calls") == [(CANCEL, "done")]
        beside = await page.context.new_page()
        await beside.goto(shop.base_url)
        await expect(beside.locator(".order", has_text="4713")).to_contain_text("iptal edildi")


async def test_no_cancels_nothing(csbot: Running, shop: SampleShop) -> None:
    async with browser() as made, opened(made, csbot, language="en") as page:
        await says(page, "I want to cancel my order 4713")
        await page.locator(CHOICE, has_text="No").click()
        await expect(page.locator(ANSWER)).to_have_count(2)
        assert shop.orders.changes == 0


async def test_where_nobody_knows_a_person_goes_on(csbot: Running, shop: SampleShop) -> None:
    shop.fault(Fault.CUT, of_changes=True)
    async with browser() as made, opened(made, csbot, language="en") as page:
        await says(page, "I want to cancel my order 4713")
        await page.locator(CHOICE, has_text="Yes").click()
        await expect(page.locator(ANSWER).last).to_contain_text("has not confirmed it")
        await expect(page.locator("#state")).to_have_text("A person will be with you")
