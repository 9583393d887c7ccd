"""Who a visitor is: signed by csbot for browsers, by the brand's site for its customers, and by nobody else."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from csbot.channel.errors import WebhookRejected
from csbot.channel.hosted import Said, Visitor
from csbot.domain.address import Sender
from csbot.domain.events import MessageReceived
from csbot.domain.message import Attachment, Choice, MessageKind
from csbot_webchat import payloads

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
KEY = b"the key of this test"
SOON = int(NOW.timestamp()) + 600


def identity(**claims: Any) -> str:
    return payloads.signed({"exp": SOON, **claims}, KEY)


def refusal(text: str, *, key: bytes = KEY, now: datetime = NOW) -> str:
    with pytest.raises(WebhookRejected) as caught:
        payloads.vouched(text, key, now)
    return str(caught.value)


def test_a_customer_is_who_the_site_says() -> None:
    visitor = payloads.vouched(identity(id="4711", phone="+90 532 111 22 33", name="Ayşe"), KEY, NOW)
    assert visitor == Visitor(
        user="user:4711",
        until=NOW + timedelta(seconds=600),
        sender=Sender(person="phone:+905321112233", name="Ayşe"),
        proven=True,
    )


def test_an_email_stands_in_for_a_phone_and_a_number_is_an_id_too() -> None:
    assert (
        payloads.vouched(identity(id=7, email="Ayse@Shop.example"), KEY, NOW).sender.person == "email:ayse@shop.example"
    )
    assert payloads.vouched(identity(id=7), KEY, NOW).sender.person == ""
    assert payloads.vouched(identity(id=7), KEY, NOW).user == "user:7"


def test_what_the_site_has_not_signed_is_refused() -> None:
    genuine = identity(id="4711")
    payload, _, signature = genuine.partition(".")
    forged = base64.urlsafe_b64encode(json.dumps({"id": "1", "exp": SOON}).encode()).rstrip(b"=").decode()
    assert "genuine" in refusal(f"{forged}.{signature}")
    assert "genuine" in refusal(genuine, key=b"another key")
    assert "genuine" in refusal(f"{payload}.")
    assert "genuine" in refusal(f"{payload}.ş")
    assert "genuine" in refusal(f"ş.{signature}")


@pytest.mark.parametrize("text", ["", ".", "x", "a.b.c", "\x00.\x00", "." * 5000])
def test_what_is_no_identity_is_refused_and_breaks_nothing(text: str) -> None:
    assert refusal(text)


def test_an_identity_ends_and_may_not_last_for_ever() -> None:
    text = identity(id="4711")
    assert "expired" in refusal(text, now=NOW + timedelta(seconds=601))
    assert "31 days" in refusal(identity(id="4711", exp=SOON + 40 * 86_400))


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({}, '"id"'),
        ({"id": ""}, '"id"'),
        ({"id": "x" * 201}, '"id"'),
        ({"id": ["1"]}, '"id"'),
        ({"id": True}, '"id"'),
        ({"id": "1", "phone": "12"}, '"phone"'),
        ({"id": "1", "name": {}}, '"name"'),
        ({"id": "1", "exp": None}, '"exp"'),
        ({"id": "1", "exp": "soon"}, '"exp"'),
        ({"id": "1", "exp": 10**30}, '"exp"'),
    ],
)
def test_wrong_claims_are_told_by_name(claims: dict[str, Any], said: str) -> None:
    assert said in refusal(identity(**claims))


@pytest.mark.parametrize("signed", [[1], "text", None, 5])
def test_signed_json_that_is_no_object_is_refused(signed: Any) -> None:
    assert '"exp"' in refusal(payloads.signed(signed, KEY))


def test_a_browser_is_known_by_its_token_and_by_nothing_else() -> None:
    visitor = Visitor(user="visitor:abc", until=NOW + timedelta(days=1))
    token = payloads.token(visitor, KEY)
    assert payloads.known(token, KEY, NOW) == visitor
    for wrong, key, at in (
        (token[:-2], KEY, NOW),
        (token, b"another", NOW),
        (token, KEY, NOW + timedelta(days=2)),
        (identity(id="1"), KEY, NOW),
    ):
        with pytest.raises(WebhookRejected):
            payloads.known(wrong, key, at)


def test_a_token_carries_who_was_vouched_for() -> None:
    visitor = payloads.vouched(identity(id="4711", phone="+905321112233", name="Ayşe"), KEY, NOW)
    assert payloads.known(payloads.token(visitor, KEY), KEY, NOW) == visitor


def test_what_is_said_has_one_key_however_often_it_is_sent() -> None:
    visitor = Visitor(user="visitor:abc", until=NOW)
    first = payloads.event("web", visitor, Said(key="k-1", text="a\x00b"), NOW)
    again = payloads.event("web", visitor, Said(key="k-1", text="a\x00b"), NOW + timedelta(seconds=5))
    other = payloads.event("web", Visitor(user="visitor:abd", until=NOW), Said(key="k-1", text="ab"), NOW)
    assert first.key == again.key == "visitor:abc|k-1"
    assert other.key != first.key
    assert isinstance(first.body, MessageReceived)
    assert (first.body.message.text, first.body.message.dropped) == ("ab", 1)
    assert first.body.address.user == "visitor:abc"


def test_a_picked_answer_and_a_file_are_told_as_such() -> None:
    visitor = Visitor(user="visitor:abc", until=NOW)
    photo = Attachment(kind=MessageKind.PHOTO, ref="r", name="a.jpg", channel="web")
    choice = Choice(label="Evet", payload="helped:yes")
    kinds = []
    for said in (Said(key="1", text="Evet", choice=choice), Said(key="2", attachments=(photo,))):
        body = payloads.event("web", visitor, said, NOW).body
        assert isinstance(body, MessageReceived)
        kinds.append(body.message.kind)
    assert kinds == [MessageKind.CHOICE, MessageKind.PHOTO]
