"""What the chat's page and its server say to each other, as values; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from csbot.errors import CsbotError

BASE = "/chat"


class ChatError(CsbotError):
    """The chat cannot be had, or does not do what was asked; the text says why."""


class Away(ChatError):
    """The server was not reached, or cannot do it now. `is_reached`: it asks to wait `after_s` seconds."""

    def __init__(self, text: str, *, after_s: float = 0.0, is_reached: bool = False) -> None:
        super().__init__(text)
        self.after_s = after_s
        self.is_reached = is_reached


class Unreadable(Away):
    """What answered was not csbot: a proxy that stands in for it, perhaps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a chat is: `base` is its address up to the channel, `origin` whose pages may ask there."""

    origin: str
    base: str
    title: str = ""
    upload_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An answer the bot offers."""

    label: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file in a message; `href` is where it can be had for a while, "" where it cannot."""

    name: str
    kind: str
    size: int | None
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message. `author` is "you", "bot", "agent" or "system"; `key`: what it was sent as."""

    id: int
    key: str
    author: str
    name: str
    text: str
    at: str
    choices: tuple[Choice, ...] = ()
    files: tuple[File, ...] = ()

    @property
    def is_own(self) -> bool:
        """The visitor said it."""
        return self.author == "you"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new; `after` is where to go on from, `holder` the person who has the conversation, `elsewhere` the app in
    which the visitor has gone on; `busy` says that more is on its way.
    """

    lines: tuple[Line, ...]
    after: int
    state: str
    holder: str
    elsewhere: str
    busy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What the visitor sends: words, a choice or a file. Sent again under the same `key`, it is the same message."""

    key: str
    text: str = ""
    choice: Choice | None = None
    file: bytes | None = field(default=None, repr=False)
    name: str = ""

    def body(self) -> dict[str, object]:
        """The JSON of `POST messages`."""
        chosen = {"label": self.choice.label, "payload": self.choice.payload} if self.choice else None
        return {"id": self.key, "text": self.text, "choice": chosen}


def address(url: str, channel: str) -> str:
    """The page of the chat that is meant: `url` itself, or on the server at `url` the channel's, or its first.

    Raises ChatError for what is no such address.
    """
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_sound = False
    if not is_sound:
        raise ChatError(f"{url!r} is no address; write it like https://shop.example/chat/web")
    named = parts.path.strip("/")
    if channel and named not in {"", BASE.strip("/"), f"{BASE.strip('/')}/{channel}"}:
        raise ChatError(f"{url} names its channel itself; leave --channel out, or give the server's address alone")
    if channel:
        return f"{parts.scheme}://{parts.netloc}{BASE}/{channel}"
    return f"{parts.scheme}://{parts.netloc}/{named or BASE.strip('/')}"


def place(url: str, html: str) -> Place | None:
    """The chat whose page this is, found at `url`; None when it is another page."""
    reader = _Page()
    reader.feed(html)
    try:
        told = json.loads(reader.settings)
        base = str(told["base"])
        found = urlsplit(urljoin(url, base))
        return Place(
            origin=f"{found.scheme}://{found.netloc}",
            base=f"{found.scheme}://{found.netloc}{found.path}",
            title=str(told["name"]),
            upload_bytes=int(told["uploadBytes"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


class _Page(HTMLParser):
    """Finds what the page tells its script."""

    settings = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "body":
            self.settings = dict(attrs).get("data-chat") or ""


def news(told: object, origin: str) -> News:
    """The answer to `GET messages`, and the data of a stream's event. Raises Unreadable."""
    try:
        if not isinstance(told, Mapping):
            raise TypeError
        return News(
            lines=tuple(_line(message, origin) for message in told["messages"]),
            after=int(told["after"]),
            state=str(told["state"]),
            holder=str(told["with"]),
            elsewhere=str(told["elsewhere"]),
            busy=bool(told["busy"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("the server's answer is no transcript") from error


def _line(told: Mapping[str, object], origin: str) -> Line:
    choices, files = told["choices"], told["files"]
    if not isinstance(choices, list) or not isinstance(files, list):
        raise TypeError
    return Line(
        id=int(str(told["id"])),
        key=str(told["key"]),
        author=str(told["from"]),
        name=str(told["name"]),
        text=str(told["text"]),
        at=str(told["at"]),
        choices=tuple(Choice(label=str(one["label"]), payload=str(one["payload"])) for one in choices),
        files=tuple(
            File(
                name=str(one["name"]),
                kind=str(one["kind"]),
                size=one["size"],
                href=urljoin(origin, str(one["href"])) if one["href"] else "",
            )
            for one in files
        ),
    )


@dataclass(slots=True)
class Events:
    """Reads a stream of server-sent events as its bytes come, wherever they are cut."""

    _rest: bytes = b""
    _name: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, chunk: bytes) -> Iterator[tuple[str, str]]:
        """The events that are whole by now: name and data."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for raw in lines:
            line = raw.decode("utf-8", "replace").removesuffix("\r")
            if not line:
                if self._name or self._data:
                    yield self._name or "message", "\n".join(self._data)
                self._name, self._data = "", []
                continue
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                self._name = value
            elif name == "data":
                self._data.append(value)
