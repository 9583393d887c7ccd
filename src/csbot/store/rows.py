"""Rows as domain values: the columns to select and the values they make, alike for both databases.

The column lists fit a query that names its tables `c` (conversations), `i` (identities), `m` (messages), `p` (parts).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from csbot.domain.address import Consent, Identity
from csbot.domain.conversation import Conversation, ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.lane import spoken_order
from csbot.domain.message import Author, Direction, MessageKind
from csbot.domain.reading import MessageView, PartView, Publication, UnsentPart
from csbot.domain.turn import Heard
from csbot.store.codec import ADDRESS, MEMORY, load_extra, load_ids, load_inbound, moment, moment_or_none
from csbot.store.codec import PART as PART_BODY

Row = Sequence[Any]

CONVERSATION = (
    "c.id, c.lane_id, c.state, c.epoch, c.language, c.holder, c.memory, c.opened_at, c.waiting_since"  # 9 columns
)
IDENTITY = (
    "i.id, i.customer_id, i.channel, i.address, i.person, i.name, i.reachable, i.consent, i.last_in_at,"
    " i.linked_how, i.linked_by, i.linked_at"  # 12 columns
)
HEARD = "e.lane_id, e.id, m.id, e.received_at, m.channel, m.external_id, m.kind, m.text, m.extra, e.key"
MESSAGE = (
    "m.id, m.direction, m.author, m.kind, m.text, m.channel, m.at, m.author_name, m.extra,"
    " m.edited, m.deleted, m.reaction, m.external_id, m.content_version"  # 14 columns
)
# The last word to the customer, by csbot or a person, while a person has the conversation; and since when that person
# owes the next one: since the customer's first word after their own, or since csbot's last, which nobody has followed.
LAST_WORD = """
LEFT JOIN messages s ON c.state = 'human' AND s.id = (
    SELECT m.id FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'out' ORDER BY m.id DESC LIMIT 1
)
"""
UNANSWERED = """
CASE
    WHEN c.state <> 'human' THEN NULL
    WHEN s.author = 'bot' THEN s.at
    ELSE (
        SELECT f.at FROM messages f WHERE f.conversation_id = c.id AND f.direction = 'in' AND f.id > coalesce(s.id, 0)
        ORDER BY f.id LIMIT 1
    )
END AS unanswered_since, coalesce(s.author, '') = 'agent' AS by_person
"""  # 2 columns
PART = "p.id, p.message_id, p.state, p.external_ids, p.reason, p.updated_at"
UNSENT = "p.id, p.conversation_id, p.channel, p.to_address, p.author, p.state, p.reason, p.body, p.updated_at"


def conversation(row: Row) -> Conversation:
    """From the columns CONVERSATION."""
    id_, lane, state, epoch, language, holder, memory, opened_at, waiting_since = row
    return Conversation(
        id=id_,
        lane=lane,
        state=ConversationState(state),
        epoch=epoch,
        language=language,
        holder=holder,
        memory=MEMORY.load(memory),
        opened_at=moment(opened_at),
        waiting_since=moment_or_none(waiting_since),
    )


def identity(row: Row) -> Identity:
    """From the columns IDENTITY."""
    id_, customer, channel, address, person, name, reachable, consent, last_in_at, how, by, at = row
    return Identity(
        id=id_,
        customer=customer,
        channel=channel,
        address=address,
        person=person,
        name=name,
        reachable=bool(reachable),
        consent=Consent(consent),
        last_in_at=moment_or_none(last_in_at),
        linked_how=how,
        linked_by=by,
        linked_at=moment(at),
    )


def heard_by_lane(rows: Iterable[Row]) -> dict[int, tuple[Heard, ...]]:
    """Waiting messages of several lanes, from the columns HEARD in order of arrival; each lane's in spoken order."""
    lanes: dict[int, list[tuple[str, Heard]]] = {}
    for lane, event, message, received_at, channel, external_id, kind, text, extra, key in rows:
        heard = Heard(
            event=event,
            message=message,
            received_at=moment(received_at),
            body=load_inbound(external_id, kind, text, extra),
            key=key,
        )
        lanes.setdefault(lane, []).append((channel, heard))
    return {lane: _as_spoken(said) for lane, said in lanes.items()}


def _as_spoken(said: list[tuple[str, Heard]]) -> tuple[Heard, ...]:
    if len(said) == 1:
        return (said[0][1],)
    return tuple(said[i][1] for i in spoken_order([(channel, heard.body.sequence) for channel, heard in said]))


def unsent_part(row: Row) -> UnsentPart:
    """From the columns UNSENT."""
    id_, conversation_id, channel, to, author, state, reason, body, updated_at = row
    return UnsentPart(
        id=id_,
        conversation=conversation_id,
        channel=channel,
        to=ADDRESS.load(to).user,
        author=Author(author),
        state=DeliveryState(state),
        reason=reason,
        text=PART_BODY.load(body).text,
        updated_at=moment(updated_at),
    )


def message_views(messages: Iterable[Row], parts: Iterable[Row]) -> tuple[MessageView, ...]:
    """A transcript, from the columns MESSAGE in order of arrival and PART in order of position."""
    of_message: dict[int, list[PartView]] = {}
    for id_, message, state, external_ids, reason, updated_at in parts:
        of_message.setdefault(message, []).append(
            PartView(
                id=id_,
                state=DeliveryState(state),
                external_ids=load_ids(external_ids),
                reason=reason,
                updated_at=moment(updated_at),
            )
        )
    return tuple(_message_view(row, tuple(of_message.get(row[0], ()))) for row in messages)


def _message_view(row: Row, parts: tuple[PartView, ...]) -> MessageView:
    id_, direction, author, kind, text, channel, at, author_name, extra = row[:9]
    edited, deleted, reaction, external_id, content_version = row[9:]
    more = load_extra(extra)
    return MessageView(
        id=id_,
        direction=Direction(direction),
        author=Author(author),
        kind=MessageKind(kind),
        text=text,
        channel=channel,
        at=moment(at),
        author_name=author_name,
        choice=more.choice,
        choices=more.choices,
        attachments=more.attachments,
        extra=extra,
        edited=bool(edited),
        deleted=bool(deleted),
        reaction=reaction,
        external_id=external_id,
        content_version=content_version,
        lookup=more.lookup,
        parts=parts,
    )


def publication(row: Row) -> Publication:
    """From id, version, by, published_at, restores."""
    id_, version, by, at, restores = row
    return Publication(id=id_, version=version, by=by, at=moment(at), restores=restores)
