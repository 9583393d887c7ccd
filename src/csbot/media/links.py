"""Short-lived signed links to files a channel cannot carry."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from csbot.domain.message import Attachment, MessageKind
from csbot.errors import CsbotError


class LinkRefused(CsbotError):
    """The link is forged, damaged or past its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTarget:
    """What a genuine link stands for."""

    channel: str
    attachment: Attachment


class MediaLinks:
    """Signs and opens links: the whole reference is in the link, so nothing is stored for it.

    HMAC-SHA256 over the payload, the expiry included; `base` is csbot's public URL.
    """

    def __init__(self, *, secret: bytes, base: str, ttl_s: int) -> None:
        self._secret = secret
        self._base = base
        self._ttl_s = ttl_s

    def link(self, attachment: Attachment, *, now: datetime) -> str:
        """An address under which the file can be had until the link expires."""
        return f"{self._base}{self.path(attachment, now=now)}"

    def path(self, attachment: Attachment, *, now: datetime) -> str:
        """The same without csbot's public address, for pages of its own."""
        claims = [
            int(now.timestamp()) + self._ttl_s,
            attachment.channel,
            attachment.kind.value,
            attachment.ref,
            attachment.name,
            attachment.mime,
        ]
        payload = _b64(json.dumps(claims, separators=(",", ":")).encode("utf-8"))
        return f"/media/{payload}.{self._sign(payload)}"

    def open(self, token: str, *, now: datetime) -> LinkTarget:
        """What the link stands for; raises LinkRefused."""
        payload, _, signature = token.partition(".")
        # Compared as bytes: compare_digest raises TypeError for text that is not ASCII.
        if not hmac.compare_digest(self._sign(payload).encode(), signature.encode("utf-8", "replace")):
            raise LinkRefused("this link is not genuine")
        expires, channel, kind, ref, name, mime = json.loads(_unb64(payload))
        if now.timestamp() > expires:
            raise LinkRefused("this link has expired")
        attachment = Attachment(kind=MessageKind(kind), ref=ref, name=name, mime=mime, channel=channel)
        return LinkTarget(channel=channel, attachment=attachment)

    def _sign(self, payload: str) -> str:
        return _b64(hmac.digest(self._secret, payload.encode("utf-8", "replace"), hashlib.sha256))


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
