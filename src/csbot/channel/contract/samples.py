"""What an adapter brings to the contract suite: cases, recorded payloads, and snapshots of what they come to."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from csbot.channel.errors import RetryScope, SendError
from csbot.channel.http import WebhookRequest
from csbot.channel.imitation import Imitation, SignedRequest
from csbot.channel.protocol import BuildContext, Channel, ChannelSettings, ChannelSpec
from csbot.domain.address import Address
from csbot.domain.capabilities import Capabilities
from csbot.domain.message import Attachment, Author, OutgoingPart
from csbot.domain.outbox import Part

CONTENT_TYPES = {".json": "application/json", ".form": "application/x-www-form-urlencoded"}
"""How a payload file is posted, by its ending."""

EVENTS_SUFFIX = ".events.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One recorded payload: the body of a webhook, and beside it the snapshot of the events it comes to.

    Files of a folder below `payloads/` are posted to the route of that name, all others to `webhook`.
    """

    file: Path
    route: str = "webhook"

    @property
    def name(self) -> str:
        return self.file.stem

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.file.suffix]

    @property
    def body(self) -> bytes:
        return self.file.read_bytes()

    @property
    def snapshot(self) -> Path:
        return self.file.with_name(self.file.stem + EVENTS_SUFFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingSample:
    """Something to send; what it asks of the platform is recorded in `requests/<name>.json` of the case's folder."""

    name: str
    body: OutgoingPart
    to: Address | None = None
    template: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformError:
    """An answer of the platform to a send, word for word, and the SendError it must become.

    `after_s` and `scope` are what a RateLimited must carry.
    """

    name: str
    status: int
    body: str
    error: type[SendError]
    headers: Mapping[str, str] = field(default_factory=dict)
    after_s: float | None = None
    scope: RetryScope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage:
    """A body that is neither JSON nor form, though signed."""

    name: str
    body: bytes
    content_type: str = "application/json"


JSON_GARBAGE = (
    Garbage(name="half_a_json", body=b'{"half": '),
    Garbage(name="no_utf8", body=b'{"text": "\xff\xfe"}'),
    Garbage(name="empty_body", body=b""),
    Garbage(name="deep_lists", body=b"[" * 100_000 + b"]" * 100_000),
    Garbage(name="deep_objects", body=b'{"a":' * 5_000 + b"1" + b"}" * 5_000),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCase:
    """One way of configuring a kind of channel, with all that shows it keeps the contract.

    `folder` holds `payloads/` and `requests/`. `settings` come on top of the imitation's own; `imitation` makes it
    where that is more than `spec.imitation()`. `customer` is whom the outgoing samples go to. `signature_headers` are
    the headers the signature needs; `signs_body` tells whether a changed body must be refused, `stale_after_s` the age
    from which a signed time must be (None: no time is signed). `ignored` names the samples that must come to nothing,
    `twins` sets of samples that are one event. `file` is an attachment `fetch` must bring.
    """

    name: str
    spec: ChannelSpec
    folder: Path
    customer: Address
    settings: Mapping[str, object] = field(default_factory=dict)
    imitation: Callable[[], Imitation] | None = None
    signature_headers: tuple[str, ...] = ()
    signs_body: bool = True
    stale_after_s: float | None = None
    outgoing: tuple[OutgoingSample, ...] = ()
    errors: tuple[PlatformError, ...] = ()
    garbage: tuple[Garbage, ...] = JSON_GARBAGE
    ignored: frozenset[str] = frozenset()
    twins: tuple[frozenset[str], ...] = ()
    file: Attachment | None = None
    public_url: str = "https://csbot.example"
    now: datetime = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def imitate(self) -> Imitation:
        """A fresh imitation, connected, not yet entered."""
        make = self.imitation or self.spec.imitation
        if make is None:
            raise ValueError(f"{self.name}: a channel of this kind has no imitation")
        imitation = make()
        imitation.connect(self.public_url, self.customer.channel)
        return imitation

    def settings_for(self, imitation: Imitation) -> ChannelSettings:
        """The channel's settings, pointing at that imitation."""
        return self.spec.settings.model_validate({**imitation.settings(), **self.settings})

    @property
    def capabilities(self) -> Capabilities:
        return self.spec.capabilities(self.settings_for(self.imitate()))

    @property
    def samples(self) -> tuple[Sample, ...]:
        root = self.folder / "payloads"
        files = [
            file
            for file in sorted(root.rglob("*"))
            if file.suffix in CONTENT_TYPES and not file.name.endswith(EVENTS_SUFFIX)
        ]
        return tuple(Sample(file=f, route="webhook" if f.parent == root else f.parent.name) for f in files)

    def part(self, sample: OutgoingSample) -> Part:
        """The sample as the outbox would hand it over."""
        return Part(
            id=1,
            message=1,
            conversation=1,
            to=sample.to or self.customer,
            author=Author.BOT,
            body=sample.body,
            last_in_at=self.now,
            template=sample.template,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Bench]:
        """The imitation served and the channel opened."""
        async with self.imitate() as imitation:
            settings = self.settings_for(imitation)
            async with self.build(settings) as channel:
                yield Bench(case=self, imitation=imitation, settings=settings, channel=channel)

    def build(self, settings: ChannelSettings) -> Channel:
        return self.spec.build(BuildContext(id=self.customer.channel, public_url=self.public_url), settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A channel opened against its imitated platform."""

    case: ChannelCase
    imitation: Imitation
    settings: ChannelSettings
    channel: Channel

    def signed(self, sample: Sample) -> WebhookRequest:
        """The sample as it reaches csbot, signed now."""
        return self.request(
            self.imitation.sign(sample.body, route=sample.route, content_type=sample.content_type, at=self.case.now)
        )

    def request(self, signed: SignedRequest) -> WebhookRequest:
        """The value `web/` would make of this request."""
        return as_request(signed, public_url=self.case.public_url, received_at=self.case.now)


def as_request(signed: SignedRequest, *, public_url: str, received_at: datetime) -> WebhookRequest:
    """A signed request as the value a channel is given."""
    path, _, query = signed.path.partition("?")
    return WebhookRequest(
        method=signed.method,
        public_url=public_url + signed.path,
        route=path.strip("/").split("/")[-1],
        headers={name.lower(): value for name, value in signed.headers.items()},
        body=signed.body,
        received_at=received_at,
        query=dict(pair.partition("=")[::2] for pair in query.split("&") if pair),
    )


def as_json(value: object) -> object:
    """A domain value as JSON, fields at their defaults left out, its class named: what snapshots hold."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        told: dict[str, object] = {"is": type(value).__name__}
        for item in dataclasses.fields(value):
            content = getattr(value, item.name)
            default = item.default_factory() if item.default_factory is not dataclasses.MISSING else item.default
            if content != default:
                told[item.name] = as_json(content)
        return told
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, Mapping):
        return {str(key): as_json(content) for key, content in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [as_json(content) for content in value]
    return value


def matches_snapshot(value: object, file: Path) -> None:
    """Assert that the value is what the file holds; with CSBOT_SNAPSHOT=1 write it there (then read the diff)."""
    told = json.loads(json.dumps(as_json(value)))
    if os.environ.get("CSBOT_SNAPSHOT") == "1":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert file.exists(), f"no snapshot {file}: run once with CSBOT_SNAPSHOT=1 and read what it wrote"
    assert told == json.loads(file.read_text(encoding="utf-8"))
