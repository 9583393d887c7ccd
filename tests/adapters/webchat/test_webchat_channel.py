"""Web chat as a channel: nothing to call, its own secrets, settings that are checked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from csbot.channel.errors import MediaUnavailable, WebhookForbidden, WebhookRejected
from csbot.channel.hosted import Hosted
from csbot.channel.http import WebhookRequest
from csbot.channel.protocol import BuildContext
from csbot.channel.render import render
from csbot.domain.address import Address
from csbot.domain.message import Attachment, Author, Choice, MessageKind, OutgoingPart
from csbot.domain.outbox import Part
from csbot.domain.turn import Say
from csbot_webchat import SPEC, capabilities
from csbot_webchat.channel import WebChatChannel
from csbot_webchat.payloads import signed
from csbot_webchat.settings import WebChatSettings

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SECRET = "a secret of the test's own"
FILE = Attachment(kind=MessageKind.PHOTO, ref="f", channel="web")


class Files:
    async def read(self, ref: str) -> AsyncIterator[bytes]:
        yield ref.encode()


def channel(*, kept: bytes = b"", files: Files | None = None, **settings: Any) -> WebChatChannel:
    context = BuildContext(id="web", secret=lambda: kept, files=files)
    made = SPEC.build(context, SPEC.settings.model_validate({"kind": "webchat", **settings}))
    assert isinstance(made, WebChatChannel)
    return made


def part(number: int) -> Part:
    to = Address(channel="web", user="visitor:1")
    return Part(id=number, message=1, conversation=1, to=to, author=Author.BOT, body=OutgoingPart(text="x"))


async def test_what_stands_in_the_transcript_is_sent() -> None:
    async with channel(secret=SECRET) as opened, opened:
        first, second = await opened.send(part(1)), await opened.send(part(2))
    assert first.external_ids != second.external_ids
    assert all(first.external_ids)


def test_it_is_hosted_and_takes_no_webhook() -> None:
    made = channel(secret=SECRET)
    assert isinstance(made, Hosted)
    with pytest.raises(WebhookForbidden):
        made.verify(WebhookRequest(method="POST", public_url="", route="", headers={}, body=b"", received_at=NOW))


async def test_files_are_those_csbot_keeps() -> None:
    made = channel(secret=SECRET, files=Files())
    assert [chunk async for chunk in made.fetch(FILE)] == [b"f"]
    with pytest.raises(MediaUnavailable):
        channel(secret=SECRET).fetch(FILE)


def test_a_kept_secret_serves_where_none_is_set() -> None:
    newcomer = channel(kept=b"kept").newcomer(NOW)
    token = channel(kept=b"kept").token(newcomer)
    assert channel(kept=b"kept").known(token, NOW) == newcomer
    with pytest.raises(WebhookRejected):
        channel(kept=b"another").known(token, NOW)


def test_newcomers_are_told_apart() -> None:
    made = channel(secret=SECRET)
    assert len({made.newcomer(NOW).user for _ in range(100)}) == 100


def test_an_identity_is_no_token_and_a_token_no_identity() -> None:
    made = channel(secret=SECRET)
    token = made.token(made.newcomer(NOW))
    with pytest.raises(WebhookRejected):
        made.vouched(token, NOW)
    # Whoever may sign identities must not be able to sign who a visitor is.
    forged = signed({"u": "visitor:somebody", "exp": int(NOW.timestamp()) + 60}, SECRET.encode())
    with pytest.raises(WebhookRejected):
        made.known(forged, NOW)


async def test_no_secret_shows() -> None:
    made = channel(secret=SECRET)
    told = [repr(made), str(made), repr(WebChatSettings.model_validate({"secret": SECRET}))]
    told += [repr(check) for check in await made.check()]
    with pytest.raises(WebhookRejected) as caught:
        made.vouched("a.b", NOW)
    assert not [text for text in (*told, str(caught.value)) if SECRET in text]


async def test_doctor_tells_what_is_not_set() -> None:
    async def told(made: WebChatChannel) -> str:
        checks = await made.check()
        assert all(check.ok for check in checks)
        return " ".join(check.what for check in checks)

    bare = await told(channel(kept=b"k"))
    assert "no secret is set" in bare
    assert "no origins are set" in bare
    assert "https://a.example" in await told(channel(secret=SECRET, origins=["https://a.example"]))


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("https://Shop.example", "https://shop.example"),
        ("https://shop.example/", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://localhost:5500", "http://localhost:5500"),
    ],
)
def test_an_origin_is_spelt_as_browsers_do(written: str, taken: str) -> None:
    assert WebChatSettings.model_validate({"origins": [written]}).origins == (taken,)


@pytest.mark.parametrize(
    "origin",
    [
        "shop.example",
        "https://shop.example/path",
        "https://a@shop.example",
        "https://shop.example; script-src *",
        "https://shop.example 'unsafe-inline'",
        "*",
        "https://*",
        "https://",
        "ftp://shop.example",
        "https://shop.example?x",
        "https://shop.example:port",
        "https://[::1",
    ],
)
def test_what_is_no_origin_never_reaches_a_header(origin: str) -> None:
    with pytest.raises(ValidationError):
        WebChatSettings.model_validate({"origins": [origin]})


@pytest.mark.parametrize("wrong", [{"color": "red"}, {"color": "#12345"}, {"secret": "short"}, {"pace": 0}])
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        WebChatSettings.model_validate(wrong)
    assert "short" not in str(caught.value)


def test_all_that_is_said_fits_into_one_part_with_its_choices() -> None:
    choices = tuple(Choice(label=f"Seçenek {n} " + "x" * 100, payload=f"p:{n}") for n in range(20))
    [made] = render(
        [Say(text="uzun " * 2000, choices=choices)], capabilities(WebChatSettings()), phrases={"numbered_hint": "?"}
    )
    assert made.choices == choices
