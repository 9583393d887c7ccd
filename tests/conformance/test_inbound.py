"""Each sample, signed anew and posted to a running csbot, meets what is expected; a forged one leaves no trace."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from csbot.bootstrap import now
from csbot.channel.imitation import SignedRequest
from csbot.plugins import channel_spec
from tests.chain.running import Running, running, until
from tests.conformance.outbound import problems
from tests.conformance.samples import Sample, samples, slack_places

ALL = list(samples())
SIGNED_WITH = {
    "telegram": ("X-Telegram-Bot-Api-Secret-Token",),
    "slack": ("X-Slack-Signature",),
    "twilio": ("X-Twilio-Signature",),
}


@pytest.fixture
async def csbot(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Running]:
    sample: Sample = request.getfixturevalue("sample")
    extra = {"slack": {"answer_in": slack_places()}, "telegram": {"groups": False}}
    imitation = channel_spec(sample.kind).imitation
    assert imitation is not None
    async with running(tmp_path, {sample.kind: imitation}, extra=extra) as server:
        yield server


def rows(csbot: Running, query: str) -> list[tuple[Any, ...]]:
    """What stands in the database, read beside the running server."""
    path = csbot.services.store._path  # type: ignore[attr-defined]
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def standing(csbot: Running) -> dict[str, list[tuple[Any, ...]]]:
    """Everything a repeated or forged webhook must not change."""
    return {
        "events": rows(csbot, "SELECT channel, key, kind FROM events ORDER BY id"),
        "messages": rows(csbot, "SELECT direction, kind, text, edited, deleted, reaction FROM messages ORDER BY id"),
        "identities": rows(csbot, "SELECT channel, address, consent, reachable FROM identities ORDER BY id"),
        "parts": rows(csbot, "SELECT state, external_ids FROM parts ORDER BY id"),
        "receipts": rows(csbot, "SELECT external_id, state FROM early_receipts ORDER BY id"),
        "conversations": rows(csbot, "SELECT state, epoch FROM conversations ORDER BY id"),
    }


async def post(csbot: Running, sample: Sample, signed: SignedRequest | None = None) -> tuple[int, str]:
    """Post the sample, signed now unless given; status and body of the answer."""
    platform = csbot.platforms[sample.kind]
    request = signed or platform.sign(sample.body, route=sample.route, content_type=sample.content_type)
    async with csbot.client.request(
        request.method, f"{csbot.url}{request.path}", data=request.body, headers=dict(request.headers)
    ) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.id)
async def test_a_sample_meets_what_is_expected_of_it(csbot: Running, sample: Sample) -> None:
    status, body = await post(csbot, sample)
    assert 200 <= status < 300, body
    await settled(csbot)
    EXPECTED[sample.expect](csbot, sample, body)
    for call in csbot.platforms[sample.kind].log:
        assert problems(sample.platform, call) == []

    before = standing(csbot)
    status, _ = await post(csbot, sample)
    assert 200 <= status < 300
    await settled(csbot)
    assert standing(csbot) == before


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.id)
async def test_a_forged_sample_is_refused_and_leaves_no_trace(csbot: Running, sample: Sample) -> None:
    platform = csbot.platforms[sample.kind]
    genuine = platform.sign(sample.body, route=sample.route, content_type=sample.content_type)
    forged: list[SignedRequest] = []
    for name in SIGNED_WITH[sample.platform]:
        headers = {key: value for key, value in genuine.headers.items() if key.lower() != name.lower()}
        for value in (None, "", "forged", "v0=" + "0" * 64, "şifre"):
            changed = headers if value is None else {**headers, name: value}
            forged.append(SignedRequest(method=genuine.method, path=genuine.path, headers=changed, body=genuine.body))
    if sample.platform == "slack":
        forged.append(platform.sign(sample.body, content_type=sample.content_type, at=now() - timedelta(minutes=6)))
    before = standing(csbot)
    for request in forged:
        status, _ = await post(csbot, sample, request)
        assert status in {401, 403}, request.headers
    assert standing(csbot) == before


async def settled(csbot: Running) -> None:
    """Nothing waits, is being sent, or is being decided any more."""
    await csbot.quiet()
    await until(
        lambda: (
            not rows(csbot, "SELECT 1 FROM parts WHERE state IN ('queued', 'sending')")
            and not rows(csbot, "SELECT 1 FROM lanes WHERE due_at IS NOT NULL")
        ),
        "everything to be sent",
    )


def said(csbot: Running) -> list[tuple[Any, ...]]:
    return rows(csbot, "SELECT kind, text, extra, edited, deleted FROM messages WHERE direction = 'in'")


def spoken_to(csbot: Running) -> bool:
    """A turn followed: an answer or a place in the line."""
    return bool(
        rows(csbot, "SELECT 1 FROM parts") or rows(csbot, "SELECT 1 FROM conversations WHERE state = 'waiting'")
    )


def answer(csbot: Running, sample: Sample, body: str) -> None:
    messages = said(csbot)
    assert len(messages) == 1
    assert sample.text in messages[0][1] or messages[0][1] in sample.text
    assert messages[0][1] or not sample.text
    assert spoken_to(csbot)


def choice(csbot: Running, sample: Sample, body: str) -> None:
    messages = said(csbot)
    assert len(messages) == 1
    assert '"choice"' in messages[0][2]
    assert spoken_to(csbot)


def attachment(csbot: Running, sample: Sample, body: str) -> None:
    answer(csbot, sample, body)
    extra = said(csbot)[0][2]
    assert extra.count('"ref"') == sample.attachments
    assert "http" not in extra  # by reference, never by a platform's address


def nontext(csbot: Running, sample: Sample, body: str) -> None:
    messages = said(csbot)
    assert len(messages) == 1
    assert messages[0][0] != "text"
    assert spoken_to(csbot)


def edit(csbot: Running, sample: Sample, body: str) -> None:
    assert said(csbot) == []  # its message is not known to a fresh store: noted, no turn
    assert rows(csbot, "SELECT 1 FROM events WHERE kind = 'edit'")
    assert not spoken_to(csbot)


def ignore(csbot: Running, sample: Sample, body: str) -> None:
    assert rows(csbot, "SELECT 1 FROM messages") == []
    assert rows(csbot, "SELECT 1 FROM parts") == []


def status(csbot: Running, sample: Sample, body: str) -> None:
    ignore(csbot, sample, body)
    assert rows(csbot, "SELECT 1 FROM early_receipts")


def consent(csbot: Running, sample: Sample, body: str) -> None:
    assert [row[2] for row in standing(csbot)["identities"]] in (["out"], ["in"])
    assert rows(csbot, "SELECT 1 FROM parts") == []


def gone(csbot: Running, sample: Sample, body: str) -> None:
    assert rows(csbot, "SELECT 1 FROM parts") == []
    assert [row[3] for row in standing(csbot)["identities"]] == [0]


def challenge(csbot: Running, sample: Sample, body: str) -> None:
    assert sample.payload["challenge"] in body
    ignore(csbot, sample, body)


EXPECTED = {
    "answer": answer,
    "choice": choice,
    "attachment": attachment,
    "nontext": nontext,
    "edit": edit,
    "ignore": ignore,
    "ack": ignore,
    "status": status,
    "consent": consent,
    "gone": gone,
    "challenge": challenge,
}
