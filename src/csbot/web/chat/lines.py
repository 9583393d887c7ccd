"""A transcript as the visitor's page and file show it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from csbot.channel.hosted import Visitor
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.message import Attachment, Author, Direction
from csbot.domain.reading import ChatView, MessageView
from csbot.text.names import name_in_address
from csbot.web.chat.visiting import Chat
from csbot.web.keys import NAMES

AT_ONCE = 100

_STANDS = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.UNKNOWN})
_COMING = frozenset({DeliveryState.QUEUED, DeliveryState.SENDING})


async def news(chat: Chat, visitor: Visitor, after: int | None) -> dict[str, Any] | None:
    """What is new since `after`, as the page wants it; None before the visitor's first word.

    `after` in it is where to go on from: what is on its way may yet appear behind what has arrived, so that is the
    last message before which all is settled, and some may be told twice.
    """
    view = await _read(chat, visitor, after)
    if view is None:
        return None
    messages = list(view.messages)
    page = view
    while after is not None and len(page.messages) == AT_ONCE:
        page = await _read(chat, visitor, messages[-1].id) or page
        messages += page.messages
    coming = [message.id for message in messages if _is_coming(message)]
    settled = [message.id for message in messages if not coming or message.id < coming[0]]
    conversation, names = page.conversation, await names_of(chat)
    return {
        "messages": [line(chat, visitor, message, names) for message in messages if is_shown(message)],
        "after": settled[-1] if settled else (after or 0),
        "state": conversation.state.value if conversation else "",
        "with": called(conversation.holder, names)
        if conversation and conversation.state is ConversationState.HUMAN
        else "",
        "elsewhere": _app(chat, page.elsewhere) if conversation else "",
        "busy": bool(coming) or (page.busy and (conversation is None or conversation.state is ConversationState.BOT)),
    }


async def everything(chat: Chat, visitor: Visitor) -> AsyncIterator[MessageView]:
    """All the visitor has seen, from the beginning."""
    after = 0
    while (view := await _read(chat, visitor, after)) and view.messages:
        for message in view.messages:
            if is_shown(message):
                yield message
        after = view.messages[-1].id


async def _read(chat: Chat, visitor: Visitor, after: int | None) -> ChatView | None:
    return await chat.services.store.chat(chat.outlet.id, visitor.user, after=after, limit=AT_ONCE)


def is_shown(message: MessageView) -> bool:
    """The visitor sees it: their own words, and what has been sent to them."""
    if message.direction is Direction.IN:
        return not message.deleted
    return not _STANDS.isdisjoint(part.state for part in message.parts)


def _is_coming(message: MessageView) -> bool:
    return not is_shown(message) and not _COMING.isdisjoint(part.state for part in message.parts)


def line(chat: Chat, visitor: Visitor, message: MessageView, names: Mapping[str, str]) -> dict[str, Any]:
    """One message, as the page shows it."""
    is_own = message.direction is Direction.IN
    return {
        "id": message.id,
        "key": message.external_id.removeprefix(f"{visitor.user}|") if is_own else "",
        "from": "you" if is_own else message.author.value,
        "name": "" if is_own else speaker(chat, message, names),
        "text": _text(message),
        "at": message.at.isoformat(timespec="seconds"),
        "choices": [{"label": choice.label, "payload": choice.payload} for choice in message.choices],
        "files": [
            {
                "name": file.name or file.kind.value,
                "kind": file.kind.value,
                "size": file.size,
                "href": _address(chat, file),
            }
            for file in message.attachments
        ],
    }


def _app(chat: Chat, channel: str) -> str:
    outlet = chat.services.outlets.get(channel)
    return outlet.app if outlet else channel


def _address(chat: Chat, file: Attachment) -> str:
    """Where the file can be had for a while; "" where it cannot be fetched."""
    outlet = chat.services.outlets.get(file.channel)
    if outlet is None or not outlet.capabilities.fetch:
        return ""
    return chat.services.links.path(file, now=chat.services.clock())


def _text(message: MessageView) -> str:
    return message.text or (message.choice.label if message.choice else "")


async def names_of(chat: Chat) -> Mapping[str, str]:
    """What the visitor may know the brand's people by: their names, never an address."""
    return await chat.request.config_dict[NAMES].for_customers(chat.services)


def speaker(chat: Chat, message: MessageView, names: Mapping[str, str]) -> str:
    """Who said it: the bot by the chat's title, an agent by name."""
    return called(message.author_name, names) if message.author is Author.AGENT else chat.title


def called(email: str, names: Mapping[str, str]) -> str:
    """What to call somebody, be they here no more."""
    return names.get(email) or name_in_address(email)
