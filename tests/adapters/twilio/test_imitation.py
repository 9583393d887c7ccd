"""The imitation refuses what Twilio would refuse, and reports as Twilio does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlencode

import pytest
from aiohttp import ClientSession, web
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from csbot.channel.imitation import Said
from csbot.domain.delivery import DeliveryState
from csbot.domain.message import Attachment, Location, MessageKind
from csbot_twilio.channel import authorization
from csbot_twilio.imitation import ACCOUNT, AUTH_TOKEN, CUSTOMER, SENDER, TEMPLATE, TwilioImitation

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
SMS = {"To": CUSTOMER, "From": SENDER, "Body": "Merhaba"}
WHATSAPP = {"To": "whatsapp:" + CUSTOMER, "From": "whatsapp:" + SENDER, "Body": "Merhaba"}
DEADLINE_S = 5.0


async def create(
    imitation: TwilioImitation, fields: Mapping[str, object], *, path: str = MESSAGES, token: str = AUTH_TOKEN
) -> tuple[int, dict[str, object]]:
    async with ClientSession(headers=authorization((ACCOUNT, token))) as session:
        body = urlencode(fields, doseq=True).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        async with session.post(imitation.base_url + path, data=body, headers=headers) as response:
            return response.status, await response.json()


@pytest.mark.parametrize(
    ("kind", "changes", "code"),
    [
        ("sms", {"To": ""}, 21604),
        ("sms", {"To": "05321112233"}, 21211),
        ("sms", {"To": "whatsapp:" + CUSTOMER}, 21211),
        ("sms", {"From": ""}, 21603),
        ("sms", {"From": "+15005550001"}, 21606),
        ("sms", {"MessagingServiceSid": "MG2"}, 21701),
        ("sms", {"Body": ""}, 21619),
        ("sms", {"Body": "x" * 1601}, 21617),
        ("sms", {"StatusCallback": "/status"}, 21609),
        ("sms", {"MediaUrl": ["https://x/1"] * 11}, 21623),
        ("sms", {"ContentSid": TEMPLATE}, 21655),
        ("sms", {"Text": "Merhaba"}, 20001),
        ("whatsapp", {"To": CUSTOMER}, 21211),
        ("whatsapp", {"From": SENDER}, 63007),
        ("whatsapp", {"MediaUrl": ["https://x/1", "https://x/2"]}, 21623),
        ("whatsapp", {"MediaUrl": "photo.jpg"}, 21620),
        ("whatsapp", {"ContentSid": "HX1"}, 21655),
        ("whatsapp", {"ContentSid": TEMPLATE, "ContentVariables": "{"}, 21656),
        ("whatsapp", {"ContentSid": TEMPLATE, "ContentVariables": '{"1": "two\\nlines"}'}, 21656),
    ],
)
async def test_what_twilio_would_not_take_is_refused(kind: str, changes: dict[str, object], code: int) -> None:
    async with TwilioImitation(kind) as imitation:
        status, told = await create(imitation, {**(SMS if kind == "sms" else WHATSAPP), **changes})
        assert (status, told["code"]) == (400, code)
        assert imitation.received() == []


async def test_another_account_or_token_is_refused() -> None:
    async with TwilioImitation("sms") as imitation:
        assert (await create(imitation, SMS, token="wrong"))[0] == 401
        assert (await create(imitation, SMS, path="/2010-04-01/Accounts/AC2/Messages.json"))[0] == 404


async def test_what_it_takes_the_customer_sees() -> None:
    async with TwilioImitation("whatsapp") as imitation:
        status, told = await create(imitation, WHATSAPP)
        (shown,) = imitation.received(CUSTOMER)
        assert status == 201
        assert (shown.text, shown.external_id) == ("Merhaba", told["sid"])


async def test_a_paused_template_is_refused_and_free_text_is_not() -> None:
    template = {name: value for name, value in WHATSAPP.items() if name != "Body"}
    template |= {"ContentSid": TEMPLATE, "ContentVariables": '{"1": "Merhaba"}'}
    async with TwilioImitation("whatsapp") as imitation:
        assert (await create(imitation, template))[0] == 201
        imitation.refused_templates[TEMPLATE] = 63041
        status, told = await create(imitation, template)
        assert (status, told["code"], told["message"]) == (400, 63041, "Template paused")
        assert (await create(imitation, WHATSAPP))[0] == 201


async def test_one_who_said_stop_is_not_written_to_until_they_say_start() -> None:
    async with TwilioImitation("sms") as imitation:
        for word, status in (("stop", 400), ("merhaba", 400), ("start", 201)):
            imitation.webhooks(Said(text=word))
            assert (await create(imitation, SMS))[0] == status


@pytest.mark.parametrize(
    "said",
    [
        Said(text="kargom nerede?"),
        Said(press="Evet"),
        Said(location=Location(latitude=41.0, longitude=29.0, label="Kadıköy")),
        Said(text="bu", attachments=(Attachment(kind=MessageKind.PHOTO, ref="photo"),), reply_to="SM1"),
        Said(kind=MessageKind.UNSUPPORTED),
    ],
)
@pytest.mark.parametrize("kind", ["sms", "whatsapp"])
async def test_its_webhooks_are_signed_as_twilios(kind: str, said: Said) -> None:
    async with TwilioImitation(kind) as imitation:
        imitation.connect("https://csbot.example", kind)
        (webhook,) = imitation.webhooks(said)
        fields = dict(parse_qsl(webhook.body.decode(), keep_blank_values=True))
        assert fields["MessageSid"] == webhook.external_id
        assert RequestValidator(AUTH_TOKEN).validate(
            f"https://csbot.example/channels/{kind}/webhook", fields, webhook.headers["X-Twilio-Signature"]
        )


def test_edits_and_deletions_reach_no_number() -> None:
    imitation = TwilioImitation("sms")
    assert imitation.webhooks(Said(text="x", edits="SM1")) == imitation.webhooks(Said(deletes="SM1")) == ()


@asynccontextmanager
async def taking() -> AsyncIterator[tuple[str, asyncio.Queue[tuple[str, str]]]]:
    """A server that takes receipts, as csbot would: its address, and what it was told."""
    told: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        form = await request.post()
        fields = [str(form.get(name, "-")) for name in ("MessageSid", "MessageStatus", "ErrorCode")]
        told.put_nowait((request.path, " ".join(fields)))
        return web.Response()

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", told
    finally:
        await runner.cleanup()


async def test_a_receipt_is_posted_when_it_is_asked_for() -> None:
    async with taking() as (url, told), TwilioImitation("sms") as imitation:
        imitation.connect(url, "shop")
        assert await imitation.receipt("SM1", DeliveryState.FAILED, code=30008) == 200
        assert told.get_nowait() == ("/channels/shop/status", "SM1 failed 30008")


async def test_every_message_is_reported_where_that_is_wished() -> None:
    async with taking() as (url, told), TwilioImitation("sms", receipts=True) as imitation:
        imitation.connect(url, "shop")
        await create(imitation, SMS)
        _, taken = await create(imitation, {**SMS, "StatusCallback": f"{url}/channels/shop/status"})
        async with asyncio.timeout(DEADLINE_S):
            states = [(await told.get())[1] for _ in range(2)]
        assert states == [f"{taken['sid']} sent -", f"{taken['sid']} delivered -"]
