"""What the contract suite does not ask: files behind redirects, the doctor's questions, and where calls go."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from csbot.channel.errors import ChannelBroken, MediaUnavailable, WindowClosed
from csbot.channel.protocol import BuildContext, Channel
from csbot.domain.address import Address
from csbot.domain.message import Attachment, Author, MessageKind, OutgoingPart
from csbot.domain.outbox import Part
from csbot_twilio import SMS, WHATSAPP
from csbot_twilio.imitation import ACCOUNT, AUTH_TOKEN, MESSAGING_SERVICE, SENDER, TEMPLATE, TwilioImitation

REF = f"Accounts/{ACCOUNT}/Messages/SM1/Media/ME1"
PHOTO = Attachment(kind=MessageKind.PHOTO, ref=REF)


def channel(imitation: TwilioImitation, public_url: str = "", /, **more: object) -> Channel:
    spec = WHATSAPP if imitation.settings()["kind"] == "whatsapp" else SMS
    settings = spec.settings.model_validate({**imitation.settings(), **more})
    return spec.build(BuildContext(id="shop", public_url=public_url), settings)


def part(text: str = "Merhaba", *, template: bool = False, attachments: tuple[Attachment, ...] = ()) -> Part:
    return Part(
        id=1,
        message=1,
        conversation=1,
        to=Address(channel="shop", user="+905321112233"),
        author=Author.BOT,
        body=OutgoingPart(text=text, attachments=attachments),
        template=template,
    )


@dataclass
class Files:
    """A server that redirects, and the credentials it was shown."""

    base_url: str = ""
    location: str = ""
    status: int = 307
    shown: list[tuple[str, str]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.shown.append((request.path, request.headers.get("Authorization", "")))
        if request.path.startswith("/2010-04-01/"):
            return web.Response(status=self.status, headers={"Location": self.location})
        return web.Response(body=b"the file")


@asynccontextmanager
async def files() -> AsyncIterator[Files]:
    held = Files()
    app = web.Application()
    app.router.add_get("/{path:.*}", held.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    held.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield held
    finally:
        await runner.cleanup()


async def fetched(base_url: str, attachment: Attachment = PHOTO) -> bytes:
    async with channel(TwilioImitation("sms"), api_base=base_url) as opened:
        return b"".join([chunk async for chunk in opened.fetch(attachment)])


async def test_a_file_is_followed_to_where_twilio_keeps_it() -> None:
    async with files() as held:
        held.location = "/kept/here"
        assert await fetched(held.base_url) == b"the file"
        credentials = "Basic " + b64encode(f"{ACCOUNT}:{AUTH_TOKEN}".encode()).decode()
        assert held.shown == [(f"/2010-04-01/{REF}", credentials), ("/kept/here", credentials)]


async def test_a_redirect_to_a_stranger_is_not_followed() -> None:
    async with files() as stranger, files() as held:
        for location in (f"{stranger.base_url}/x", "http://media.twiliocdn.com/x", "https://twilio.com.example/x", ""):
            held.location = location
            with pytest.raises(MediaUnavailable):
                await fetched(held.base_url)
        assert stranger.shown == []


async def test_a_file_that_is_gone_is_unavailable() -> None:
    async with files() as held:
        held.status = 404
        with pytest.raises(MediaUnavailable, match="404"):
            await fetched(held.base_url)
    with pytest.raises(MediaUnavailable, match="did not come"):
        await fetched(held.base_url)


@pytest.mark.parametrize(
    "ref", ["", "https://169.254.169.254/", "Accounts/../x", REF + "?a=1", "Accounts//Messages/S/Media/0"]
)
async def test_only_a_reference_of_twilios_is_fetched(ref: str) -> None:
    async with files() as held:
        with pytest.raises(MediaUnavailable, match="does not hold"):
            await fetched(held.base_url, Attachment(kind=MessageKind.PHOTO, ref=ref))
        assert held.shown == []


async def test_a_receipt_is_asked_for_where_csbot_can_be_reached() -> None:
    async with TwilioImitation("sms") as imitation:
        async with channel(imitation) as opened:
            await opened.send(part())
        async with channel(imitation, "https://csbot.example/") as opened:
            await opened.send(part())
        callbacks = [call.fields.get("StatusCallback") for call in imitation.sends]
        assert callbacks == [None, "https://csbot.example/channels/shop/status"]


async def test_a_messaging_service_sends_in_place_of_a_number() -> None:
    async with TwilioImitation("sms") as imitation:
        settings = {"from": "", "messaging_service_sid": MESSAGING_SERVICE}
        async with channel(imitation, **settings) as opened:
            await opened.send(part())
        assert dict(imitation.sends[0].fields) == {
            "To": "+905321112233",
            "MessagingServiceSid": MESSAGING_SERVICE,
            "Body": "Merhaba",
        }


async def test_without_a_fitting_template_the_window_stays_closed() -> None:
    async with TwilioImitation("whatsapp") as imitation:
        async with channel(imitation) as opened:
            with pytest.raises(WindowClosed, match="fallback_content_sid"):
                await opened.send(part(template=True))
        async with channel(imitation, fallback_content_sid=TEMPLATE) as opened:
            with pytest.raises(WindowClosed, match="file"):
                await opened.send(part(template=True, attachments=(PHOTO,)))
        assert imitation.calls == 0


async def test_the_doctor_finds_a_sound_account() -> None:
    async with TwilioImitation("sms") as imitation:
        async with channel(imitation, messaging_service_sid=MESSAGING_SERVICE) as opened:
            found = await opened.check()
        assert [(check.what, check.ok) for check in found] == [
            ("account", True),
            ("messaging service", True),
            ("sender", True),
        ]
    async with TwilioImitation("whatsapp") as imitation, channel(imitation, fallback_content_sid=TEMPLATE) as opened:
        assert [(check.what, check.ok) for check in await opened.check()] == [("account", True), ("template", True)]


@pytest.mark.parametrize(
    ("settings", "what", "mend"),
    [
        ({"auth_token": "wrong"}, "account", "20003"),
        ({"from": "+15005550001"}, "sender", "buy the number"),
        ({"messaging_service_sid": "MG2"}, "messaging service", "20404"),
        ({"api_base": "http://127.0.0.1:1"}, "connection", "not reached"),
    ],
)
async def test_the_doctor_says_what_to_mend(settings: dict[str, object], what: str, mend: str) -> None:
    async with TwilioImitation("sms") as imitation, channel(imitation, **settings) as opened:
        last = (await opened.check())[-1]
        assert (last.what, last.ok) == (what, False)
        assert mend in last.mend


async def test_a_wrong_token_breaks_the_channel() -> None:
    async with TwilioImitation("sms") as imitation, channel(imitation, auth_token="wrong") as opened:
        with pytest.raises(ChannelBroken, match="20003"):
            await opened.send(part())
        assert imitation.received() == []


async def test_a_closed_channel_sends_nothing() -> None:
    imitation = TwilioImitation("sms")
    with pytest.raises(RuntimeError, match="not open"):
        await channel(imitation, **{"from": SENDER}).send(part())
