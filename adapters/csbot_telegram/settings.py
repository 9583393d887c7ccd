"""Settings of a Telegram channel."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from csbot.channel.protocol import ChannelSettings

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


class TelegramSettings(ChannelSettings):
    """`[channels.telegram]`.

    `token` is BotFather's. `secret` is the `secret_token` given to setWebhook: 1-256 characters of A-Z, a-z, 0-9, _
    and - (core.telegram.org/bots/api#setwebhook, 2026-11). `groups` answers in groups too, where the bot is mentioned
    or replied to; `username` is the bot's @name for that (empty: asked with getMe). `rate` stays below Telegram's 30 a
    second (core.telegram.org/bots/faq, 2026-11).
    """

    kind: str = "telegram"
    token: SecretStr
    secret: SecretStr = SecretStr("")
    mode: Literal["webhook", "polling"] = "webhook"
    api_base: str = Field(default="https://api.telegram.org", pattern=r"^https?://[^\s{}]+$")
    rate: float = Field(default=25.0, ge=0)
    groups: bool = False
    username: str = ""

    @field_validator("username")
    @classmethod
    def _without_at(cls, value: str) -> str:
        return value.removeprefix("@")

    @field_validator("token")
    @classmethod
    def _like_a_token(cls, value: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("is not like BotFather's tokens, digits:letters")
        return value

    @field_validator("secret")
    @classmethod
    def _like_a_secret(cls, value: SecretStr) -> SecretStr:
        if not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("may have A-Z, a-z, 0-9, _ and - only, at most 256 of them")
        return value

    @property
    def bot_id(self) -> int:
        """The bot's own user id, which its token begins with."""
        return int(self.token.get_secret_value().partition(":")[0])
