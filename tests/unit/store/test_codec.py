from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.domain.address import Address, Consent, Sender
from csbot.domain.conversation import GivenAnswer, Memory, PendingQuestion
from csbot.domain.delivery import DeliveryState
from csbot.domain.events import (
    DeliveryUpdate,
    Event,
    EventBody,
    MessageEdited,
    MessageReceived,
    ReachabilityChanged,
    Reacted,
    Unreadable,
)
from csbot.domain.message import (
    Attachment,
    Author,
    Choice,
    Contact,
    InboundMessage,
    Location,
    MessageKind,
    OutgoingMessage,
    OutgoingPart,
)
from csbot.domain.ticket import Priority, Ranked, Reason, Ticket
from csbot.store import codec

NOW = datetime(2026, 11, 22, 9, 0, 1, 234567, tzinfo=UTC)
SMS = Address(channel="sms", user="+905321112233")
CHOICE = Choice(label="Evet 👍", payload="y")
FULL = InboundMessage(
    external_id="SM1",
    kind=MessageKind.PHOTO,
    text="kırık\n\tgeldi \u2028",
    attachments=(
        Attachment(kind=MessageKind.PHOTO, ref="ME1", name="a.jpg", mime="image/jpeg", size=1, channel="sms"),
    ),
    choice=CHOICE,
    location=Location(latitude=41.0082, longitude=28.9784, label="İstanbul"),
    contact=Contact(name="Ayşe", phone="+90532"),
    reply_to="out-1",
    album="a1",
    sequence=2**40,
    sent_at=NOW,
    dropped=3,
)
BODIES: list[EventBody] = [
    MessageReceived(address=SMS, message=FULL, sender=Sender(person="phone:+90532"), consent=Consent.OUT),
    MessageEdited(address=SMS, external_id="SM1", text=None),
    MessageEdited(address=SMS, external_id="SM1", text="yeni"),
    Reacted(address=SMS, external_id="SM1", emoji="❤️"),
    DeliveryUpdate(external_id="SM2", state=DeliveryState.READ, reason="", opted_out=True),
    ReachabilityChanged(address=SMS, reachable=False, reason="blocked"),
    Unreadable(body='{"a": "\\u0000"}', reason="unknown kind"),
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.kind)
def test_every_body_comes_back_as_it_was(body: EventBody) -> None:
    assert codec.BODY.load(codec.BODY.dump(body)) == body
    event = Event(channel="sms", key="k", received_at=NOW, body=body)
    assert codec.EVENT.load(codec.EVENT.dump(event)) == event


def test_every_other_value_comes_back_as_it_was() -> None:
    address = Address(channel="slack", user="T1:U1", place="C1", thread="1.1", target="D1")
    assert codec.ADDRESS.load(codec.ADDRESS.dump(address)) == address
    part = OutgoingPart(text="ş", choices=(CHOICE,), attachments=FULL.attachments, reply_to="x", cost=3)
    assert codec.PART.load(codec.PART.dump(part)) == part
    memory = Memory(
        pending=PendingQuestion(kind="form", subject="return", name="photo", choices=(CHOICE,), attempts=2),
        slots=(("order", "12"), ("reason", "")),
        faq_tried=("a", "b"),
        last_answer="a",
        helped_asked=True,
        to_judge=GivenAnswer(entry="a", language="tr", content_version="v1"),
        greeted=True,
        clarified=1,
        unanswered=2,
    )
    assert codec.MEMORY.load(codec.MEMORY.dump(memory)) == memory
    ticket = Ticket(
        reason=Reason.COMPLAINT,
        priority=Priority.URGENT,
        team="returns",
        summary="…",
        ranking=(Ranked(name="faq/a", score=0.5),),
        faq_tried=("a",),
        slots=(("order", "12"),),
        language="tr",
    )
    assert codec.TICKET.load(codec.TICKET.dump(ticket)) == ticket


def test_what_stands_at_its_default_takes_no_room() -> None:
    assert codec.MEMORY.dump(Memory()) == "{}"
    assert codec.inbound_extra(InboundMessage(external_id="x", text="only words")) == "{}"
    assert codec.outgoing_extra(OutgoingMessage(author=Author.BOT, text="only words")) == "{}"
    assert codec.ADDRESS.dump(SMS) == '{"channel":"sms","user":"+905321112233"}'


def test_an_older_reader_passes_over_fields_it_does_not_know() -> None:
    newer = '{"channel":"sms","user":"u","continent":"EU","nested":{"a":[1]}}'
    assert codec.ADDRESS.load(newer) == Address(channel="sms", user="u")
    assert codec.MEMORY.load('{"mood":"angry","slots":[["a","b"]]}') == Memory(slots=(("a", "b"),))
    assert codec.BODY.load('{"kind":"raw","body":"b","reason":"r","hint":1}') == Unreadable(body="b", reason="r")


@pytest.mark.parametrize("text", ["", "null", "[]", '{"user":"u"}', '{"channel":'])
def test_what_holds_no_such_value_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        codec.ADDRESS.load(text)


def test_a_message_comes_back_from_its_columns() -> None:
    assert codec.load_inbound(FULL.external_id, FULL.kind, FULL.text, codec.inbound_extra(FULL)) == FULL
    plain = InboundMessage(external_id="x", text="yalnız söz")
    assert codec.load_inbound("x", "text", "yalnız söz", codec.inbound_extra(plain)) == plain
    said = OutgoingMessage(author=Author.BOT, text="Seçin", choices=(CHOICE,), attachments=FULL.attachments)
    extra = codec.load_extra(codec.outgoing_extra(said))
    assert (extra.choices, extra.attachments) == (said.choices, said.attachments)


@pytest.mark.parametrize("ids", [(), ("SM1",), ("a|b", 'quo"te', "ş")])
def test_external_ids_come_back(ids: tuple[str, ...]) -> None:
    assert codec.load_ids(codec.dump_ids(ids)) == ids


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_times_keep_their_microseconds(at: datetime) -> None:
    assert codec.moment(codec.micros(at)) == at


def test_times_of_any_zone_are_one_moment() -> None:
    istanbul = NOW.astimezone(timezone(timedelta(hours=3)))
    assert codec.micros(istanbul) == codec.micros(NOW)
    assert codec.moment(codec.micros(istanbul)).tzinfo is UTC
    assert codec.micros_or_none(None) is None
    assert codec.moment_or_none(None) is None
    assert codec.span(1.5) == 1_500_000
