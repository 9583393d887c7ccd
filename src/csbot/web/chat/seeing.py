"""What a visitor has seen: told by their page, kept as the receipts of what a person wrote to them."""

from __future__ import annotations

from aiohttp import web

from csbot.domain.delivery import DeliveryState
from csbot.domain.message import Author, Direction
from csbot.web.chat.lines import AT_ONCE
from csbot.web.chat.visiting import Chat, Refused, told

_UNSEEN = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED})


async def seen(chat: Chat) -> web.StreamResponse:
    """POST seen: the page shows the messages behind `after` up to `last`, and somebody looks at it.

    Only a person's words get a receipt: the bot answers within a second, to a page that was open then.
    """
    visitor, services = chat.visitor(), chat.services
    asked = await chat.json()
    after, last = _id(asked.get("after")), _id(asked.get("last"))
    view = await services.store.chat(chat.outlet.id, visitor.user, after=after, limit=AT_ONCE)
    now = services.clock()
    events = tuple(
        chat.channel.read(part.id, now)
        for message in (view.messages if view else ())
        if message.direction is Direction.OUT and message.author is Author.AGENT and message.id <= last
        for part in message.parts
        if part.state in _UNSEEN
    )
    if events:
        await services.intake.accept(chat.outlet.id, events, within_s=chat.outlet.spec.ack_s)
    return told({}, 202)


def _id(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise Refused(422, "no_such_place", '"after" and "last" are ids of messages.')
    return value
