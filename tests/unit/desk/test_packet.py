"""The packet an agent gets with a conversation."""

from __future__ import annotations

import json
from datetime import timedelta

from csbot.desk.packet import packet
from csbot.domain.address import Consent, Identity
from csbot.domain.capabilities import Arrival, Capabilities
from csbot.domain.conversation import Conversation, ConversationState, Memory
from csbot.domain.delivery import DeliveryState
from csbot.domain.lookup import AskedLookup, Branch
from csbot.domain.message import Attachment, Author, Choice, Direction, MessageKind
from csbot.domain.reading import ConversationRow, ConversationView, MessageView, PartView
from csbot.domain.ticket import CarryingWord, Evidence, Grounds, Named, Phrase, Priority, Ranked, Reason, Ticket
from csbot.evaluation.conversing import START

KEYS = [
    *(
        "transcript",
        "summary",
        "ranking",
        "evidence",
        "entities",
        "faq_tried",
        "lookups",
        "slots",
        "reason",
        "priority",
        "language",
        "identities",
    ),
    *("earlier", "window_deadline", "capabilities"),
]
WHATSAPP = Capabilities(
    arrival=frozenset({Arrival.WEBHOOK}),
    media=frozenset({MessageKind.PHOTO, MessageKind.DOCUMENT}),
    window_s=24 * 3600,
)


def test_every_key_is_there_and_empty_where_nothing_applies() -> None:
    view = ConversationView(
        row=ConversationRow(conversation=Conversation(id=1, lane=1), channel="console"), messages=(), ticket=None
    )
    made = packet(view, Capabilities(arrival=frozenset({Arrival.HOSTED})), START)
    capabilities = made.pop("capabilities")
    assert list(made) == KEYS[:-1]
    assert not any(made.values())
    assert isinstance(capabilities, dict)
    assert (capabilities["arrival"], capabilities["media"], capabilities["text_unit"]) == (["hosted"], [], "characters")


def test_the_packet_is_json_with_all_that_is_known() -> None:
    identity = Identity(id=1, customer=1, channel="wa", address="+905321112233", consent=Consent.IN, reachable=False)
    conversation = Conversation(id=4, lane=2, state=ConversationState.WAITING, language="tr")
    earlier = Conversation(id=2, lane=2, state=ConversationState.CLOSED, language="en", opened_at=START)
    ticket = Ticket(
        reason=Reason.FORM,
        priority=Priority.HIGH,
        summary="İade “kırık”",
        ranking=(Ranked(name="return-request", score=0.8),),
        evidence=(
            Evidence(
                text="kırık",
                ranking=(Ranked(name="return-request", score=0.8),),
                confident=True,
                grounds=Grounds(
                    answer_from=0.5,
                    ask_from=0.2,
                    phrases=(Phrase(name="return-request", text="kırık geldi", likeness=0.7),),
                    words=(CarryingWord(text="kirik", share=1.0),),
                ),
            ),
        ),
        entities=(Named(kind="city", value="van", text="Van'da", start=4, end=10),),
        faq_tried=("return-how",),
        slots=(("order_number", "4711"),),
        language="tr",
    )
    messages = (
        MessageView(
            id=9,
            direction=Direction.IN,
            author=Author.CUSTOMER,
            kind=MessageKind.PHOTO,
            text="kırık",
            channel="wa",
            at=START,
            choice=Choice(label="Evet", payload="helped:yes"),
            attachments=(Attachment(kind=MessageKind.PHOTO, ref="ME1", mime="image/jpeg", size=9),),
        ),
        MessageView(
            id=10,
            direction=Direction.OUT,
            author=Author.BOT,
            kind=MessageKind.TEXT,
            text="Aldık",
            channel="wa",
            at=START,
            parts=(PartView(id=1, state=DeliveryState.DELIVERED, external_ids=("SM1",)),),
        ),
        MessageView(
            id=11,
            direction=Direction.NOTE,
            author=Author.AGENT,
            kind=MessageKind.NOTE,
            text="bakıyorum",
            channel="",
            at=START,
        ),
    )
    row = ConversationRow(conversation=conversation, channel="wa", identities=(identity,))
    view = ConversationView(row=row, messages=messages, ticket=ticket, earlier=(earlier,), last_in_at=START)
    made = json.loads(json.dumps(packet(view, WHATSAPP, START + timedelta(hours=1))))
    assert made.pop("capabilities")["media"] == ["document", "photo"]
    asked, answered, noted = made.pop("transcript")
    (known,) = made.pop("identities")
    (before,) = made.pop("earlier")
    assert made == {
        "summary": "İade “kırık”",
        "ranking": [{"name": "return-request", "score": 0.8}],
        "evidence": [
            {
                "text": "kırık",
                "ranking": [{"name": "return-request", "score": 0.8}],
                "confident": True,
                "grounds": {
                    "answer_from": 0.5,
                    "ask_from": 0.2,
                    "phrases": [{"name": "return-request", "text": "kırık geldi", "likeness": 0.7}],
                    "words": [{"text": "kirik", "share": 1.0}],
                },
            }
        ],
        "entities": [{"kind": "city", "value": "van", "text": "Van'da", "start": 4, "end": 10}],
        "faq_tried": ["return-how"],
        "lookups": [],
        "slots": {"order_number": "4711"},
        "reason": "form complete",
        "priority": "high",
        "language": "tr",
        "window_deadline": (START + timedelta(hours=24)).isoformat(),
    }
    assert known.items() >= {"channel": "wa", "address": "+905321112233", "reachable": False, "consent": "in"}.items()
    assert (before["status"], before["language"]) == ("closed", "en")
    assert [(line["id"], line["direction"], line["author"], line["kind"]) for line in (asked, answered, noted)] == [
        ("9", "in", "customer", "photo"),
        ("10", "out", "bot", "text"),
        ("11", "note", "agent", "note"),
    ]
    assert asked["choice"] == {"label": "Evet", "payload": "helped:yes"}
    assert asked["attachments"][0]["ref"] == "ME1"
    (part,) = answered["parts"]
    assert (part["state"], part["external_ids"]) == ("delivered", ["SM1"])
    assert noted["parts"] == []


def test_without_a_ticket_the_packet_tells_what_the_bot_learnt() -> None:
    memory = Memory(faq_tried=("time",), slots=(("order_number", "4711"), ("photo", "")))
    row = ConversationRow(conversation=Conversation(id=1, lane=1, language="en", memory=memory), channel="wa")
    view = ConversationView(row=row, messages=(), ticket=None, last_in_at=START)
    made = packet(view, WHATSAPP, START + timedelta(hours=25))
    assert (made["faq_tried"], made["slots"], made["language"]) == (["time"], {"order_number": "4711"}, "en")
    assert made["window_deadline"] is None


def test_what_the_systems_were_asked_is_told_once_each_with_how_it_ended_be_it_only_in_a_note() -> None:
    about = (("order_number", "4711"),)
    status = AskedLookup(name="order-status", slots=about, branch=Branch.FOUND, at=START)
    refused = AskedLookup(
        name="cancel-order",
        slots=about,
        branch=Branch.REFUSED,
        changes=True,
        reason="already_sent",
        at=START + timedelta(minutes=1),
    )
    overtaken = AskedLookup(
        name="cancel-order",
        slots=(("order_number", "4713"),),
        branch=Branch.UNKNOWN,
        changes=True,
        why="csbot stopped in the middle of the call",
        at=START + timedelta(minutes=2),
    )
    notes = tuple(
        MessageView(
            id=id_,
            direction=Direction.NOTE,
            author=Author.BOT,
            kind=MessageKind.NOTE,
            text="cancel-order",
            channel="",
            at=START,
            lookup=one,
        )
        for id_, one in enumerate((refused, overtaken))
    )
    memory = Memory(lookups=(status, refused))
    row = ConversationRow(conversation=Conversation(id=1, lane=1, memory=memory), channel="wa")
    made = json.loads(json.dumps(packet(ConversationView(row=row, messages=notes, ticket=None), WHATSAPP, START)))
    assert made["lookups"] == [
        {
            "name": "order-status",
            "slots": {"order_number": "4711"},
            "branch": "found",
            "changes": False,
            "reason": "",
            "why": "",
            "at": START.isoformat(),
        },
        {
            "name": "cancel-order",
            "slots": {"order_number": "4711"},
            "branch": "refused",
            "changes": True,
            "reason": "already_sent",
            "why": "",
            "at": (START + timedelta(minutes=1)).isoformat(),
        },
        {
            "name": "cancel-order",
            "slots": {"order_number": "4713"},
            "branch": "unknown",
            "changes": True,
            "reason": "",
            "why": "csbot stopped in the middle of the call",
            "at": (START + timedelta(minutes=2)).isoformat(),
        },
    ]
    assert [line["lookup"]["branch"] for line in made["transcript"]] == ["refused", "unknown"]
