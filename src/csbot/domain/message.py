"""Messages: what was said, in one model for all platforms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from csbot.domain.lookup import AskedLookup


class MessageKind(StrEnum):
    """What a message mainly is; a captioned photo is a photo with text.

    An arrival has shown a pass: the customer, who was somewhere else, goes on here.
    """

    TEXT = "text"
    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO = "video"
    AUDIO = "audio"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    CHOICE = "choice"
    COMMAND = "command"
    ARRIVAL = "arrival"
    UNSUPPORTED = "unsupported"
    NOTE = "note"


class Direction(StrEnum):
    """`in` from the customer, `out` to the customer, `note` between agents only."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class Author(StrEnum):
    """Who speaks."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file by reference: the platform's id of it, never its URL (such URLs carry tokens or expire).

    `kind` is the kind a channel must be able to carry; `size` is bytes, None where the platform does not say.
    """

    kind: MessageKind
    ref: str
    name: str = ""
    mime: str = ""
    size: int | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place on the map, degrees (WGS 84)."""

    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A contact card a customer shared."""

    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the answers offered under a message; `payload` comes back when it is picked (at most 64 bytes)."""

    label: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """What a customer said, as it came.

    `text` is exactly what was written, save for characters no database or page can hold (NUL, lone surrogates):
    `dropped` counts those. `choice` is the picked option; its payload counts before its label. `sequence` is the
    platform's own order where it has one. Messages of one `album` are one turn. `reply_to` is the platform's id of
    the message answered.
    """

    external_id: str
    kind: MessageKind = MessageKind.TEXT
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    choice: Choice | None = None
    location: Location | None = None
    contact: Contact | None = None
    reply_to: str = ""
    album: str = ""
    sequence: int = 0
    sent_at: datetime | None = None
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingPart:
    """A piece of an outgoing message that one platform call can carry, made by `channel.render`.

    `cost` is what the channel's rate counts: 1, or SMS segments.
    """

    text: str = ""
    choices: tuple[Choice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reply_to: str = ""
    cost: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """Something to be said, with the parts it goes out as; a note has no parts.

    `choices` are what was offered whether or not the channel shows buttons. `author_name` is the agent's e-mail.
    `lookup` is what a note of the bot's tells: a change asked for, and what it came to.
    """

    author: Author
    text: str
    parts: tuple[OutgoingPart, ...] = ()
    kind: MessageKind = MessageKind.TEXT
    choices: tuple[Choice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    author_name: str = ""
    priority: int = 1
    not_before: datetime | None = None
    lookup: AskedLookup | None = None
