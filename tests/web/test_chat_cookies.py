"""What a visitor's cookie is worth: one visitor on one channel, for a time, and nothing anywhere else."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, DummyCookieJar

from csbot_webchat.payloads import signed
from tests.chain.running import AGENT, Running, serving
from tests.web.chatting import KARGO, SECRET, Guest, chat, guest, identity
from tests.web.desk import at_desk, member

# ASCII: JSON writes other letters as escapes, in which nothing would be found.
OF_A, OF_B = "adresim: Lale sokak", "beden tablosu nerede"


@pytest.fixture
async def csbot(tmp_path: Path) -> Any:
    async with chat(tmp_path) as running:
        yield running


def cookie_of(visitor: Guest, channel: str = "web") -> str:
    """The token in a browser's jar."""
    [value] = [one.value for one in visitor.http.cookie_jar if one.key == f"csbot_chat_{channel}"]
    return str(value)


@asynccontextmanager
async def bearing(csbot: Running, token: str, *, name: str = "csbot_chat_web") -> AsyncIterator[Guest]:
    """A browser that sends this cookie, whatever it is given."""
    async with ClientSession(cookie_jar=DummyCookieJar(), headers={"Cookie": f"{name}={token}"}) as http:
        yield Guest(csbot, http)


async def reads(visitor: Guest, path: str) -> str:
    """Whatever a page can be told at an address; of a stream the first event."""
    async with visitor.http.get(f"{visitor.csbot.url}/chat/web/{path}") as answer:
        assert answer.status == 200, await answer.text()
        if path == "stream":
            return (await answer.content.readuntil(b"\n\n")).decode()
        return await answer.text()


async def is_nobody(csbot: Running, token: str, *, channel: str = "web") -> None:
    """With this cookie one is a newcomer who has no session yet."""
    async with bearing(csbot, token, name=f"csbot_chat_{channel}") as thief:
        for path in ("messages", "stream", "transcript.txt"):
            async with thief.http.get(f"{csbot.url}/chat/{channel}/{path}") as answer:
                assert answer.status == 401, path
        headers = {"Origin": csbot.url, "Content-Type": "application/json"}
        body = json.dumps({"id": "a-key-of-mine", "text": "x"})
        for path in ("messages", "anew"):
            async with thief.http.post(f"{csbot.url}/chat/{channel}/{path}", data=body, headers=headers) as answer:
                assert answer.status == 401, path


async def statuses(csbot: Running, token: str) -> dict[str, int]:
    """What is answered to whoever bears this cookie."""
    found = {}
    async with bearing(csbot, token, name="csbot_chat_web") as bearer:
        for path in ("messages", "transcript.txt"):
            async with bearer.http.get(f"{csbot.url}/chat/web/{path}") as answer:
                found[path] = answer.status
    return found


async def test_with_anothers_cookie_a_signed_customer_has_their_own_transcript_alone(csbot: Running) -> None:
    async with guest(csbot) as a, guest(csbot) as b:
        await a.comes(identity=identity(csbot, id="A"))
        await a.says(OF_A)
        await b.comes(identity=identity(csbot, id="B"))
        await b.says(OF_B)
        await a.answered()
        await b.answered()
        you = (await b.comes())["you"]
        for token in (cookie_of(a), ""):
            async with guest(csbot, come=False) as browser:
                browser.http.cookie_jar.update_cookies({"csbot_chat_web": token})
                told = await browser.comes(identity=identity(csbot, id="B"))
                assert (told["you"], told["proven"]) == (you, True)
                for path in ("messages", "messages?after=0", "stream", "transcript.txt"):
                    text = await reads(browser, path)
                    assert OF_B in text, path
                    assert "Lale sokak" not in text, path
        assert OF_A in await reads(a, "transcript.txt"), "and A has theirs"


@pytest.mark.parametrize("proven", [True, False], ids=["signed in before", "a guest before"])
async def test_in_a_frame_nobody_is_vouched_for_in_only_a_guest_is_known_again(csbot: Running, proven: bool) -> None:
    async with guest(csbot) as visitor:
        before = await visitor.comes(identity=identity(csbot, id="A")) if proven else await visitor.comes()
        await visitor.says(OF_A)
        await visitor.answered()
        after = await visitor.comes(framed=True)
        assert (after["you"] != before["you"]) == proven
        assert after["proven"] is False
        assert (OF_A in json.dumps(await visitor.sees(), ensure_ascii=False)) != proven


async def test_a_cookie_is_good_on_its_own_channel_alone(tmp_path: Path) -> None:
    table = {"kind": "webchat", "secret": SECRET}
    async with serving(tmp_path, {}, {"web": table, "support": table}) as csbot, guest(csbot) as visitor:
        await visitor.comes(identity=identity(csbot, id="A"))
        await visitor.says(OF_A)
        await visitor.answered()
        async with bearing(csbot, cookie_of(visitor)) as same:
            assert OF_A in await reads(same, "messages")
        await is_nobody(csbot, cookie_of(visitor), channel="support")


async def test_a_cookie_that_was_changed_is_nobodys(csbot: Running) -> None:
    async with guest(csbot) as a, guest(csbot) as b:
        await a.comes(identity=identity(csbot, id="A"))
        await b.comes(identity=identity(csbot, id="B"))
        token, other = cookie_of(a), cookie_of(b)
        payload, _, signature = token.partition(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        assert claims["u"] == "user:A"
        for changed in ({**claims, "u": "user:B"}, {**claims, "exp": claims["exp"] + 60}):
            made = base64.urlsafe_b64encode(json.dumps(changed, separators=(",", ":")).encode()).decode().rstrip("=")
            await is_nobody(csbot, f"{made}.{signature}")
        await is_nobody(csbot, f"{payload}.{other.partition('.')[2]}")
        await is_nobody(csbot, f"{token}x")


async def test_a_cookie_past_its_time_is_nobodys(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        await visitor.comes(identity=identity(csbot, id="A", lasts_s=60))
        token = cookie_of(visitor)
        assert await statuses(csbot, token) == {"messages": 200, "transcript.txt": 200}
        csbot.time_passes(61)
        assert await statuses(csbot, token) == {"messages": 401, "transcript.txt": 401}
        await is_nobody(csbot, token)


async def test_an_identity_is_no_cookie_and_a_cookie_no_identity(csbot: Running) -> None:
    exp = int(csbot.clock().timestamp()) + 600
    await is_nobody(csbot, identity(csbot, id="A"))
    await is_nobody(csbot, signed({"u": "user:A", "p": "", "n": "", "exp": exp}, SECRET.encode()))
    async with guest(csbot) as visitor:
        await visitor.comes(identity=identity(csbot, id="A"))
        status, told = await visitor.post("session", {"identity": cookie_of(visitor)})
        assert (status, told["error"]["code"]) == (403, "identity_refused")


async def test_a_desks_cookie_is_nothing_in_the_chat_and_a_chats_nothing_at_the_desk(csbot: Running) -> None:
    await member(csbot, AGENT, "agent")
    async with at_desk(csbot) as agent, guest(csbot) as visitor:
        await visitor.says(KARGO)
        await visitor.answered()
        [desks] = [one.value for one in agent.http.cookie_jar if one.key == "csbot_session"]
        await is_nobody(csbot, desks)
        async with agent.http.get(f"{csbot.url}/chat/web/messages") as answer:
            assert answer.status == 401, "signed in at the desk is no visitor"
        chats = cookie_of(visitor)
    for cookie in (f"csbot_session={chats}", f"csbot_chat_web={chats}"):
        async with ClientSession(cookie_jar=DummyCookieJar(), headers={"Cookie": cookie}) as http:
            async with http.get(f"{csbot.url}/desk", allow_redirects=False) as answer:
                assert answer.headers["Location"].startswith("/desk/sign-in")
            async with http.get(f"{csbot.url}/api/v1/conversations") as answer:
                assert answer.status == 401
    for token in (chats, desks):
        async with (
            ClientSession(headers={"Authorization": f"Bearer {token}"}) as http,
            http.get(f"{csbot.url}/api/v1/conversations") as answer,
        ):
            assert answer.status == 401
