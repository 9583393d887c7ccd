"""A conversation of thousands of messages at the desk: quick to open, read back page by page, and live meanwhile."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from csbot.channel.imitation import Said
from csbot.domain.address import Address, Sender
from csbot.domain.events import Event, MessageReceived
from csbot.domain.message import InboundMessage
from csbot.web.desk.conversation import AT_ONCE
from tests.chain.running import AGENT, Running
from tests.web.accessibility import overflow, violations
from tests.web.browsing import PHONE, WIDE, browser
from tests.web.desk import Answer, at_desk, desk, seen, waits

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAID = 5_000
USER = "8800"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csbot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with desk(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as launched:
        yield launched


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(csbot: Running) -> str:
    """The address of a conversation in the agent's hands, in which the customer has written and written."""
    conversation = await waits(csbot, user=USER, name="Elif Kaya")
    address = f"/desk/conversations/{conversation}"
    async with at_desk(csbot) as who:
        await who.send("/desk", f"{address}/claim")
    to = Address(channel="telegram", user=USER)
    events = [
        Event(
            channel="telegram",
            key=f"long-{n}",
            received_at=csbot.clock(),
            body=MessageReceived(
                address=to,
                message=InboundMessage(external_id=f"long-{n}", text=f"söz {n}"),
                sender=Sender(name="Elif Kaya"),
            ),
        )
        for n in range(SAID)
    ]
    await csbot.services.store.append(events, now=csbot.clock())
    return address


def words(answer: Answer) -> list[str]:
    return re.findall(r'<div class="said">(söz \d+)</div>', answer.text)


def told(first: int, last: int) -> list[str]:
    return [f"söz {n}" for n in range(first, last)]


async def test_the_page_shows_the_newest_and_leads_back_to_the_first_word(csbot: Running, page: str) -> None:
    async with at_desk(csbot) as who:
        newest = await who.get(page)
        assert words(newest) == told(SAID - AT_ONCE, SAID)
        assert len(newest.text) < 100_000
        [back] = re.findall(rf'href="({page}\?before=\d+)"', newest.text)
        before = await who.get(back)
        assert words(before) == told(SAID - 2 * AT_ONCE, SAID - AT_ONCE)
        assert f'href="{page}"' in before.text, "and on to the newest again"
        fragment = await who.get(back.replace("?", "/earlier?"), **{"HX-Request": "true"})
        assert words(fragment) == words(before)
        [first] = csbot.rows("SELECT id FROM messages WHERE text = 'söz 0'")
        begun = await who.get(f"{page}?before={first[0] + 1}")
        assert "temsilci lütfen" in begun.words
        assert 'id="load-more"' not in begun.text, "there is nothing before the first word"
        for nonsense in ("x", "0", "-1", "9" * 30, "1.5"):
            assert words(await who.get(f"{page}?before={nonsense}")) == words(newest)


async def test_what_is_brought_up_to_date_is_what_is_shown(csbot: Running, page: str) -> None:
    async with at_desk(csbot) as who:
        newest = await who.get(page)
        [live] = re.findall(rf'hx-get="({page}/live\?since=\d+)"', newest.text)
        assert words(await who.get(live)) == words(newest)


async def top_of(page: Page, text: str) -> float:
    box = await page.locator("#transcript .said", has_text=re.compile(f"^{text}$")).bounding_box()
    assert box
    return box["y"]


async def test_earlier_messages_come_in_above_and_stay_while_others_arrive(
    csbot: Running, chromium: Browser, page: str
) -> None:
    async with seen(csbot, chromium, email=AGENT) as shown:
        await shown.goto(csbot.url + page)
        bubbles = shown.locator("#transcript .bubble")
        await expect(bubbles).to_have_count(AT_ONCE)
        await shown.focus("#load-more")
        place = await top_of(shown, f"söz {SAID - AT_ONCE}")
        for times in (2, 3):
            await shown.keyboard.press("Enter")
            await expect(bubbles).to_have_count(times * AT_ONCE)
            assert await shown.evaluate("document.activeElement.id") == "load-more"
            if times == 2:
                assert abs(await top_of(shown, f"söz {SAID - AT_ONCE}") - place) < 2, "what one reads stays where it is"
        scrolled = await shown.evaluate("document.getElementById('transcript').scrollTop")
        await csbot.platforms["telegram"].customer_says(Said(text="bir şey daha", user=USER, name="Elif Kaya"))
        await expect(shown.locator("#said > li").last).to_contain_text("bir şey daha")
        await expect(bubbles).to_have_count(3 * AT_ONCE + 1)
        assert await shown.evaluate("document.getElementById('transcript').scrollTop") == scrolled


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_a_long_conversation_is_for_everybody(
    csbot: Running, chromium: Browser, page: str, size: dict[str, int]
) -> None:
    async with seen(csbot, chromium, size) as shown:
        for path in (page, f"{page}?before=500"):
            await shown.goto(csbot.url + path)
            assert await violations(shown) == [], path
            assert await overflow(shown) == 0, path
        await shown.goto(csbot.url + page)
        await shown.click("#load-more")
        await expect(shown.locator("#transcript .bubble")).to_have_count(2 * AT_ONCE)
        assert await violations(shown) == []


async def test_without_scripts_a_link_leads_back(csbot: Running, chromium: Browser, page: str) -> None:
    context = await chromium.new_context(java_script_enabled=False, locale="en")
    shown = await context.new_page()
    async with at_desk(csbot) as who:
        [cookie] = [one for one in who.http.cookie_jar if one.key == "csbot_session"]
        await context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": csbot.url}])
        await shown.goto(csbot.url + page)
        await shown.click("#load-more")
        await expect(shown.locator("#transcript .bubble")).to_have_count(AT_ONCE)
        before = await shown.locator("#said > li").last.get_attribute("id")
        await shown.click("text=The newest messages")
        assert shown.url == csbot.url + page
        assert before
        await expect(shown.locator(f"#{before}")).to_have_count(0)
    await context.close()
