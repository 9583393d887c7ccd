"""Settings of web chat."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from csbot.channel.protocol import ChannelSettings

SHORTEST_SECRET = 16


class WebChatSettings(ChannelSettings):
    """`secret` signs who visitors are; `origins` may embed the chat; `color` and `title` are the brand's.

    `pace` is how many messages a visitor may send a minute, `newcomers` how many new visitors may come from one address
    in that time.
    """

    kind: str = "webchat"
    secret: SecretStr | None = None
    origins: tuple[str, ...] = ()
    color: str = ""
    title: str = Field(default="", max_length=60)
    pace: int = Field(default=30, gt=0)
    newcomers: int = Field(default=60, ge=0)

    @field_validator("secret")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(
                f"needs at least {SHORTEST_SECRET} characters; "
                "make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        return value

    @field_validator("origins")
    @classmethod
    def _origins(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_origin(value) for value in values)

    @field_validator("color")
    @classmethod
    def _color(cls, value: str) -> str:
        if value and not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise ValueError('must be written like "#0b665b"')
        return value.lower()


def _origin(value: str) -> str:
    """An origin in the spelling browsers use; it stands in a header, so nothing else may."""
    try:
        parts = urlsplit(value.lower())
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{value!r} is no address") from error
    host = parts.hostname or ""
    sound = re.fullmatch(r"[a-z0-9.-]+", host) and parts.path in {"", "/"} and not (parts.query or parts.fragment)
    if parts.scheme not in {"http", "https"} or not sound or "@" in parts.netloc:
        raise ValueError(f'{value!r} is no origin; write it like "https://www.shop.example"')
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")
