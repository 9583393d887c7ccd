"""An order asked about on the page and gone on about in an app: what was asked of one is not told to another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from csbot.sampleshop.shop import SampleShop
from tests.chain import shops
from tests.chain.running import Running, running
from tests.web.chatting import guest
from tests.web.test_chat_going_on import OTHER_NUMBER, PLATFORMS, WEB, phone, words_for


@pytest.fixture
async def shop() -> AsyncIterator[SampleShop]:
    async with shops.opened() as made:
        yield made


@pytest.fixture
async def csbot(tmp_path: Path, shop: SampleShop) -> AsyncIterator[Running]:
    async with running(tmp_path, PLATFORMS, hosted={"web": WEB}, lookups=shops.lookups(shop)) as started:
        yield started


async def test_who_comes_by_a_pass_is_not_asked_what_the_other_was_asked(csbot: Running, shop: SampleShop) -> None:
    async with guest(csbot) as page:
        await page.says("4713 numaralı siparişimi iptal etmek istiyorum")
        await page.answered()
        assert "4713" in (await page.sees())[-1]["text"]
        comer = phone(csbot, "whatsapp", OTHER_NUMBER)
        await comer.says(await words_for(page, "WhatsApp"))
        assert csbot.words("gone_on")[:20] in await comer.hears()
        await comer.says("evet")
        await comer.hears()
        assert "4713" not in "\n".join(one.text for one in comer.shown)
        assert shop.orders.changes == 0


async def test_a_visitor_nobody_vouches_for_is_told_no_order_of_the_phone_they_have_joined(
    csbot: Running, shop: SampleShop
) -> None:
    async with guest(csbot) as page:
        await page.says("merhaba")
        await page.answered()
        owner = phone(csbot)
        await owner.says(await words_for(page, "WhatsApp"))
        await owner.hears()
        await owner.says("kargom nerede 4811")
        assert "Eskişehir" in await owner.hears()
        await page.says("kargom nerede 4811")
        await csbot.quiet()
        assert csbot.words("lookup_code")[:20] in (await page.sees())[-1]["text"]
        assert "Eskişehir" not in str(await page.sees())
