"""The customers of the imitated Telegram: what they do becomes the updates Telegram would tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import count

from csbot.channel.imitation import Said, Shown
from csbot.channel.shapes import Json
from csbot.domain.message import Attachment, MessageKind
from csbot_telegram.sent_calls import BOT

CUSTOMER = "4411"
"""The user id of the customer who speaks when none is named."""

_FILES = {
    MessageKind.DOCUMENT: "document",
    MessageKind.VOICE: "voice",
    MessageKind.VIDEO: "video",
    MessageKind.AUDIO: "audio",
    MessageKind.STICKER: "sticker",
}


class Customers:
    """Everybody who talks to the bot, and what they see of it."""

    def __init__(self, clock: Callable[[], datetime], *, first: int = 0) -> None:
        self.blocked: set[str] = set()
        self._clock = clock
        self._updates = count(first + 881001)
        self._messages = count(first + 101)
        self._presses = count(first + 55001)
        self._seen: dict[str, list[tuple[Shown, Json]]] = {}

    def see(self, shown: Shown, message: Json) -> None:
        """A message of the bot's appears in its chat."""
        self._seen.setdefault(shown.user, []).append((shown, message))

    def blocking(self, user: str, blocked: bool) -> Json:
        """The customer blocks the bot, or lets it in again."""
        (self.blocked.add if blocked else self.blocked.discard)(user)
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        return {
            "update_id": next(self._updates),
            "my_chat_member": {
                "chat": self._chat(Said(user=user)),
                "from": _user(Said(user=user)),
                "date": self._now(),
                "old_chat_member": {"user": BOT, "status": old},
                "new_chat_member": {"user": BOT, "status": new, **({"until_date": 0} if blocked else {})},
            },
        }

    def updates(self, said: Said) -> Sequence[Json]:
        """The updates this comes to; Telegram tells bots nothing of deletions."""
        if said.deletes:
            return []
        return [{"update_id": next(self._updates), **told} for told in self._told(said)]

    def _told(self, said: Said) -> Iterator[Json]:
        if said.press:
            yield {"callback_query": self._press(said)}
        elif said.reaction:
            yield {"message_reaction": self._reaction(said)}
        elif said.edits:
            message = {**self._message(said), "message_id": _number(said.edits), "edit_date": self._now() + 1}
            yield {"edited_message": {**message, **_words(said, "text")}}
        elif not said.attachments:
            yield {"message": {**self._message(said), **_content(said)}}
        else:
            album = said.album or (f"album{next(self._messages)}" if len(said.attachments) > 1 else "")
            for at, file in enumerate(said.attachments):
                caption = _words(said, "caption") if at == 0 else {}
                group = {"media_group_id": album} if album else {}
                yield {"message": {**self._message(said), **_file(file), **caption, **group}}

    def _message(self, said: Said) -> dict[str, object]:
        message: dict[str, object] = {
            "message_id": next(self._messages),
            "from": _user(said),
            "chat": self._chat(said),
            "date": self._now(),
        }
        if said.thread:
            message |= {"message_thread_id": int(said.thread), "is_topic_message": True}
        if said.reply_to:
            answered = self._message_of_bot(said, said.reply_to) or {
                "message_id": _number(said.reply_to),
                "from": _user(said),
                "chat": self._chat(said),
                "date": self._now(),
                "text": "…",
            }
            message["reply_to_message"] = answered
        return message

    def _press(self, said: Said) -> Json:
        place = said.place or said.user or CUSTOMER
        for shown, message in reversed(self._seen.get(place, [])):
            if said.press in shown.choices and said.reply_to in {"", shown.external_id}:
                return {
                    "id": f"{next(self._presses)}",
                    "from": _user(said),
                    "message": message,
                    "chat_instance": "7",
                    "data": _data(message, said.press),
                }
        raise ValueError(f"no message in chat {place} has a button {said.press!r}")

    def _reaction(self, said: Said) -> Json:
        return {
            "chat": self._chat(said),
            "message_id": _number(said.reply_to),
            "user": _user(said),
            "date": self._now(),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": said.reaction}],
        }

    def _message_of_bot(self, said: Said, external_id: str) -> Json | None:
        seen = self._seen.get(said.place or said.user or CUSTOMER, [])
        return next((message for shown, message in seen if shown.external_id == external_id), None)

    def _chat(self, said: Said) -> Json:
        if said.place:
            return {"id": int(said.place), "type": "supergroup", "title": "Sipariş grubu"}
        user = _user(said)
        return {"type": "private", **{key: user[key] for key in ("id", "first_name", "last_name") if key in user}}

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _user(said: Said) -> dict[str, object]:
    first, _, last = (said.name or "Deniz Aksu").partition(" ")
    user: dict[str, object] = {"id": int(said.user or CUSTOMER), "is_bot": False, "first_name": first}
    return user | ({"last_name": last} if last else {}) | {"language_code": "tr"}


def _content(said: Said) -> Json:
    if said.command:
        command = f"/{said.command.removeprefix('/')}"
        words = f"{command} {said.text}".strip()
        return {"text": words, "entities": [{"type": "bot_command", "offset": 0, "length": len(command)}]}
    if said.location is not None:
        point = {"latitude": said.location.latitude, "longitude": said.location.longitude}
        venue = (
            {"venue": {"location": point, "title": said.location.label, "address": ""}} if said.location.label else {}
        )
        return {"location": point, **venue}
    if said.contact is not None:
        return {"contact": {"phone_number": said.contact.phone, "first_name": said.contact.name}}
    if said.kind is MessageKind.UNSUPPORTED:
        return {"dice": {"emoji": "🎲", "value": 4}}
    return _words(said, "text")


def _words(said: Said, field: str) -> Json:
    if said.mention:
        mention = f"@{BOT['username']}"
        entities = [{"type": "mention", "offset": 0, "length": len(mention)}]
        return {field: f"{mention} {said.text}", "entities" if field == "text" else "caption_entities": entities}
    return {field: said.text} if said.text or field == "text" else {}


def _file(file: Attachment) -> Json:
    common = {"file_id": file.ref, "file_unique_id": f"u{file.ref}"}
    size = {"file_size": file.size} if file.size is not None else {}
    if file.kind is MessageKind.PHOTO:
        small = {**common, "file_id": f"{file.ref}-small", "width": 90, "height": 67}
        return {"photo": [small, {**common, **size, "width": 1280, "height": 960}]}
    if file.kind is MessageKind.STICKER:
        sticker = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return {"sticker": {**common, **size, **sticker, "emoji": "👍"}}
    named = {"file_name": file.name} if file.name else {}
    mime = {"mime_type": file.mime} if file.mime else {}
    timed = {} if file.kind is MessageKind.DOCUMENT else {"duration": 5}
    framed = {"width": 640, "height": 480} if file.kind is MessageKind.VIDEO else {}
    return {_FILES[file.kind]: {**common, **size, **named, **mime, **timed, **framed}}


def _data(message: Json, label: str) -> object:
    markup = message["reply_markup"]
    assert isinstance(markup, dict)
    return next(b["callback_data"] for row in markup["inline_keyboard"] for b in row if b["text"] == label)


def _number(external_id: str) -> int:
    return int(external_id.rpartition(":")[2])
