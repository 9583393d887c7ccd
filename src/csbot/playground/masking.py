"""What goes over the wire, shown raw but for its secrets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from pydantic import SecretStr

from csbot.channel.imitation import Call, SignedRequest
from csbot.channel.protocol import ChannelSettings

HIDDEN = "•••"
_HEADERS = frozenset({"authorization", "cookie"})
_FIELDS = frozenset({"token"})
_MEDIA = re.compile(r"(/media/)[\w.~%=-]+")


@dataclass(frozen=True, slots=True, repr=False)
class Mask:
    """Hides what must not be shown: every secret of the settings wherever it stands, credentials, links to files."""

    secrets: tuple[str, ...]

    @classmethod
    def of(cls, settings: Iterable[ChannelSettings], *others: str) -> Mask:
        """A mask of all secret settings, and of `others`."""
        found = {
            value.get_secret_value()
            for one in settings
            for value in dict(one).values()
            if isinstance(value, SecretStr) and value.get_secret_value()
        }
        return cls(tuple(sorted({*found, *others}, key=len, reverse=True)))

    def hide(self, text: str) -> str:
        """The text with its secrets hidden."""
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        return _MEDIA.sub(rf"\1{HIDDEN}", text)

    def webhook(self, request: SignedRequest) -> str:
        """A webhook as it was posted."""
        head = [f"{request.method} {request.path}", *self._headers(request.headers)]
        return self.hide("\n".join([*head, "", self._body(request.body.decode("utf-8", "replace"))]))

    def call(self, call: Call) -> str:
        """A call as it came to the platform."""
        head = [f"{call.method} {call.path}", *self._headers(call.headers)]
        return self.hide("\n".join([*head, "", _json(self._fields(call.fields))]))

    def _headers(self, headers: Mapping[str, str]) -> list[str]:
        return [f"{name}: {HIDDEN if name.lower() in _HEADERS else value}" for name, value in headers.items()]

    def _body(self, body: str) -> str:
        try:
            return _json(self._fields(json.loads(body)))
        except ValueError:
            pairs = dict(parse_qsl(body, keep_blank_values=True))
        if not pairs:
            return body
        if "payload" in pairs:
            pairs["payload"] = self._body(pairs["payload"])
        return "\n".join(f"{name} = {value}" for name, value in self._pairs(pairs).items())

    def _pairs(self, pairs: Mapping[str, str]) -> Mapping[str, str]:
        return {name: HIDDEN if name in _FIELDS else value for name, value in pairs.items()}

    def _fields(self, value: object) -> object:
        if isinstance(value, Mapping):
            return {name: HIDDEN if name in _FIELDS else self._fields(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._fields(one) for one in value]
        return f"({len(value)} bytes)" if isinstance(value, bytes) else value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
