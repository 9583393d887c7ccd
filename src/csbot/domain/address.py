"""Where a customer is: addresses, identities, customers and organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Consent(StrEnum):
    """What a customer has said about being written to on one sender."""

    UNSAID = "unsaid"
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One end of a chat on a platform: who, and where an answer has to go.

    `channel` is the channel's id in the settings; `user` is the platform's stable name of the person there
    ("+905321112233", "4411", "T1:U2"). A private chat has an empty `place`; a shared place (a Slack channel, a group)
    has its id there and, where the platform threads, the thread in `thread`. `target` is what the platform's send call
    wants when that is neither `place` nor `user` (Slack's D123 for a direct message).
    """

    channel: str
    user: str
    place: str = ""
    thread: str = ""
    target: str = ""

    @property
    def is_shared(self) -> bool:
        """More than the customer and the brand can read what is said here."""
        return bool(self.place)

    @property
    def chat(self) -> str:
        """The key of the chat: parts of one chat are sent one after another."""
        return f"{self.channel}|{self.place or self.user}|{self.thread}"

    @property
    def destination(self) -> str:
        """What the platform's send call is given as recipient."""
        return self.target or self.place or self.user


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who wrote, as the platform tells it.

    `person` names a human across channels ("phone:+905321112233"): identities with the same `person` are one customer.
    It is empty where the platform proves nothing beyond its own user id. `organisation` is the key of the customer's
    company on platforms that have one ("slack:T1"). `language` is the platform's hint ("tr"), not a decision.
    """

    person: str = ""
    name: str = ""
    language: str = ""
    organisation: str = ""
    organisation_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A customer's presence on one channel, with what that sender may do and how we know whose it is.

    `linked_how` says why this identity belongs to the customer ("first message", "same phone number", "agent"),
    `linked_by` who said so ("csbot" or an agent's e-mail).
    """

    id: int
    customer: int
    channel: str
    address: str
    person: str = ""
    name: str = ""
    reachable: bool = True
    consent: Consent = Consent.UNSAID
    last_in_at: datetime | None = None
    linked_how: str = "first message"
    linked_by: str = "csbot"
    linked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The company a customer writes from, where the platform tells it."""

    id: int
    key: str
    name: str = ""
