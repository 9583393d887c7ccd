"""Domain values as the columns hold them: structured values as JSON text, times as integers.

JSON leaves out what stands at its default and readers pass over fields they do not know, so rows written by a newer
csbot can still be read by an older one. pydantic's compiled serializers do the work: 1 to 2 us a value, about a third
of what `json` takes over hand-made mappings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, TypeAdapter

from csbot.domain.address import Address
from csbot.domain.conversation import Memory
from csbot.domain.events import Event, EventBody
from csbot.domain.lookup import AskedLookup
from csbot.domain.message import (
    Attachment,
    Choice,
    Contact,
    InboundMessage,
    Location,
    MessageKind,
    OutgoingMessage,
    OutgoingPart,
)
from csbot.domain.ticket import Ticket

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400_000_000
_SECOND = 1_000_000


def micros(at: datetime) -> int:
    """An aware time as whole microseconds since 1970 UTC."""
    since = at - _EPOCH
    return since.days * _DAY + since.seconds * _SECOND + since.microseconds


def micros_or_none(at: datetime | None) -> int | None:
    """The same for a time that may be missing."""
    return None if at is None else micros(at)


def moment(at: int) -> datetime:
    """The aware UTC time of a count of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=at)


def moment_or_none(at: int | None) -> datetime | None:
    """The same for a column that may be null."""
    return None if at is None else moment(at)


def span(seconds: float) -> int:
    """A length of time in microseconds."""
    return round(seconds * _SECOND)


T = TypeVar("T")


class Json(Generic[T]):
    """One kind of value as JSON text and back. `load` raises ValueError for text that does not hold such a value."""

    def __init__(self, kind: Any, *, whole: bool = False) -> None:
        adapter: TypeAdapter[T] = TypeAdapter(kind)
        self._to_json = adapter.serializer.to_json
        self._load = adapter.validator.validate_json
        self._short = not whole

    def dump(self, value: T) -> str:
        """The value as JSON; a value of defaults only is "{}"."""
        return self._to_json(value, exclude_defaults=self._short).decode()

    def load(self, text: str) -> T:
        """The value; unknown fields are passed over, missing ones stand at their defaults."""
        value: T = self._load(text)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageExtra:
    """What a message carries beside the columns of its own: the JSON of `messages.extra`."""

    attachments: tuple[Attachment, ...] = ()
    choice: Choice | None = None
    choices: tuple[Choice, ...] = ()
    location: Location | None = None
    contact: Contact | None = None
    reply_to: str = ""
    album: str = ""
    sequence: int = 0
    sent_at: datetime | None = None
    dropped: int = 0
    lookup: AskedLookup | None = None


ADDRESS: Json[Address] = Json(Address)
MEMORY: Json[Memory] = Json(Memory)
TICKET: Json[Ticket] = Json(Ticket)
PART: Json[OutgoingPart] = Json(OutgoingPart)
EXTRA: Json[MessageExtra] = Json(MessageExtra)
# Whole, because `kind` stands at its default in every body and tells which body it is.
BODY: Json[EventBody] = Json(Annotated[EventBody, Field(discriminator="kind")], whole=True)
EVENT: Json[Event] = Json(Event, whole=True)
EVENTS: Json[tuple[Event, ...]] = Json(tuple[Event, ...], whole=True)

_PLAIN = MessageExtra()


def inbound_extra(message: InboundMessage) -> str:
    """`messages.extra` of a customer's message."""
    return EXTRA.dump(
        MessageExtra(
            attachments=message.attachments,
            choice=message.choice,
            location=message.location,
            contact=message.contact,
            reply_to=message.reply_to,
            album=message.album,
            sequence=message.sequence,
            sent_at=message.sent_at,
            dropped=message.dropped,
        )
    )


def outgoing_extra(message: OutgoingMessage) -> str:
    """`messages.extra` of something csbot or an agent says."""
    if not (message.choices or message.attachments or message.lookup):
        return "{}"
    return EXTRA.dump(MessageExtra(choices=message.choices, attachments=message.attachments, lookup=message.lookup))


def load_extra(text: str) -> MessageExtra:
    """What `messages.extra` holds."""
    return _PLAIN if text == "{}" else EXTRA.load(text)


def load_inbound(external_id: str, kind: str, text: str, extra: str) -> InboundMessage:
    """A customer's message from its row."""
    if extra == "{}":
        return InboundMessage(external_id=external_id, kind=MessageKind(kind), text=text)
    more = EXTRA.load(extra)
    return InboundMessage(
        external_id=external_id,
        kind=MessageKind(kind),
        text=text,
        attachments=more.attachments,
        choice=more.choice,
        location=more.location,
        contact=more.contact,
        reply_to=more.reply_to,
        album=more.album,
        sequence=more.sequence,
        sent_at=more.sent_at,
        dropped=more.dropped,
    )


def dump_ids(ids: Sequence[str]) -> str:
    """External ids as `parts.external_ids` holds them."""
    return json.dumps(list(ids), ensure_ascii=False)


def load_ids(text: str) -> tuple[str, ...]:
    """External ids of a part."""
    return () if text == "[]" else tuple(json.loads(text))


def encode_events(events: Sequence[Event]) -> str:
    """Events as one JSON text, for the spool."""
    return EVENTS.dump(tuple(events))


def decode_events(text: str) -> tuple[Event, ...]:
    """The events `encode_events` wrote; raises ValueError for anything else."""
    return EVENTS.load(text)
