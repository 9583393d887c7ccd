"""Reading: the list in pages, and one conversation whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from csbot.domain.address import Address
from csbot.domain.events import Event, MessageReceived
from csbot.domain.message import Attachment, Choice, Contact, InboundMessage, Location, MessageKind
from tests.web.line import AYSE, PUBLIC_URL, Line, line

PACKET = {
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
    "earlier",
    "window_deadline",
    "capabilities",
}
NUMBERS = [f"+90532111220{digit}" for digit in range(7)]


async def walked(api: Line, limit: int, **query: str) -> list[str]:
    """The ids of the whole list, page by page."""
    ids: list[str] = []
    cursor = ""
    while True:
        page = (await api.get("conversations", limit=limit, cursor=cursor, **query)).json
        assert len(page["items"]) <= limit
        ids += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return ids
        assert len(page["items"]) == limit


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
async def test_pages_of_any_size_together_hold_each_conversation_once(api: Line, limit: int) -> None:
    newest_first = [await api.says("süre", user=number) for number in NUMBERS][::-1]

    assert await walked(api, limit) == newest_first


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_the_line_is_read_by_urgency_and_then_by_who_waits_longest(api: Line, limit: int) -> None:
    first, second, third = [await api.waits(user=number) for number in NUMBERS[:3]]
    urgent = await api.waits("avukat", user=NUMBERS[3])
    await api.says("süre", user=NUMBERS[4])

    assert await walked(api, limit, status="waiting") == [urgent, first, second, third]


async def test_each_status_lists_its_own(api: Line) -> None:
    bot, waiting, human, closed = [await api.waits(user=number) for number in NUMBERS[:4]]
    await api.post(f"conversations/{bot}/return")
    await api.post(f"conversations/{human}/claim")
    await api.post(f"conversations/{closed}/close")

    by_status = {status: await walked(api, 50, status=status) for status in ("bot", "waiting", "human", "closed")}

    assert by_status == {"bot": [bot], "waiting": [waiting], "human": [human], "closed": [closed]}


async def test_a_line_of_the_list_tells_who_and_why(api: Line) -> None:
    conversation = await api.waits(user=NUMBERS[0], name="Deniz Kaya")

    [item] = (await api.get("conversations")).json["items"]

    assert item["id"] == conversation
    assert (item["status"], item["channel"], item["holder"]) == ("waiting", "whatsapp", None)
    assert (item["reason"], item["priority"]) == ("asked for a person", "normal")
    assert item["identities"] == [
        {"channel": "whatsapp", "address": NUMBERS[0], "name": "Deniz Kaya", "reachable": True, "consent": "unsaid"}
    ]
    assert item["opened_at"] <= item["waiting_since"] <= item["updated_at"]


async def test_one_customer_is_found_by_their_address(api: Line) -> None:
    mine = await api.says("süre", user=NUMBERS[0])
    await api.says("süre", user=NUMBERS[1])

    assert await walked(api, 1, identity=NUMBERS[0]) == [mine]
    assert (await api.get("conversations", identity="+905000000000")).json == {"items": [], "next": None}


async def test_a_plus_sign_that_was_not_escaped_is_understood(api: Line) -> None:
    mine = await api.says("süre", user=NUMBERS[0])

    answer = await api.ask("GET", f"conversations?identity={NUMBERS[0]}", who=AYSE)

    assert [item["id"] for item in answer.json["items"]] == [mine]


async def test_whatsapp_and_sms_of_one_number_are_one_conversation_with_two_identities(api: Line) -> None:
    by_whatsapp = await api.waits(user=NUMBERS[0])
    by_sms = await api.says("orada mısınız", channel="sms", user=NUMBERS[0])

    detail = await api.shown(by_sms)

    assert by_sms == by_whatsapp
    assert {identity["channel"] for identity in detail["identities"]} == {"whatsapp", "sms"}
    assert detail["channel"] == "sms"


async def test_a_conversation_is_shown_whole(api: Line) -> None:
    conversation = await api.says("süre", user=NUMBERS[0])
    await api.settled()

    detail = await api.shown(conversation)

    assert (detail["status"], detail["holder"], detail["language"]) == ("bot", None, "tr")
    asked, answered = detail["transcript"]
    assert (asked["direction"], asked["author"], asked["kind"], asked["text"]) == ("in", "customer", "text", "süre")
    assert (asked["choice"], asked["attachments"], asked["parts"]) == (None, [], [])
    assert (answered["direction"], answered["author"], answered["kind"]) == ("out", "bot", "text")
    [shown] = api.platforms["whatsapp"].received(NUMBERS[0])
    [part] = answered["parts"]
    assert (part["state"], part["external_ids"]) == ("sent", [shown.external_id])
    assert asked["id"].isdigit()
    assert asked["id"] < answered["id"]


async def test_the_packet_has_every_key_from_the_start(api: Line) -> None:
    conversation = await api.says("süre")

    packet = (await api.shown(conversation))["packet"]

    assert set(packet) == PACKET
    assert (packet["summary"], packet["reason"], packet["priority"], packet["earlier"]) == ("", "", "", [])
    assert packet["capabilities"]["text_limit"] == 1600


async def test_the_packet_tells_what_led_to_the_handoff(api: Line) -> None:
    first = await api.waits("hukuk", user=NUMBERS[0], name="Deniz Kaya")
    await api.post(f"conversations/{first}/close")
    conversation = await api.waits("avukat", user=NUMBERS[0], name="Deniz Kaya")

    detail = await api.shown(conversation)
    packet = detail["packet"]

    assert packet["transcript"] == detail["transcript"]
    assert packet["identities"] == detail["identities"]
    assert (packet["reason"], packet["priority"]) == ("complaint", "urgent")
    assert "avukat" in packet["summary"]
    assert [earlier["id"] for earlier in packet["earlier"]] == [first]
    assert packet["window_deadline"] > detail["updated_at"]


async def test_an_sms_has_no_window_deadline(api: Line) -> None:
    conversation = await api.waits(channel="sms")

    assert (await api.shown(conversation))["packet"]["window_deadline"] is None


async def test_a_file_is_shown_by_reference_and_can_be_fetched(api: Line) -> None:
    photo = Attachment(kind=MessageKind.PHOTO, ref="ME0001", mime="image/jpeg")
    conversation = await api.says("bu kırık", kind=MessageKind.PHOTO, attachments=(photo,))

    [said, *_] = (await api.shown(conversation))["transcript"]

    [attachment] = said["attachments"]
    assert (said["kind"], said["text"], attachment["mime"]) == ("photo", "bu kırık", "image/jpeg")
    opened = api.services.links.open(attachment["link"].removeprefix(f"{PUBLIC_URL}/media/"), now=api.clock())
    assert (opened.channel, opened.attachment.ref) == ("whatsapp", attachment["ref"])


@pytest.mark.parametrize(
    ("message", "field", "value"),
    [
        (
            InboundMessage(
                external_id="1", kind=MessageKind.LOCATION, location=Location(latitude=41.5, longitude=29.25)
            ),
            "location",
            {"latitude": 41.5, "longitude": 29.25, "label": ""},
        ),
        (
            InboundMessage(
                external_id="1", kind=MessageKind.CONTACT, contact=Contact(name="Ali", phone="+905320000000")
            ),
            "contact",
            {"name": "Ali", "phone": "+905320000000"},
        ),
        (InboundMessage(external_id="1", text="bu mu", reply_to="SM7"), "reply_to", "SM7"),
        (
            InboundMessage(
                external_id="1", kind=MessageKind.CHOICE, text="Evet", choice=Choice(label="Evet", payload="y")
            ),
            "choice",
            {"label": "Evet", "payload": "y"},
        ),
        (InboundMessage(external_id="1", text="<script>&\u2028"), "text", "<script>&\u2028"),
    ],
)
async def test_whatever_a_customer_sends_is_shown(
    api: Line, message: InboundMessage, field: str, value: object
) -> None:
    said = MessageReceived(address=Address(channel="whatsapp", user=NUMBERS[0]), message=message)
    event = Event(channel="whatsapp", key="1", received_at=api.clock(), body=said)
    await api.services.intake.accept("whatsapp", [event], within_s=5.0)

    [item] = (await api.get("conversations")).json["items"]
    [shown, *_] = (await api.shown(item["id"]))["transcript"]

    assert shown["kind"] == message.kind
    assert shown[field] == value


async def test_offered_choices_are_shown_though_the_channel_has_no_buttons(api: Line) -> None:
    conversation = await api.says("süre mi ücret mi")
    await api.settled()

    transcript = (await api.shown(conversation))["transcript"]

    assert [choice["label"] for choice in transcript[1]["choices"]] == ["time tr", "cost tr", "clarify_none tr"]


async def test_a_conversation_of_a_channel_that_is_gone_is_still_shown(tmp_path: Path) -> None:
    async with line(tmp_path) as before:
        conversation = await before.waits()
    async with line(tmp_path, kinds=("sms",)) as after:
        detail = await after.shown(conversation)
        await after.post(f"conversations/{conversation}/claim")
        refused = await after.post(f"conversations/{conversation}/messages", {"text": "Merhaba"})

    assert (detail["channel"], detail["packet"]["capabilities"]) == ("whatsapp", {})
    assert (refused.status, refused.code, refused.json["holder"]) == (409, "channel_missing", AYSE)
