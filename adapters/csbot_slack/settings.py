"""What an operator enters for a Slack app."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from csbot.channel.protocol import ChannelSettings

API_BASE = "https://slack.com/api/"


class SlackSettings(ChannelSettings):
    """`[channels.slack]`.

    `mode` "http" takes signed webhooks and needs `signing_secret`; "socket" asks Slack for a connection and needs
    `app_token` (xapp-..., scope connections:write). `api_base` stands for https://slack.com/api/; files are fetched
    from Slack's hosts or its host only. `bot_user_id` (U...) need only be given where events come without
    `authorizations`. `rate` is for all chats together: Slack takes several hundred messages a minute from an app, and
    one a second in a chat, which a 429 of its own pauses (docs.slack.dev/apis/web-api/rate-limits, 2026-11-22).

    Outside direct messages csbot answers whoever mentions it, replies in a thread it began itself, and everything in
    the channels of `answer_in` (their ids). In a thread somebody else began it goes on with whoever mentioned it there
    until that conversation is closed; others have to mention it.
    """

    kind: Literal["slack"] = "slack"
    bot_token: Annotated[SecretStr, Field(min_length=1)]
    signing_secret: SecretStr = SecretStr("")
    mode: Literal["http", "socket"] = "http"
    app_token: SecretStr = SecretStr("")
    api_base: str = API_BASE
    rate: float = Field(default=10.0, ge=0)
    answer_in: tuple[str, ...] = ()
    bot_user_id: str = ""

    @field_validator("api_base")
    @classmethod
    def _with_a_slash(cls, value: str) -> str:
        base = urlsplit(value)
        if base.scheme not in {"http", "https"} or not base.hostname:
            raise ValueError("must be an http or https address")
        return value.rstrip("/") + "/"

    @field_validator("answer_in", mode="before")
    @classmethod
    def _from_one_line(cls, value: object) -> object:
        # The environment has no lists: CSBOT_CHANNELS__SLACK__ANSWER_IN="C1,C2".
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _with_its_token(self) -> Self:
        if self.mode == "socket" and not self.app_token.get_secret_value():
            raise ValueError('mode "socket" needs app_token')
        return self
