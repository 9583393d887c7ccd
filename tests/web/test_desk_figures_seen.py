"""The figures, the channels and the brake in a real browser: for everybody, on every screen, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from csbot.channel.imitation import Fault
from csbot.domain.pause import Pause, PauseScope
from csbot.workers.sweeps import SETTLED
from tests.chain.customers import newcomer
from tests.chain.running import Running, until
from tests.web.accessibility import overflow, violations
from tests.web.browsing import NARROWEST, PHONE, WIDE, browser
from tests.web.desk import SUPERVISOR, desk, seen, waits

PAGES = ("today", "today/opened", "channels", "unsent", "brake")


async def a_day(csbot: Running) -> None:
    """Something of everything."""
    for channel in ("telegram", "sms", "whatsapp"):
        customer = newcomer(csbot, channel)
        await customer.says("Taksit var mı?")
        await customer.hears()
    cut = newcomer(csbot, "whatsapp")
    cut.platform.fault(Fault.CUT, 1)
    await cut.says("Kargo kaç günde gelir?")
    await cut.part("unknown")
    await waits(csbot)
    note = "Kar nedeniyle İzmir teslimatları gecikiyor."
    for pause in (
        Pause(scope=PauseScope.ANNOUNCEMENT, note=note, by=SUPERVISOR),
        Pause(scope=PauseScope.SENDING, target="sms", note="Twilio 20003: wrong token", by="platform"),
    ):
        await csbot.services.store.set_pause(pause, now=csbot.clock())
    csbot.time_passes(120)
    while await csbot.services.store.count_activity(before=csbot.clock() - SETTLED):
        pass


@pytest.mark.parametrize("language", ["en", "tr"])
async def test_every_page_is_for_everybody(tmp_path: Path, language: str) -> None:
    async with desk(tmp_path) as csbot, browser() as chromium:
        await a_day(csbot)
        found: list[str] = []
        for size in (WIDE, PHONE, NARROWEST):
            async with seen(csbot, chromium, size, email=SUPERVISOR, language=language) as page:
                for path in PAGES:
                    await page.goto(f"{csbot.url}/desk/{path}")
                    found += [f"{path} at {size['width']}: {violation}" for violation in await violations(page)]
                    if wider := await overflow(page):
                        found.append(f"{path} at {size['width']}: {wider} px too wide")
        assert found == []


async def test_the_brake_is_pulled_and_let_go_by_keyboard_alone(tmp_path: Path) -> None:
    async with desk(tmp_path) as csbot, browser() as chromium, seen(csbot, chromium, email=SUPERVISOR) as page:
        await page.goto(f"{csbot.url}/desk/brake")

        async def tab_to(name: str) -> None:
            for _ in range(60):
                await page.keyboard.press("Tab")
                if await page.evaluate("() => document.activeElement.textContent.trim()") == name:
                    return
            raise AssertionError(f"{name} is not reached by the keyboard")

        await tab_to("Pause the bot")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("text=It is in force now.")
        await until(
            lambda: [pause.scope for pause in csbot.services.pauses.now] == [PauseScope.BOT], "it to be in force"
        )
        await tab_to("Lift: The bot is paused")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("text=It is lifted.")
        await until(lambda: csbot.services.pauses.now == (), "it to be lifted")
