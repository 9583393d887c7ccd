"""What a channel does not offer, for adapters to inherit: asking for it anyway is a mistake of the caller."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import NoReturn, Self

from csbot.channel.errors import MediaUnavailable, WebhookForbidden
from csbot.channel.http import WebhookRequest
from csbot.channel.protocol import Check, Pulled, Receipt
from csbot.domain.address import Address
from csbot.domain.events import Event
from csbot.domain.message import Attachment


class Absent:
    """The optional half of `Channel`, none of it offered. `Capabilities` says so, and the core then never calls it."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def verify(self, request: WebhookRequest) -> None:
        """Refuses: nobody may post here."""
        raise WebhookForbidden("this channel takes no webhooks")

    def parse(self, request: WebhookRequest) -> Receipt:
        """Refuses: nobody may post here."""
        raise WebhookForbidden("this channel takes no webhooks")

    async def acknowledge(self, event: Event) -> None:
        """Not offered."""
        self._refuse("acknowledge")

    async def typing(self, address: Address) -> None:
        """Not offered."""
        self._refuse("typing")

    def fetch(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """Refuses: this channel has no files."""
        raise MediaUnavailable("this channel has no files")

    async def check(self) -> tuple[Check, ...]:
        """Nothing to ask: no platform stands behind this channel."""
        return ()

    def pull(self) -> AsyncIterator[Pulled]:
        """Not offered."""
        self._refuse("pull")

    def _refuse(self, what: str) -> NoReturn:
        raise TypeError(f"{type(self).__name__} does not offer {what!r}: ask its capabilities first")
