"""What is posted to csbot: kept once and in order if it is genuine, without a trace if it is not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from csbot.channel.imitation import Fault, SignedRequest
from tests.chain.customers import newcomer
from tests.chain.running import Running, until

pytestmark = pytest.mark.asyncio(loop_scope="package")

POSTED = ("telegram", "slack", "sms", "whatsapp")
FORM = "application/x-www-form-urlencoded"
SIGNATURES = {
    "telegram": "x-telegram-bot-api-secret-token",
    "slack": "x-slack-signature",
    "sms": "X-Twilio-Signature",
    "whatsapp": "X-Twilio-Signature",
}

posted = pytest.mark.parametrize("channel", POSTED)


def stored(csbot: Running) -> list[tuple[object, ...]]:
    """How much of everything there is."""
    tables = ("events", "messages", "parts", "identities", "customers", "lanes", "conversations", "early_receipts")
    return csbot.rows("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables))


def with_header(request: SignedRequest, name: str, value: str | None) -> SignedRequest:
    headers: Mapping[str, str | None] = {**request.headers, name: value}
    return replace(request, headers={key: text for key, text in headers.items() if text is not None})


@posted
async def test_what_is_not_genuine_is_refused_and_leaves_no_trace(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    [genuine] = customer.webhooks("Taksit var mı?")
    name = SIGNATURES[channel]
    forged = [with_header(genuine, name, None), with_header(genuine, name, genuine.headers[name][::-1])]
    forged += [with_header(genuine, name, ""), with_header(genuine, name, "şifre")]
    if channel != "telegram":
        forged.append(replace(genuine, body=genuine.body.replace(b"Taksit", b"Kapora")))
    if channel == "slack":
        old = datetime.now(UTC) - timedelta(minutes=6)
        forged += [customer.platform.sign(genuine.body, at=old), with_header(genuine, "x-slack-request-timestamp", "x")]
    await csbot.quiet()
    before, calls = stored(csbot), customer.platform.calls
    for request in forged:
        assert (await csbot.deliver(request))[0] in {401, 403}
    await csbot.quiet()
    assert stored(csbot) == before
    assert customer.platform.calls == calls
    assert (await csbot.deliver(genuine))[0] == 200, "the genuine one is still taken"


async def test_another_channels_signature_does_not_count(csbot: Running) -> None:
    [request] = newcomer(csbot, "sms").webhooks("Merhaba")
    for path in ("/channels/whatsapp/webhook", "/channels/sms/status", "/channels/telegram/webhook"):
        assert (await csbot.deliver(replace(request, path=path)))[0] in {401, 403}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/channels/viber/webhook", 404),
        ("/channels/telegram/status", 404),
        ("/channels/socket/webhook", 403),
        ("/channels/polled/webhook", 403),
        ("/channels/telegram", 404),
    ],
)
async def test_where_nothing_is_taken_nothing_can_be_posted(csbot: Running, path: str, status: int) -> None:
    answer, _ = await csbot.deliver(SignedRequest(method="POST", path=path, headers={}, body=b"{}"))
    assert answer in {status, 401, 404} if status == 403 else answer == status


@pytest.mark.parametrize(
    ("channel", "body", "content_type"),
    [
        ("telegram", b'{"update_id": 1, "message": ', ""),
        ("telegram", b"\xff\xfe", ""),
        ("telegram", b"", ""),
        ("telegram", b"[" * 100_000 + b"]" * 100_000, ""),
        ("slack", b'{"type": "event_callback"', ""),
        ("slack", b'{"a":' * 5_000 + b"1" + b"}" * 5_000, ""),
        ("slack", b"payload=%7B%22type%22", FORM),
        ("sms", b"Body", FORM),
        ("sms", b"", FORM),
        ("whatsapp", b"Body=\xff\xfe", FORM),
    ],
)
async def test_signed_garbage_is_a_bad_request(csbot: Running, channel: str, body: bytes, content_type: str) -> None:
    await csbot.quiet()
    before = stored(csbot)
    status, _ = await csbot.deliver(csbot.platforms[channel].sign(body, content_type=content_type))
    assert status == 400
    assert stored(csbot) == before


@posted
async def test_more_than_a_mebibyte_is_too_large(csbot: Running, channel: str) -> None:
    fill = "x" * (1024 * 1024)
    body = urlencode({"Body": fill}) if channel in {"sms", "whatsapp"} else json.dumps({"text": fill})
    content_type = FORM if channel in {"sms", "whatsapp"} else ""
    status, _ = await csbot.deliver(csbot.platforms[channel].sign(body.encode(), content_type=content_type))
    assert status == 413


@posted
async def test_characters_no_database_holds_are_dropped_from_what_is_shown_and_noted(
    csbot: Running, channel: str
) -> None:
    customer = newcomer(csbot, channel)
    written = "Taksit\x00 var mı?" if channel in {"sms", "whatsapp"} else "Taksit\x00 \ud83dvar mı?"
    [request] = customer.webhooks(written)
    assert (await csbot.deliver(request))[0] == 200
    assert csbot.answer("instalments", kind=customer.kind) in await customer.hears()
    said = (await customer.conversation())["transcript"][0]
    assert said["text"] == "Taksit var mı?"
    [(extra,)] = csbot.rows("SELECT extra FROM messages WHERE id = ?", int(said["id"]))
    assert json.loads(extra)["dropped"] == len(written) - len("Taksit var mı?")


@posted
async def test_a_webhook_repeated_at_once_and_later_is_one_message(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    [request] = customer.webhooks("Taksit var mı?")
    answers = await asyncio.gather(*(csbot.deliver(request) for _ in range(5)))
    await customer.hears()
    answers += [await csbot.deliver(request)]
    assert {status for status, _ in answers} == {200}
    await customer.hears_nothing()
    assert [line["direction"] for line in await customer.transcript()] == ["in", "out"]


async def test_slacks_retries_and_twin_events_are_one_message(csbot: Running) -> None:
    customer = newcomer(csbot, "slack", place="C0SALES")
    message, mention = customer.webhooks("Taksit var mı?", mention=True)
    customer.thread = message.external_id.partition(":")[2]
    retried = with_header(with_header(message, "x-slack-retry-num", "1"), "x-slack-retry-reason", "http_timeout")
    for request in (mention, retried, message):
        assert (await csbot.deliver(request))[0] == 200
    await customer.hears()
    await customer.hears_nothing()


@pytest.mark.parametrize("fault", [Fault.REPEAT, Fault.REORDER])
@posted
async def test_webhooks_repeated_and_out_of_order_lose_and_double_nothing(
    csbot: Running, channel: str, fault: Fault
) -> None:
    customers = [newcomer(csbot, channel) for _ in range(4)]
    customers[0].platform.fault(fault, len(customers))
    await asyncio.gather(*(customer.says("Taksit var mı?") for customer in customers))
    for customer in customers:
        await customer.hears()
        await customer.hears_nothing()
        assert [line["direction"] for line in await customer.transcript()] == ["in", "out"]


async def test_slack_is_answered_its_challenge(csbot: Running) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB1"}).encode()
    assert await csbot.deliver(csbot.platforms["slack"].sign(body)) == (200, "3eZbrw1aB1")


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
async def test_twilio_is_answered_empty_twiml(csbot: Running, channel: str) -> None:
    [request] = newcomer(csbot, channel).webhooks("merhaba")
    status, body = await csbot.deliver(request)
    assert status == 200
    assert body.endswith("<Response/>")


async def test_own_and_other_bots_words_are_never_answered(csbot: Running) -> None:
    customer = newcomer(csbot, "slack")
    [request] = customer.webhooks("Taksit var mı?")
    told = json.loads(request.body)
    await csbot.quiet()
    before = stored(csbot)
    for mark in ({"bot_id": "B0OTHER"}, {"user": "U0CSBOT"}, {"subtype": "bot_message", "bot_id": "B0CSBOT"}):
        body = json.dumps({**told, "event": {**told["event"], **mark}}).encode()
        assert (await csbot.deliver(customer.platform.sign(body)))[0] == 200
    assert stored(csbot) == before


async def test_what_is_genuine_and_not_understood_is_kept_raw(csbot: Running) -> None:
    body = json.dumps({"update_id": 5, "telepathy": {"thought": "Taksit?"}}).encode()
    for _ in range(2):
        assert (await csbot.deliver(csbot.platforms["telegram"].sign(body)))[0] == 200
    kept = csbot.rows("SELECT body FROM events WHERE channel = 'telegram' AND kind = 'raw'")
    assert len([row for row in kept if "telepathy" in str(row[0])]) == 1


async def test_a_socket_that_is_renewed_or_breaks_loses_nothing(csbot: Running) -> None:
    customer = newcomer(csbot, "socket")
    await customer.says("Taksit var mı?")
    await customer.hears()
    platform = customer.platform
    await platform.renew()  # type: ignore[attr-defined]
    await customer.says("Kargo kaç günde gelir?")
    await customer.hears()
    await platform.hang_up()  # type: ignore[attr-defined]
    await customer.says("Hediye paketi yapıyor musunuz?")
    assert csbot.answer("gift-wrap") in await customer.hears()
    await until(lambda: platform.unconfirmed == 0, "Slack to have every envelope confirmed")  # type: ignore[attr-defined]
    await customer.hears_nothing()
