"""The desk in a real browser: kept up to date, usable by keyboard alone, readable for everybody on every screen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from csbot.channel.imitation import Said
from csbot.desk.tokens import digest
from csbot.domain.account import INVITATION_LIFE
from tests.chain.running import AGENT, OTHER, Running, until
from tests.web.accessibility import overflow, violations
from tests.web.browsing import NARROWEST, PHONE, WIDE, browser, browsing
from tests.web.desk import PASSWORD, SUPERVISOR, at_desk, desk, name, seen, waits

pytestmark = pytest.mark.asyncio(loop_scope="module")

LANGUAGES = pytest.mark.parametrize("language", ["en", "tr"])
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE, NARROWEST], ids=["wide", "phone", "narrowest"])
EVIL = "<img src=x onerror=alert(1)>"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csbot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with desk(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as launched:
        yield launched


def newcomer(csbot: Running) -> str:
    return str(7000 + next(csbot.numbers))


def texts(csbot: Running, user: str) -> list[str]:
    return [one.text for one in csbot.platforms["telegram"].received() if one.user == user]


async def claimed(csbot: Running, conversation: int, email: str) -> None:
    async with at_desk(csbot, email) as who:
        await who.send("/desk", f"/desk/conversations/{conversation}/claim")


async def is_sound(page: Page, where: str) -> None:
    found = await violations(page)
    assert found == [], where
    assert await overflow(page) == 0, where


@LANGUAGES
@SIZES
async def test_every_page_is_sound(csbot: Running, chromium: Browser, size: dict[str, int], language: str) -> None:
    user = newcomer(csbot)
    waiting = await waits(csbot, f"temsilci {EVIL} {'çokuzunbirsözcük' * 12}", user=user, name="Elif Kaya")
    mine = await waits(csbot, user=newcomer(csbot), name="Mert Demir")
    await claimed(csbot, mine, AGENT)
    async with browsing(chromium, size, language=language) as page:
        await page.goto(f"{csbot.url}/desk")
        await is_sound(page, "sign-in")
    token = f"welcome-{newcomer(csbot)}"
    now = csbot.clock()
    await csbot.services.store.accounts.invite(
        digest(token), email="y@shop.example", role="agent", by="csbot", now=now, expires_at=now + INVITATION_LIFE
    )
    async with seen(csbot, chromium, size, language=language) as page:
        for path in (
            "/desk",
            "/desk?show=mine",
            "/desk?show=closed",
            f"/desk/conversations/{waiting}",
            f"/desk/conversations/{mine}?told=claimed",
            "/desk/password",
            f"/desk/welcome/{token}",
        ):
            await page.goto(csbot.url + path)
            assert await page.evaluate("document.documentElement.lang") == language
            await is_sound(page, path)
        await page.goto(f"{csbot.url}/desk/conversations/{mine}")
        await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        await is_sound(page, "everything open")


async def test_who_comes_to_the_line_appears_and_is_announced_and_focus_stays(
    csbot: Running, chromium: Browser
) -> None:
    stays = await waits(csbot, user=newcomer(csbot), name="Ece Su")
    async with seen(csbot, chromium) as page:
        await page.focus(f"#open-waiting-{stays}")
        before = await page.title()
        conversation = await waits(csbot, "şikayetim var, temsilci", user=newcomer(csbot), name="Elif Kaya")
        await expect(page.locator(f"#row-waiting-{conversation}")).to_contain_text("Elif Kaya")
        await expect(page.locator("#news")).to_have_text("New in the line: Elif Kaya")
        assert await page.title() != before
        assert await page.evaluate("document.activeElement.id") == f"open-waiting-{stays}"
        await claimed(csbot, conversation, OTHER)
        await expect(page.locator(f"#row-waiting-{conversation}")).to_have_count(0)
        await expect(page.locator(f"#row-others-{conversation}")).to_contain_text(name(OTHER))


async def test_who_writes_again_goes_up_and_is_announced(csbot: Running, chromium: Browser) -> None:
    user = newcomer(csbot)
    conversation = await waits(csbot, user=user, name="Sevgi Ay")
    await claimed(csbot, conversation, AGENT)
    async with at_desk(csbot) as who:
        page_ = f"/desk/conversations/{conversation}"
        await who.send(page_, f"{page_}/reply", text="Merhaba", once="y" * 32)
    async with seen(csbot, chromium) as page:
        row = page.locator(f"#row-mine-{conversation}")
        await expect(row).to_contain_text("ago")
        await csbot.platforms["telegram"].customer_says(Said(text="bir şey daha", user=user, name="Sevgi Ay"))
        await expect(row).to_contain_text("● has written again")
        await expect(page.locator("#news")).to_have_text("Sevgi Ay has written again")
        assert await violations(page) == []


async def test_folded_on_a_telephone_one_line_says_what_it_is_about(csbot: Running, chromium: Browser) -> None:
    text = f"siparişim bozuk geldi, temsilci {'çok uzun bir hikâye ' * 9}"
    conversation = await waits(csbot, text, user=newcomer(csbot), name="Aslı Er")
    async with seen(csbot, chromium, PHONE) as page:
        await page.goto(f"{csbot.url}/desk/conversations/{conversation}")
        brief = page.locator("#packet > summary .brief")
        await expect(brief).to_contain_text("asked for a person · ")
        await expect(brief).to_contain_text("“siparişim bozuk geldi")
        await expect(brief).not_to_contain_text("Aslı Er")
        height = await page.locator("#packet > summary").evaluate("one => one.clientHeight")
        assert height < 40, "it is one line"
        await page.click("#packet > summary")
        await expect(brief).to_be_hidden()


async def test_a_conversation_goes_on_while_one_writes(csbot: Running, chromium: Browser) -> None:
    user = newcomer(csbot)
    conversation = await waits(csbot, user=user)
    await claimed(csbot, conversation, AGENT)
    async with seen(csbot, chromium) as page:
        await page.goto(f"{csbot.url}/desk/conversations/{conversation}")
        await page.fill("#reply-text", "yarım kalan")
        await csbot.platforms["telegram"].customer_says(Said(text=f"bir şey daha {EVIL}", user=user))
        await expect(page.locator("#said > li").last).to_contain_text(f"bir şey daha {EVIL}")
        assert await page.input_value("#reply-text") == "yarım kalan"
        assert await page.evaluate("document.activeElement.id") == "reply-text"
        assert await page.evaluate("document.querySelectorAll('img').length") == 0
        await expect(page.locator("#measure")).to_contain_text("Characters: 11")


async def test_a_double_click_sends_once(csbot: Running, chromium: Browser) -> None:
    user = newcomer(csbot)
    conversation = await waits(csbot, user=user)
    await claimed(csbot, conversation, AGENT)
    before = len(texts(csbot, user))
    async with seen(csbot, chromium) as page:
        await page.goto(f"{csbot.url}/desk/conversations/{conversation}")
        await page.fill("#reply-text", "Merhaba!")
        await page.dblclick("#send")
        await expect(page.locator("#said > li").last).to_contain_text("Merhaba!")
        await expect(page.locator("#reply-text")).to_have_value("")
        await csbot.quiet()
        await expect(page.locator("#said > li").last).to_contain_text("✓ sent")
    assert texts(csbot, user)[before:] == ["Merhaba!"]


async def test_what_cannot_be_said_stays_in_the_box(csbot: Running, chromium: Browser) -> None:
    conversation = await waits(csbot, user=newcomer(csbot))
    await claimed(csbot, conversation, AGENT)
    async with seen(csbot, chromium) as page:
        await page.goto(f"{csbot.url}/desk/conversations/{conversation}")
        async with at_desk(csbot) as elsewhere:
            await elsewhere.send("/desk", f"/desk/conversations/{conversation}/return")
        await expect(page.locator("#who-has-it")).to_have_text("With the bot")
        await page.fill("#reply-text", "Bakıyorum.")
        await page.press("#reply-text", "Control+Enter")
        await expect(page.locator("#reply-error")).to_contain_text("Take it first")
        assert await page.input_value("#reply-text") == "Bakıyorum."
        assert await violations(page) == []


async def test_signed_out_meanwhile_nothing_written_is_lost(csbot: Running, chromium: Browser) -> None:
    user = newcomer(csbot)
    conversation = await waits(csbot, user=user)
    await claimed(csbot, conversation, AGENT)
    before = len(texts(csbot, user))
    async with browser() as launched:
        context = await launched.new_context(locale="en")
        page = await context.new_page()
        await page.goto(f"{csbot.url}/desk/sign-in?next=/desk/conversations/{conversation}")
        await _sign_in(page)
        await page.wait_for_selector("#reply-text")
        kept = await context.cookies()
        await context.clear_cookies()
        await page.fill("#reply-text", "Kaybolmasın")
        await page.press("#reply-text", "Control+Enter")
        await expect(page.locator("#trouble")).to_contain_text("You are signed out. Nothing you wrote here is lost")
        assert await page.input_value("#reply-text") == "Kaybolmasın"
        async with context.expect_page() as opened:
            await page.click("#trouble a")
        other = await opened.value
        await _sign_in(other)
        await other.wait_for_selector("#sections")
        assert kept != await context.cookies()
        await page.evaluate("htmx.trigger(document.body, 'changed')")
        await expect(page.locator("#trouble")).to_be_hidden()
        await page.press("#reply-text", "Control+Enter")
        await expect(page.locator("#reply-text")).to_have_value("")
        await until(lambda: texts(csbot, user)[before:] == ["Kaybolmasın"], "the words arrive")
        await context.close()


async def _sign_in(page: Page) -> None:
    await page.fill("#email", AGENT)
    await page.fill("#password", PASSWORD)
    await page.press("#password", "Enter")


async def test_the_whole_way_by_keyboard_alone(csbot: Running, chromium: Browser) -> None:
    user = newcomer(csbot)
    conversation = await waits(csbot, "acil! şikayet! temsilci!", user=user, name="Deniz Ak")

    async def tab_to(page: Page, id: str) -> None:
        for _ in range(120):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.id") == id:
                return
        raise AssertionError(f"no Tab leads to #{id}")

    async with browsing(chromium, language="en") as page:
        await page.goto(f"{csbot.url}/desk")
        await page.keyboard.type(AGENT)
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#sections")
        await tab_to(page, f"open-waiting-{conversation}")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#act-claim")
        await tab_to(page, "act-claim")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#reply-text")
        await page.keyboard.type("Merhaba, ben Ayşe.")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#said > li").last).to_contain_text("Merhaba, ben Ayşe.")
        await tab_to(page, "act-close")
        await page.keyboard.press("Enter")
        await expect(page.locator("#who-has-it")).to_have_text("Closed")
    await until(lambda: texts(csbot, user)[-1] == "Merhaba, ben Ayşe.", "the words arrive")


async def test_a_supervisor_takes_over_by_keyboard_while_the_colleague_looks_on(
    csbot: Running, chromium: Browser
) -> None:
    conversation = await waits(csbot, user=newcomer(csbot))
    await claimed(csbot, conversation, AGENT)
    async with seen(csbot, chromium) as theirs, seen(csbot, chromium, email=SUPERVISOR) as page:
        for one in (theirs, page):
            await one.goto(f"{csbot.url}/desk/conversations/{conversation}")
        await page.focus("#take-over > summary")
        await page.keyboard.press("Enter")
        await expect(page.locator("#act-take-over")).to_have_text(f"Take over from {name(AGENT)}")
        assert await violations(page) == []
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("#who-has-it")).to_have_text("You have this conversation")
        await expect(theirs.locator("#who-has-it")).to_have_text(f"{name(SUPERVISOR)} has this conversation")


async def test_without_scripts_the_pages_work_all_the_same(csbot: Running, chromium: Browser) -> None:
    user = newcomer(csbot)
    conversation = await waits(csbot, user=user)
    context = await chromium.new_context(java_script_enabled=False, locale="en")
    page = await context.new_page()
    await page.goto(f"{csbot.url}/desk")
    await _sign_in(page)
    await page.click(f"#take-{conversation}")
    await page.fill("#reply-text", "Betiksiz")
    await page.click("#send")
    await expect(page.locator("main > .notice").first).to_have_text("Your message is on its way.")
    await context.close()
    await until(lambda: texts(csbot, user)[-1] == "Betiksiz", "the words arrive")
