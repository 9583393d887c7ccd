"""The contract of a channel: one small class an adapter writes, and the spec that announces it.

An adapter package exposes a `ChannelSpec` by an entry point of the group `csbot.channels`. Making the spec imports no
SDK; the SDK is imported by `build`, when a channel of that kind is configured.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from pydantic import BaseModel, ConfigDict, Field

from csbot.channel.http import WebhookReply, WebhookRequest
from csbot.channel.imitation import Imitation
from csbot.domain.address import Address
from csbot.domain.capabilities import Capabilities
from csbot.domain.events import Event
from csbot.domain.message import Attachment
from csbot.domain.outbox import Part


class ChannelSettings(BaseModel):
    """What every channel's settings have; an adapter's `settings.py` adds its own, secrets as SecretStr.

    `rate` is the most sent a second (SMS: segments), 0 for no limit. `unsafe_unsigned` must be asked for by name and is
    said at each start.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: str
    rate: float = Field(default=0.0, ge=0)
    unsafe_unsigned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a request came to: events to keep (none is fine), and the answer once they are kept."""

    events: tuple[Event, ...] = ()
    reply: WebhookReply = field(default_factory=WebhookReply)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The platform took the part; its ids there."""

    external_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One finding of `Channel.check`: what was looked at, whether it is well, and what to mend otherwise."""

    what: str
    ok: bool
    mend: str = ""


class Files(Protocol):
    """Files csbot keeps itself, for channels on which they are handed to csbot and to no platform."""

    def read(self, ref: str) -> AsyncIterator[bytes]:
        """The file's bytes. Raises MediaUnavailable when there is none of that name."""
        ...


def _keeps_nothing() -> bytes:
    raise TypeError("this context keeps no secrets: give the channel one by its settings")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildContext:
    """What a channel is built with: its id, csbot's public base URL ("" when there is none), the brand's languages.

    `secret` gives a key of the channel's own: made the first time it is asked for, and kept beside the store. `files`
    are those kept there.
    """

    id: str
    public_url: str = ""
    languages: tuple[str, ...] = ("tr", "en")
    secret: Callable[[], bytes] = _keeps_nothing
    files: Files | None = None


class Channel(Protocol):
    """One configured channel, an async context manager; opening and closing twice is harmless.

    What a platform lacks is declared in `capabilities`, and the method is then never called.
    """

    @property
    def capabilities(self) -> Capabilities: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def verify(self, request: WebhookRequest) -> None:
        """Return if the request is genuine; raise WebhookRejected if not. Constant time; the public URL counts."""
        ...

    def parse(self, request: WebhookRequest) -> Receipt:
        """The request as events. Nothing of interest is an empty receipt; what is genuine but not understood is an
        Unreadable event; only a body that is no JSON or form raises WebhookUnreadable. Keys are stable over
        redeliveries and over twin events.
        """
        ...

    async def send(self, part: Part) -> Sent:
        """Give one part to the platform, with one call where the platform can take it in one. Raises a SendError."""
        ...

    async def acknowledge(self, event: Event) -> None:
        """Answer the platform's spinner for a pressed button (capability `acknowledge`). Failures may be ignored."""
        ...

    async def typing(self, address: Address) -> None:
        """Show that an answer is being written (capability `typing`). Failures may be ignored."""
        ...

    def fetch(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The file's bytes, with the platform's credentials (capability `fetch`). Raises MediaUnavailable."""
        ...

    async def check(self) -> tuple[Check, ...]:
        """Ask the platform whether the settings work; for `csbot doctor --live`."""
        ...

    def pull(self) -> AsyncIterator[Pulled]:
        """Deliveries fetched by us (arrival PULL): polling, socket mode. Reconnects by itself; ends only when
        its source does (a terminal), never for a platform."""
        ...


class Pulled(Protocol):
    """One delivery of `pull`: events, and what confirms them to the platform once they are durable."""

    @property
    def events(self) -> tuple[Event, ...]: ...

    async def confirm(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How a customer comes in from elsewhere: a link that opens their app with words ready to be sent to the brand.

    `app` is what customers call the app ("WhatsApp"); `link` makes the address for the words, "" where these settings
    name no sender that can be written to.
    """

    app: str
    link: Callable[[ChannelSettings, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """A kind of channel, announced by an entry point. `title` is for people; `extra` the extra that installs its SDK.

    `capabilities` tells what a channel with these settings can do; `build` makes it (its SDK is imported there);
    `imitation` makes the platform's imitation for tests, benchmarks and the playground (None: there is none).
    `door` is how customers come in from elsewhere with words of csbot's (None: the platform has no such links).
    `routes` are the paths under `/channels/<id>/` the platform posts to, each with what an operator is told to enter
    it as ("webhook": "A message comes in"). `signing` names the settings a webhook is verified with: without them a
    channel starts only with `unsafe_unsigned`. `ack_s` is how long the platform waits for an ack.
    """

    kind: str
    title: str
    settings: type[ChannelSettings]
    capabilities: Callable[[ChannelSettings], Capabilities]
    build: Callable[[BuildContext, ChannelSettings], Channel]
    imitation: Callable[..., Imitation] | None = None
    door: Door | None = None
    extra: str = ""
    routes: Mapping[str, str] = field(default_factory=dict)
    signing: Callable[[ChannelSettings], bool] = lambda settings: True
    ack_s: float = 5.0
