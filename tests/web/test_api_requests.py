"""What callers may send: each mistake is refused before anything is done, and says what, where and how."""

from __future__ import annotations

from io import BytesIO

import pytest

from csbot.web.api.requests import PAGE_LIMIT, TEXT_LIMIT
from tests.web.line import AYSE, Line

MESSAGES = "conversations/1/messages"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "the body is not readable JSON at line 1 column 2"),
        (b'{"text": "\xff"}', "the body is not readable JSON"),
        (b"[" * 100_000, "the body is not readable JSON"),
        (b'["text"]', "the body is not a JSON object"),
        (b"null", "the body is not a JSON object"),
        (b"", "body: text: missing, and required"),
        (b"{}", "body: text: missing, and required"),
        (b'{"text": null}', "body: text: input should be a valid string"),
        (b'{"text": 7}', "body: text: input should be a valid string"),
        (b'{"text": ""}', "body: text: string should have at least 1 character"),
        (b'{"text": " \\n\\u200b"}', "body: text: has nothing that shows"),
        (b'{"text": "\\u0000\\ud800"}', "body: text: string should have at least 1 character"),
        (b'{"text": "a", "txt": "b"}', "body: txt: unknown"),
        (b'{"message": "a"}', "body: text: missing, and required; message: unknown"),
    ],
)
async def test_a_body_that_cannot_be_taken_is_refused_with_its_reason(api: Line, body: bytes, says: str) -> None:
    answer = await api.ask("POST", MESSAGES, who=AYSE, data=body)

    assert answer.status == 400
    assert answer.json["error"]["message"] == says
    assert "{text}" in answer.json["error"]["hint"]


async def test_a_long_unknown_name_is_said_back_short(api: Line) -> None:
    answer = await api.post(MESSAGES, {"text": "a", "x" * 5000: 1})

    assert answer.status == 400
    assert len(answer.text) < 500


async def test_a_text_has_a_length_limit(api: Line) -> None:
    conversation = await api.waits()
    await api.post(f"conversations/{conversation}/claim")

    assert (await api.post(f"conversations/{conversation}/notes", {"text": "ş" * TEXT_LIMIT})).status == 200
    assert (await api.post(f"conversations/{conversation}/notes", {"text": "ş" * (TEXT_LIMIT + 1)})).status == 400


async def test_a_body_over_the_limit_is_too_large(api: Line) -> None:
    answer = await api.ask("POST", MESSAGES, who=AYSE, data=BytesIO(b" " * (api.services.limits.body_bytes + 1)))

    assert (answer.status, answer.code) == (413, "too_large")


@pytest.mark.parametrize("act", ["claim", "return", "close"])
@pytest.mark.parametrize(("body", "status"), [(b"", 404), (b"{}", 404), (b' {"holder": "me"}', 400), (b"[]", 400)])
async def test_acts_without_words_take_no_fields(api: Line, act: str, body: bytes, status: int) -> None:
    assert (await api.ask("POST", f"conversations/1/{act}", who=AYSE, data=body)).status == status


async def test_a_body_is_read_as_json_whatever_it_is_called(api: Line) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = await api.ask("POST", "understand", who=AYSE, headers=form, data=b'{"text": "ucret"}')

    assert answer.status == 200


async def test_characters_that_nothing_can_hold_are_left_out(api: Line) -> None:
    conversation = await api.waits()

    answer = await api.ask(
        "POST", f"conversations/{conversation}/notes", who=AYSE, data=b'{"text": "a\\u0000b\\ud800c \\ud83d\\ude00"}'
    )

    assert answer.status == 200
    assert (await api.shown(conversation))["transcript"][-1]["text"] == "abc 😀"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("status=open", "query: status: input should be 'bot', 'waiting', 'human' or 'closed'"),
        ("limit=0", "query: limit: input should be greater than or equal to 1"),
        (f"limit={PAGE_LIMIT + 1}", f"query: limit: input should be less than or equal to {PAGE_LIMIT}"),
        ("limit=many", "query: limit: input should be a valid integer, unable to parse string as an integer"),
        ("state=waiting", "query: state: unknown"),
        ("status=bot&status=human", "query: status: given more than once"),
        ("cursor=nonsense", "query: cursor: not a cursor of this list: 'nonsense'"),
        ("status=waiting&cursor=12", "query: cursor: not a cursor of this list: '12'"),
        (f"cursor={'9' * 2000}", "query: cursor: string should have at most 1024 characters"),
        (f"identity={'9' * 256}", "query: identity: string should have at most 255 characters"),
    ],
)
async def test_a_query_that_cannot_be_taken_is_refused_with_its_reason(api: Line, query: str, says: str) -> None:
    answer = await api.ask("GET", f"conversations?{query}", who=AYSE)

    assert answer.status == 400
    assert answer.json["error"]["message"] == says


async def test_empty_parameters_count_as_left_out(api: Line) -> None:
    assert (await api.ask("GET", "conversations?status=&cursor=&identity=&limit=", who=AYSE)).status == 200


async def test_a_conversation_takes_no_parameters(api: Line) -> None:
    conversation = await api.waits()

    assert (await api.ask("GET", f"conversations/{conversation}?full=1", who=AYSE)).status == 400


@pytest.mark.parametrize("key", ["two words", "x" * 256, "şifre", ""])
async def test_a_key_that_cannot_be_kept_is_refused(api: Line, key: str) -> None:
    answer = await api.ask("POST", "understand", who=AYSE, headers={"Idempotency-Key": key}, json={"text": "süre"})

    assert (answer.status, answer.code) == (400, "bad_idempotency_key")


async def test_two_keys_at_once_are_refused(api: Line) -> None:
    async with api.http.post(
        f"{api.url}/api/v1/understand",
        headers=[("Authorization", "Bearer csbot_ayse"), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
        json={"text": "süre"},
    ) as response:
        assert response.status == 400
