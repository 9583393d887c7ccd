"""Telegram's updates as events: pure functions over the JSON as it comes.

Built on the JSON itself, not on the SDK's models: one update with a field of tomorrow's Bot API must not be lost, and
models of everything Telegram knows cost more than all the rest of taking an update. Field names and rules:
core.telegram.org/bots/api, read 2026-11.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from csbot.channel.shapes import Json, Misshapen, integer, item, items, need, need_integer, text
from csbot.domain.address import Address, Sender
from csbot.domain.events import (
    Event,
    EventBody,
    MessageEdited,
    MessageReceived,
    ReachabilityChanged,
    Reacted,
    Unreadable,
)
from csbot.domain.message import Choice, InboundMessage, MessageKind
from csbot.text.clean import clean
from csbot_telegram.contents import content_of

PRESS = "press:"
"""How the keys of pressed buttons begin; the rest is Telegram's id of the press."""

ASKED = ("message", "edited_message", "callback_query", "message_reaction", "my_chat_member")
"""The updates csbot asks for (allowed_updates)."""

_NOT_ASKED = frozenset(
    {
        "business_connection",
        "business_message",
        "channel_post",
        "chat_boost",
        "chat_join_request",
        "chat_member",
        "chosen_inline_result",
        "deleted_business_messages",
        "edited_business_message",
        "edited_channel_post",
        "guest_message",
        "inline_query",
        "managed_bot",
        "message_reaction_count",
        "poll",
        "poll_answer",
        "pre_checkout_query",
        "purchased_paid_media",
        "removed_chat_boost",
        "shipping_query",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What reading depends on: the channel, and who the bot is in groups (`groups` off: they are not read at all)."""

    channel: str
    bot_id: int
    username: str = ""
    groups: bool = False

    def read(self, update: object, *, at: datetime) -> Event | None:
        """The update as an event; None when it is nothing to csbot. What is not understood is kept raw."""
        try:
            if not isinstance(update, dict):
                raise Misshapen("no update")
            return self._read(update, at)
        except Misshapen as error:
            return self._unreadable(update, str(error), at)

    def _read(self, update: Json, at: datetime) -> Event | None:
        number = integer(update, "update_id")
        if (message := item(update, "message")) is not None:
            return self._event(self._message(message, number), at)
        if (message := item(update, "edited_message")) is not None:
            return self._event(self._edit(message, number), at)
        if (press := item(update, "callback_query")) is not None:
            return self._press(press, number, update, at)
        if (reaction := item(update, "message_reaction")) is not None:
            return self._event(self._reaction(reaction, number), at)
        if (change := item(update, "my_chat_member")) is not None:
            return self._event(self._reach(change, number), at)
        if not _NOT_ASKED.isdisjoint(update.keys()):
            return None
        raise Misshapen("an update of no known kind")

    def _event(self, keyed: tuple[str, EventBody] | None, at: datetime) -> Event | None:
        if keyed is None:
            return None
        key, body = keyed
        return Event(channel=self.channel, key=key, received_at=at, body=body)

    def _unreadable(self, update: object, reason: str, at: datetime, key: str = "") -> Event:
        body = json.dumps(update)
        key = key or f"raw:{sha256(body.encode()).hexdigest()}"
        return Event(channel=self.channel, key=key, received_at=at, body=Unreadable(body=body, reason=reason))

    # -- the kinds of updates --------------------------------------------------------------------------------------

    def _message(self, message: Json, number: int) -> tuple[str, EventBody] | None:
        where = self._address(message)
        content = content_of(message)
        if where is None or content is None:
            return None
        id = message_id(message)
        words, dropped = clean(self._without_mention(content.text) if where.is_shared else content.text)
        answered = item(message, "reply_to_message")
        said = InboundMessage(
            external_id=id,
            kind=content.kind,
            text=words,
            attachments=tuple(replace(file, channel=self.channel) for file in content.attachments),
            location=content.location,
            contact=content.contact,
            reply_to="" if answered is None else message_id(answered),
            album=text(message, "media_group_id"),
            sequence=number,
            sent_at=_time(message),
            dropped=dropped,
        )
        return id, MessageReceived(address=where, message=said, sender=_sender(need(message, "from")))

    def _edit(self, message: Json, number: int) -> tuple[str, EventBody] | None:
        where = self._address(message)
        content = content_of(message)
        # A live location is "edited" with every step of its sender, and changes no words.
        if where is None or content is None or content.location is not None:
            return None
        id = message_id(message)
        words, _ = clean(content.text)
        return f"edit:{id}:{number}", MessageEdited(address=where, external_id=id, text=words)

    def _press(self, press: Json, number: int, update: Json, at: datetime) -> Event | None:
        key = PRESS + need_text(press, "id")
        message = item(press, "message")
        payload = text(press, "data")
        if message is None or not payload:
            return self._unreadable(update, "a press on something that is no message of this chat", at, key)
        where = self._address({**message, "from": press.get("from")}, pressed=True)
        if where is None:
            return None
        label = _label(message, payload) or payload
        said = InboundMessage(
            external_id=key,
            kind=MessageKind.CHOICE,
            text=label,
            choice=Choice(label=label, payload=payload),
            reply_to=message_id(message),
            sequence=number,
        )
        body = MessageReceived(address=where, message=said, sender=_sender(need(press, "from")))
        return Event(channel=self.channel, key=key, received_at=at, body=body)

    def _reaction(self, reaction: Json, number: int) -> tuple[str, EventBody] | None:
        where = self._address({**reaction, "from": reaction.get("user")}, pressed=True)
        if where is None:
            return None
        emoji = next((text(e, "emoji") or text(e, "type") for e in items(reaction, "new_reaction")), "")
        id = message_id(reaction)
        return f"reaction:{id}:{number}", Reacted(address=where, external_id=id, emoji=emoji)

    def _reach(self, change: Json, number: int) -> tuple[str, EventBody] | None:
        chat = need(change, "chat")
        if text(chat, "type") != "private":
            return None
        user = str(need_integer(chat, "id"))
        status = text(need(change, "new_chat_member"), "status")
        reachable = status not in {"kicked", "left"}
        return f"reach:{user}:{number}", ReachabilityChanged(
            address=Address(channel=self.channel, user=user),
            reachable=reachable,
            reason="" if reachable else "the customer blocked the bot",
        )

    # -- who and where ---------------------------------------------------------------------------------------------

    def _address(self, message: Json, *, pressed: bool = False) -> Address | None:
        """Where this was said; None when it is not for the bot: channels, bots, groups off or talking elsewhere."""
        chat = need(message, "chat")
        place = need_integer(chat, "id")
        author = item(message, "from")
        if author is None or author.get("is_bot") is True or message.get("is_automatic_forward") is True:
            return None
        kind = text(chat, "type")
        if kind == "private":
            return Address(channel=self.channel, user=str(place))
        if kind not in {"group", "supergroup"} or not self.groups:
            return None
        if not pressed and not self._is_addressed(message):
            return None
        topic = integer(message, "message_thread_id") if message.get("is_topic_message") is True else 0
        return Address(
            channel=self.channel,
            user=str(need_integer(author, "id")),
            place=str(place),
            thread=str(topic) if topic else "",
        )

    def _is_addressed(self, message: Json) -> bool:
        answered = item(message, "reply_to_message")
        if answered is not None and _id_of(item(answered, "from")) == self.bot_id:
            return True
        entities = (*items(message, "entities"), *items(message, "caption_entities"))
        if any(_id_of(item(entity, "user")) == self.bot_id for entity in entities):
            return True
        words = f"{text(message, 'text')} {text(message, 'caption')}"
        return bool(self.username) and _mention(self.username).search(words) is not None

    def _without_mention(self, words: str) -> str:
        """In a group the bot's own name is the envelope, not the letter: it is dropped where it opens or ends one."""
        return _outer_mention(self.username).sub("", words) if self.username else words


def message_id(message: Json) -> str:
    """The id of a message on its channel; Telegram numbers messages by chat."""
    return f"{need_integer(need(message, 'chat'), 'id')}:{need_integer(message, 'message_id')}"


@lru_cache
def _mention(username: str) -> re.Pattern[str]:
    return re.compile(rf"@{re.escape(username)}(?!\w)", re.IGNORECASE)


@lru_cache
def _outer_mention(username: str) -> re.Pattern[str]:
    mention = _mention(username).pattern
    return re.compile(rf"^\s*{mention}[\s,:]*|[\s,]*{mention}\s*$", re.IGNORECASE)


def need_text(parent: Json, key: str) -> str:
    """The text under `key`; raises Misshapen when there is none."""
    if not (value := text(parent, key)):
        raise Misshapen(f"{key} is missing")
    return value


def _id_of(user: Json | None) -> int:
    return 0 if user is None else integer(user, "id")


def _sender(user: Json) -> Sender:
    name = f"{text(user, 'first_name')} {text(user, 'last_name')}".strip()
    return Sender(name=name, language=text(user, "language_code"))


def _time(message: Json) -> datetime | None:
    seconds = integer(message, "date")
    # Up to the year 9999: what datetime and the databases can hold.
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 253_402_300_800 else None


def _label(message: Json, payload: str) -> str:
    """What stood on the pressed button, where the message still shows its keyboard."""
    markup = item(message, "reply_markup")
    rows = [] if markup is None else markup.get("inline_keyboard")
    for row in rows if isinstance(rows, list) else ():
        for button in row if isinstance(row, list) else ():
            if isinstance(button, dict) and button.get("callback_data") == payload:
                return text(button, "text")
    return ""
