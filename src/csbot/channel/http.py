"""A webhook request as a value of our own, so that adapters need no web framework to verify and parse one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from csbot.channel.errors import WebhookUnreadable

MAX_DEPTH = 64
"""Deepest nesting of JSON read; platforms stay under 20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """What a platform posted.

    `public_url` is the configured public base plus the raw path and query: what the platform called and signed, never
    the internal Host. `route` is what follows `/channels/<id>/` ("webhook", "status"). `headers` has lower-case names,
    or finds them in any case: ask `header`.
    """

    method: str
    public_url: str
    route: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    query: Mapping[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str:
        """The header's value; empty when missing."""
        return self.headers.get(name.lower(), "")

    @property
    def content_type(self) -> str:
        """The media type alone, lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def text(self) -> str:
        """The body as text; raises WebhookUnreadable when it is not UTF-8. Lone surrogates pass: see `text.clean`."""
        try:
            return self.body.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise WebhookUnreadable("the body is not UTF-8") from error

    def json(self) -> object:
        """The body as JSON; raises WebhookUnreadable when it is none or nests deeper than MAX_DEPTH."""
        return read_json(self.text())

    def form(self) -> list[tuple[str, str]]:
        """The body's form fields in order, blank values kept; raises WebhookUnreadable when it is no form."""
        try:
            return parse_qsl(
                self.text(), keep_blank_values=True, strict_parsing=True, errors="replace", max_num_fields=1000
            )
        except ValueError as error:
            raise WebhookUnreadable("the body is not a form") from error


def read_json(text: str) -> object:
    """The text as JSON; raises WebhookUnreadable when it is none or nests deeper than MAX_DEPTH."""
    _refuse_deep(text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WebhookUnreadable("the body is not JSON") from error


def _refuse_deep(text: str) -> None:
    # A cheap upper bound first: only a text with that many brackets is walked.
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return
    depth = 0
    quoted = escaped = False
    for char in text:
        if quoted:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                quoted = False
        elif char == '"':
            quoted = True
        elif char in "{[":
            depth += 1
            if depth > MAX_DEPTH:
                raise WebhookUnreadable(f"the JSON nests deeper than {MAX_DEPTH}")
        elif char in "}]":
            depth -= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReply:
    """What the platform is answered once the events are durable: a challenge, TwiML, or nothing but the status."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"
