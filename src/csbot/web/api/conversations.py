"""GET conversations and GET conversations/{id}: what an agent looks at."""

from __future__ import annotations

from csbot.desk.packet import identities, packet
from csbot.domain.reading import ConversationRow
from csbot.errors import CursorInvalid
from csbot.web.api.answers import ConversationDetail, ConversationItem, ConversationPage, Identity, Packet
from csbot.web.api.operation import Call
from csbot.web.api.problems import Problem, not_found
from csbot.web.api.requests import ListQuery, Nothing
from csbot.web.media import link_to


async def list_conversations(call: Call, asked: ListQuery) -> ConversationPage:
    """A page of conversations. Raises Problem 400 for a cursor that this list never gave out."""
    try:
        rows, following = await call.services.store.conversations(
            state=asked.status, identity=asked.identity, after=asked.cursor, limit=asked.limit
        )
    except CursorInvalid as error:
        raise Problem(
            400, "bad_cursor", f"query: cursor: {error}", hint="use the `next` of a page with the same filters"
        ) from error
    return ConversationPage(items=[_item(row) for row in rows], next=following or None)


async def show_conversation(call: Call, asked: Nothing) -> ConversationDetail:
    """One conversation, whole. Raises Problem 404."""
    services = call.services
    view = await services.store.conversation(call.conversation)
    if view is None:
        raise not_found("conversation of that id")
    outlet = services.outlets.get(view.row.channel)
    whole = Packet.model_validate(
        packet(
            view,
            outlet.capabilities if outlet else None,
            services.clock(),
            link=lambda file: link_to(services, file),
        )
    )
    item = _item(view.row)
    return ConversationDetail(**dict(item), transcript=whole.transcript, packet=whole)


def _item(row: ConversationRow) -> ConversationItem:
    conversation = row.conversation
    return ConversationItem(
        id=str(conversation.id),
        status=conversation.state,
        holder=conversation.holder or None,
        channel=row.channel,
        language=conversation.language,
        identities=[Identity.model_validate(identity) for identity in identities(row.identities)],
        reason=row.reason,
        priority=row.priority,
        opened_at=conversation.opened_at,
        waiting_since=conversation.waiting_since,
        updated_at=row.updated_at,
    )
