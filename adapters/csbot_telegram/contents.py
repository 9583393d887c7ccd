"""What a Telegram message holds: words, files, a place or a card (core.telegram.org/bots/api#message, 2026-11)."""

from __future__ import annotations

from dataclasses import dataclass

from csbot.channel.shapes import Json, integer, item, items, number, raw_text, text
from csbot.domain.message import Attachment, Contact, Location, MessageKind

# Where Telegram gives the same file under two names (an animation is a document too) the first one found counts.
_FILES = {
    "animation": MessageKind.VIDEO,
    "audio": MessageKind.AUDIO,
    "document": MessageKind.DOCUMENT,
    "sticker": MessageKind.STICKER,
    "video": MessageKind.VIDEO,
    "video_note": MessageKind.VIDEO,
    "voice": MessageKind.VOICE,
}
_MIME = {"video_note": "video/mp4", "voice": "audio/ogg"}

_WORDLESS = frozenset(
    {"checklist", "dice", "game", "giveaway", "invoice", "paid_media", "poll", "rich_message", "story"}
)
"""Said to the bot by the customer, and nothing csbot has a word for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One message's content. `text` is as it came: cleaning counts what is dropped."""

    kind: MessageKind
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    location: Location | None = None
    contact: Contact | None = None


def content_of(message: Json) -> Content | None:
    """The content; None for service messages (somebody joined, a message was pinned), which nobody said."""
    if isinstance(message.get("text"), str):
        command = any(text(e, "type") == "bot_command" and e.get("offset") == 0 for e in items(message, "entities"))
        return Content(
            kind=MessageKind.COMMAND if command else MessageKind.TEXT,
            text=raw_text(message, "text"),
        )
    if isinstance(message.get("photo"), list):
        return _file(message, MessageKind.PHOTO, _largest(message), "image/jpeg")
    for name, kind in _FILES.items():
        if (file := item(message, name)) is not None:
            return _file(message, kind, file, _mime(name, file))
    if (place := _location(message)) is not None:
        return Content(kind=MessageKind.LOCATION, location=place)
    if (card := item(message, "contact")) is not None:
        name = f"{text(card, 'first_name')} {text(card, 'last_name')}".strip()
        return Content(kind=MessageKind.CONTACT, contact=Contact(name=name, phone=text(card, "phone_number")))
    if not _WORDLESS.isdisjoint(message):
        return Content(kind=MessageKind.UNSUPPORTED, text=raw_text(message, "caption"))
    return None


def _file(message: Json, kind: MessageKind, file: Json, mime: str) -> Content:
    ref = text(file, "file_id")
    size = integer(file, "file_size")
    attachment = Attachment(
        kind=kind, ref=ref, name=text(file, "file_name"), mime=mime, size=size if size > 0 else None
    )
    return Content(kind=kind, text=raw_text(message, "caption"), attachments=(attachment,) if ref else ())


def _largest(message: Json) -> Json:
    return max(items(message, "photo"), key=lambda size: integer(size, "width") * integer(size, "height"), default={})


def _mime(name: str, file: Json) -> str:
    if name == "sticker":
        if file.get("is_animated") is True:
            return "application/x-tgsticker"
        return "video/webm" if file.get("is_video") is True else "image/webp"
    return text(file, "mime_type") or _MIME.get(name, "")


def _location(message: Json) -> Location | None:
    # A venue comes with its bare location beside it; the venue also has a name.
    venue = item(message, "venue")
    place = item(message if venue is None else venue, "location") or item(message, "location")
    if place is None:
        return None
    latitude, longitude = number(place, "latitude"), number(place, "longitude")
    if latitude is None or longitude is None:
        return None
    label = "" if venue is None else ", ".join(filter(None, (text(venue, "title"), text(venue, "address"))))
    return Location(latitude=latitude, longitude=longitude, label=label)
