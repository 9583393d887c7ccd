"""What can be wrong with an act of an agent: a closed family. The text is for the person who tried."""

from __future__ import annotations

from csbot.domain.conversation import ConversationState
from csbot.errors import CsbotError


class DeskError(CsbotError):
    """The act is not possible as the conversation stands; nothing was written."""


class AlreadyHeld(DeskError):
    """Another agent, `holder`, has the conversation."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"{holder} has this conversation")
        self.holder = holder


class NotHolder(DeskError):
    """Only who holds the conversation may do this; `holder` does ("" when nobody does: claim it first)."""

    def __init__(self, holder: str) -> None:
        super().__init__(
            f"{holder} has this conversation" if holder else "nobody has this conversation; claim it first"
        )
        self.holder = holder


class NotWaiting(DeskError):
    """The conversation does not wait for a person; it is in `state`."""

    def __init__(self, state: ConversationState) -> None:
        super().__init__(f"this conversation is not waiting for a person, it is {state.value}")
        self.state = state


class Closed(DeskError):
    """The conversation is closed for good; the customer's next message opens another."""

    def __init__(self) -> None:
        super().__init__("this conversation is closed")


class ChannelMissing(DeskError):
    """The customer's `channel` is not configured any more."""

    def __init__(self, channel: str) -> None:
        super().__init__(f"the customer wrote on channel {channel!r}, which is not configured any more")
        self.channel = channel


class NothingSaid(DeskError):
    """A message or note without any words or files."""

    def __init__(self) -> None:
        super().__init__("there is nothing to say: the text is empty")
