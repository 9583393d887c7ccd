"""What the desk tells of the brand's own systems and of how the bot understood: at once, in words, nothing private."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from csbot.channel.imitation import Said
from csbot.domain.lookup import Branch
from csbot.sampleshop.orders import Status
from csbot.sampleshop.shop import CANCEL, Fault, SampleShop
from tests.chain import shops
from tests.chain.running import Running, until
from tests.web.accessibility import overflow, violations
from tests.web.browsing import NARROWEST, PHONE, WIDE, browser
from tests.web.desk import desk, seen, waits

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERY_SIZE = pytest.mark.parametrize("size", [WIDE, PHONE, NARROWEST], ids=["wide", "phone", "narrowest"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop() -> AsyncIterator[SampleShop]:
    async with shops.opened() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csbot(shop: SampleShop, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with desk(tmp_path_factory.mktemp("desk"), lookups=shops.lookups(shop, timeout_s=0.5)) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as launched:
        yield launched


async def says(csbot: Running, user: str, *texts: str) -> None:
    """A customer on Telegram, one message after the other, each answered."""
    for text in texts:
        heard = len(csbot.platforms["telegram"].received())
        await csbot.platforms["telegram"].customer_says(Said(text=text, user=user, name="Elif Demir"))

        async def answered(before: int = heard) -> bool:
            return len(csbot.platforms["telegram"].received()) > before

        await until(answered, f"an answer to {text!r}")
        await csbot.quiet()


async def open_all(page: Page, csbot: Running, conversation: int) -> None:
    """The conversation with everything about it unfolded."""
    await page.goto(f"{csbot.url}/desk/conversations/{conversation}")
    await page.evaluate("for (const one of document.querySelectorAll('#packet, .evidence')) one.open = true")


async def unknown(csbot: Running, shop: SampleShop) -> int:
    """Somebody wants an order cancelled, and the shop's answer is lost; the conversation's id."""
    shops.set_status(shop, "4713", Status.PREPARING)
    shop.fault(Fault.CUT, of_changes=True)
    user = str(8000 + next(csbot.numbers))
    await says(csbot, user, "4713 numaralı siparişimi iptal etmek istiyorum", "evet")
    rows, _ = await csbot.services.store.conversations(state=None, identity=user, limit=1)
    return rows[0].conversation.id


@EVERY_SIZE
@pytest.mark.parametrize("language", ["en", "tr"])
async def test_a_change_of_which_nobody_knows_is_told_at_once(
    csbot: Running, shop: SampleShop, chromium: Browser, size: dict[str, int], language: str
) -> None:
    conversation = await unknown(csbot, shop)
    asked, note, said = {
        "en": ("Cancel my order", "Order number: 4713", "nobody knows whether it was done: look in the system"),
        "tr": ("Sipariş iptali", "Sipariş numarası: 4713", "yapılıp yapılmadığı bilinmiyor: sisteme bakın"),
    }[language]
    async with seen(csbot, chromium, size, language=language) as page:
        await open_all(page, csbot, conversation)
        told = page.locator("#asked li").first
        for words in (asked, note, said):
            await expect(told).to_contain_text(words)
            await expect(page.locator(".bubble.note .asked")).to_contain_text(words)
        assert "cancel-order" not in await page.inner_text("main"), "agents read words, not names"
        assert await violations(page) == []
        assert await overflow(page) == 0


async def test_what_was_refused_is_told_with_the_system_s_reason(
    csbot: Running, shop: SampleShop, chromium: Browser
) -> None:
    user = str(8000 + next(csbot.numbers))
    shops.set_status(shop, "4711", Status.PREPARING)
    await says(csbot, user, "4711 numaralı siparişimi iptal etmek istiyorum")
    shops.set_status(shop, "4711", Status.IN_TRANSIT)  # it leaves before the customer says yes
    await says(csbot, user, "evet")
    conversation = await waits(csbot, user=user)
    async with seen(csbot, chromium) as page:
        await open_all(page, csbot, conversation)
        rows = page.locator("#asked li")
        await expect(rows).to_have_count(2)
        await expect(rows.first).to_contain_text("refused")
        await expect(rows.first).to_contain_text("already sent")
        await expect(rows.last).to_contain_text("Where is my order")
        await expect(rows.last).to_contain_text("found")


async def test_of_what_is_not_proven_no_value_is_told(csbot: Running, shop: SampleShop, chromium: Browser) -> None:
    user = str(8000 + next(csbot.numbers))
    await says(csbot, user, "kargom nerede 4812")
    wrong = f"{(int(shop.codes[-1].code) + 1) % 10**6:06}"
    await says(csbot, user, wrong, wrong)
    conversation = await waits(csbot, wrong, user=user)
    async with seen(csbot, chromium) as page:
        await open_all(page, csbot, conversation)
        await expect(page.locator("#packet .facts").first).to_contain_text("identity not proven")
        await expect(page.locator("#packet .facts").first).not_to_contain_text(wrong)
        await expect(page.locator("#asked li")).to_have_count(1)
        await expect(page.locator("#asked")).to_contain_text("4812")
        await expect(page.locator("#asked")).to_contain_text("the customer has not shown that it is theirs")
        whole = await page.content()
        assert "İzmir" not in whole
        assert "elif@mail.example" not in whole


async def test_a_language_that_is_not_served_is_named(csbot: Running, chromium: Browser) -> None:
    conversation = await waits(
        csbot, "Wann kommt meine Bestellung an, und wie kann ich sie zurückgeben?", user=str(8000 + next(csbot.numbers))
    )
    async with seen(csbot, chromium) as page:
        await open_all(page, csbot, conversation)
        await expect(page.locator("#packet .facts").first).to_contain_text("language not served: German")


async def test_why_the_bot_understood_so_is_folded_away_with_the_nearest_phrasing(
    csbot: Running, chromium: Browser
) -> None:
    said = "ürün kırık geldi, 59,90 TL ödedim, e-postam ece@mail.example, temsilci lütfen"
    conversation = await waits(csbot, said, user=str(8000 + next(csbot.numbers)))
    async with seen(csbot, chromium) as page:
        await page.goto(f"{csbot.url}/desk/conversations/{conversation}")
        await expect(page.locator("#packet .facts").first).to_contain_text("E-mailece@mail.example")
        await expect(page.locator("#packet .facts").first).to_contain_text("Amount59.90 TRY")
        why = page.locator(".evidence")
        await expect(why.locator("ol").first).to_be_hidden()
        await why.locator("summary").click()
        await expect(why).to_contain_text("ürün kırık geldi")
        await expect(why).to_contain_text("most like “")
        await expect(why).to_contain_text("Answered from ")
        await expect(why).to_contain_text("Carried by:")


async def test_the_api_tells_the_same_as_values(csbot: Running, shop: SampleShop) -> None:
    conversation = await unknown(csbot, shop)
    shown = await csbot.get(f"conversations/{conversation}")
    told = shown["packet"]["lookups"][-1]
    assert (
        told.items()
        >= {
            "name": CANCEL,
            "slots": {"order_number": "4713"},
            "branch": "unknown",
            "changes": True,
            "reason": "",
        }.items()
    )
    [note] = [line for line in shown["transcript"] if line["direction"] == "note"]
    assert (note["lookup"]["name"], note["lookup"]["branch"]) == (CANCEL, "unknown")
    said = [line for line in shown["transcript"] if line["author"] == "bot"]
    assert {line["content_version"] for line in said} == {csbot.services.knowledge.now.catalogue.version}
    assert all(line["lookup"] is None for line in said if line is not note)
    assert "İzmir" not in str(shown["packet"]["lookups"])


async def test_the_api_document_describes_it(csbot: Running) -> None:
    schemas = (await csbot.get("openapi.json"))["components"]["schemas"]
    assert schemas["Branch"]["enum"] == [branch.value for branch in Branch]
    assert schemas["Packet"]["properties"]["lookups"]["items"] == {"$ref": "#/components/schemas/Lookup"}
    assert {"lookup", "content_version"} <= set(schemas["Message"]["properties"])
    assert {"text", "ranking", "confident", "grounds"} == set(schemas["Evidence"]["properties"])
