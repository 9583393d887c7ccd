"""Twilio's signatures, checked against twilio's own validator."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from csbot.channel.errors import WebhookRejected
from csbot.channel.http import WebhookRequest
from csbot_twilio.signatures import FORM, sign, verify

TOKEN = "a-token"
SHARED_KEY = "a-shared-key"
URL = "https://csbot.example/channels/sms/webhook"
FIELDS = [("Body", "kargom nerede? ş😀"), ("From", "+905321112233"), ("FromCity", ""), ("MessageSid", "SM1")]

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def request(
    fields: list[tuple[str, str]] | bytes = FIELDS, *, url: str = URL, content_type: str = FORM, **headers: str
) -> WebhookRequest:
    told = {"content-type": content_type}
    told.update({name.replace("_", "-"): value for name, value in headers.items()})
    return WebhookRequest(
        method="POST",
        public_url=url,
        route="webhook",
        headers=told,
        body=fields if isinstance(fields, bytes) else urlencode(fields).encode(),
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def twilio_signs(url: str, fields: list[tuple[str, str]], *, token: str = TOKEN, algorithm: str | None = None) -> str:
    signature = RequestValidator(token).compute_signature(url, MultiDict(fields), algorithm)
    assert isinstance(signature, str)
    return signature


@given(st.lists(st.tuples(names, values), min_size=1, max_size=8))
def test_a_signature_is_what_twilio_makes(fields: list[tuple[str, str]]) -> None:
    assert sign(TOKEN.encode(), URL, fields) == twilio_signs(URL, fields)
    verify(request(fields, x_twilio_signature=twilio_signs(URL, fields)), auth_token=TOKEN)


def test_a_repeated_field_is_signed_with_each_of_its_values_once() -> None:
    fields = [*FIELDS, ("MediaUrl", "b"), ("MediaUrl", "a"), ("MediaUrl", "b")]
    verify(request(fields, x_twilio_signature=twilio_signs(URL, fields)), auth_token=TOKEN)


@pytest.mark.parametrize(
    ("called", "signed"),
    [
        ("https://csbot.example/x", "https://csbot.example/x"),
        ("https://csbot.example/x", "https://csbot.example:443/x"),
        ("https://csbot.example:443/x", "https://csbot.example/x"),
        ("https://csbot.example:8443/x?a=1", "https://csbot.example:8443/x?a=1"),
        ("https://csbot.example:8443/x?a=1", "https://csbot.example/x?a=1"),
        ("http://csbot.example/x", "http://csbot.example:80/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://csbot.example?b=1:2", "https://csbot.example:443?b=1:2"),
    ],
)
def test_an_address_is_signed_with_or_without_its_port(called: str, signed: str) -> None:
    verify(request(url=called, x_twilio_signature=twilio_signs(signed, FIELDS)), auth_token=TOKEN)


def test_another_host_path_or_query_is_refused() -> None:
    for other in ("https://other.example/x", "https://csbot.example/y", "https://csbot.example/x?b=2"):
        with pytest.raises(WebhookRejected):
            verify(
                request(url="https://csbot.example/x", x_twilio_signature=twilio_signs(other, FIELDS)), auth_token=TOKEN
            )


def test_a_missing_signature_is_refused() -> None:
    with pytest.raises(WebhookRejected, match="no signature"):
        verify(request(), auth_token=TOKEN)


def test_an_empty_token_verifies_nothing() -> None:
    with pytest.raises(WebhookRejected, match="not set up"):
        verify(request(x_twilio_signature=sign(b"", URL, FIELDS)), auth_token="")


def shared(algorithm: str, *, token: str, settings: str = "") -> WebhookRequest:
    return request(
        x_twilio_signature=twilio_signs(URL, FIELDS, token=token, algorithm=algorithm),
        x_twilio_webhooks_signature_settings=settings or f"key=webhooks_sharedkey_1,algorithm={algorithm}",
    )


@pytest.mark.parametrize("algorithm", ["HMAC_SHA1", "HMAC_SHA256"])
def test_a_shared_key_signs_by_the_algorithm_it_names(algorithm: str) -> None:
    verify(shared(algorithm, token=SHARED_KEY), auth_token=TOKEN, webhook_key=SHARED_KEY)


@pytest.mark.parametrize(
    "webhook",
    [
        shared("HMAC_SHA256", token=SHARED_KEY, settings="key=webhooks_sharedkey_1,algorithm=NONE"),
        shared("HMAC_SHA256", token=SHARED_KEY, settings="key=webhooks_sharedkey_1,algorithm=HMAC_MD5"),
        shared("HMAC_SHA256", token=SHARED_KEY, settings="key=webhooks_sharedkey_1"),
        shared("HMAC_SHA256", token=SHARED_KEY, settings=",,=,ş"),
        shared("HMAC_SHA256", token="another"),
        shared("HMAC_SHA256", token=TOKEN),
    ],
    ids=["none", "unknown", "named otherwise", "nonsense", "another key", "the token instead of the key"],
)
def test_another_algorithm_or_key_is_refused(webhook: WebhookRequest) -> None:
    with pytest.raises(WebhookRejected):
        verify(webhook, auth_token=TOKEN, webhook_key=SHARED_KEY)


def test_a_shared_key_that_is_not_set_up_is_refused() -> None:
    with pytest.raises(WebhookRejected, match="not set up"):
        verify(shared("HMAC_SHA256", token=SHARED_KEY), auth_token=TOKEN)


def json_request(body: bytes, signed: bytes) -> WebhookRequest:
    url = f"{URL}?bodySHA256={sha256(signed).hexdigest()}"
    signature = twilio_signs(url, [])
    return request(body, url=url, content_type="application/json", x_twilio_signature=signature)


def test_a_body_that_is_no_form_is_signed_by_its_hash() -> None:
    body = b'{"a": 1}'
    verify(json_request(body, body), auth_token=TOKEN)
    with pytest.raises(WebhookRejected, match="not the one"):
        verify(json_request(b'{"a": 2}', body), auth_token=TOKEN)


@given(st.text(), st.text(), st.binary(max_size=50), st.sampled_from([FORM, "application/json", ""]))
def test_no_forgery_breaks_the_check(signature: str, settings: str, body: bytes, content_type: str) -> None:
    forged = request(
        body,
        content_type=content_type,
        x_twilio_signature=signature,
        x_twilio_webhooks_signature_settings=settings,
    )
    with pytest.raises(WebhookRejected):
        verify(forged, auth_token=TOKEN, webhook_key=SHARED_KEY)
