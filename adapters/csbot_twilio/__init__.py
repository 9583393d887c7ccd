"""SMS and WhatsApp through Twilio: two kinds of channel over one API."""

from __future__ import annotations

from urllib.parse import quote

from csbot.channel.imitation import Imitation
from csbot.channel.protocol import BuildContext, Channel, ChannelSettings, ChannelSpec, Door
from csbot.domain.capabilities import Arrival, Capabilities
from csbot.domain.message import MessageKind
from csbot_twilio.settings import SmsSettings, TwilioSettings, WhatsAppSettings

TEXT_LIMIT = 1600
"""Characters of one call: https://www.twilio.com/docs/messaging/api/message-resource (2026-11), error 21617."""

ROUTES = {
    "webhook": "A message comes in (webhook, HTTP POST)",
    "status": "Status callback URL (csbot asks for it with each message; it need not be entered)",
}


def _sms_capabilities(settings: ChannelSettings) -> Capabilities:
    """Text in segments. A sender with letters only sends, and says where to go on."""
    assert isinstance(settings, SmsSettings)
    return Capabilities(
        arrival=frozenset({Arrival.WEBHOOK}),
        inbound=not settings.only_sends,
        text_limit=TEXT_LIMIT,
        receipts=True,
        fetch=True,
        segments=True,
        ascii_turkish=settings.ascii_turkish,
        continue_link=settings.whatsapp_link if settings.only_sends else "",
    )


def _whatsapp_capabilities(settings: ChannelSettings) -> Capabilities:
    """Text and files for 24 hours after the customer's last word, an approved template (if there is one) later.

    Buttons would need a Content resource for each wording of each question; a numbered list needs none.
    """
    assert isinstance(settings, WhatsAppSettings)
    return Capabilities(
        arrival=frozenset({Arrival.WEBHOOK}),
        text_limit=TEXT_LIMIT,
        media=frozenset(
            {MessageKind.PHOTO, MessageKind.DOCUMENT, MessageKind.VIDEO, MessageKind.AUDIO, MessageKind.VOICE}
        ),
        media_by_link=True,
        receipts=True,
        fetch=True,
        window_s=24 * 60 * 60,
        template_fallback=bool(settings.fallback_content_sid),
    )


def _sms_link(settings: ChannelSettings, words: str) -> str:
    """RFC 5724, but "?&body=": phones of one maker want the one sign before it, of another the other."""
    assert isinstance(settings, SmsSettings)
    can_be_written_to = settings.sender and not settings.only_sends
    return f"sms:{settings.sender}?&body={quote(words, safe='')}" if can_be_written_to else ""


def _whatsapp_link(settings: ChannelSettings, words: str) -> str:
    """Click to chat: https://faq.whatsapp.com/5913398998672934 (2026-11)."""
    assert isinstance(settings, WhatsAppSettings)
    number = settings.sender.removeprefix("+")
    return f"https://wa.me/{number}?text={quote(words, safe='')}" if number else ""


def _build(context: BuildContext, settings: ChannelSettings) -> Channel:
    from csbot_twilio.channel import TwilioChannel  # the SDK is for those who have such a channel

    assert isinstance(settings, TwilioSettings)
    spec = SMS if isinstance(settings, SmsSettings) else WHATSAPP
    return TwilioChannel(context, settings, spec.capabilities(settings))


def _sms_imitation(*, port: int = 0, receipts: bool = False) -> Imitation:
    from csbot_twilio.imitation import TwilioImitation

    return TwilioImitation("sms", port=port, receipts=receipts)


def _whatsapp_imitation(*, port: int = 0, receipts: bool = False) -> Imitation:
    from csbot_twilio.imitation import TwilioImitation

    return TwilioImitation("whatsapp", port=port, receipts=receipts)


SMS = ChannelSpec(
    kind="sms",
    title="SMS (Twilio)",
    settings=SmsSettings,
    capabilities=_sms_capabilities,
    build=_build,
    imitation=_sms_imitation,
    door=Door(app="SMS", link=_sms_link),
    extra="twilio",
    routes=ROUTES,
)

WHATSAPP = ChannelSpec(
    kind="whatsapp",
    title="WhatsApp (Twilio)",
    settings=WhatsAppSettings,
    capabilities=_whatsapp_capabilities,
    build=_build,
    imitation=_whatsapp_imitation,
    door=Door(app="WhatsApp", link=_whatsapp_link),
    extra="twilio",
    routes=ROUTES,
)
