"""Twilio's forms as domain values, and parts as Twilio's forms.

Fields: https://www.twilio.com/docs/messaging/guides/webhook-request and
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status (2026-11).
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping

from csbot.channel.errors import WebhookUnreadable, WindowClosed
from csbot.channel.http import WebhookReply, WebhookRequest
from csbot.channel.protocol import Receipt
from csbot.domain.address import Address, Consent, Sender
from csbot.domain.delivery import DeliveryState
from csbot.domain.events import DeliveryUpdate, Event, EventBody, MessageReceived, Unreadable
from csbot.domain.message import Attachment, Choice, InboundMessage, Location, MessageKind
from csbot.domain.outbox import Part
from csbot.text.clean import clean
from csbot.text.names import looks_like_a_name
from csbot.text.phones import e164
from csbot_twilio.answers import OPTED_OUT, TEMPLATE_REFUSED, WINDOW_CLOSED
from csbot_twilio.settings import TwilioSettings, WhatsAppSettings
from csbot_twilio.signatures import body_hash, is_form, read_form

WHATSAPP = "whatsapp:"

TWIML = WebhookReply(body='<?xml version="1.0" encoding="UTF-8"?><Response/>', content_type="text/xml")
"""Nothing is answered this way: csbot's words are messages of their own."""

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP"})
"""Twilio takes YES, too; without its word for it (OptOutType) csbot does not, since YES also answers questions."""

MOST_MEDIA = 10

_RECEIVED = frozenset({"", "received", "receiving"})
_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "failed": DeliveryState.FAILED,
    "undelivered": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
"""What is still on its way inside Twilio (accepted, scheduled, queued, sending) is no news: its answer said that."""

_KINDS = {"image": MessageKind.PHOTO, "audio": MessageKind.AUDIO, "video": MessageKind.VIDEO}
_WORDLESS = frozenset({"", "text", "button", "interactive"})
_VOICE = frozenset({"audio/ogg", "audio/amr", "audio/opus"})
_CARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
_MEDIA_PATH = re.compile(r"/(Accounts/\w+/Messages/\w+/Media/\w+)$", re.ASCII)


class Fields:
    """The fields of a form by name: the first of a repeated one, without what no database can hold."""

    __slots__ = ("_first",)

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        self._first = dict(reversed(pairs))

    def __getitem__(self, name: str) -> str:
        return clean(self._first.get(name, ""))[0]

    def __contains__(self, name: str) -> bool:
        return name in self._first

    def exact(self, name: str) -> tuple[str, int]:
        """The value, and how many characters it lost."""
        return clean(self._first.get(name, ""))


def receipt(request: WebhookRequest, channel: str, *, is_sms: bool) -> Receipt:
    """The events of a verified webhook, answered by empty TwiML; raises WebhookUnreadable for what is no form.

    Messages and delivery receipts are told apart by what they hold, not by where they were posted.
    """
    body = _unread(request) if not is_form(request) else _body(request, channel, is_sms=is_sms)
    if body is None:
        return Receipt(reply=TWIML)
    key = f"raw:{hashlib.sha256(request.body).hexdigest()}"
    if isinstance(body, MessageReceived):
        key = body.message.external_id
    elif isinstance(body, DeliveryUpdate):
        key = f"{body.external_id}:{body.state}"
    return Receipt(events=(Event(channel=channel, key=key, received_at=request.received_at, body=body),), reply=TWIML)


def _unread(request: WebhookRequest) -> EventBody:
    if not body_hash(request):
        raise WebhookUnreadable("the body is no form, and the signature does not cover it")
    request.json()
    return Unreadable(body=clean(request.text())[0], reason="Twilio posted JSON where a form was expected")


def _body(request: WebhookRequest, channel: str, *, is_sms: bool) -> EventBody | None:
    fields = Fields(read_form(request.body))
    sid = fields["MessageSid"] or fields["SmsSid"]
    status = fields["MessageStatus"] or fields["SmsStatus"]
    if status.lower() not in _RECEIVED and "Body" not in fields:
        return _delivery(fields, sid, status.lower())
    user = fields["From"].removeprefix(WHATSAPP).strip()
    if not user:
        return Unreadable(body=clean(request.text())[0], reason="neither a message with a sender nor a receipt")
    sid = sid or f"raw:{hashlib.sha256(request.body).hexdigest()}"
    return MessageReceived(
        address=Address(channel=channel, user=user),
        message=_message(fields, sid, channel),
        sender=_sender(fields, user),
        consent=_consent(fields, is_sms=is_sms),
    )


def _delivery(fields: Fields, sid: str, status: str) -> DeliveryUpdate | None:
    state = _STATES.get(status)
    if state is None or not sid:
        return None
    if state is not DeliveryState.FAILED:
        return DeliveryUpdate(external_id=sid, state=state)
    code = fields["ErrorCode"]
    reason = f"Twilio {code or status}: {fields['ErrorMessage'] or status}"
    if code == str(WINDOW_CLOSED):
        reason = "window"
    return DeliveryUpdate(
        external_id=sid,
        state=state,
        reason=reason,
        opted_out=code == str(OPTED_OUT),
        template_refused=code.isdecimal() and int(code) in TEMPLATE_REFUSED,
    )


def _sender(fields: Fields, user: str) -> Sender:
    """A number is the same person by SMS and by WhatsApp; a business-scoped id is nobody elsewhere."""
    whatsapp_number = fields["WaId"]
    number = e164(user) or (e164(f"+{whatsapp_number}") if whatsapp_number.isdecimal() else "")
    name = fields["ProfileName"].strip()
    return Sender(person=f"phone:{number}" if number else "", name=name if looks_like_a_name(name) else "")


def _consent(fields: Fields, *, is_sms: bool) -> Consent | None:
    """Whether the words opt out or in.

    By SMS the words are Twilio's, who acts on them itself. On WhatsApp "cancel" and "end" are words about orders, so
    only STOP and START themselves count there.
    """
    told = fields["OptOutType"].strip().upper()
    word = fields["Body"].strip().upper()
    if told == "STOP" or word in (STOP_WORDS if is_sms else {"STOP"}):
        return Consent.OUT
    if told == "START" or word in (START_WORDS if is_sms else {"START"}):
        return Consent.IN
    return None


def _message(fields: Fields, sid: str, channel: str) -> InboundMessage:
    text, dropped = fields.exact("Body")
    attachments = _attachments(fields, sid, channel)
    choice = _choice(fields, text)
    location = _location(fields)
    kind = MessageKind.TEXT
    message_type = fields["MessageType"].strip().lower()
    if choice:
        kind = MessageKind.CHOICE
    elif location:
        kind = MessageKind.LOCATION
    elif attachments:
        is_card = attachments[0].mime in _CARDS
        kind = MessageKind.CONTACT if is_card else attachments[0].kind
    elif message_type not in _WORDLESS and not text:
        kind = MessageKind.UNSUPPORTED
    return InboundMessage(
        external_id=sid,
        kind=kind,
        text=text,
        attachments=attachments,
        choice=choice,
        location=location,
        reply_to=fields["OriginalRepliedMessageSid"],
        dropped=dropped,
    )


def _choice(fields: Fields, text: str) -> Choice | None:
    for payload, label in (("ButtonPayload", "ButtonText"), ("ListId", "ListTitle")):
        if fields[payload] or fields[label]:
            return Choice(label=fields[label] or text, payload=fields[payload])
    return None


def _location(fields: Fields) -> Location | None:
    if "Latitude" not in fields:
        return None
    try:
        latitude, longitude = float(fields["Latitude"]), float(fields["Longitude"])
    except ValueError:
        return None
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    label = ", ".join(part for part in (fields["Label"], fields["Address"]) if part)
    return Location(latitude=latitude, longitude=longitude, label=label)


def _attachments(fields: Fields, sid: str, channel: str) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    account, message_type = fields["AccountSid"], fields["MessageType"].strip().lower()
    for at in range(MOST_MEDIA):
        if f"MediaUrl{at}" not in fields:
            break
        path = _MEDIA_PATH.search(fields[f"MediaUrl{at}"])
        mime = fields[f"MediaContentType{at}"].partition(";")[0].strip().lower()
        # An address elsewhere may carry a token, so only the place in the message is kept of it.
        ref = path[1] if path else f"Accounts/{account}/Messages/{sid}/Media/{at}"
        found.append(Attachment(kind=_media_kind(mime, message_type), ref=ref, mime=mime, channel=channel))
    return tuple(found)


def _media_kind(mime: str, message_type: str) -> MessageKind:
    if mime == "image/webp" and message_type == "sticker":
        return MessageKind.STICKER
    if mime in _VOICE:
        return MessageKind.VOICE
    return _KINDS.get(mime.partition("/")[0], MessageKind.DOCUMENT)


def outgoing(part: Part, settings: TwilioSettings, *, status_callback: str) -> Mapping[str, str | list[str]]:
    """The form of POST .../Messages.json for this part; raises WindowClosed for a template where none will do."""
    prefix = WHATSAPP if isinstance(settings, WhatsAppSettings) else ""
    form: dict[str, str | list[str]] = {"To": prefix + part.to.destination}
    if settings.sender:
        form["From"] = prefix + settings.sender
    if settings.messaging_service_sid:
        form["MessagingServiceSid"] = settings.messaging_service_sid
    if part.template:
        if not isinstance(settings, WhatsAppSettings) or not settings.fallback_content_sid:
            raise WindowClosed("no approved template is set up (fallback_content_sid)")
        if part.body.attachments:
            raise WindowClosed("a template with words cannot carry a file")
        # A variable holds no line breaks: https://www.twilio.com/docs/content/using-variables-with-content-api
        words = " ".join(part.body.text.split())
        form["ContentSid"] = settings.fallback_content_sid
        form["ContentVariables"] = json.dumps({"1": words}, ensure_ascii=False)
    elif part.body.text:
        form["Body"] = part.body.text
    if part.body.attachments:
        form["MediaUrl"] = [attachment.ref for attachment in part.body.attachments]
    if status_callback:
        form["StatusCallback"] = status_callback
    return form
