"""Settings of the SMS and WhatsApp channels that Twilio carries."""

from __future__ import annotations

import re
from typing import Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr, field_validator, model_validator

from csbot.channel.protocol import ChannelSettings
from csbot.text.phones import e164

TWILIO_API = "https://api.twilio.com"

_WRITTEN_NUMBER = re.compile(r"\+[\d ()./-]+")
_SHORT_CODE = re.compile(r"\d{3,8}")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}")


class TwilioSettings(ChannelSettings):
    """What both kinds need. In csbot.toml `sender` is called `from`; it or `messaging_service_sid` names who sends.

    `api_base` stands for what comes before /2010-04-01. `webhook_key` is the secret of a shared key, for accounts that
    sign their webhooks with one instead of the auth token.
    """

    model_config = ConfigDict(validate_default=True)

    account_sid: str = Field(min_length=1)
    auth_token: SecretStr = Field(min_length=1)
    sender: str = Field(default="", alias="from")
    messaging_service_sid: str = Field(default="", pattern="^(MG[0-9a-zA-Z]+)?$")
    api_base: str = TWILIO_API
    webhook_key: SecretStr | None = Field(default=None, min_length=1)

    @field_validator("api_base")
    @classmethod
    def _has_a_host(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be an address like https://api.twilio.com")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _has_a_sender(self) -> Self:
        if not self.sender and not self.messaging_service_sid:
            raise ValueError("either from or messaging_service_sid says who sends")
        return self


class SmsSettings(TwilioSettings):
    """`rate` counts segments. Short codes carry 100 a second and more, long codes 1 (twilio.com/docs/messaging,
    2026-11): what is more waits in Twilio's own queue, hours long, where an agent's words stand behind the bot's.
    Whoever sends much from a long code sets 1 here.

    `ascii_turkish` sends ş, ğ, ı and their like as ASCII: 160 letters a segment instead of 70. A `from` with letters
    can only send; `whatsapp_link` is where its readers can answer (https://wa.me/...).
    """

    kind: str = "sms"
    rate: float = Field(default=100.0, ge=0)
    ascii_turkish: bool = False
    whatsapp_link: str = Field(default="", pattern="^(https://.+)?$")

    @property
    def only_sends(self) -> bool:
        """The sender is a name, which nobody can answer."""
        return _ALPHANUMERIC.fullmatch(self.sender) is not None

    @field_validator("sender")
    @classmethod
    def _is_a_sender(cls, value: str) -> str:
        value = value.strip()
        if not value or _SHORT_CODE.fullmatch(value) or _ALPHANUMERIC.fullmatch(value):
            return value
        return _number(value)


class WhatsAppSettings(TwilioSettings):
    """`fallback_content_sid` is an approved template with one variable, sent where WhatsApp's 24 hours are over.

    `rate` 80 a second is what WhatsApp takes from one sender.
    """

    kind: str = "whatsapp"
    rate: float = Field(default=80.0, ge=0)
    fallback_content_sid: str = Field(default="", pattern="^(HX[0-9a-zA-Z]+)?$")

    @field_validator("sender")
    @classmethod
    def _is_a_sender(cls, value: str) -> str:
        value = value.strip().removeprefix("whatsapp:").strip()
        return _number(value) if value else ""


def _number(value: str) -> str:
    number = e164(value) if _WRITTEN_NUMBER.fullmatch(value) else ""
    if not number:
        raise ValueError("must be a phone number with its country code, like +905321112233")
    return number
