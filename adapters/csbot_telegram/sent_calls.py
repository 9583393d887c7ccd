"""What the imitated Telegram checks in a send before it shows it, with the refusals Telegram words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from csbot.channel.imitation import Call, Shown
from csbot.channel.shapes import Json

BOT: Json = {"id": 4839574812, "is_bot": True, "first_name": "Akın", "username": "akin_yardim_bot"}

_FILE_FIELDS = {
    "sendPhoto": "photo",
    "sendDocument": "document",
    "sendVoice": "voice",
    "sendVideo": "video",
    "sendAudio": "audio",
}


class Refused(Exception):
    """Telegram's answer to a call it does not take."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


def shown_of(call: Call, *, id: int, at: datetime) -> tuple[Shown, Json]:
    """What the customer sees of a send, and the Message it becomes; raises Refused as Telegram would."""
    chat = _chat(call)
    words, limit = (_text(call, "text"), 4096) if call.name == "sendMessage" else (_text(call, "caption"), 1024)
    file = _text(call, _FILE_FIELDS.get(call.name, ""))
    if call.name == "sendMessage" and not words.strip():
        raise Refused(400, "Bad Request: message text is empty")
    if len(words.encode("utf-16-le")) // 2 > limit:
        raise Refused(400, f"Bad Request: message {'is' if limit == 4096 else 'caption is'} too long")
    if call.name != "sendMessage" and not file:
        raise Refused(400, f"Bad Request: there is no {_FILE_FIELDS[call.name]} in the request")
    markup = _object(call, "reply_markup")
    reply = _object(call, "reply_parameters")
    if reply and not isinstance(reply.get("message_id"), int):
        raise Refused(400, "Bad Request: can't parse reply parameters")
    choices = tuple(_labels(markup)) if markup else ()
    kind = "private" if chat > 0 else "supergroup"
    thread = _text(call, "message_thread_id")
    message = {
        "message_id": id,
        "from": BOT,
        "chat": {"id": chat, "type": kind},
        "date": int(at.timestamp()),
        **({"text": words} if call.name == "sendMessage" else {"caption": words}),
        **({"reply_markup": markup} if markup else {}),
    }
    shown = Shown(
        user=str(chat),
        text=words,
        at=at,
        external_id=f"{chat}:{id}",
        choices=choices,
        attachments=(file,) if file else (),
        place=str(chat) if chat < 0 else "",
        thread=thread,
        call={"name": call.name, **call.fields},
    )
    return shown, message


def _chat(call: Call) -> int:
    try:
        return int(_text(call, "chat_id"))
    except ValueError:
        raise Refused(400, "Bad Request: chat not found") from None


def _text(call: Call, field: str) -> str:
    value = call.fields.get(field, "")
    return value if isinstance(value, str) else str(value)


def _object(call: Call, field: str) -> Json:
    written = _text(call, field)
    try:
        value = json.loads(written) if written else {}
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Refused(400, f"Bad Request: object expected as {field}")
    return value


def _labels(markup: Json) -> Iterator[str]:
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise Refused(
            400, 'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100:
        raise Refused(400, "Bad Request: reply markup is too long")
    for button in buttons:
        label, data = button.get("text"), button.get("callback_data")
        if not isinstance(label, str) or not label:
            raise Refused(400, "Bad Request: inline keyboard button text must be non-empty")
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
        yield label
