"""The playground in a real browser: played by mouse and by keyboard alone, for everybody, on every screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from csbot import config
from csbot.playground.page import served
from csbot.playground.world import World, playing
from tests.web.accessibility import overflow, violations
from tests.web.browsing import NARROWEST, PHONE, WIDE, browser, browsing

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "Taksit var mı?"
QUESTIONS = (QUESTION, "Kargo kaç günde gelir?", "iade süresi kaç gün", "hediye paketi yapıyor musunuz")


@asynccontextmanager
async def played(folder: Path) -> AsyncIterator[tuple[World, str]]:
    settings = config.load(ROOT / "csbot.toml", environ={})
    settings = settings.model_copy(update={"limits": settings.limits.model_copy(update={"burst_s": 0.0})})
    async with playing(settings, folder / "playground.db") as world, served(world, port=0) as url:
        yield world, url


async def test_all_four_phones_are_answered_and_handed_off_on_one_page(tmp_path: Path) -> None:
    async with played(tmp_path) as (world, url), browser() as chromium, browsing(chromium) as page:
        await page.goto(url)
        for phone, question in zip(world.phones, QUESTIONS, strict=True):
            words = page.locator(f"#text-{phone}")
            await words.fill(question)
            await words.press("Enter")
            await expect(page.locator(f"#news-{phone} .bubble:not(.out)")).to_have_count(1, timeout=15_000)
            await expect(words).to_have_value("")
            await expect(words).to_be_focused()
        await page.click("#news-telegram .choices button >> nth=1")
        await expect(page.locator("#agent .badge.warn")).to_have_count(1, timeout=15_000)
        await page.click("#agent li:has(.badge.warn) button")
        await page.click("#agent button.primary")
        await page.fill("#answer", "Ben bakıyorum.")
        await page.dblclick("#agent .composer button")
        await expect(page.locator("#news-telegram .bubble", has_text="Ben bakıyorum.")).to_have_count(1, timeout=15_000)
        await page.wait_for_timeout(500)
        assert [shown.text for shown in world.phones["telegram"].imitation.received()].count("Ben bakıyorum.") == 1


@pytest.mark.parametrize("language", ["en", "tr"])
async def test_the_page_is_for_everybody(tmp_path: Path, language: str) -> None:
    async with played(tmp_path) as (_, url), browser() as chromium:
        found: list[str] = []
        for size in (WIDE, PHONE, NARROWEST):
            async with browsing(chromium, size, language=language) as page:
                await page.goto(url)
                await page.fill("#text-telegram", QUESTION)
                await page.press("#text-telegram", "Enter")
                await expect(page.locator("#news-telegram .bubble:not(.out)").first).to_be_visible(timeout=15_000)
                for summary in await page.locator("#phone-telegram summary").all():
                    await summary.click()
                found += [f"{size['width']}: {violation}" for violation in await violations(page)]
                if wider := await overflow(page):
                    found.append(f"{size['width']}: {wider} px too wide")
        assert found == []
