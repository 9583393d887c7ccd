"""The chat's page in a real browser: asked, answered, offline, by keyboard, on a phone, in both languages."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.chain.running import Running
from tests.web.accessibility import overflow, violations
from tests.web.browsing import NARROWEST, PHONE, WIDE, browser, browsing
from tests.web.chatting import KARGO, UNKNOWN, chat, taken

ANSWER = ".said:not(.own)"
SCRIPT = "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'>"


@pytest.fixture
async def csbot(tmp_path: Path) -> AsyncIterator[Running]:
    async with chat(tmp_path, color="#8a1c5c") as running:
        yield running


@asynccontextmanager
async def opened(
    browser: Browser, csbot: Running, size: dict[str, int] = WIDE, *, language: str = "en"
) -> AsyncIterator[Page]:
    """The chat, ready to be written in."""
    async with browsing(browser, size, language=language) as page:
        await page.goto(f"{csbot.url}/chat")
        await page.wait_for_selector("body[data-ready]")
        yield page


async def says(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def test_a_question_is_answered_in_turkish_and_in_english(csbot: Running) -> None:
    async with browser() as made:
        for language, question, words in (("tr", KARGO, "iş gün"), ("en", "How much is delivery?", "TL")):
            async with opened(made, csbot, language=language) as page:
                await expect(page.locator("#empty")).to_be_visible()
                await says(page, question)
                await expect(page.locator(".said.own .words")).to_have_text(question)
                await expect(page.locator(ANSWER)).to_contain_text(words)
                await expect(page.locator(".said.own .how")).to_have_text({"tr": "Gönderildi", "en": "Sent"}[language])
                await expect(page.locator("#typing")).to_be_hidden()


async def test_a_choice_is_picked_once_however_often_it_is_pressed(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot) as page:
        await says(page, "How much is delivery?")
        await page.locator(".chat-choices .button", has_text="Yes").dblclick()
        await expect(page.locator(ANSWER)).to_have_count(2)
        await expect(page.locator(".said.own")).to_have_count(2)
        await expect(page.locator(".chat-choices")).to_have_count(0)
        assert csbot.rows("SELECT helped FROM votes") == [(1,)]


async def test_sending_twice_quickly_sends_once(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot) as page:
        await page.fill("#text", KARGO)
        await page.dblclick("#say button[type=submit]")
        await expect(page.locator(ANSWER)).to_have_count(1)
        assert csbot.rows("SELECT count(*) FROM messages WHERE direction = 'in'") == [(1,)]


async def test_what_is_not_understood_goes_to_a_person_whose_answer_arrives_by_itself(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot, language="tr") as page:
        await says(page, UNKNOWN)
        await expect(page.locator(ANSWER)).to_contain_text("Sırada ilk sizsiniz")
        await expect(page.locator("#state")).to_have_text("Bir temsilci sizinle ilgilenecek")
        conversation = await taken(csbot)
        await csbot.post(
            f"conversations/{conversation}/messages", {"text": f"Buyurun {SCRIPT} https://shop.example/x."}
        )
        last = page.locator(ANSWER).last
        await expect(last.locator(".who")).to_have_text("Agent")
        await expect(last).to_contain_text(SCRIPT)
        await expect(last.locator("a")).to_have_attribute("href", "https://shop.example/x")
        await expect(page.locator("#state")).to_have_text("Agent ile görüşüyorsunuz")
        assert await page.evaluate("window.hit") is None


async def test_a_conversation_is_there_again_after_a_reload(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot) as page:
        await says(page, KARGO)
        await expect(page.locator(ANSWER)).to_have_count(1)
        await page.reload()
        await expect(page.locator(".said")).to_have_count(2)


async def test_what_is_written_offline_is_sent_once_when_back(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot) as page:
        await says(page, KARGO)
        await expect(page.locator(ANSWER)).to_have_count(1)
        await page.context.set_offline(True)
        await expect(page.locator("#connection")).to_contain_text("You are offline")
        await says(page, "How much is delivery?")
        await says(page, "Can I pay by card?")
        await expect(page.locator(".said.own .how").last).to_have_text("Waits for the connection")
        await page.wait_for_timeout(1500)
        assert csbot.rows("SELECT count(*) FROM messages WHERE direction = 'in'") == [(1,)]
        await page.context.set_offline(False)
        await expect(page.locator(".said.own .how").last).to_have_text("Sent")
        await expect(page.locator("#connection")).to_be_hidden()
        await expect(page.locator(".said.own")).to_have_count(3)
        written = csbot.rows("SELECT text FROM messages WHERE direction = 'in' ORDER BY id")
        assert written == [(KARGO,), ("How much is delivery?",), ("Can I pay by card?",)]


async def test_what_was_written_offline_outlives_the_page(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot) as page:
        await page.context.set_offline(True)
        await says(page, KARGO)
        await expect(page.locator(".said.own .how")).to_have_text("Waits for the connection")
        other = await page.context.new_page()
        await page.close()
        await page.context.set_offline(False)
        await other.goto(f"{csbot.url}/chat")
        await expect(other.locator(ANSWER)).to_have_count(1)
        await expect(other.locator(".said.own")).to_have_count(1)


async def test_while_the_stream_is_cut_the_page_asks_by_itself(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot) as page:
        await page.route("**/stream*", lambda route: route.fulfill(status=204))
        await says(page, "How much is delivery?")
        await expect(page.locator(ANSWER)).to_contain_text("TL", timeout=10_000)


async def test_words_of_a_customer_are_only_words(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot) as page:
        await says(page, SCRIPT)
        await expect(page.locator(".said.own .words")).to_have_text(SCRIPT)
        await expect(page.locator(ANSWER)).to_have_count(1)
        await page.reload()
        await expect(page.locator(".said.own .words")).to_have_text(SCRIPT)
        assert await page.evaluate("window.hit") is None


async def test_a_photo_is_shown_sent_and_linked(csbot: Running, tmp_path: Path) -> None:
    photo = tmp_path / "a <b>photo<.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    async with browser() as made, opened(made, csbot) as page:
        await page.set_input_files("#file", str(photo))
        link = page.locator(".said.own .file a")
        await expect(link).to_have_text("a b photo .png")
        async with page.expect_download() as loading:
            await link.click()
        assert (await loading.value).suggested_filename == "a b photo .png"
        assert await page.locator(".said.own b").count() == 0


async def test_a_new_conversation_hides_the_last_and_shows_it_when_asked(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot) as page:
        await says(page, KARGO)
        await expect(page.locator(ANSWER)).to_have_count(1)
        await page.click("#menu summary")
        await page.click("#anew")
        await expect(page.locator(".said:visible")).to_have_count(0)
        await expect(page.locator(".chat-begun")).to_be_visible()
        await says(page, "How much is delivery?")
        await expect(page.locator(".said:visible")).to_have_count(2)
        await page.click("#earlier")
        await expect(page.locator(".said:visible")).to_have_count(4)
        assert csbot.rows("SELECT count(*) FROM conversations") == [(2,)]


async def test_deleting_is_asked_for_twice_and_says_what_stays(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot) as page:
        await says(page, KARGO)
        await expect(page.locator(ANSWER)).to_have_count(1)
        await page.click("#menu summary")
        await page.click("#forget")
        await expect(page.locator("#sure")).to_contain_text("Lale keeps its own copy")
        assert await violations(page) == []
        await page.click("#sure-no")
        await expect(page.locator(".said")).to_have_count(2)
        await page.click("#menu summary")
        await page.click("#forget")
        await page.click("#sure-yes")
        await expect(page.locator(".said")).to_have_count(0)
        assert await page.evaluate("Object.keys(localStorage).length") == 0
        await says(page, "How much is delivery?")
        await expect(page.locator(ANSWER)).to_have_count(1)
        await page.reload()
        await expect(page.locator(".said")).to_have_count(2)


async def test_the_keyboard_alone_is_enough(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot) as page:
        await page.keyboard.type("How much is delivery?")
        await page.keyboard.press("Enter")
        await expect(page.locator(".chat-choices .button")).to_have_count(2)
        for _ in range(10):
            await page.keyboard.press("Shift+Tab")
            if await page.evaluate("document.activeElement.textContent.trim()") == "No":
                break
        await page.keyboard.press("Enter")
        await expect(page.locator(".said.own")).to_have_count(2)
        assert await page.evaluate("document.activeElement.id") == "text", "one can go on writing"
        await page.keyboard.press("Control+Home")
        reached: list[str] = []
        await page.evaluate("document.activeElement.blur()")
        for _ in range(12):
            await page.keyboard.press("Tab")
            reached.append(await page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        assert {"SUMMARY", "log", "file", "text"} <= set(reached)
        await page.focus("#menu summary")
        await page.keyboard.press("Enter")
        await expect(page.locator("#anew")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("#anew")).to_be_hidden()


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_it(csbot: Running, size: dict[str, int], language: str, scheme: Any) -> None:
    async with browser() as made, opened(made, csbot, size, language=language) as page:
        await page.emulate_media(color_scheme=scheme)
        assert await violations(page) == []
        await says(page, KARGO if language == "tr" else "How much is delivery?")
        await expect(page.locator(".chat-choices .button")).to_have_count(2)
        assert await violations(page) == []
        await page.click("#menu summary")
        assert await violations(page) == []
        assert await page.get_attribute("#log", "role") == "log"


async def test_nothing_is_wider_than_a_small_phone(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot, NARROWEST, language="tr") as page:
        await says(page, KARGO)
        await expect(page.locator(".chat-choices .button")).to_have_count(2)
        await page.click("#menu summary")
        assert await overflow(page) == 0
        await says(page, "W" * 300)
        await expect(page.locator(ANSWER)).to_have_count(2)
        assert await overflow(page) == 0
        assert (
            await page.evaluate(
                "() => { const log = document.getElementById('log'); return log.scrollWidth - log.clientWidth }"
            )
            == 0
        )


async def test_the_end_of_the_conversation_stays_in_view_until_one_reads_further_up(csbot: Running) -> None:
    async with browser() as made, opened(made, csbot, NARROWEST, language="tr") as page:
        for text in (KARGO, "taksit var mi"):
            await says(page, text)
        await expect(page.locator(ANSWER)).to_have_count(2)
        await page.set_input_files("#file", {"name": "a.png", "mimeType": "image/png", "buffer": drawn()})
        await expect(page.locator(".said").last.locator(".meta")).to_be_in_viewport(ratio=1)
        await expect(page.locator(".said.own .file a")).to_have_count(1)
        await expect(page.locator(".said.own img")).to_be_visible()
        await csbot.quiet()
        await expect(page.locator(".said").last.locator(".meta")).to_be_in_viewport(ratio=1)
        await page.hover("#log")
        await page.mouse.wheel(0, -5000)
        await expect(page.locator(".said").first).to_be_in_viewport()
        count = await page.locator(ANSWER).count()
        [row] = (await csbot.get("conversations"))["items"]
        await csbot.post(f"conversations/{row['id']}/claim")
        await csbot.post(f"conversations/{row['id']}/messages", {"text": "Merhaba"})
        await expect(page.locator(ANSWER)).to_have_count(count + 1)
        await expect(page.locator(".said").first).to_be_in_viewport()


def drawn() -> bytes:
    """A picture a browser can show: 400 by 400 grey pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixels = zlib.compress((b"\x00" + b"\x80" * 400) * 400)
    head = struct.pack(">IIBBBBB", 400, 400, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
