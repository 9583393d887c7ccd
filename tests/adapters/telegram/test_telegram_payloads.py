"""Reading updates of any shape, and what the samples do not show."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from csbot.channel.contract.mutations import unholdable
from csbot.domain.events import MessageReceived, Unreadable
from csbot_telegram.payloads import ASKED, Reader

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
READER = Reader(channel="telegram", bot_id=7, username="akin", groups=True)

# fmt: off
FIELDS = (
    "update_id", "chat", "from", "id", "type", "message_id", "date", "text", "caption", "photo", "file_id",
    "entities", "offset", "user", "reply_to_message", "message", "data", "reply_markup", "inline_keyboard",
    "new_reaction", "emoji", "new_chat_member", "status", "location", "latitude", "longitude", "venue", "contact",
    "is_topic_message", "message_thread_id",
)
# fmt: on
NAMES = st.sampled_from((*ASKED, *FIELDS))
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from(("private", "group", "@akin"))
)
SHAPES = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=25
)


@given(SHAPES)
def test_json_of_any_shape_is_read_as_something_storable(update: object) -> None:
    event = READER.read(update, at=NOW)
    assert event is None or (event.key and unholdable(event) == [])


def message(**fields: object) -> dict[str, object]:
    user = {"id": 5, "is_bot": False, "first_name": "Ece"}
    return {"message_id": 9, "chat": {"id": 5, "type": "private"}, "from": user, "date": 1772443800, **fields}


def test_what_is_kept_raw_is_kept_whole_and_known_again() -> None:
    update = {"update_id": 3, "hologram": {"text": "\ud83d\x00ş"}}
    first, again = READER.read(update, at=NOW), READER.read(json.loads(json.dumps(update)), at=NOW)
    assert first is not None
    assert isinstance(first.body, Unreadable)
    assert json.loads(first.body.body) == update
    assert first == again


def test_a_customer_numbered_zero_is_a_customer() -> None:
    event = READER.read({"update_id": 0, "message": message(chat={"id": 0, "type": "private"}, text="a")}, at=NOW)
    assert event is not None
    assert isinstance(event.body, MessageReceived)
    assert event.body.address.user == "0"


def test_a_file_without_its_reference_is_a_message_all_the_same() -> None:
    event = READER.read({"update_id": 1, "message": message(voice={"duration": 4})}, at=NOW)
    assert event is not None
    assert isinstance(event.body, MessageReceived)
    assert event.body.message.kind == "voice"
    assert event.body.message.attachments == ()


def test_two_edits_within_one_second_are_two_events() -> None:
    edited = message(text="b", edit_date=1772443900)
    keys = {READER.read({"update_id": id, "edited_message": edited}, at=NOW).key for id in (1, 2)}  # type: ignore[union-attr]
    assert len(keys) == 2
