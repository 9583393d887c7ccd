"""The chat inside a brand's own site, under a policy that forbids all that is not named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Frame, Page, expect

from tests.chain.running import Running
from tests.web.accessibility import overflow, violations
from tests.web.browsing import NARROWEST, PHONE, WIDE, browser, browsing
from tests.web.chatting import KARGO, chat, identity

BUTTON = "csbot-chat"


@dataclass(slots=True)
class Site:
    """The brand's site: one page with the script tag."""

    url: str
    csbot: str = ""
    attributes: str = ""

    async def page(self, request: web.Request) -> web.Response:
        tag = f'<script src="{self.csbot}/chat/widget.js" {self.attributes} defer></script>'
        return web.Response(
            text=f'<!doctype html><html lang="tr"><title>Dükkân</title><link rel="icon" href="data:,">{tag}'
            '<main><h1>Dükkân</h1><button id="before">Sepet</button></main></html>',
            content_type="text/html",
            headers={
                "Content-Security-Policy": f"default-src 'none'; img-src data:; script-src {self.csbot}; "
                f"frame-src {self.csbot}"
            },
        )


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    made = Site(url="")
    app = web.Application()
    app.router.add_get("/", made.page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()


@asynccontextmanager
async def shop(folder: Path, *, allowed: bool = True) -> AsyncIterator[tuple[Running, Site]]:
    """A site, and a csbot that may be embedded by it, or by another only."""
    async with site() as made:
        origins = [made.url if allowed else "https://another.example"]
        async with chat(folder, origins=origins, color="#8a1c5c") as csbot:
            made.csbot = csbot.url
            yield csbot, made


async def press(page: Page) -> None:
    """Press the button in the corner."""
    size = page.viewport_size
    assert size is not None
    await page.mouse.click(size["width"] - 48, size["height"] - 48)


async def the_frame(page: Page) -> Frame:
    """The chat's frame; its host is closed to the site's scripts, so it is found by its address."""
    for _ in range(100):
        for found in page.frames:
            if "/frame" in found.url and await found.query_selector("body[data-ready]"):
                return found
        await page.wait_for_timeout(50)
    raise AssertionError([found.url for found in page.frames])


async def test_a_question_is_asked_and_answered_inside_a_strict_site(tmp_path: Path) -> None:
    async with shop(tmp_path) as (csbot, made), browser() as chromium, browsing(chromium, WIDE, language="en") as page:
        await page.goto(made.url)
        await page.wait_for_selector(BUTTON, state="attached")
        assert len(page.frames) == 1, "nothing is loaded before it is asked for"
        await press(page)
        frame = await the_frame(page)
        assert await frame.evaluate("document.documentElement.lang") == "tr", "the site's language, not the browser's"
        await page.keyboard.type(KARGO)
        await page.keyboard.press("Enter")
        await expect(frame.locator(".said:not(.own)")).to_contain_text("iş gün")
        await page.keyboard.press("Escape")
        await page.wait_for_function("() => document.activeElement.tagName === 'CSBOT-CHAT'")
        await page.keyboard.press("Enter")
        await frame.wait_for_function("() => document.activeElement.id === 'text'")
        await expect(frame.locator(".said")).to_have_count(2)
        assert csbot.rows("SELECT count(*) FROM messages WHERE direction = 'in'") == [(1,)]


async def test_a_site_that_is_not_named_cannot_show_the_chat(tmp_path: Path) -> None:
    async with shop(tmp_path, allowed=False) as (csbot, made), browser() as chromium:
        context = await chromium.new_context()
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        await page.goto(made.url)
        await page.wait_for_selector(BUTTON, state="attached")
        await press(page)
        for _ in range(100):
            if any("frame-ancestors" in text for text in said):
                break
            await page.wait_for_timeout(50)
        assert any("frame-ancestors" in text for text in said), said
        assert not [found for found in page.frames if found.url.startswith(csbot.url)]
        await context.close()


async def test_a_customer_who_is_signed_in_is_known_and_one_who_signs_out_is_not(tmp_path: Path) -> None:
    async with shop(tmp_path) as (csbot, made), browser() as chromium, browsing(chromium, WIDE) as page:
        signed = identity(csbot, id="4711", name="Ayşe Kaya", phone="+905321112233")
        made.attributes = f'data-identity="{signed}" data-language="en"'
        addresses: list[str] = []
        page.on("request", lambda request: addresses.append(request.url))
        await page.goto(made.url)
        await page.wait_for_selector(BUTTON, state="attached")
        await press(page)
        frame = await the_frame(page)
        await expect(frame.locator("#state")).to_have_text("Signed in as Ayşe Kaya")
        await frame.fill("#text", KARGO)
        await frame.press("#text", "Enter")
        await expect(frame.locator(".said:not(.own)")).to_have_count(1)
        assert csbot.rows("SELECT address, person FROM identities") == [("user:4711", "phone:+905321112233")]
        assert not [address for address in addresses if signed in address]
        await page.evaluate("document.querySelector('script[data-identity]').removeAttribute('data-identity')")
        await expect(frame.locator(".said")).to_have_count(0)
        await expect(frame.locator("#state")).to_have_text("Automatic assistant")


@pytest.mark.parametrize("wrong", [{"lasts_s": -5}, {"secret": "somebody else's secret"}])
async def test_a_customer_who_cannot_be_believed_is_a_guest_and_is_told(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    async with shop(tmp_path) as (csbot, made), browser() as chromium:
        made.attributes = f'data-identity="{identity(csbot, **{"id": "1", **wrong})}" data-language="en"'  # type: ignore[arg-type]
        context = await chromium.new_context()
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        await page.goto(made.url)
        await page.wait_for_selector(BUTTON, state="attached")
        await press(page)
        frame = await the_frame(page)
        await expect(frame.locator("#word")).to_contain_text("as a guest")
        assert any("data-identity is refused" in text for text in said)
        await frame.fill("#text", KARGO)
        await frame.press("#text", "Enter")
        await expect(frame.locator(".said:not(.own)")).to_have_count(1)
        assert csbot.rows("SELECT address LIKE 'visitor:%' FROM identities") == [(1,)]
        await context.close()


async def test_a_foreign_page_cannot_speak_to_the_frame(tmp_path: Path) -> None:
    async with shop(tmp_path) as (csbot, made), browser() as chromium, browsing(chromium, WIDE) as page:
        await page.goto(made.url)
        await page.wait_for_selector(BUTTON, state="attached")
        await press(page)
        frame = await the_frame(page)
        signed = identity(csbot, id="1", name="Somebody Else")
        # From the frame itself, which is no parent, and from an origin that is not the site's.
        await frame.evaluate("said => window.postMessage({csbot: 'hello', identity: said, open: true}, '*')", signed)
        await page.wait_for_timeout(500)
        assert await frame.locator("#state").text_content() == "Otomatik asistan"


@pytest.mark.parametrize("size", [PHONE, NARROWEST], ids=["phone", "narrowest"])
async def test_on_a_phone_it_fills_the_screen_and_closes_again(tmp_path: Path, size: dict[str, int]) -> None:
    async with shop(tmp_path) as (_, made), browser() as chromium, browsing(chromium, size) as page:
        await page.goto(made.url)
        await page.wait_for_selector(BUTTON, state="attached")
        assert await overflow(page) == 0
        assert await violations_of_the_site(page) == []
        await press(page)
        frame = await the_frame(page)
        assert await frame.evaluate("[innerWidth, innerHeight]") == [size["width"], size["height"]]
        await frame.click("#close")
        await page.wait_for_function("() => document.activeElement.tagName === 'CSBOT-CHAT'")
        await page.click("#before")


async def violations_of_the_site(page: Page) -> list[str]:
    """What axe finds that is the widget's: the site of this test is not under test."""
    return [found for found in await violations(page) if "csbot-chat" in found]
