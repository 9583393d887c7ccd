"""Slack's signature: what its own SDK signs is taken, whatever else comes is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.signature import SignatureVerifier

from csbot.channel.errors import WebhookRejected
from csbot.channel.http import WebhookRequest
from csbot.channel.protocol import BuildContext, Channel
from csbot_slack import SPEC

SECRET = "0b5a2dd1c4d24d5b9c1d"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BODY = "token=a&text=şikayet &amp; öneri".encode()


def channel(**settings: object) -> Channel:
    whole = {"bot_token": "xoxb-1", "signing_secret": SECRET, **settings}
    return SPEC.build(BuildContext(id="slack"), SPEC.settings.model_validate(whole))


def request(*, sent_at: str | None = None, signature: str | None = None, body: bytes = BODY) -> WebhookRequest:
    headers = {"x-slack-request-timestamp": sent_at, "x-slack-signature": signature, "x-slack-retry-num": "2"}
    return WebhookRequest(
        method="POST",
        public_url="https://csbot.example/channels/slack/webhook",
        route="webhook",
        headers={name: value for name, value in headers.items() if value is not None},
        body=body,
        received_at=NOW,
    )


def signed(at: datetime, body: bytes = BODY) -> WebhookRequest:
    sent_at = str(int(at.timestamp()))
    return request(
        sent_at=sent_at, signature=SignatureVerifier(SECRET).generate_signature(timestamp=sent_at, body=body), body=body
    )


@pytest.mark.parametrize("age_s", [0, 299, -299])
def test_what_the_sdk_signs_is_genuine_for_five_minutes(age_s: int) -> None:
    channel().verify(signed(NOW - timedelta(seconds=age_s)))


@pytest.mark.parametrize("age_s", [301, -301, 86_400])
def test_an_old_signature_is_refused_and_so_is_one_of_the_future(age_s: int) -> None:
    with pytest.raises(WebhookRejected):
        channel().verify(signed(NOW - timedelta(seconds=age_s)))


@pytest.mark.parametrize("sent_at", ["", "now", "1772443800.5", "-1", "١٧٧٢٤٤٣٨٠٠", "9" * 400, " 1772443800"])
def test_a_time_that_is_no_number_is_refused(sent_at: str) -> None:
    with pytest.raises(WebhookRejected):
        channel().verify(request(sent_at=sent_at, signature="v0=" + "0" * 64))


def test_a_signature_with_another_secret_is_refused() -> None:
    sent_at = str(int(NOW.timestamp()))
    other = SignatureVerifier("another").generate_signature(timestamp=sent_at, body=BODY)
    with pytest.raises(WebhookRejected):
        channel().verify(request(sent_at=sent_at, signature=other))


def test_without_a_secret_nothing_is_genuine_unless_asked_for_by_name() -> None:
    with pytest.raises(WebhookRejected):
        channel(signing_secret="").verify(signed(NOW))
    channel(signing_secret="", unsafe_unsigned=True).verify(request())
    with pytest.raises(WebhookRejected):
        channel(unsafe_unsigned=True).verify(request())
