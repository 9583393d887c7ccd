"""Payloads of any shape; what is said to csbot and what is not; what is asked of Slack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.channel.contract.mutations import unholdable
from csbot.channel.errors import WebhookUnreadable
from csbot.channel.http import WebhookRequest
from csbot.domain.address import Address
from csbot.domain.events import MessageReceived
from csbot.domain.message import Attachment, Author, Choice, MessageKind, OutgoingPart
from csbot.domain.outbox import Part
from csbot_slack.markup import escaped, readable
from csbot_slack.payloads import SECTION_LIMIT, Inlet, body, events, outgoing

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
INLET = Inlet(channel="slack", received_at=NOW, answer_in=frozenset({"C0HELP"}), bot_user="U04CSBOT")


def _told(value: object) -> Iterator[tuple[str, str]]:
    """Every key of a payload with every text that stands under one."""
    for key, content in value.items() if isinstance(value, dict) else ():
        yield (key, content) if isinstance(content, str) else (key, "")
        yield from _told(content)
    for content in value if isinstance(value, list) else ():
        yield from _told(content)


SAMPLES = sorted((Path(__file__).parent / "payloads").glob("*.json"))
WORDS = sorted({it for file in SAMPLES if ".events" not in file.name for it in _told(json.loads(file.read_bytes()))})
KEYS = st.sampled_from(sorted({key for key, _ in WORDS} | {"payload", "command", "actions", "container"}))
TEXTS = st.text(max_size=12) | st.sampled_from(sorted({text for _, text in WORDS} | {"block_actions"}))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.just("\ud83d\x00"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(ANYTHING)
def test_no_payload_breaks_reading(payload: object) -> None:
    for event in events(payload, INLET):
        assert event.key
        assert unholdable(event) == []


@given(st.binary(max_size=200) | ANYTHING.map(lambda it: json.dumps(it).encode()), st.booleans())
def test_no_body_raises_anything_but_unreadable(content: bytes, form: bool) -> None:
    content_type = "application/x-www-form-urlencoded" if form else "application/json"
    request = WebhookRequest(
        method="POST",
        public_url="",
        route="webhook",
        headers={"content-type": content_type},
        body=content,
        received_at=NOW,
    )
    try:
        payload = body(request)
    except WebhookUnreadable:
        return
    events(payload, INLET)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_what_is_escaped_reads_as_it_was(text: str) -> None:
    assert readable(escaped(text), without=frozenset({"U04CSBOT"})) == text


def test_a_long_run_of_blanks_before_a_name_is_read_in_no_time() -> None:
    spaces = " " * 200_000
    assert readable(f"a{spaces}b <@U04CSBOT> c", without=frozenset({"U04CSBOT"})) == f"a{spaces}b c"


def message(**fields: object) -> dict[str, object]:
    event = {"type": "message", "user": "U04AYSE", "text": "selam", "ts": "1772443800.000100", **fields}
    return {"type": "event_callback", "team_id": "T04SHOP", "event": event}


@pytest.mark.parametrize("mention", ["<@U04CSBOT>", "<@U04CSBOT|csbot>"])
def test_a_mention_is_known_by_the_id_of_the_settings_where_slack_names_no_authorization(mention: str) -> None:
    [event] = events(message(channel="C04GENEL", text=f"{mention}, nerede?"), INLET)
    assert isinstance(event.body, MessageReceived)
    assert event.body.message.text == "nerede?"
    assert events(message(channel="C04GENEL", text="<@U04CSBOT2> nerede?"), INLET) == ()
    assert events(message(channel="C04GENEL", text=mention), replace(INLET, bot_user="")) == ()


@pytest.mark.parametrize("subtype", ["channel_leave", "pinned_item", "huddle_thread", "something_new"])
def test_notices_of_a_channel_are_not_answered(subtype: str) -> None:
    assert events(message(channel="C0HELP", subtype=subtype), INLET) == ()


def part(body: OutgoingPart, to: Address | None = None) -> Part:
    to = to or Address(channel="slack", user="T04SHOP:U04AYSE", target="D04AYSE")
    return Part(id=1, message=1, conversation=1, to=to, author=Author.BOT, body=body)


def test_a_file_given_as_an_address_becomes_a_link_below_the_text() -> None:
    file = Attachment(kind=MessageKind.DOCUMENT, ref="https://csbot.example/m/a|b?x=1&y=2", name="fatura <1>.pdf")
    link = "<https://csbot.example/m/a%7Cb?x=1&amp;y=2|fatura &lt;1&gt;.pdf>"
    assert outgoing(part(OutgoingPart(text="Buyurun & iyi günler", attachments=(file,))))["text"] == (
        f"Buyurun &amp; iyi günler\n{link}"
    )
    assert outgoing(part(OutgoingPart(attachments=(file,))))["text"] == link


def test_a_text_over_buttons_is_cut_into_sections_counted_as_slack_counts() -> None:
    text = "Koşul & şart. " * 280
    call = outgoing(part(OutgoingPart(text=text, choices=(Choice(label="Evet", payload="yes"),))))
    blocks = call["blocks"]
    assert isinstance(blocks, list)
    sections = [block["text"]["text"] for block in blocks[:-1]]
    assert len(sections) == 2
    assert all(len(section) <= SECTION_LIMIT for section in sections)
    assert readable(" ".join(sections)) == text.strip()
