"""From the page into an app and back: who waits loses nothing, and an answer nobody reads finds its reader."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import expect

from csbot.channel.imitation import Imitation
from csbot.workers.following import follow_now
from tests.chain.customers import Customer
from tests.chain.running import AGENT, Running, platform, running, until
from tests.web.accessibility import overflow, violations
from tests.web.browsing import PHONE, WIDE, browser, browsing
from tests.web.chatting import SECRET, SITE, UNKNOWN, Guest, chat, guest, taken

PLATFORMS = {"whatsapp": platform("whatsapp"), "sms": platform("sms")}
NUMBER, OTHER_NUMBER = "+905321112233", "+905329998877"
WEB = {"kind": "webchat", "secret": SECRET, "origins": [SITE]}


@pytest.fixture
async def csbot(tmp_path: Path) -> AsyncIterator[Running]:
    async with running(tmp_path, PLATFORMS, hosted={"web": WEB}) as started:
        yield started


async def waits(page: Guest) -> None:
    """The visitor waits for a person."""
    await page.says(UNKNOWN)
    await page.answered()
    assert (await page.news())["state"] == "waiting"


async def words_for(page: Guest, app: str) -> str:
    """What the link for that app would have the visitor send."""
    status, told = await page.post("pass")
    assert status == 200, told
    [href] = [way["href"] for way in told["ways"] if way["app"] == app]
    return str(parse_qs(urlsplit(href).query)[{"WhatsApp": "text", "SMS": "body"}[app]][0])


def phone(csbot: Running, channel: str = "whatsapp", number: str = NUMBER) -> Customer:
    return Customer(csbot=csbot, channel=channel, user=number)


@pytest.mark.parametrize(("app", "channel"), [("WhatsApp", "whatsapp"), ("SMS", "sms")])
async def test_who_waits_goes_on_in_an_app_and_is_answered_there(csbot: Running, app: str, channel: str) -> None:
    async with guest(csbot) as page:
        await waits(page)
        mine = phone(csbot, channel)
        await mine.says(await words_for(page, app))
        assert csbot.words("gone_on_waiting")[:20] in await mine.hears()
        assert (await page.news())["elsewhere"] == app
        number = await taken(csbot)
        status, _ = await csbot.post(f"conversations/{number}/messages", {"text": "Buyurun, dinliyorum."})
        assert status in {200, 201}
        assert "Buyurun, dinliyorum." in await mine.hears()
        assert [line["from"] for line in await page.sees()].count("agent") == 0
        transcript = (await csbot.get(f"conversations/{number}"))["transcript"]
        assert {line["channel"] for line in transcript if line["direction"] == "in"} == {"web", channel}


async def test_the_bot_answers_who_goes_on_before_they_wait(csbot: Running) -> None:
    async with guest(csbot) as page:
        await page.says("Kargo kaç günde gelir?")
        await page.answered()
        mine = phone(csbot)
        await mine.says(await words_for(page, "WhatsApp"))
        assert csbot.words("gone_on")[:20] in await mine.hears()


async def test_words_written_behind_the_pass_are_answered(csbot: Running) -> None:
    async with guest(csbot) as page:
        await page.says("merhaba")
        await page.answered()
        mine = phone(csbot)
        await mine.says(f"{await words_for(page, 'WhatsApp')} Kargo kaç günde gelir?")
        assert "iş gün" in await mine.hears()


async def test_a_link_works_once_and_says_so(csbot: Running) -> None:
    async with guest(csbot) as page:
        await waits(page)
        words = await words_for(page, "WhatsApp")
        mine, other = phone(csbot), phone(csbot, number=OTHER_NUMBER)
        await mine.says(words)
        await mine.reads()
        await other.says(words)
        assert csbot.words("pass_over")[:20] in await other.hears()
        assert (await other.conversation())["status"] == "bot"
        assert {one["address"] for one in (await mine.conversation())["identities"]}.isdisjoint({OTHER_NUMBER})


async def test_a_link_is_too_old_after_an_hour(csbot: Running) -> None:
    async with guest(csbot) as page:
        await waits(page)
        words = await words_for(page, "WhatsApp")
        csbot.time_passes(3601)
        mine = phone(csbot)
        await mine.says(words)
        assert csbot.words("pass_over")[:20] in await mine.hears()


async def test_writing_on_the_page_again_brings_the_answers_back(csbot: Running) -> None:
    async with guest(csbot) as page:
        await waits(page)
        mine = phone(csbot)
        await mine.says(await words_for(page, "WhatsApp"))
        await mine.reads()
        await page.says("yine sayfadayım")
        assert (await page.news())["elsewhere"] == ""


async def test_there_is_no_link_before_a_word_nor_for_a_stranger(csbot: Running) -> None:
    async with guest(csbot) as page:
        status, told = await page.post("pass")
        assert (status, told["error"]["code"]) == (409, "nothing_said")
    async with guest(csbot, come=False) as nobody:
        status, told = await nobody.post("pass")
        assert (status, told["error"]["code"]) == (401, "no_session")


async def test_where_no_app_is_set_up_nothing_is_offered(tmp_path: Path) -> None:
    async with chat(tmp_path) as alone, guest(alone) as page:
        await waits(page)
        status, told = await page.post("pass")
        assert (status, told["error"]["code"]) == (404, "no_way")
        async with page.http.get(f"{alone.url}/chat/web") as answer:
            assert "go-on" not in await answer.text()


# -- answers nobody reads ---------------------------------------------------------------------------------------------


async def answered_on_the_page(csbot: Running, page: Guest) -> Customer:
    """An agent has answered a visitor on the page who has used an app before."""
    await waits(page)
    mine = phone(csbot)
    await mine.says(await words_for(page, "WhatsApp"))
    await mine.reads()
    await page.says("yine sayfadayım")
    number = await taken(csbot)
    await csbot.post(f"conversations/{number}/messages", {"text": "Cevabınız hazır."}, who=AGENT)
    await until(partial(_is_there, page, "Cevabınız hazır."), "the answer on the page")
    return mine


async def _is_there(page: Guest, text: str) -> bool:
    return any(line["text"] == text for line in await page.sees())


async def test_an_answer_unread_for_ten_minutes_follows_once(csbot: Running) -> None:
    async with guest(csbot) as page:
        mine = await answered_on_the_page(csbot, page)
        csbot.time_passes(9 * 60)
        assert await follow_now(csbot.services) == 0
        csbot.time_passes(2 * 60)
        assert await follow_now(csbot.services) == 1
        heard = await mine.hears()
        assert csbot.words("followed")[:10] in heard
        assert heard.endswith("Cevabınız hazır.")
        assert await follow_now(csbot.services) == 0
        csbot.time_passes(60 * 60)
        assert await follow_now(csbot.services) == 0
        await mine.hears_nothing()


async def test_what_the_page_has_shown_stays_there_and_the_agent_sees_that_it_was_read(csbot: Running) -> None:
    async with guest(csbot) as page:
        mine = await answered_on_the_page(csbot, page)
        last = max(line["id"] for line in await page.sees())
        status, _ = await page.post("seen", {"after": 0, "last": last})
        assert status == 202
        parts = [part["state"] for line in await mine.transcript() for part in line["parts"] if "Cevab" in line["text"]]
        assert parts == ["read"]
        csbot.time_passes(11 * 60)
        assert await follow_now(csbot.services) == 0


@pytest.mark.parametrize("body", [{}, {"after": -1, "last": 5}, {"after": 0, "last": "9"}, {"after": True, "last": 1}])
async def test_what_is_no_place_in_a_chat_is_refused(csbot: Running, body: dict[str, object]) -> None:
    async with guest(csbot) as page:
        status, told = await page.post("seen", body)
        assert (status, told["error"]["code"]) == (422, "no_such_place")


async def test_nobody_says_for_another_what_was_read(csbot: Running) -> None:
    async with guest(csbot) as page, guest(csbot) as stranger:
        mine = await answered_on_the_page(csbot, page)
        await stranger.says("merhaba")
        await stranger.post("seen", {"after": 0, "last": 10_000})
        states = [
            part["state"] for line in await mine.transcript() for part in line["parts"] if "Cevab" in line["text"]
        ]
        assert states == ["sent"]


# -- in a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "language"), [(WIDE, "en"), (PHONE, "tr")])
async def test_the_page_offers_it_before_the_wait(csbot: Running, size: dict[str, int], language: str) -> None:
    whatsapp: Imitation = csbot.platforms["whatsapp"]
    async with browser() as made, browsing(made, size, language=language) as page:
        await page.goto(f"{csbot.url}/chat")
        await page.wait_for_selector("body[data-ready]")
        await expect(page.locator("#offer")).to_be_hidden()
        await page.fill("#text", UNKNOWN)
        await page.press("#text", "Enter")
        await expect(page.locator("#offer")).to_be_visible()
        assert await violations(page) == []
        await page.click("#offer-yes")
        await expect(page.locator("#ways")).to_be_visible()
        await expect(page.locator("#ways svg")).to_have_count(2)
        assert await violations(page) == []
        assert await overflow(page) == 0
        href = await page.locator("#ways a", has_text="WhatsApp").get_attribute("href") or ""
        words = parse_qs(urlsplit(href).query)["text"][0]
        assert re.search(r"CS-\w{5}-\w{5}", words)
        await page.press("#ways-close", "Enter")
        await phone(csbot).says(words)
        await expect(page.locator("#state")).to_contain_text("WhatsApp")
        await expect(page.locator("#offer")).to_be_hidden()
        number = await taken(csbot)
        await csbot.post(f"conversations/{number}/messages", {"text": "Buradayım."})
        await until(lambda: any("Buradayım." in one.text for one in whatsapp.received()), "the answer in the app")


async def test_a_page_somebody_looks_at_tells_that_an_answer_was_read(csbot: Running) -> None:
    async with browser() as made, browsing(made) as page:
        await page.goto(f"{csbot.url}/chat")
        await page.wait_for_selector("body[data-ready]")
        await page.fill("#text", UNKNOWN)
        await page.press("#text", "Enter")
        await expect(page.locator("#offer")).to_be_visible()
        await page.click("#offer-no")
        await expect(page.locator("#offer")).to_be_hidden()
        number = await taken(csbot)
        await csbot.post(f"conversations/{number}/messages", {"text": "Buradayım."})

        async def is_read() -> bool:
            lines = (await csbot.get(f"conversations/{number}"))["transcript"]
            return any(line["text"] == "Buradayım." and line["parts"][0]["state"] == "read" for line in lines)

        await until(is_read, "the answer to be read")
