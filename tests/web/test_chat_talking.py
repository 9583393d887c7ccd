"""Web chat over HTTP: what visitors say is kept once and answered, and only their own pages may say it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from csbot.config import ServerSettings
from tests.chain import running as chain
from tests.chain.running import AGENT, Running
from tests.web.chatting import KARGO, SITE, UNKNOWN, chat, guest, taken


@pytest.fixture
async def csbot(tmp_path: Path) -> Any:
    async with chat(tmp_path) as running:
        yield running


def texts(messages: list[dict[str, Any]], of: str) -> list[str]:
    return [message["text"] for message in messages if message["from"] == of]


async def test_a_question_is_answered_with_choices_and_a_choice_is_heard(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        assert await visitor.news() == {
            "messages": [],
            "after": 0,
            "state": "",
            "with": "",
            "elsewhere": "",
            "busy": False,
        }
        assert (await visitor.says(KARGO, key="question-1"))[0] == 202
        seen = await visitor.answered()
        assert [(m["from"], m["name"], m["key"]) for m in seen] == [("you", "", "question-1"), ("bot", "Lale", "")]
        assert "iş gün" in seen[1]["text"]
        choice = seen[1]["choices"][0]
        assert (await visitor.says(choice["label"], choice=choice))[0] == 202
        assert len(texts(await visitor.answered(2), "bot")) == 2
        assert csbot.rows("SELECT helped FROM votes") == [(1,)]


async def test_the_same_message_sent_twice_or_at_once_is_one(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        sent = [visitor.says(KARGO, key="one-and-only") for _ in range(5)]
        assert [status for status, _ in await asyncio.gather(*sent)] == [202] * 5
        assert (await visitor.says(KARGO, key="one-and-only"))[0] == 202
        assert len(await visitor.answered()) == 2


async def test_two_visitors_may_use_the_same_key_and_see_only_their_own(csbot: Running) -> None:
    async with guest(csbot) as one, guest(csbot) as other:
        await one.says(KARGO, key="message-1")
        await other.says("How much is delivery?", key="message-1")
        assert texts(await one.answered(), "you") == [KARGO]
        assert texts(await other.answered(), "you") == ["How much is delivery?"]


async def test_a_person_answers_under_their_name_and_never_their_address(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        await visitor.says(UNKNOWN)
        await visitor.answered()
        assert (await visitor.news())["state"] == "waiting"
        conversation = await taken(csbot)
        assert (await visitor.news())["with"] == "Agent"
        await csbot.post(f"conversations/{conversation}/notes", {"text": "kızgın"})
        await csbot.post(f"conversations/{conversation}/messages", {"text": "Hangi rapor?"})
        seen = (await visitor.answered(2))[-1]
        assert (seen["from"], seen["name"], seen["text"]) == ("agent", "Agent", "Hangi rapor?")
        told = str(await visitor.news())
        assert AGENT not in told
        assert "kızgın" not in told


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "x"}, 422, "no_id"),
        ({"id": "short", "text": "x"}, 422, "no_id"),
        ({"id": "with|bar-in-it", "text": "x"}, 422, "no_id"),
        ({"id": ["message-1"], "text": "x"}, 422, "no_id"),
        ({"id": "message-1", "text": "   "}, 422, "nothing_said"),
        ({"id": "message-1", "text": 5}, 422, "nothing_said"),
        ({"id": "message-1"}, 422, "nothing_said"),
        ({"id": "message-1", "text": "x" * 4001}, 413, "too_long"),
        ({"id": "message-1", "text": "x", "choice": "yes"}, 422, "no_choice"),
        ({"id": "message-1", "text": "x", "choice": {"label": "x", "payload": "p" * 65}}, 422, "no_choice"),
        ({"id": "message-1", "text": "x", "choice": {"label": "x", "payload": 1}}, 422, "no_choice"),
        ([1], 400, "unreadable"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_what_to_mend(
    csbot: Running, body: Any, status: int, code: str
) -> None:
    async with guest(csbot) as visitor:
        answer = await visitor.post("messages", body)
        assert (answer[0], answer[1]["error"]["code"]) == (status, code)
        assert answer[1]["error"]["message"]
        assert csbot.rows("SELECT count(*) FROM events") == [(0,)]


async def test_a_body_that_is_no_json_is_refused(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        status, told = await visitor.post("messages", headers={"Content-Type": "text/plain"})
        assert (status, told["error"]["code"]) == (415, "no_json")


@pytest.mark.parametrize("path", ["session", "messages", "anew", "forget"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": SITE, "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_foreign_page_can_do_nothing(csbot: Running, path: str, headers: dict[str, str]) -> None:
    async with guest(csbot) as visitor:
        status, told = await visitor.post(path, {"id": "message-1", "text": "x"}, headers=headers)
        assert (status, told["error"]["code"]) == (403, "foreign_origin")
    assert csbot.rows("SELECT count(*) FROM events") == [(0,)]


async def test_the_address_it_is_known_by_outside_is_its_own(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        assert (await visitor.post("session", headers={"Origin": csbot.services.public_url}))[0] == 200


async def test_without_a_session_nothing_is_said_or_shown(csbot: Running) -> None:
    async with guest(csbot, come=False) as nobody:
        assert (await nobody.says("x"))[0] == 401
        for path in ("messages", "stream", "transcript.txt"):
            async with nobody.http.get(f"{csbot.url}/chat/web/{path}") as answer:
                assert answer.status == 401


@pytest.mark.parametrize("cookie", ["x", "a.b", "eyJ1IjoidmlzaXRvcjoxIiwiZXhwIjo5OTk5OTk5OTk5fQ.AAAA", "ş.ş"])
async def test_a_forged_cookie_is_no_session(csbot: Running, cookie: str) -> None:
    async with guest(csbot, come=False) as nobody:
        headers = {"Cookie": f"csbot_chat_web={cookie}"}
        async with nobody.http.get(f"{csbot.url}/chat/web/messages", headers=headers) as answer:
            assert answer.status == 401
        assert (await nobody.post("messages", {"id": "message-1", "text": "x"}, headers=headers))[0] == 401


async def test_a_cookie_is_kept_from_scripts_and_other_sites(csbot: Running) -> None:
    async with guest(csbot, come=False) as visitor:
        headers = {"Origin": csbot.url}
        async with visitor.http.post(f"{csbot.url}/chat/web/session", json={}, headers=headers) as answer:
            cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/chat/web;" in cookie
        before = await visitor.comes()
        assert await visitor.comes() == before, "the same browser stays who it is"


@pytest.mark.parametrize(
    ("framed", "how"), [(False, ["Secure", "SameSite=Lax"]), (True, ["Secure", "SameSite=None", "Partitioned"])]
)
async def test_over_https_a_cookie_is_secure_and_kept_apart_for_each_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, framed: bool, how: list[str]
) -> None:
    given, server = chain.settings, ServerSettings(port=0, public_url="https://bot.shop.example")
    monkeypatch.setattr(chain, "settings", lambda *a, **k: given(*a, **k).model_copy(update={"server": server}))
    async with chat(tmp_path) as csbot, guest(csbot, come=False) as visitor:
        headers = {"Origin": "https://bot.shop.example"}
        async with visitor.http.post(
            f"{csbot.url}/chat/web/session", json={"framed": framed}, headers=headers
        ) as answer:
            assert answer.headers["Set-Cookie"].split("; ")[-len(how) :] == how


async def test_too_much_at_once_is_held_back_and_told_for_how_long(tmp_path: Path) -> None:
    async with chat(tmp_path, pace=3) as csbot, guest(csbot) as visitor, guest(csbot) as other:
        assert [(await visitor.says(f"{n}"))[0] for n in range(4)] == [202, 202, 202, 429]
        assert (await other.says("x"))[0] == 202
        csbot.time_passes(20)
        assert (await visitor.says("again"))[0] == 202


async def test_a_new_conversation_ends_the_bots_and_never_a_persons(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        assert await visitor.post("anew") == (200, {})
        await visitor.says(KARGO)
        await visitor.answered()
        assert await visitor.post("anew") == (200, {})
        assert (await visitor.news())["state"] == ""
        await visitor.says(UNKNOWN)
        await visitor.answered(2)
        for _ in range(2):
            status, told = await visitor.post("anew")
            assert (status, told["error"]["code"]) == (409, "with_a_person")
        assert [row[0] for row in csbot.rows("SELECT state FROM conversations ORDER BY id")] == ["closed", "waiting"]


async def test_a_browser_that_forgets_is_a_newcomer_and_the_brand_keeps_its_copy(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        first = await visitor.comes()
        await visitor.says(KARGO)
        await visitor.answered()
        assert await visitor.post("forget") == (200, {})
        assert (await visitor.says("x"))[0] == 401
        assert (await visitor.comes())["you"] != first["you"]
        assert await visitor.sees() == []
    assert csbot.rows("SELECT count(*) FROM messages WHERE direction = 'in'") == [(1,)]


async def test_only_hosted_channels_are_served(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        for path in ("/chat/nothing", "/chat/nothing/frame", "/chat/nothing/messages", "/chat/widget.js?channel=no"):
            async with visitor.http.get(f"{csbot.url}{path}") as answer:
                assert answer.status == 404
