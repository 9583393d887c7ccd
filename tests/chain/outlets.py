"""The channels delivery is tested with: one for each thing a sender may be or lack."""

from __future__ import annotations

from collections.abc import Mapping

from csbot_twilio.imitation import TEMPLATE
from tests.chain.running import Platforms, platform

SEND_S = 1.0

PLATFORMS: Platforms = {
    "telegram": platform("telegram"),
    "slack": platform("slack"),
    "sms": platform("sms"),
    "whatsapp": platform("whatsapp"),
    "templated": platform("whatsapp"),
    "named": platform("sms"),
    "ascii": platform("sms"),
    "slow": platform("sms"),
}
EXTRA: Mapping[str, Mapping[str, object]] = {
    "templated": {"fallback_content_sid": TEMPLATE},
    "named": {"from": "LALE", "whatsapp_link": "https://wa.me/905320000000"},
    "ascii": {"ascii_turkish": True},
    "slow": {"rate": 1},
}
