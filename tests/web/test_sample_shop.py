"""The sample shop's page in a real browser: a newcomer's first look, readable for everybody, and kept up to date."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from csbot.playground.world import Clock
from csbot.sampleshop.orders import SentCode
from csbot.sampleshop.shop import SampleShop
from tests.chain import shops
from tests.web.accessibility import overflow, violations
from tests.web.browsing import NARROWEST, PHONE, WIDE, browser, browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop() -> AsyncIterator[SampleShop]:
    async with shops.opened() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as launched:
        yield launched


@pytest.mark.parametrize("size", [WIDE, PHONE, NARROWEST], ids=["wide", "phone", "narrowest"])
@pytest.mark.parametrize("language", ["en", "tr"])
async def test_it_is_sound_and_shows_what_happens_by_itself(
    shop: SampleShop, chromium: Browser, size: dict[str, int], language: str
) -> None:
    code = f"{len(shop.codes):06}"
    async with browsing(chromium, size, language=language) as page:
        await page.goto(shop.base_url)
        assert await page.evaluate("document.documentElement.lang") == language
        await expect(page.locator("#live")).to_contain_text("4711")
        await expect(page.get_by_text(code)).to_have_count(0)
        shop.codes.append(SentCode(order="4812", contact="elif@mail.example", code=code, at=Clock()()))
        await expect(page.get_by_text(code)).to_be_visible()
        assert await violations(page) == []
        assert await overflow(page) == 0
