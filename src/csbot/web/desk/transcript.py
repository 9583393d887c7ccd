"""What was said, as a conversation's page shows it: each message with how far it got."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from csbot.domain.delivery import DeliveryState
from csbot.domain.message import Attachment, Author, Direction, MessageKind
from csbot.domain.reading import MessageView, PartView
from csbot.web.desk.guard import Visit
from csbot.web.desk.known import ShownLookup, lookup
from csbot.web.desk.words import DELIVERY, KINDS, PART_REASONS
from csbot.web.media import link_to

AGAIN = frozenset({DeliveryState.PARKED, DeliveryState.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """How far a piece got, and whether a person can do something about it."""

    id: int
    sign: str
    words: str
    kind: str
    reason: str
    again: bool
    unknown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """One bubble. `side` is in, out or note; `content` is the version of the content the bot said it by."""

    id: int
    side: str
    who: str
    text: str
    kind: str
    at: datetime
    choices: Sequence[str]
    picked: bool
    files: Sequence[tuple[str, str | None]]
    place: str
    edited: bool
    deleted: bool
    reaction: str
    content: str
    lookup: ShownLookup | None
    parts: Sequence[ShownPart]


def shown(visit: Visit, message: MessageView, *, customer: str) -> ShownMessage:
    """A message as the reader sees it; `customer` is what the customer is called."""
    more, catalogue = json.loads(message.extra), visit.services.knowledge.now.catalogue
    name = {
        Author.CUSTOMER: customer,
        Author.BOT: visit.page.text("Bot"),
        Author.AGENT: (
            visit.page.text("You") if message.author_name == visit.user.email else visit.name_of(message.author_name)
        ),
    }[message.author]
    is_note = message.direction is Direction.NOTE
    location, contact = more.get("location"), more.get("contact")
    place = ""
    if location:
        place = " ".join(
            (location.get("label", ""), f"{location['latitude']:.5f}, {location['longitude']:.5f}")
        ).strip()
    elif contact:
        place = " ".join((contact["name"], contact.get("phone", ""))).strip()
    return ShownMessage(
        id=message.id,
        side="note" if is_note else message.direction.value,
        who=name,
        text=message.text or (message.choice.label if message.choice else ""),
        kind=visit.page.text(KINDS[message.kind]) if message.kind in KINDS else "",
        at=message.at,
        choices=[choice.label for choice in message.choices],
        picked=message.choice is not None,
        files=[_file(visit, file, message.channel) for file in message.attachments],
        place=place,
        edited=message.edited,
        deleted=message.deleted,
        reaction=message.reaction,
        content=message.content_version,
        lookup=lookup(visit.page, catalogue, message.lookup) if message.lookup else None,
        parts=_parts(visit, message.parts),
    )


def _file(visit: Visit, file: Attachment, channel: str) -> tuple[str, str | None]:
    label = file.name or visit.page.text(KINDS.get(file.kind, KINDS[MessageKind.DOCUMENT]))
    return label, link_to(visit.services, file if file.channel else replace(file, channel=channel))


def _parts(visit: Visit, parts: Sequence[PartView]) -> list[ShownPart]:
    """Each piece; as one where all got equally far and nothing is to be done."""
    shown = [_part(visit, part) for part in parts]
    alike = len({(part.words, part.reason) for part in shown}) == 1 and not any(p.again or p.unknown for p in shown)
    return shown[:1] if alike else shown


def _part(visit: Visit, part: PartView) -> ShownPart:
    sign, words, kind = DELIVERY[part.state]
    return ShownPart(
        id=part.id,
        sign=sign,
        words=visit.page.text(words),
        kind=kind,
        reason=_why(visit, part.reason),
        again=part.state in AGAIN,
        unknown=part.state is DeliveryState.UNKNOWN,
    )


def _why(visit: Visit, reason: str) -> str:
    """csbot's own reasons in the reader's words; what a platform said stays as it said it."""
    known, _, more = reason.partition(": ")
    if known not in PART_REASONS:
        return reason
    said = visit.page.text(PART_REASONS[known])
    return f"{said}: {more}" if more else said
