"""What a channel has whose platform are pages of csbot's own (arrival HOSTED): who its visitors are, how it looks.

`web/` serves the pages and asks the channel everything that is about the visitor; it keeps no session of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from csbot.channel.protocol import Channel
from csbot.domain.address import Sender
from csbot.domain.events import Event
from csbot.domain.message import Attachment, Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """How the chat shows itself, and where.

    `origins` are the sites that may embed it ("https://shop.example"); `color` is the brand's ("#0b665b"), "" for
    csbot's own; `title` stands above the chat, "" for the brand's name. `pace` is how many messages a visitor may send
    a minute; `text_limit` how long each may be; `newcomers` how many new visitors may come from one address a minute,
    0 for any number.
    """

    title: str = ""
    color: str = ""
    origins: tuple[str, ...] = ()
    pace: int = 30
    text_limit: int = 4000
    newcomers: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who chats. `user` is their name in addresses; `proven`: the brand's own site has vouched for them."""

    user: str
    until: datetime
    sender: Sender = field(default_factory=Sender)
    proven: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a visitor says; `key` is the page's own name for it and makes it one, however often it is sent."""

    key: str
    text: str = ""
    choice: Choice | None = None
    attachments: tuple[Attachment, ...] = ()


@runtime_checkable
class Hosted(Channel, Protocol):
    """A channel that is served by pages of csbot's own."""

    @property
    def site(self) -> Site: ...

    def newcomer(self, now: datetime) -> Visitor:
        """Somebody not seen before."""
        ...

    def known(self, token: str, now: datetime) -> Visitor:
        """Whose token this is. Raises WebhookRejected for one that is forged or past its time."""
        ...

    def vouched(self, identity: str, now: datetime) -> Visitor:
        """Whom the brand's site has signed in. Raises WebhookRejected, saying why, for what it has not signed."""
        ...

    def token(self, visitor: Visitor) -> str:
        """What the visitor's browser keeps, to be known by."""
        ...

    def event(self, visitor: Visitor, said: Said, now: datetime) -> Event:
        """What a visitor says, as an event with a key that is stable over repetitions."""
        ...

    def read(self, part: int, now: datetime) -> Event:
        """That a visitor has seen a part sent to them, as an event with a key that is stable over repetitions."""
        ...
