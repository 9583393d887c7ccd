"""A burst of messages heard as one thing said."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from csbot.domain.message import Choice, InboundMessage, MessageKind
from csbot.domain.passes import beyond, code_in
from csbot.domain.turn import Heard

_SIGN = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]")
_WORD = re.compile(r"\w")

_WORDLESS = {
    MessageKind.PHOTO: "image_only",
    MessageKind.VOICE: "voice_only",
    MessageKind.AUDIO: "voice_only",
    MessageKind.DOCUMENT: "file_only",
    MessageKind.VIDEO: "file_only",
    MessageKind.LOCATION: "location_only",
    MessageKind.CONTACT: "contact_only",
    MessageKind.STICKER: "sticker_only",
}
"""What is said to a message of that kind without words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a burst says, whatever messages it came in.

    `text` is all its words in order, `last` those of its last message with words. `picked` is the last button pressed.
    `photos` are the transcript's ids of messages with pictures, `phone` a number from a contact card. `wordless` is
    the phrase that answers a burst without words ("" when there are any). `opens`: a bare command, as when a chat is
    started. `goes_on`: the customer has shown a pass, so they were somewhere else before. `arrived` is when its last
    message came.
    """

    arrived: datetime
    text: str = ""
    last: str = ""
    picked: Choice | None = None
    photos: tuple[int, ...] = ()
    phone: str = ""
    wordless: str = ""
    opens: bool = False
    goes_on: bool = False


def hear(heard: Sequence[Heard], *, is_greeting: Callable[[str], bool]) -> Said:
    """The burst as one thing said; `heard` holds at least one message.

    A greeting sent as a message of its own before the question is left out: it is not what is asked.
    """
    bodies = [message.body for message in heard]
    texts = [text for body in bodies if (text := _words_of(body)) and _WORD.search(text)]
    texts = [text for text in texts if not is_greeting(text)] or texts
    picked = next((body.choice for body in reversed(bodies) if body.choice is not None), None)
    goes_on = any(body.kind is MessageKind.ARRIVAL for body in bodies)
    opens = not texts and picked is None and any(body.kind is MessageKind.COMMAND for body in bodies)
    return Said(
        arrived=heard[-1].received_at,
        text="\n".join(texts),
        last=texts[-1] if texts else "",
        picked=picked,
        photos=tuple(message.message for message in heard if _is_picture(message.body)),
        phone=next((body.contact.phone for body in reversed(bodies) if body.contact), ""),
        wordless="" if texts or picked or opens else _without_words(bodies[-1]),
        opens=opens,
        goes_on=goes_on,
    )


def signs(heard: Sequence[Heard]) -> str:
    """The emoji of a burst without words: a thumb can be an answer."""
    return " ".join(message.body.text for message in heard if _SIGN.search(message.body.text))


def _words_of(body: InboundMessage) -> str:
    if body.choice is not None:
        return ""
    text = body.text.strip()
    if body.kind is MessageKind.COMMAND and text.startswith("/"):
        command, _, rest = text.partition(" ")
        # What follows /start is a deep link's code, no word of the customer's.
        return "" if command.startswith("/start") else rest.strip()
    return beyond(text)


def _is_picture(body: InboundMessage) -> bool:
    return any(
        file.kind is MessageKind.PHOTO or file.mime.startswith("image/")
        for file in body.attachments
        if file.kind is not MessageKind.STICKER
    )


def _without_words(body: InboundMessage) -> str:
    if body.kind in _WORDLESS:
        return _WORDLESS[body.kind]
    if code_in(body.text):
        return "pass_over"
    return "emoji_only" if _SIGN.search(body.text) else "empty_text"
