"""A real browser for the tests of pages: the system's Chromium, driven by Playwright; no browser is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 812}
NARROWEST = {"width": 320, "height": 640}

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """The path of the system's Chromium; without one the test is skipped, in CI it fails."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("CSBOT_CI"):
        pytest.fail("no Chromium: apt install chromium")
    pytest.skip("no Chromium: apt install chromium")


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A headless browser."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium(), headless=True, args=list(_FLAGS))
        try:
            yield launched
        finally:
            await launched.close()


@asynccontextmanager
async def browsing(browser: Browser, size: dict[str, int] = WIDE, *, language: str = "en") -> AsyncIterator[Page]:
    """A page in a profile of its own. What its console calls an error fails the test at the end."""
    context: BrowserContext = await browser.new_context(viewport=size, locale=language)  # type: ignore[arg-type]
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    try:
        yield page
    finally:
        await context.close()
    assert errors == []
