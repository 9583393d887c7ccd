"""`make pictures`: the pages as they look, on a wide screen and on a phone, taken in the system's Chromium."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from csbot import config
from csbot.desk.tokens import digest
from csbot.domain.account import INVITATION_LIFE
from csbot.playground.page import served
from csbot.playground.world import Clock, World, playing
from csbot.sampleshop.beside import beside

HERE = Path(__file__).parent
SIZES: dict[str, ViewportSize] = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 375, "height": 740}}
EMAIL, PASSWORD = "ayse@lale.example", "a password for pictures"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars")


@dataclass(frozen=True, slots=True)
class Picture:
    """A page of `of`, and what is done on it before it is looked at."""

    name: str
    path: str
    act: Callable[[Page], Awaitable[None]]
    of: str = "csbot"


async def main() -> None:
    """Take all pictures anew."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("no Chromium: apt install chromium")
    settings, clock = config.load(HERE.parents[1] / "csbot.toml", environ={}), Clock()
    with tempfile.TemporaryDirectory() as folder:
        async with (
            beside(settings, clock=clock) as (settings, shop),
            playing(settings, Path(folder) / "pictures.db", clock=clock, shop=shop) as world,
            served(world, port=0) as url,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
            await _admit(world)
            servers = {"csbot": world.url, "playground": url, "shop": shop}
            for size in SIZES:
                for picture in PICTURES:
                    await _take(browser, size, picture, servers[picture.of])
            await browser.close()


async def _admit(world: World) -> None:
    accounts, now = world.services.store.accounts, world.clock()
    token = digest("pictures")
    await accounts.invite(token, email=EMAIL, role="admin", by="csbot", now=now, expires_at=now + INVITATION_LIFE)
    await accounts.accept(token, email="", name="Ayşe", password=PasswordHasher().hash(PASSWORD), now=now)


async def _take(browser: Browser, size: str, picture: Picture, server: str) -> None:
    context = await browser.new_context(viewport=SIZES[size], locale="en")
    page = await context.new_page()
    await page.goto(f"{server}{picture.path}")
    await picture.act(page)
    await page.screenshot(path=HERE / f"{picture.name}-{size}.png")
    await context.close()


async def _play(page: Page) -> None:
    for phone, words in (
        ("whatsapp", "kargom nerede 4811"),
        ("telegram", "kargom nerede 4811"),
        ("slack", "Do you ship abroad?"),
        ("sms", "teşekkürler"),
    ):
        if await page.locator(f"#talk-{phone} .say").count():
            continue
        await page.fill(f"#text-{phone}", words)
        await page.press(f"#text-{phone}", "Enter")
        await page.wait_for_timeout(3500)
    await page.evaluate("document.activeElement.blur(); document.querySelector('#phone-whatsapp').scrollIntoView()")
    await page.wait_for_timeout(800)


async def _chat(page: Page) -> None:
    for words in ("Where is my order 4711?", "I want to talk to a person"):
        await page.fill("textarea", words)
        await page.press("textarea", "Enter")
        await page.wait_for_timeout(4000)


async def _look(page: Page) -> None:
    await page.wait_for_selector("#live .order")


async def _work(page: Page) -> None:
    await page.fill("#email", EMAIL)
    await page.fill("#password", PASSWORD)
    await page.press("#password", "Enter")
    await page.wait_for_selector("#sections")
    await page.click("#list-waiting a >> nth=0")
    await page.wait_for_selector("#transcript")
    if await page.locator("#act-claim").count():
        await page.click("#act-claim")
        await page.wait_for_selector("#transcript")
    await page.wait_for_timeout(800)


PICTURES = (
    Picture("playground", "/", _play, of="playground"),
    Picture("chat", "/chat", _chat),
    Picture("desk", "/desk", _work),
    Picture("shop", "/", _look, of="shop"),
)
"""In this order: the chat's customer is one of those who wait at the desk, and a code for a phone was sent."""


if __name__ == "__main__":
    asyncio.run(main())
