"""What the API answers: its own shapes, so that a change inside cannot change them by accident."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from csbot.domain.address import Consent
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.lookup import Branch
from csbot.domain.message import Author, Direction, MessageKind


class Shown(BaseModel):
    """Frozen; every field is always there, null or empty where nothing applies."""

    model_config = ConfigDict(frozen=True)


class Identity(Shown):
    """Where the customer can be found on one channel, and whether they may be written to there."""

    channel: str = Field(description="The channel's id in the settings.")
    address: str = Field(description="The platform's name of the customer, such as a telephone number.")
    name: str = Field(description="The profile name, as the customer chose it.")
    reachable: bool = Field(description="False once the platform said that nothing reaches this address any more.")
    consent: Consent = Field(description="`out` once the customer has told this sender to stop.")


class Part(Shown):
    """How far one piece of a message got; one piece is one call to the platform."""

    id: str
    state: DeliveryState
    external_ids: list[str] = Field(description="The platform's ids of it.")
    reason: str = Field(description="Why it is parked, failed, unknown, gone or dropped.")
    updated_at: datetime | None


class Choice(Shown):
    """One of the answers offered under a message."""

    label: str
    payload: str


class Attachment(Shown):
    """A file, kept as the platform's reference to it."""

    kind: MessageKind
    ref: str
    name: str
    mime: str
    size: int | None = Field(description="Bytes, where the platform says.")
    link: str | None = Field(description="A short-lived address to fetch it from; null where it cannot be fetched.")


class Location(Shown):
    """A place on the map, degrees (WGS 84)."""

    latitude: float
    longitude: float
    label: str = ""


class Contact(Shown):
    """A contact card."""

    name: str
    phone: str = ""


class Lookup(Shown):
    """A question to one of the brand's own systems, and what it came to; no value of a record."""

    name: str = Field(description="The lookup's name in the content.")
    slots: dict[str, str] = Field(description="What it was asked with.")
    branch: Branch = Field(description="What it came to.")
    changes: bool = Field(description="Something was to be changed; with `found` it was.")
    reason: str = Field(description="The system's word for a refusal.")
    why: str = Field(description="More about it, for a person.")
    at: datetime | None


class Message(Shown):
    """One line of a transcript."""

    id: str
    direction: Direction = Field(description="`in` from the customer, `out` to the customer, `note` between agents.")
    author: Author
    author_name: str = Field(description="The agent's e-mail; empty for the others.")
    kind: MessageKind
    text: str = Field(description="Exactly as written.")
    choice: Choice | None = Field(description="The option the customer picked.")
    choices: list[Choice] = Field(description="The options offered under it.")
    attachments: list[Attachment]
    location: Location | None
    contact: Contact | None
    reply_to: str = Field(description="The platform's id of the message it answers.")
    parts: list[Part] = Field(description="Delivery, for what goes out.")
    channel: str
    content_version: str = Field(description="The content by which the bot said it; empty for the others.")
    lookup: Lookup | None = Field(description="The change a note of the bot's tells, and what it came to.")
    at: datetime
    edited: bool
    deleted: bool
    reaction: str


class ConversationItem(Shown):
    """One line of the list."""

    id: str
    status: ConversationState
    holder: str | None = Field(description="E-mail of the agent who holds it; null when nobody does.")
    channel: str = Field(description="Where its last message came or went.")
    language: str
    identities: list[Identity]
    reason: str = Field(description="Why it waits for a person; empty when it does not.")
    priority: str
    opened_at: datetime | None
    waiting_since: datetime | None
    updated_at: datetime | None


class ConversationPage(Shown):
    """A page of the list."""

    items: list[ConversationItem]
    next: str | None = Field(description="The cursor of the next page; null at the end.")


class Ranked(Shown):
    """A candidate meaning."""

    name: str = Field(description="An intent, or `faq/` and an entry.")
    score: float = Field(description="0 to 1.")


class Phrase(Shown):
    """A phrasing of the content."""

    name: str = Field(description="Whose phrasing it is.")
    text: str
    likeness: float = Field(description="How like the text it is, 0 to 1.")


class CarryingWord(Shown):
    """A word of the text, in plain letters."""

    text: str
    share: float = Field(description="Its share of what spoke for the best meaning, 0 to 1.")


class Grounds(Shown):
    """Why the meanings were ranked as they are."""

    answer_from: float = Field(description="The score from which a meaning is answered.")
    ask_from: float = Field(description="The score, of the nearest together, from which is asked which was meant.")
    phrases: list[Phrase] = Field(description="The nearest phrasing of each meaning, best meaning first.")
    words: list[CarryingWord] = Field(description="What carried the best meaning, the strongest first.")


class Evidence(Shown):
    """What a text, or a part of it, was understood as."""

    text: str = Field(description="What was read: perhaps with the question before it.")
    ranking: list[Ranked] = Field(description="Best first.")
    confident: bool = Field(description="The best may be answered as it stands.")
    grounds: Grounds | None = Field(description="Null where the understanding engine does not tell.")


class Earlier(Shown):
    """An earlier conversation with the same customer."""

    id: str
    status: ConversationState
    language: str
    opened_at: datetime | None


class Named(Shown):
    """A value that stands in a text."""

    kind: str = Field(description="email, phone, order_number, date, money, or an entity of the content.")
    value: str = Field(description="In one form for all ways of writing: E.164, ISO 8601, an amount with its currency.")
    text: str = Field(description="As it was written.")
    start: int = Field(description="Where it begins in the text, counted in characters from 0.")
    end: int


class Packet(Shown):
    """What a person needs to go on where the bot stopped."""

    transcript: list[Message]
    summary: str
    ranking: list[Ranked]
    evidence: list[Evidence] = Field(description="What the last text was understood as, and why: one for each part.")
    entities: list[Named] = Field(description="What the last text names, in its order.")
    faq_tried: list[str]
    lookups: list[Lookup] = Field(description="What the brand's systems were asked, each once, the latest last.")
    slots: dict[str, str]
    reason: str
    priority: str
    language: str
    identities: list[Identity]
    earlier: list[Earlier]
    window_deadline: datetime | None = Field(
        description="Until when free text may be sent; null where there is no such limit, or the customer never wrote."
    )
    capabilities: dict[str, Any] = Field(description="What the customer's channel can carry.")


class ConversationDetail(ConversationItem):
    """One conversation, whole."""

    transcript: list[Message] = Field(description="In order of arrival.")
    packet: Packet


class Standing(Shown):
    """Where the conversation stands after the act."""

    id: str
    status: ConversationState
    holder: str | None = Field(description="E-mail of the agent who holds it; null when nobody does.")


class Taken(Standing):
    """The words are kept and on their way."""

    window_open: bool = Field(
        description="False: the platform takes no free text now. The words wait until the customer writes, or an "
        "approved template goes first where there is one."
    )
    warnings: list[str] = Field(description="What may keep the words from arriving.")


class Understood(Shown):
    """What the bot would do with a text that begins a conversation."""

    decision: str = Field(description="In a word: answer, clarify, ask, handoff, smalltalk, ...")
    ranking: list[Ranked] = Field(description="Best first.")
    why: str = Field(description="The reasons, for a person.")
    evidence: list[Evidence] = Field(description="The reasons as values: one for each part of the text.")
