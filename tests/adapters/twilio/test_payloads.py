"""Twilio's forms as domain values."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.channel.contract.mutations import unholdable
from csbot.channel.errors import WebhookUnreadable
from csbot.channel.http import WebhookRequest
from csbot.domain.address import Consent
from csbot.domain.delivery import DeliveryState
from csbot.domain.events import DeliveryUpdate, EventBody, MessageReceived, Unreadable
from csbot.domain.message import MessageKind
from csbot_twilio.payloads import STOP_WORDS, receipt

KNOWN = [
    *("AccountSid", "Body", "From", "MessageSid", "SmsSid", "MessageStatus", "SmsStatus", "ErrorCode", "MessageType"),
    *("MediaUrl0", "MediaContentType0", "MediaUrl1", "ButtonPayload", "ButtonText", "ListId", "Latitude", "Longitude"),
    *("ProfileName", "WaId", "OptOutType", "NumMedia"),
]


def posted(body: bytes, *, route: str = "webhook", content_type: str = "", url: str = "https://x/") -> WebhookRequest:
    return WebhookRequest(
        method="POST",
        public_url=url,
        route=route,
        headers={"content-type": content_type},
        body=body,
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def read(*, is_sms: bool = True, route: str = "webhook", **fields: str) -> EventBody | None:
    events = receipt(posted(urlencode(fields).encode(), route=route), "c", is_sms=is_sms).events
    return events[0].body if events else None


def heard(*, is_sms: bool = True, **fields: str) -> MessageReceived:
    body = read(is_sms=is_sms, **{"From": "+905321112233", "MessageSid": "SM1", **fields})
    assert isinstance(body, MessageReceived)
    return body


@pytest.mark.parametrize("word", sorted(STOP_WORDS))
def test_by_sms_each_of_twilios_words_alone_opts_out(word: str) -> None:
    assert heard(Body=word).consent is Consent.OUT
    assert heard(Body=f" {word.lower()}\n").consent is Consent.OUT
    assert heard(Body=f"{word} my order").consent is None


@pytest.mark.parametrize("word", [*sorted(STOP_WORDS - {"STOP"}), "iptal", "İPTAL", "UNSTOP"])
def test_on_whatsapp_other_words_than_stop_are_about_orders(word: str) -> None:
    assert heard(Body=word, is_sms=False).consent is None


@pytest.mark.parametrize("is_sms", [True, False])
def test_start_lifts_an_opt_out_on_both(is_sms: bool) -> None:
    assert heard(Body="Stop", is_sms=is_sms).consent is Consent.OUT
    assert heard(Body="Start", is_sms=is_sms).consent is Consent.IN


@pytest.mark.parametrize("is_sms", [True, False])
def test_twilios_own_word_for_it_decides(is_sms: bool) -> None:
    assert heard(Body="yazmayın", OptOutType="STOP", is_sms=is_sms).consent is Consent.OUT
    assert heard(Body="YES", OptOutType="START", is_sms=is_sms).consent is Consent.IN
    assert heard(Body="HELP", OptOutType="HELP", is_sms=is_sms).consent is None


def test_yes_answers_a_question() -> None:
    assert heard(Body="YES").consent is None


def test_whatsapp_and_sms_of_one_number_are_one_person() -> None:
    sms = heard(From="+905321112233")
    whatsapp = heard(From="whatsapp:+905321112233", is_sms=False)
    assert sms.sender.person == whatsapp.sender.person == "phone:+905321112233"
    assert sms.address.user == whatsapp.address.user == "+905321112233"


def test_a_scoped_id_is_a_person_only_where_the_number_is_told() -> None:
    scoped = "whatsapp:US.13491208655302741918"
    assert heard(From=scoped, WaId="US.13491208655302741918").sender.person == ""
    assert heard(From=scoped, WaId="905321112233").sender.person == "phone:+905321112233"
    assert heard(From=scoped).address.user == "US.13491208655302741918"


def test_the_key_is_the_sid_else_the_bodys_hash() -> None:
    def key(**fields: str) -> str:
        return receipt(posted(urlencode(fields).encode()), "c", is_sms=True).events[0].key

    assert key(From="1", MessageSid="SM1", SmsSid="SM2") == "SM1"
    assert key(From="1", SmsSid="SM2") == "SM2"
    assert key(From="1", Body="a").startswith("raw:")
    assert key(From="1", Body="a") != key(From="1", Body="b")
    assert key(MessageSid="SM1", MessageStatus="sent") != key(MessageSid="SM1", MessageStatus="read")


@pytest.mark.parametrize("route", ["webhook", "status"])
def test_a_receipt_is_known_wherever_it_is_posted(route: str) -> None:
    assert read(route=route, MessageSid="SM1", SmsStatus="delivered") == DeliveryUpdate(
        external_id="SM1", state=DeliveryState.DELIVERED
    )
    assert isinstance(read(route=route, From="1", SmsStatus="received", Body=""), MessageReceived)


@pytest.mark.parametrize(
    ("code", "refused"), [("63041", True), ("63042", True), ("30008", False), ("x", False), ("", False)]
)
def test_a_receipt_tells_of_a_template_that_is_not_taken(code: str, refused: bool) -> None:
    told = read(MessageSid="SM1", MessageStatus="undelivered", ErrorCode=code)
    assert isinstance(told, DeliveryUpdate)
    assert told.template_refused == refused


@pytest.mark.parametrize("status", ["accepted", "scheduled", "queued", "sending", "something new"])
def test_what_is_still_inside_twilio_is_no_news(status: str) -> None:
    assert read(MessageSid="SM1", MessageStatus=status) is None


def test_a_location_outside_the_map_is_none() -> None:
    assert heard(Latitude="41", Longitude="29").message.kind is MessageKind.LOCATION
    for latitude, longitude in (("91", "0"), ("nan", "0"), ("1e999", "0"), ("", "29"), ("x", "y")):
        assert heard(Latitude=latitude, Longitude=longitude).message.location is None


def test_an_address_of_a_file_is_never_kept() -> None:
    (file,) = heard(MediaUrl0="https://user:secret@files.example/x?token=abc").message.attachments
    assert file.ref == "Accounts//Messages/SM1/Media/0"


def test_json_is_kept_raw_only_where_the_signature_covers_it() -> None:
    covered = posted(b'{"a": 1}', content_type="application/json", url="https://x/?bodySHA256=abc")
    (event,) = receipt(covered, "c", is_sms=True).events
    assert isinstance(event.body, Unreadable)
    with pytest.raises(WebhookUnreadable, match="does not cover"):
        receipt(posted(b'{"a": 1}', content_type="application/json"), "c", is_sms=True)


@given(
    st.lists(
        st.tuples(st.sampled_from(KNOWN), st.text() | st.sampled_from(["failed", "-1", "https://x/y"])), max_size=12
    ),
    st.booleans(),
)
def test_any_form_comes_to_something_a_database_can_hold(fields: list[tuple[str, str]], is_sms: bool) -> None:
    body = urlencode(fields, errors="surrogatepass").encode()
    try:
        events = receipt(posted(body), "c", is_sms=is_sms).events
    except WebhookUnreadable:
        assert not fields
        return
    assert all(event.key and unholdable(event) == [] for event in events)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_form_or_unreadable(body: bytes) -> None:
    try:
        events = receipt(posted(body), "c", is_sms=True).events
    except WebhookUnreadable:
        return
    assert all(unholdable(event) == [] for event in events)
