"""Lines of a terminal <-> domain values."""

from __future__ import annotations

from datetime import datetime
from textwrap import indent

from csbot.domain.address import Address
from csbot.domain.events import Event, MessageReceived
from csbot.domain.message import Author, InboundMessage, OutgoingPart
from csbot.text.clean import clean

_SPEAKER = {Author.BOT: "csbot", Author.AGENT: "agent"}


def event(line: str, *, channel: str, user: str, key: str, number: int, at: datetime) -> Event:
    """What the customer typed, as an event."""
    text, dropped = clean(line)
    return Event(
        channel=channel,
        key=key,
        received_at=at,
        body=MessageReceived(
            address=Address(channel=channel, user=user),
            message=InboundMessage(external_id=key, text=text, sequence=number, sent_at=at, dropped=dropped),
        ),
    )


def lines(part: OutgoingPart, author: Author) -> str:
    """How a part is shown: the speaker before the first line, the rest indented under it."""
    speaker = f"{_SPEAKER.get(author, author)}> "
    under = " " * len(speaker)
    return speaker + indent(part.text, under).removeprefix(under)
