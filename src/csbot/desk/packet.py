"""The handoff packet: all an agent needs of a conversation, as JSON-ready values.

What only the engine knew comes from the ticket; the rest is read live, so that it is never out of date.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from enum import Enum

from csbot.domain.address import Identity
from csbot.domain.capabilities import Capabilities
from csbot.domain.conversation import Conversation
from csbot.domain.lookup import AskedLookup
from csbot.domain.message import Attachment, Choice
from csbot.domain.reading import ConversationView, MessageView, PartView
from csbot.text.names import looks_like_a_name

Json = dict[str, object]

Link = Callable[[Attachment], str | None]
"""A short-lived address of a file, None where it cannot be fetched."""


def no_link(file: Attachment) -> str | None:
    """Files are only named."""
    return None


def packet(view: ConversationView, capabilities: Capabilities | None, now: datetime, *, link: Link = no_link) -> Json:
    """The packet as it stands at `now`; every key is there, empty where nothing applies.

    `capabilities` are those of the channel an answer goes to, None when it is configured no more. Ids are strings,
    times ISO 8601 in UTC; `window_deadline` is the last moment for free text, null where the channel has no window or
    it has closed (then a template or the customer's next word is needed).
    """
    ticket, conversation = view.ticket, view.row.conversation
    memory = conversation.memory
    return {
        "transcript": transcript(view.messages, link=link),
        "summary": ticket.summary if ticket else "",
        "ranking": [{"name": one.name, "score": one.score} for one in ticket.ranking] if ticket else [],
        "evidence": [_plain(asdict(one)) for one in ticket.evidence] if ticket else [],
        "entities": [_plain(asdict(one)) for one in ticket.entities] if ticket else [],
        "faq_tried": list(ticket.faq_tried if ticket else memory.faq_tried),
        "lookups": [_lookup(one) for one in lookups(view)],
        "slots": dict(ticket.slots) if ticket else {name: value for name, value in memory.slots if value},
        "reason": ticket.reason.value if ticket else view.row.reason,
        "priority": ticket.priority.value if ticket else view.row.priority,
        "language": (ticket.language if ticket else "") or conversation.language,
        "identities": identities(view.row.identities),
        "earlier": [_earlier(one) for one in view.earlier],
        "window_deadline": _deadline(view.last_in_at, capabilities, now),
        "capabilities": _plain(asdict(capabilities)) if capabilities else {},
    }


def lookups(view: ConversationView) -> tuple[AskedLookup, ...]:
    """What the brand's systems were asked in this conversation, the latest last, each once with how it ended.

    Changes are told by notes, too: of a turn that a person overtook nothing else is left.
    """
    remembered = view.row.conversation.memory.lookups
    noted = tuple(message.lookup for message in view.messages if message.lookup)
    latest = {(one.name, one.slots): one for one in sorted((*noted, *remembered), key=_when)}
    return tuple(sorted(latest.values(), key=_when))


def transcript(messages: Iterable[MessageView], *, link: Link = no_link) -> list[Json]:
    """Messages in the order of their arrival. A note has direction and kind "note" and no parts: the customer never
    sees it.
    """
    return [_message(message, link) for message in messages]


def identities(known: Iterable[Identity]) -> list[Json]:
    """Where the customer can be reached, and whether they may be written to there."""
    return [
        {
            "channel": identity.channel,
            "address": identity.address,
            "name": identity.name if looks_like_a_name(identity.name) else "",
            "reachable": identity.reachable,
            "consent": identity.consent.value,
        }
        for identity in known
    ]


def _message(message: MessageView, link: Link) -> Json:
    more = json.loads(message.extra)
    location, contact = more.get("location"), more.get("contact")
    return {
        "id": str(message.id),
        "direction": message.direction.value,
        "author": message.author.value,
        "author_name": message.author_name,
        "kind": message.kind.value,
        "text": message.text,
        "choice": _choice(message.choice) if message.choice else None,
        "choices": [_choice(choice) for choice in message.choices],
        "attachments": [_attachment(file, message.channel, link) for file in message.attachments],
        "location": {"label": "", **location} if location else None,
        "contact": {"phone": "", **contact} if contact else None,
        "reply_to": more.get("reply_to", ""),
        "parts": [_part(part) for part in message.parts],
        "channel": message.channel,
        "content_version": message.content_version,
        "lookup": _lookup(message.lookup) if message.lookup else None,
        "at": message.at.isoformat(),
        "edited": message.edited,
        "deleted": message.deleted,
        "reaction": message.reaction,
    }


def _lookup(asked: AskedLookup) -> Json:
    return {
        "name": asked.name,
        "slots": dict(asked.slots),
        "branch": asked.branch.value,
        "changes": asked.changes,
        "reason": asked.reason,
        "why": asked.why,
        "at": _iso(asked.at),
    }


def _when(asked: AskedLookup) -> float:
    return asked.at.timestamp() if asked.at else 0.0


def _choice(choice: Choice) -> Json:
    return {"label": choice.label, "payload": choice.payload}


def _attachment(file: Attachment, channel: str, link: Link) -> Json:
    return {
        "kind": file.kind.value,
        "ref": file.ref,
        "name": file.name,
        "mime": file.mime,
        "size": file.size,
        "link": link(file if file.channel else replace(file, channel=channel)),
    }


def _part(part: PartView) -> Json:
    return {
        "id": str(part.id),
        "state": part.state.value,
        "external_ids": list(part.external_ids),
        "reason": part.reason,
        "updated_at": _iso(part.updated_at),
    }


def _earlier(conversation: Conversation) -> Json:
    return {
        "id": str(conversation.id),
        "status": conversation.state.value,
        "language": conversation.language,
        "opened_at": _iso(conversation.opened_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _deadline(last_in_at: datetime | None, capabilities: Capabilities | None, now: datetime) -> str | None:
    if capabilities is None or capabilities.window_s is None or last_in_at is None:
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
