"""The handoff packet: all an agent needs of a conversation, as JSON-ready values.

What only the engine knew comes from the ticket; the rest is read live, so that it is never out of date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import Enum

from csbot.domain.address import Identity
from csbot.domain.capabilities import Capabilities
from csbot.domain.conversation import Conversation
from csbot.domain.message import Attachment, Direction
from csbot.domain.reading import ConversationView, MessageView

Json = dict[str, object]


def packet(view: ConversationView, capabilities: Capabilities, now: datetime) -> Json:
    """The packet as it stands at `now`; every key is there, empty where nothing applies.

    `capabilities` are those of the channel an answer goes to. Times are ISO 8601 in UTC; `window_deadline` is the last
    moment for free text, null where the channel has no window or it has closed (then a template or the customer's next
    word is needed).
    """
    ticket, conversation = view.ticket, view.row.conversation
    memory = conversation.memory
    return {
        "transcript": transcript(view.messages),
        "summary": ticket.summary if ticket else "",
        "ranking": [{"name": one.name, "score": one.score} for one in ticket.ranking] if ticket else [],
        "faq_tried": list(ticket.faq_tried if ticket else memory.faq_tried),
        "slots": dict(ticket.slots) if ticket else {name: value for name, value in memory.slots if value},
        "reason": ticket.reason.value if ticket else view.row.reason,
        "priority": ticket.priority.value if ticket else view.row.priority,
        "language": (ticket.language if ticket else "") or conversation.language,
        "identities": identities(view.row.identities),
        "earlier": [_earlier(one) for one in view.earlier],
        "window_deadline": _deadline(view.last_in_at, capabilities, now),
        "capabilities": _plain(asdict(capabilities)),
    }


def transcript(messages: Iterable[MessageView]) -> list[Json]:
    """Messages in the order of their arrival. A note has kind "note" and no parts: the customer never sees it."""
    return [
        {
            "id": message.id,
            "direction": (Direction.OUT if message.direction is Direction.NOTE else message.direction).value,
            "author": message.author.value,
            "kind": message.kind.value,
            "text": message.text,
            "choice": {"label": message.choice.label, "payload": message.choice.payload} if message.choice else None,
            "attachments": [_attachment(file) for file in message.attachments],
            "parts": [{"state": part.state.value, "external_ids": list(part.external_ids)} for part in message.parts],
        }
        for message in messages
    ]


def identities(known: Iterable[Identity]) -> list[Json]:
    """Where the customer can be reached, and whether they may be written to there."""
    return [
        {
            "channel": identity.channel,
            "address": identity.address,
            "reachable": identity.reachable,
            "consent": identity.consent.value,
        }
        for identity in known
    ]


def _attachment(file: Attachment) -> Json:
    return {"kind": file.kind.value, "ref": file.ref, "name": file.name, "mime": file.mime, "size": file.size}


def _earlier(conversation: Conversation) -> Json:
    opened = conversation.opened_at
    return {
        "id": conversation.id,
        "status": conversation.state.value,
        "language": conversation.language,
        "opened_at": opened.isoformat() if opened else None,
    }


def _deadline(last_in_at: datetime | None, capabilities: Capabilities, now: datetime) -> str | None:
    if capabilities.window_s is None or last_in_at is None:
        return None
    deadline = last_in_at + timedelta(seconds=capabilities.window_s)
    return deadline.isoformat() if deadline > now else None


def _plain(value: object) -> object:
    """The value as JSON knows it: sets become sorted lists, enumerations their values."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, frozenset):
        return sorted(str(_plain(one)) for one in value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value
