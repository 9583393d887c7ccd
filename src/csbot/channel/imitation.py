"""What every imitated platform can do, so that tests, benchmarks, faults and the playground speak to all alike.

An imitation is a real HTTP server on a loopback port that validates what it is sent as the platform would, and a
customer whose words it posts as the platform's own signed webhooks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from csbot.domain.delivery import DeliveryState
from csbot.domain.message import Attachment, Contact, Location, MessageKind


class Fault(StrEnum):
    """What can be made to go wrong.

    LIMIT answers 429 with a wait; ERROR answers 500 (nothing taken); HANG takes the call and never answers; CUT takes
    it and drops the connection; REPEAT posts each webhook twice; REORDER posts the waiting webhooks in another order;
    SLOW answers after a second; BLOCKED answers as for a customer who blocked the sender; OPTED_OUT and WINDOW as the
    platform does for those; REFUSED as for a revoked token.
    """

    LIMIT = "429"
    ERROR = "500"
    HANG = "hang"
    CUT = "cut"
    REPEAT = "repeat"
    REORDER = "reorder"
    SLOW = "slow"
    BLOCKED = "blocked"
    OPTED_OUT = "opted_out"
    WINDOW = "window"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a customer does on the platform: one message, press, edit or deletion.

    `user` is the platform's name of the customer (the imitation has a default). `press` is the label of a button the
    customer was shown last (`reply_to`: under which message); `place`, `thread` and `mention` speak in a shared place.
    `edits` and `deletes` name an earlier message's id. `kind` UNSUPPORTED posts something the channel has no word for.
    `reaction` is the emoji put on the message that `reply_to` names.
    """

    text: str = ""
    user: str = ""
    name: str = ""
    kind: MessageKind = MessageKind.TEXT
    attachments: tuple[Attachment, ...] = ()
    location: Location | None = None
    contact: Contact | None = None
    press: str = ""
    reply_to: str = ""
    edits: str = ""
    deletes: str = ""
    album: str = ""
    place: str = ""
    thread: str = ""
    mention: bool = False
    command: str = ""
    reaction: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """A webhook ready to be posted: `path` is under csbot's public URL.

    In a shared place `thread` is the thread the words stand in, or begin.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    external_id: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A webhook as it was posted, and csbot's status; 0 where there was no answer."""

    request: SignedRequest
    status: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer somebody may play: `user` as in `Said`."""

    user: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A shared place: `id` as in `Said.place`."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who and what can be played on an imitation, for those who know no platform.

    `people` begins with who speaks when none is named. `says` is what customers send beside text, `reports` what
    becomes of a message as the platform tells it, in order, `faults` what can befall it.
    """

    people: tuple[Person, ...]
    places: tuple[Place, ...] = ()
    says: frozenset[MessageKind] = frozenset()
    reports: tuple[DeliveryState, ...] = ()
    faults: frozenset[Fault] = frozenset(Fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a customer would see of one accepted call; `call` is the raw call for those who look behind the page."""

    user: str
    text: str
    at: datetime
    external_id: str
    choices: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    place: str = ""
    thread: str = ""
    template: bool = False
    call: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request csbot made to the platform's API, taken or not.

    `name` is the platform's name of it ("sendMessage", "chat.postMessage"), free of secrets. `fields` are query and
    body: JSON as it is, form fields as text (a list where one is repeated), files as bytes. Header names are in lower
    case. `fault` is what was made to befall it.
    """

    name: str
    method: str
    path: str
    at: datetime
    fields: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None


class Imitation(Protocol):
    """An imitated platform; entering it starts its server.

    `connect` tells where csbot serves (`public_url`) and under which channel id; it may be called after `settings`.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def settings(self) -> dict[str, object]:
        """The channel's settings, as in csbot.toml, that point csbot at this imitation."""
        ...

    def connect(self, public_url: str, channel: str, *, post_to: str = "") -> None:
        """Where webhooks go. They are signed for `public_url` and posted there, or to `post_to` where that is given."""
        ...

    def webhooks(self, said: Said) -> Sequence[SignedRequest]:
        """The webhooks the platform would post for this, signed, not posted (an album is several)."""
        ...

    def sign(
        self, body: bytes, *, route: str = "webhook", content_type: str = "", at: datetime | None = None
    ) -> SignedRequest:
        """A webhook with this body for `/channels/<id>/<route>`, signed as the platform would then (None: now)."""
        ...

    async def post(self, requests: Sequence[SignedRequest]) -> int:
        """Post webhooks, again while csbot does not take them; returns the last one's status."""
        ...

    async def customer_says(self, said: Said) -> int:
        """Post the webhooks as the platform would, again while csbot does not take them; returns the last status."""
        ...

    async def receipt(self, external_id: str, state: DeliveryState, *, code: int = 0) -> int:
        """Post the platform's delivery receipt for a message it took; 0 where the platform has none."""
        ...

    async def block(self, user: str, *, blocked: bool = True) -> int:
        """The customer blocks (or unblocks) the sender; 0 where the platform does not tell."""
        ...

    def received(self, user: str = "") -> Sequence[Shown]:
        """What the customer would see, in order; all customers without `user`."""
        ...

    def fault(self, fault: Fault, times: int = 1, *, after_s: float = 1.0) -> None:
        """Make the next `times` calls (or webhooks) go wrong; `after_s` is what a 429 asks to wait. 0 ends it."""
        ...

    @property
    def cast(self) -> Cast:
        """Who and what can be played here."""
        ...

    @property
    def faults(self) -> Mapping[Fault, int]:
        """What will go wrong yet, and how often."""
        ...

    @property
    def posted(self) -> Sequence[Posted]:
        """Every webhook posted, in the order in which csbot answered."""
        ...

    def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` after each thing that happens here: a webhook answered, a call made, a message shown."""
        ...

    @property
    def calls(self) -> int:
        """How many sends were attempted, the refused ones too."""
        ...

    @property
    def log(self) -> Sequence[Call]:
        """Every request to the platform's API, in order, sends or not."""
        ...

    @property
    def sends(self) -> Sequence[Call]:
        """Every send attempted, in order, the refused ones too."""
        ...

    def answer_next(self, status: int, body: str, headers: Mapping[str, str] | None = None) -> None:
        """The next send is not taken but answered just so; several are used up in order, before any `fault`."""
        ...

    def hold(self, ref: str, content: bytes) -> None:
        """The platform holds this file under that reference (`Attachment.ref`), for `Channel.fetch`."""
        ...
