"""Who may use the API, and how it refuses what it cannot serve."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from csbot.desk.tokens import digest
from tests.web.line import AYSE, ROLES, Line


@pytest.mark.parametrize("who", ROLES)
async def test_every_role_may_use_it(api: Line, who: str) -> None:
    answer = await api.get("conversations", who=who)

    assert answer.status == 200
    assert answer.json == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        (None, 'Bearer realm="csbot"'),
        ("Bearer wrong", 'Bearer realm="csbot", error="invalid_token"'),
        ("Bearer ", 'Bearer realm="csbot", error="invalid_request"'),
        ("Basic YTpi", 'Bearer realm="csbot", error="invalid_request"'),
        ("Bearer csbot_ayse csbot_ayse", 'Bearer realm="csbot", error="invalid_request"'),
        ("Bearer csbot_ayşe", 'Bearer realm="csbot", error="invalid_request"'),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "conversations"), ("POST", "conversations/1/claim")])
async def test_without_a_valid_token_it_asks_for_one(
    api: Line, method: str, path: str, header: str | None, challenge: str
) -> None:
    answer = await api.ask(method, path, headers={} if header is None else {"Authorization": header})

    assert (answer.status, answer.code) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == challenge
    assert "csbot_" not in answer.text


async def test_the_scheme_is_read_in_any_case(api: Line) -> None:
    assert (await api.ask("GET", "conversations", headers={"Authorization": "bearer csbot_ayse"})).status == 200


async def test_a_disabled_person_is_let_in_no_more(api: Line, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "csbot.db") as other:
        other.execute("UPDATE users SET disabled = true WHERE email = ?", (AYSE,))
    other.close()

    assert (await api.get("conversations")).status == 401


async def test_a_role_that_is_none_of_the_three_is_refused(api: Line) -> None:
    store, now = api.services.store, api.clock()
    await store.add_user("guest@shop.example", role="guest", now=now)
    await store.add_token("guest@shop.example", digest("csbot_guest"), now=now)

    answer = await api.get("conversations", who="guest@shop.example")

    assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "conversation", 404, "not_found"),
        ("GET", "", 404, "not_found"),
        ("GET", "conversations/", 404, "not_found"),
        ("POST", "conversations/1/steal", 404, "not_found"),
        ("POST", "conversations", 405, "method_not_allowed"),
        ("GET", "conversations/1/claim", 405, "method_not_allowed"),
        ("DELETE", "conversations/1", 405, "method_not_allowed"),
        ("OPTIONS", "understand", 405, "method_not_allowed"),
    ],
)
async def test_what_is_not_served_is_refused_in_json(api: Line, method: str, path: str, status: int, code: str) -> None:
    answer = await api.ask(method, path, who=AYSE)

    assert (answer.status, answer.code) == (status, code)
    assert ("Allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize("id", ["1", "0", "01", "-1", "1.0", "%D9%A1", "999999999999999999", "9" * 40, "1%2F..", "x"])
@pytest.mark.parametrize(
    ("method", "act", "body"),
    [
        ("GET", "", None),
        ("POST", "/claim", {}),
        ("POST", "/messages", {"text": "a"}),
        ("POST", "/notes", {"text": "a"}),
    ],
)
async def test_an_id_that_names_no_conversation_is_not_found(
    api: Line, id: str, method: str, act: str, body: object
) -> None:
    answer = await (
        api.get(f"conversations/{id}{act}") if method == "GET" else api.post(f"conversations/{id}{act}", body)
    )

    assert (answer.status, answer.code) == (404, "not_found")


async def test_every_answer_stays_out_of_caches_and_is_only_json(api: Line) -> None:
    for answer in (
        await api.get("conversations"),
        await api.get("nothing"),
        await api.ask("GET", "conversations"),
        await api.ask("GET", "openapi.json"),
        await api.post("understand", {"text": "süre"}),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not any(name.lower().startswith("access-control-") for name in answer.headers)
