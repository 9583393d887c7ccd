"""What pages and the API read: rows as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from csbot.domain.address import Identity
from csbot.domain.conversation import Conversation
from csbot.domain.delivery import DeliveryState
from csbot.domain.lookup import AskedLookup
from csbot.domain.message import Attachment, Author, Choice, Direction, MessageKind
from csbot.domain.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """How far one part got."""

    id: int
    state: DeliveryState
    external_ids: tuple[str, ...] = ()
    reason: str = ""
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One line of a transcript, with the delivery of its parts; `external_id` is the platform's id of a customer's,
    `content_version` that of the content by which the bot said it, `lookup` the change a note of the bot's tells.
    """

    id: int
    direction: Direction
    author: Author
    kind: MessageKind
    text: str
    channel: str
    at: datetime
    author_name: str = ""
    choice: Choice | None = None
    choices: tuple[Choice, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    extra: str = "{}"
    edited: bool = False
    deleted: bool = False
    reaction: str = ""
    external_id: str = ""
    content_version: str = ""
    lookup: AskedLookup | None = None
    parts: tuple[PartView, ...] = ()


_LAST = 2**62
"""Larger than any id, and than any number of messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Some of a conversation's messages: of those with ids from `since` up to before `before` the `newest`."""

    since: int = 0
    before: int = _LAST
    newest: int = _LAST


WHOLE = Excerpt()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentPart:
    """A part that a person has to look at: parked, failed or unknown. `to` is the customer's address."""

    id: int
    conversation: int
    channel: str
    to: str
    author: Author
    state: DeliveryState
    reason: str
    text: str
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRow:
    """One line of the list of conversations; `channel` is that of its lane's last message, `last_words` are the
    customer's, `summary` is its latest ticket's.

    While a person has it, `unanswered_since` tells since when the customer waits for that person's word, None when it
    is the customer's turn; `wrote_again`: they have, after a person had spoken to them.
    """

    conversation: Conversation
    channel: str
    identities: tuple[Identity, ...] = ()
    reason: str = ""
    priority: str = ""
    updated_at: datetime | None = None
    summary: str = ""
    last_words: str = ""
    unanswered_since: datetime | None = None
    wrote_again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationView:
    """Everything about one conversation: what an agent opens.

    `goes_back`: there are messages before the first of these. `earlier` are the lane's earlier conversations, newest
    first; `last_in_at` is the last word of the identity an answer goes to.
    """

    row: ConversationRow
    messages: tuple[MessageView, ...]
    ticket: Ticket | None
    goes_back: bool = False
    earlier: tuple[Conversation, ...] = ()
    last_in_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """That a content was put in force: which `version`, by whom and when. `restores` is the id of the publication it
    took back to, 0 for none.
    """

    id: int
    version: str
    by: str
    at: datetime
    restores: int = 0

    @property
    def source(self) -> int:
        """The publication whose content this is: its own, or the one it took back to."""
        return self.restores or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person of the brand who may use the desk or the API."""

    id: int
    email: str
    role: str
    name: str = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatView:
    """A chat as the customer in it sees it: what they said there and what went out to them there, and nothing else.

    `lane` is where to look for changes; `conversation` the open one of that lane; `busy`: words wait for their turn;
    `elsewhere` is the channel answers go to while that is another one, "" while they come here.
    """

    lane: int
    messages: tuple[MessageView, ...] = ()
    conversation: Conversation | None = None
    busy: bool = False
    elsewhere: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadAnswer:
    """An agent's message nobody has read where it was sent, and the same customer's presence it can follow to."""

    message: int
    conversation: Conversation
    text: str
    author_name: str
    to: Identity
