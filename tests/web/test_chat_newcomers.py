"""How many new visitors one address may be: enough for an office, too few for a flood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.chain.running import Running
from tests.web.browsing import browser
from tests.web.chatting import chat, guest, identity

OFFICE, ELSEWHERE = "203.0.113.5", "198.51.100.7"


@pytest.fixture
async def csbot(tmp_path: Path) -> Any:
    async with chat(tmp_path, newcomers=3) as running:
        yield running


async def arrives(csbot: Running, address: str, **body: object) -> int:
    """A browser that was never here comes, through our proxy; the status."""
    async with guest(csbot, come=False) as browser:
        status, _ = await browser.post("session", body, headers={"X-Forwarded-For": address})
        return status


async def test_newcomers_of_one_address_are_limited_and_no_others(csbot: Running) -> None:
    assert [await arrives(csbot, OFFICE) for _ in range(4)] == [200, 200, 200, 429]
    assert await arrives(csbot, ELSEWHERE) == 200
    assert await arrives(csbot, f"{ELSEWHERE}, {OFFICE}") == 429, "what the browser says of itself is not asked"
    csbot.time_passes(21)
    assert [await arrives(csbot, OFFICE) for _ in range(2)] == [200, 429], "one more in a third of a minute"


async def test_it_is_said_when_to_come_again_and_in_which_words(csbot: Running) -> None:
    for _ in range(3):
        await arrives(csbot, OFFICE)
    headers = {"X-Forwarded-For": OFFICE, "Origin": csbot.url}
    async with (
        guest(csbot, come=False) as browser,
        browser.http.post(f"{csbot.url}/chat/web/session?lang=tr", json={}, headers=headers) as answer,
    ):
        assert answer.status == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 20
        assert "Set-Cookie" not in answer.headers
        told = (await answer.json())["error"]
        assert (told["code"], "Ağınızdan" in told["message"]) == ("too_many_newcomers", True)


async def test_who_is_known_is_never_held_up(csbot: Running) -> None:
    headers = {"X-Forwarded-For": OFFICE}
    async with guest(csbot, come=False) as known:
        _, first = await known.post("session", {}, headers=headers)
        assert [await arrives(csbot, OFFICE) for _ in range(3)] == [200, 200, 429]
        for _ in range(5):
            assert await known.post("session", {}, headers=headers) == (200, first)
            assert (await known.post("messages", {"id": "message-1", "text": "x"}, headers=headers))[0] == 202
        assert await arrives(csbot, OFFICE, identity=identity(csbot, id="4711")) == 200, "nor one vouched for"


async def test_of_ipv6_a_network_is_one(csbot: Running) -> None:
    came = [await arrives(csbot, f"2001:db8:1:2::{n}") for n in range(1, 5)]
    assert came == [200, 200, 200, 429]
    assert await arrives(csbot, "2001:db8:1:3::1") == 200


@pytest.mark.parametrize("address", ["", "unknown", "<script>"])
async def test_where_the_proxy_names_nobody_nobody_is_counted(csbot: Running, address: str) -> None:
    assert [await arrives(csbot, address) for _ in range(5)] == [200] * 5


async def test_the_limit_can_be_lifted(tmp_path: Path) -> None:
    async with chat(tmp_path, newcomers=0) as csbot:
        assert [await arrives(csbot, OFFICE) for _ in range(70)] == [200] * 70


async def test_the_limit_is_generous(tmp_path: Path) -> None:
    async with chat(tmp_path) as csbot:
        assert [await arrives(csbot, OFFICE) for _ in range(60)] == [200] * 60
        assert await arrives(csbot, OFFICE) == 429


async def test_the_page_says_why_it_waits_and_goes_on_by_itself(tmp_path: Path) -> None:
    async with chat(tmp_path, newcomers=30) as csbot, browser() as made:
        context = await made.new_context(locale="tr", extra_http_headers={"X-Forwarded-For": OFFICE})
        page = await context.new_page()
        await exhausted(csbot)
        await page.goto(f"{csbot.url}/chat")
        await expect(page.locator("#connection")).to_contain_text("Ağınızdan")
        await page.fill("#text", "Kargo kaç günde gelir?")
        await page.press("#text", "Enter")
        await expect(page.locator(".said:not(.own)")).to_contain_text("iş gün", timeout=15_000)
        await expect(page.locator("#connection")).to_be_hidden()
        await context.close()


async def exhausted(csbot: Running) -> None:
    """Nobody new may come from the office just now."""
    while await arrives(csbot, OFFICE) == 200:
        pass
