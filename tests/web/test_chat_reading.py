"""What a visitor's page reads: each message once, as it comes, and the whole as a file."""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from csbot.domain.delivery import DeliveryState
from csbot.domain.message import Author, Direction, MessageKind
from csbot.domain.reading import MessageView, PartView
from csbot.web.chat import lines
from tests.chain.running import AGENT, Running
from tests.web.chatting import KARGO, SITE, UNKNOWN, chat, guest, taken


@pytest.fixture
async def csbot(tmp_path: Path) -> Any:
    async with chat(tmp_path, color="#8a1c5c") as running:
        yield running


async def event(answer: ClientResponse) -> dict[str, str]:
    """The next event of a stream."""
    told: dict[str, str] = {}
    async with asyncio.timeout(10):
        while line := (await answer.content.readline()).decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            told[name] = value
    return told


async def test_a_stream_tells_what_stands_and_then_what_comes(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        await visitor.says(UNKNOWN)
        await visitor.answered()
        async with visitor.http.get(f"{csbot.url}/chat/web/stream") as stream:
            assert stream.content_type == "text/event-stream"
            first = await event(stream)
            told = json.loads(first["data"])
            assert [message["from"] for message in told["messages"]] == ["you", "bot"]
            assert first["id"] == str(told["after"]) == str(told["messages"][-1]["id"])
            conversation = await taken(csbot)
            await csbot.post(f"conversations/{conversation}/messages", {"text": "Buyurun"})
            seen: list[str] = []
            while "Buyurun" not in seen:
                seen += [message["text"] for message in json.loads((await event(stream))["data"])["messages"]]
            assert seen == ["Buyurun"], "what was told is not told again"


async def test_a_stream_goes_on_from_where_the_browser_was(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        await visitor.says(KARGO)
        [question, _] = await visitor.answered()
        for headers, query in (({"Last-Event-ID": str(question["id"])}, ""), ({}, f"?after={question['id']}")):
            async with visitor.http.get(f"{csbot.url}/chat/web/stream{query}", headers=headers) as stream:
                told = json.loads((await event(stream))["data"])
                assert [message["from"] for message in told["messages"]] == ["bot"]


async def test_before_the_first_word_there_is_no_stream(csbot: Running) -> None:
    async with guest(csbot) as visitor, visitor.http.get(f"{csbot.url}/chat/web/stream") as stream:
        assert stream.status == 204


async def test_a_page_closed_in_mid_stream_is_no_warning(csbot: Running, capsys: pytest.CaptureFixture[str]) -> None:
    async with guest(csbot) as visitor:
        await visitor.says(KARGO)
        await visitor.answered()
        async with visitor.http.get(f"{csbot.url}/chat/web/stream") as stream:
            await event(stream)
            connection = stream.connection
            assert connection is not None
            assert connection.transport is not None
            connection.transport.abort()
        for number, question in enumerate(("taksit var mi", "iade suresi kac gun"), start=2):
            # A closed connection is noticed with the next word to it.
            await visitor.says(question)
            await visitor.answered(number)
        await csbot.quiet()
    assert "not served" not in capsys.readouterr().out


async def test_one_visitor_keeps_only_so_many_streams(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        await visitor.says(KARGO)
        await visitor.answered()
        address = f"{csbot.url}/chat/web/stream"
        streams = [await visitor.http.get(address) for _ in range(6)]
        async with visitor.http.get(address) as refused:
            assert refused.status == 429
        for stream in streams:
            stream.close()
        async with asyncio.timeout(10):
            while (again := await visitor.http.get(address)).status == 429:
                again.close()
                csbot.services.inbound_bell.ring()
                await visitor.says("x")  # a closed connection is noticed with the next word to it
                await asyncio.sleep(0.5)
        again.close()


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 30, "²"])
async def test_a_place_that_is_none_is_refused(csbot: Running, after: str) -> None:
    async with guest(csbot) as visitor:
        await visitor.says("x")
        for path in ("messages", "stream"):
            async with visitor.http.get(f"{csbot.url}/chat/web/{path}", params={"after": after}) as answer:
                assert answer.status == 400


async def test_long_conversations_are_read_whole_from_any_place(csbot: Running, monkeypatch: Any) -> None:
    monkeypatch.setattr(lines, "AT_ONCE", 3)
    async with guest(csbot) as visitor:
        for n in range(8):
            await visitor.says(f"söz {n}", key=f"message-{n}")
        await csbot.quiet()
        said = [m["text"] for m in await visitor.sees(after="0") if m["from"] == "you"]
        assert said == [f"söz {n}" for n in range(8)]
        assert len(await visitor.sees()) <= 3


def message(id: int, *states: DeliveryState) -> MessageView:
    parts = tuple(PartView(id=n, state=state) for n, state in enumerate(states))
    return MessageView(
        id=id,
        direction=Direction.OUT,
        author=Author.BOT,
        kind=MessageKind.TEXT,
        text="x",
        channel="web",
        at=None,  # type: ignore[arg-type]
        parts=parts,
    )


def test_only_what_was_sent_is_shown() -> None:
    shown = {state for state in DeliveryState if lines.is_shown(message(1, state))}
    assert shown == {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.UNKNOWN}
    assert not lines.is_shown(message(1))


async def test_what_is_on_its_way_is_not_passed_over(csbot: Running) -> None:
    """An answer that is sent later than one written after it still arrives at a page that has seen the later one."""
    async with guest(csbot) as visitor:
        await visitor.says(KARGO)
        [question, answer] = await visitor.answered()
        await visitor.says("taksit var mi")
        latest = (await visitor.answered(2))[-1]
        await csbot.quiet()
        part = csbot.rows("SELECT id FROM parts WHERE message_id = ?", answer["id"])[0][0]
        set_state(csbot, part, "queued", hold=True)
        told = await visitor.news()
        assert answer["id"] not in [m["id"] for m in told["messages"]]
        assert told["after"] == question["id"]
        assert told["busy"]
        set_state(csbot, part, "sent")
        told = await visitor.news(after=str(told["after"]))
        assert answer["id"] in [m["id"] for m in told["messages"]]
        assert told["after"] == latest["id"]


def set_state(csbot: Running, part: int, state: str, *, hold: bool = False) -> None:
    import sqlite3

    with sqlite3.connect(csbot.folder / "csbot.db") as connection:
        connection.execute(
            "UPDATE parts SET state = ?, not_before = ? WHERE id = ?", (state, 2**60 if hold else 0, part)
        )
    connection.close()


async def test_the_transcript_is_a_text_file_in_the_readers_language(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        await visitor.says("<b>kargo</b> kaç günde gelir")
        await visitor.answered()
        for language, you in (("tr", "Siz: <b>kargo</b> kaç günde gelir"), ("en", "You: <b>kargo</b>")):
            async with visitor.http.get(f"{csbot.url}/chat/web/transcript.txt?lang={language}") as answer:
                text = await answer.text()
                assert answer.content_type == "text/plain"
                assert answer.headers["Content-Disposition"].startswith("attachment")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert you in text
                assert "] Lale: " in text


async def test_pages_may_be_framed_by_the_origins_alone(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        policies = {}
        for path in ("/chat", "/chat/web", "/chat/web/frame"):
            async with visitor.http.get(f"{csbot.url}{path}") as answer:
                assert answer.status == 200
                policies[path] = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'self';" in policies["/chat"] + ";"
        assert SITE not in policies["/chat/web"]
        assert f"frame-ancestors 'self' {SITE}" in policies["/chat/web/frame"]
        assert all("unsafe" not in policy for policy in policies.values())


async def test_the_script_for_a_site_is_small_and_holds_what_it_needs(csbot: Running) -> None:
    async with guest(csbot) as visitor, visitor.http.get(f"{csbot.url}/chat/widget.js") as answer:
        body = await answer.read()
        assert answer.content_type == "text/javascript"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(gzip.compress(body)) < 30_000
    assert b"__SETTINGS__" not in body
    assert b"#8a1c5c" in body
    assert SITE.encode() not in body, "who else embeds it is nobody's business"


async def test_all_that_the_page_loads_is_small(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        total = 0
        for path in ("/chat", "/static/chat.js", "/static/chat.css", "/static/csbot.css", "/chat/web/theme.css"):
            async with visitor.http.get(f"{csbot.url}{path}") as answer:
                total += len(gzip.compress(await answer.read()))
        assert total < 30_000


async def test_an_agent_is_called_by_the_name_they_have_given_and_never_by_an_address(csbot: Running) -> None:
    accounts, now = csbot.services.store.accounts, csbot.clock()
    later = now + timedelta(minutes=5)
    await accounts.invite("digest", email=AGENT, role="agent", by="csbot", now=now, expires_at=later)
    await accounts.accept("digest", email="", name="Ayşe Kaya", password="no password's hash", now=now)
    async with guest(csbot) as visitor:
        await visitor.says(UNKNOWN)
        await visitor.answered()
        number = await taken(csbot)
        await csbot.post(f"conversations/{number}/messages", {"text": "Buradayım."})
        [answer] = [line for line in await visitor.answered(2) if line["from"] == "agent"]
        assert answer["name"] == "Ayşe Kaya"
        assert (await visitor.news())["with"] == "Ayşe Kaya"
        async with visitor.http.get(f"{csbot.url}/chat/web/transcript.txt") as file:
            text = await file.text()
        assert "Ayşe Kaya: Buradayım." in text
        assert "@" not in text
