"""What reaches csbot from a platform: a closed family of events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from csbot.domain.address import Address, Consent, Sender
from csbot.domain.delivery import DeliveryState
from csbot.domain.message import InboundMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived:
    """A customer wrote. `consent` is set when the words themselves opt out or in (they then start no turn)."""

    address: Address
    message: InboundMessage
    sender: Sender = field(default_factory=Sender)
    consent: Consent | None = None
    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overheard:
    """Somebody wrote in a shared place without speaking to csbot: a reply in a thread, say, that mentions nobody.

    It is a message if the lane has an open conversation and the last words in it were theirs, so that a customer need
    not mention the bot each time; otherwise nothing of it is kept, not even its key: a twin event may yet tell that
    csbot was meant.
    """

    address: Address
    message: InboundMessage
    sender: Sender = field(default_factory=Sender)
    kind: Literal["overheard"] = "overheard"

    def as_received(self) -> MessageReceived:
        """The same as words meant for csbot."""
        return MessageReceived(address=self.address, message=self.message, sender=self.sender)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited:
    """A customer changed or deleted an earlier message; never a turn. `text` is None when it was deleted."""

    address: Address
    external_id: str
    text: str | None
    kind: Literal["edit"] = "edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    """A customer reacted to a message: kept on its known message only. Empty `emoji` takes the reaction back."""

    address: Address
    external_id: str
    emoji: str
    kind: Literal["reaction"] = "reaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryUpdate:
    """A platform's receipt for something csbot sent. `template_refused`: it takes the approved template no more."""

    external_id: str
    state: DeliveryState
    reason: str = ""
    opted_out: bool = False
    template_refused: bool = False
    kind: Literal["receipt"] = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachabilityChanged:
    """The customer blocked or unblocked this sender."""

    address: Address
    reachable: bool
    reason: str = ""
    kind: Literal["reach"] = "reach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Something genuine that csbot does not understand, kept raw so that nothing is lost."""

    body: str
    reason: str
    kind: Literal["raw"] = "raw"


EventBody = MessageReceived | Overheard | MessageEdited | Reacted | DeliveryUpdate | ReachabilityChanged | Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event with the key that makes it unique on its channel over redeliveries and twin deliveries."""

    channel: str
    key: str
    received_at: datetime
    body: EventBody
