"""The playground in a real browser: played by mouse and by keyboard alone, for everybody, on every screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.playground.playing import QUESTION, played
from tests.web.accessibility import overflow, violations
from tests.web.browsing import NARROWEST, PHONE, WIDE, browser, browsing

SOON_MS = 15_000


async def says(page: Page, phone: str, text: str) -> None:
    """Write on a phone and send by Enter."""
    await page.fill(f"#text-{phone}", text)
    await page.press(f"#text-{phone}", "Enter")


def theirs(page: Page, phone: str) -> str:
    """Where on a phone csbot's messages are."""
    return f"#talk-{phone} .say:not(.mine)"


async def test_all_four_phones_are_answered_and_handed_off_on_one_page(tmp_path: Path) -> None:
    async with played(tmp_path) as (world, url), browser() as chromium, browsing(chromium) as page:
        await page.goto(url)
        assert len(world.phones) >= 4
        for phone in world.phones:
            words = page.locator(f"#text-{phone}")
            # WhatsApp and SMS are one conversation, in which the same question again would be a matter for a person.
            await says(page, phone, QUESTION if phone != "sms" else "Kargo kaç günde gelir?")
            await expect(page.locator(theirs(page, phone))).to_have_count(1, timeout=SOON_MS)
            await expect(words).to_have_value("")
            await expect(words).to_be_focused()
            await expect(page.locator(f"#talk-{phone} .mine .photo")).to_have_count(0)
        await page.click("#talk-telegram .choices button >> nth=1")
        await expect(page.locator("#agent .list .badge.warn")).to_have_count(1, timeout=SOON_MS)
        await page.click("#agent .pick:has(.badge.warn)")
        await page.click("#agent-claim")
        await page.fill("#agent .answer", "Ben bakıyorum.")
        await page.dblclick("#agent-send")
        await expect(page.locator("#talk-telegram .say", has_text="Ben bakıyorum.")).to_have_count(1, timeout=SOON_MS)
        await page.wait_for_timeout(500)
        assert [shown.text for shown in world.phones["telegram"].imitation.received()].count("Ben bakıyorum.") == 1


async def test_an_order_is_told_to_whom_it_belongs_and_by_a_code_of_the_shop_s_page_elsewhere(tmp_path: Path) -> None:
    async with played(tmp_path) as (_, url), browser() as chromium, browsing(chromium) as page:
        await page.goto(url)
        await says(page, "whatsapp", "where is my order 4811")
        await expect(page.locator(theirs(page, "whatsapp")).last).to_contain_text("Eskişehir", timeout=SOON_MS)
        await says(page, "telegram", "where is my order 4811")
        await expect(page.locator(theirs(page, "telegram"))).to_have_count(1, timeout=SOON_MS)
        await expect(page.locator("#talk-telegram")).not_to_contain_text("Eskişehir")
        async with page.context.expect_page() as opening:
            await page.get_by_role("link", name="Sample shop").click()
        beside = await opening.value
        code = await beside.locator(".code").inner_text()
        await says(page, "telegram", code)
        await expect(page.locator(theirs(page, "telegram")).last).to_contain_text("Eskişehir", timeout=SOON_MS)


async def test_a_change_is_told_to_the_agent_in_words(tmp_path: Path) -> None:
    async with played(tmp_path) as (_, url), browser() as chromium, browsing(chromium) as page:
        await page.goto(url)
        await says(page, "telegram", "cancel my order 4713")
        await page.click("#talk-telegram .choices button >> nth=0", timeout=SOON_MS)
        await expect(page.locator(theirs(page, "telegram"))).to_have_count(2, timeout=SOON_MS)
        await page.click("#agent .pick >> nth=0")
        note = page.locator("#agent-transcript .bubble.note")
        for words in ("Cancel my order", "4713", "done"):
            await expect(note).to_contain_text(words)
        assert await violations(page) == []


async def test_what_an_agent_is_writing_outlasts_what_comes_in(tmp_path: Path) -> None:
    async with played(tmp_path) as (_, url), browser() as chromium, browsing(chromium) as page:
        await page.goto(url)
        await says(page, "telegram", "who won the world cup in 1998")
        await page.click("#agent .pick:has(.badge.warn)", timeout=SOON_MS)
        await page.click("#agent-claim")
        await page.fill("#agent .answer", "Half a sent")
        await page.press("#agent .answer", "End")
        await says(page, "telegram", "are you there?")
        await expect(page.locator("#agent-transcript .bubble", has_text="are you there?")).to_be_visible(
            timeout=SOON_MS
        )
        await expect(page.locator("#agent .answer")).to_have_value("Half a sent")


async def test_the_newest_message_is_in_sight_and_told_to_those_who_cannot_see_it(tmp_path: Path) -> None:
    async with played(tmp_path) as (_, url), browser() as chromium, browsing(chromium) as page:
        await page.goto(url)
        for count, text in enumerate((QUESTION, "Kargo kaç günde gelir?", "teşekkürler"), start=1):
            await says(page, "whatsapp", text)
            await expect(page.locator(theirs(page, "whatsapp"))).to_have_count(count, timeout=SOON_MS)
        last = page.locator(theirs(page, "whatsapp")).last
        await expect(last).to_be_in_viewport()
        heard = await page.locator("#heard-whatsapp").text_content()
        assert heard == await last.locator(".text").text_content()


async def test_threads_are_answered_each_by_itself_by_keyboard_alone(tmp_path: Path) -> None:
    async with played(tmp_path) as (world, url), browser() as chromium, browsing(chromium) as page:
        await page.goto(url)
        slack = world.phones["slack"]
        [place, *_] = slack.imitation.cast.places
        await page.focus(f"#go-slack-{place.id}")
        await page.keyboard.press("Enter")
        await expect(page.locator(f"#go-slack-{place.id}")).to_have_attribute("aria-pressed", "true")
        for count in (1, 2):
            await says(page, "slack", QUESTION)
            await expect(page.locator(theirs(page, "slack"))).to_have_count(count, timeout=SOON_MS)
        await expect(page.locator("#talk-slack .thread")).to_have_count(2)
        await page.focus("#reply-slack-1")
        await page.keyboard.press("Enter")
        await expect(page.locator("#back-slack")).to_be_visible()
        await expect(page.locator("#talk-slack .thread")).to_have_count(1)
        await page.focus("#text-slack")
        await page.keyboard.type("Hayır")
        await page.keyboard.press("Enter")
        await expect(page.locator(theirs(page, "slack"))).to_have_count(2, timeout=SOON_MS)
        assert {one.thread for one in slack.bubbles if one.text == "Hayır"} == {slack.bubbles[0].thread}


async def test_misfortunes_are_set_and_cleared_and_counted_down(tmp_path: Path) -> None:
    async with played(tmp_path) as (world, url), browser() as chromium, browsing(chromium) as page:
        await page.goto(url)
        await page.click("#phone-sms summary >> nth=0")
        await page.fill("#times-sms-repeat", "3")
        await page.click("#fault-sms-repeat")
        await expect(page.locator("#armed-sms .badge")).to_have_text("Webhook repeated × 3")
        await says(page, "sms", QUESTION)
        await expect(page.locator("#armed-sms .badge")).not_to_have_text("Webhook repeated × 3", timeout=SOON_MS)
        await page.click("#clear-sms")
        await expect(page.locator("#armed-sms .badge")).to_have_count(0)
        assert world.phones["sms"].imitation.faults == {}


@pytest.mark.parametrize("language", ["en", "tr"])
async def test_the_page_is_for_everybody(tmp_path: Path, language: str) -> None:
    async with played(tmp_path) as (_, url), browser() as chromium:
        found: list[str] = []
        for size in (WIDE, PHONE, NARROWEST):
            async with browsing(chromium, size, language=language) as page:
                await page.goto(url)
                for phone in ("telegram", "whatsapp"):
                    await says(page, phone, QUESTION)
                    await expect(page.locator(theirs(page, phone)).first).to_be_attached(timeout=SOON_MS)
                for summary in await page.locator("#phone-telegram summary, .tries summary").all():
                    await summary.click()
                await page.click("#agent .pick >> nth=0")
                await expect(page.locator("#agent-transcript")).to_be_visible()
                found += [f"{size['width']}: {violation}" for violation in await violations(page)]
                if wider := await overflow(page):
                    found.append(f"{size['width']}: {wider} px too wide")
        assert found == []
