"""The samples as their folder lists them, and what of each csbot must have kept."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

FOLDER = Path(os.environ.get("CSBOT_CONFORMANCE", "."))
PLATFORMS = ("telegram", "slack", "twilio")
NOT_YET = ("whatsapp_cloud",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One webhook body of a platform and what is expected of it."""

    platform: str
    name: str
    content_type: str
    body: bytes
    expect: str

    @property
    def id(self) -> str:
        """What a test is called by."""
        return f"{self.platform}/{self.name}"

    @property
    def payload(self) -> dict[str, Any]:
        """The body as a mapping, whatever it is written as."""
        if self.content_type == "application/json":
            found: dict[str, Any] = json.loads(self.body)
            return found
        fields = dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        return json.loads(fields["payload"]) if "payload" in fields else fields

    @property
    def kind(self) -> str:
        """The kind of channel the sample arrives on."""
        if self.platform != "twilio":
            return self.platform
        ends = self.payload.get("From", "") + self.payload.get("To", "") + self.payload.get("ChannelPrefix", "")
        return "whatsapp" if "whatsapp" in ends else "sms"

    @property
    def route(self) -> str:
        """The route below the channel it is posted to."""
        return "status" if self.platform == "twilio" and self.expect == "status" else "webhook"

    @property
    def text(self) -> str:
        """The customer's words in it, without a platform's markup of a mention."""
        payload = self.payload
        if self.platform == "telegram":
            message = payload.get("message") or payload.get("edited_message") or {}
            return str(message.get("text") or message.get("caption") or "")
        if self.platform == "slack":
            text = str(payload.get("event", {}).get("text", ""))
            return text.rpartition(">")[2].strip() if text.startswith("<@") else text
        return str(payload.get("Body", ""))

    @property
    def attachments(self) -> int:
        """How many files it carries."""
        payload = self.payload
        if self.platform == "slack":
            return len(payload.get("event", {}).get("files", []))
        if self.platform == "twilio":
            return int(payload.get("NumMedia") or 0)
        return 1


def samples() -> Iterator[Sample]:
    """Every sample of the platforms csbot speaks, in their order; a channel it has not yet is left out by name."""
    for platform in PLATFORMS:
        for row in json.loads((FOLDER / platform / "index.json").read_text(encoding="utf-8")):
            yield Sample(
                platform=platform,
                name=row["file"],
                content_type=row["content_type"],
                body=(FOLDER / platform / row["file"]).read_bytes(),
                expect=row["expect"],
            )


def slack_places() -> list[str]:
    """The channels of the Slack samples, for `answer_in`."""
    places = set()
    for sample in samples():
        if sample.platform == "slack":
            payload = sample.payload
            event = payload.get("event", {})
            channel = event.get("channel") or payload.get("channel") or payload.get("channel_id")
            places.add(channel.get("id") if isinstance(channel, dict) else channel)
    return sorted(place for place in places if place)
