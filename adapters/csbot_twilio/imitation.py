"""Twilio, imitated: its Messages API with the checks Twilio makes, its media, its signed webhooks and receipts."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from types import TracebackType
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from csbot.channel.errors import WebhookUnreadable
from csbot.channel.imitating import ImitatedPlatform
from csbot.channel.imitation import Call, Cast, Fault, Person, Said, Shown, SignedRequest
from csbot.domain.delivery import DeliveryState
from csbot.domain.message import Attachment, MessageKind
from csbot.text import segments
from csbot_twilio import signatures
from csbot_twilio.payloads import START_WORDS, STOP_WORDS, WHATSAPP

ACCOUNT = "AC" + "0" * 31 + "1"
AUTH_TOKEN = "an-auth-token-of-the-imitation"
SENDER = "+15005550006"
CUSTOMER = "+905321112233"
PEOPLE = (
    Person(user=CUSTOMER, name="Deniz Yılmaz"),
    Person(user="+905337654321", name="Elif Şahin"),
    Person(user="+447700900123", name="Sam Carter"),
)
TEMPLATE = "HX" + "0" * 31 + "1"
MESSAGING_SERVICE = "MG" + "0" * 31 + "1"

_AUTHORIZATION = "Basic " + b64encode(f"{ACCOUNT}:{AUTH_TOKEN}".encode()).decode()
_PARAMETERS = frozenset(
    {"To", "From", "MessagingServiceSid", "Body", "MediaUrl", "StatusCallback", "ContentSid", "ContentVariables"}
)
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_CONTENT = re.compile(r"HX[0-9a-fA-F]{32}")
_MESSAGES = re.compile(r"/2010-04-01/Accounts/(\w+)/Messages\.json")
_MIME = {
    MessageKind.PHOTO: "image/jpeg",
    MessageKind.VIDEO: "video/mp4",
    MessageKind.VOICE: "audio/ogg",
    MessageKind.AUDIO: "audio/mpeg",
    MessageKind.STICKER: "image/webp",
    MessageKind.DOCUMENT: "application/pdf",
    MessageKind.CONTACT: "text/vcard",
}
_REFUSALS = {
    Fault.LIMIT: (429, 20429, "Too Many Requests"),
    Fault.ERROR: (500, 20500, "Internal Server Error"),
    Fault.BLOCKED: (400, 63024, "Invalid message recipient"),
    Fault.OPTED_OUT: (400, 21610, "Attempt to send to unsubscribed recipient"),
    Fault.WINDOW: (400, 63016, "Freeform message outside the allowed window"),
    Fault.REFUSED: (401, 20003, "Authenticate"),
}
_TEMPLATES = {63040: "Template rejected", 63041: "Template paused", 63042: "Template disabled"}


class Refused(Exception):
    """What Twilio finds wrong with a call."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class TwilioImitation(ImitatedPlatform):
    """One account with one sender of the kind "sms" or "whatsapp".

    With `receipts` each message it takes is reported sent and delivered, as Twilio would. By SMS a customer who says
    STOP is not written to until they say START.
    """

    def __init__(
        self,
        kind: str,
        *,
        port: int = 0,
        receipts: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience_s: float = 30.0,
    ) -> None:
        super().__init__(port=port, clock=clock, patience_s=patience_s)
        self._prefix = WHATSAPP if kind == "whatsapp" else ""
        read, place = ((DeliveryState.READ,), {MessageKind.LOCATION}) if self._prefix else ((), set())
        self.cast = Cast(
            people=PEOPLE,
            says=frozenset({MessageKind.PHOTO, *place}),
            reports=(DeliveryState.DELIVERED, *read),
        )
        self._kind = kind
        self._receipts = receipts
        self._secret = AUTH_TOKEN.encode()
        self.refused_templates: dict[str, int] = {}
        """Templates WhatsApp takes no more, with the code Twilio then answers: 63041 paused, 63042 disabled."""
        self._opted_out: set[str] = set()
        self._run, self._numbers = secrets.token_hex(8), count(1)
        self._reporting: set[asyncio.Task[None]] = set()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._reporting:
            task.cancel()
        await asyncio.gather(*self._reporting, return_exceptions=True)
        await super().__aexit__(kind, error, trace)

    def settings(self) -> dict[str, object]:
        """See `Imitation`."""
        return {
            "kind": self._kind,
            "account_sid": ACCOUNT,
            "auth_token": AUTH_TOKEN,
            "from": self._prefix + SENDER,
            "api_base": self.base_url,
        }

    # -- the API ---------------------------------------------------------------------------------------------------

    def name(self, method: str, path: str) -> str:
        """See `ImitatedPlatform`."""
        return "Messages.create" if method == "POST" and _MESSAGES.fullmatch(path) else f"{method} {path}"

    def is_send(self, name: str) -> bool:
        """See `ImitatedPlatform`."""
        return name == "Messages.create"

    async def answer(self, call: Call) -> web.StreamResponse:
        """See `ImitatedPlatform`."""
        try:
            if call.headers.get("authorization") != _AUTHORIZATION:
                raise Refused(401, 20003, "Authenticate")
            if self.is_send(call.name):
                return self._create(call)
            return self._look_up(call)
        except Refused as refused:
            return _refusal(refused.status, refused.code, refused.message)

    def refuse(self, fault: Fault, call: Call, *, after_s: float) -> web.Response:
        """See `ImitatedPlatform`."""
        headers = {"Retry-After": str(round(after_s))} if fault is Fault.LIMIT else {}
        return _refusal(*_REFUSALS[fault], headers=headers)

    def _create(self, call: Call) -> web.Response:
        fields = call.fields
        to = self._checked(call)
        sid = self._sid("SM")
        body, media = str(fields.get("Body", "")), _listed(fields.get("MediaUrl"))
        if "ContentSid" in fields:
            body = str(json.loads(str(fields["ContentVariables"]))["1"])
        shown = Shown(
            user=to.removeprefix(WHATSAPP),
            text=body,
            at=call.at,
            external_id=sid,
            attachments=tuple(media),
            template="ContentSid" in fields,
            call=fields,
        )
        self.show(shown)
        if self._receipts and "StatusCallback" in fields:
            task = asyncio.create_task(self._report(sid))
            self._reporting.add(task)
            task.add_done_callback(self._reporting.discard)
        told = {
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": body,
            "date_created": format_datetime(call.at, usegmt=True),
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": fields.get("From"),
            "messaging_service_sid": fields.get("MessagingServiceSid"),
            "num_media": str(len(media)),
            "num_segments": str(1 if self._prefix else segments.count(body)),
            "sid": sid,
            "status": "queued",
            "to": to,
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
        }
        return web.Response(status=201, body=json.dumps(told).encode(), content_type="application/json")

    def _checked(self, call: Call) -> str:
        """The recipient of a call that Twilio would take; raises Refused otherwise."""
        fields = call.fields
        if not call.headers.get("content-type", "").startswith(signatures.FORM):
            raise Refused(415, 20415, "Unsupported Media Type")
        if f"/Accounts/{ACCOUNT}/" not in call.path:
            raise Refused(404, 20404, "The requested resource was not found")
        if unknown := set(fields) - _PARAMETERS:
            raise Refused(400, 20001, f"Unknown parameters: {sorted(unknown)}")
        to, sender, service = (str(fields.get(name, "")) for name in ("To", "From", "MessagingServiceSid"))
        if not to:
            raise Refused(400, 21604, "A 'To' phone number is required")
        if bool(self._prefix) != to.startswith(WHATSAPP) or (not self._prefix and not _E164.fullmatch(to)):
            raise Refused(400, 21211, "The 'To' number is not a valid phone number")
        if not sender and not service:
            raise Refused(400, 21603, "A 'From' phone number is required")
        if (service and service != MESSAGING_SERVICE) or (self._prefix and sender not in {"", self._prefix + SENDER}):
            raise Refused(400, 63007 if self._prefix else 21701, "No such sender in this account")
        if sender.startswith("+") and sender != SENDER:
            raise Refused(400, 21606, "The 'From' number is not a valid, message-capable number of this account")
        if to.removeprefix(WHATSAPP) in self._opted_out:
            raise Refused(400, 21610, "Attempt to send to unsubscribed recipient")
        self._check_content(fields)
        return to

    def _check_content(self, fields: Mapping[str, object]) -> None:
        body, media = str(fields.get("Body", "")), _listed(fields.get("MediaUrl"))
        if not body and not media and "ContentSid" not in fields:
            raise Refused(400, 21619, "A text message body or media urls must be specified")
        if len(body) > 1600:
            raise Refused(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if len(media) > (1 if self._prefix else 10):
            raise Refused(400, 21623, "Number of media files exceeds allowed limit")
        for url in [*media, *_listed(fields.get("StatusCallback"))]:
            if not urlsplit(url).netloc:
                raise Refused(400, 21609 if url == fields.get("StatusCallback") else 21620, "Invalid URL")
        if "ContentSid" not in fields:
            return
        if not _CONTENT.fullmatch(str(fields["ContentSid"])) or not self._prefix:
            raise Refused(400, 21655, "The ContentSid is invalid")
        try:
            variables = json.loads(str(fields.get("ContentVariables", "{}")))
        except ValueError:
            variables = None
        if not isinstance(variables, dict) or not variables.get("1") or "\n" in str(variables["1"]):
            raise Refused(400, 21656, "The ContentVariables are invalid")
        if code := self.refused_templates.get(str(fields["ContentSid"])):
            raise Refused(400, code, _TEMPLATES[code])

    def _look_up(self, call: Call) -> web.StreamResponse:
        """What `check` and `fetch` ask for."""
        account = f"/2010-04-01/Accounts/{ACCOUNT}"
        known: dict[str, Mapping[str, object]] = {
            f"{account}.json": {"sid": ACCOUNT, "status": "active"},
            f"/v1/Services/{MESSAGING_SERVICE}": {"sid": MESSAGING_SERVICE},
            f"/v1/Content/{TEMPLATE}": {"sid": TEMPLATE},
        }
        if call.path in known:
            return web.json_response(known[call.path])
        if call.path == f"{account}/IncomingPhoneNumbers.json":
            owned = call.fields.get("PhoneNumber") == SENDER
            return web.json_response({"incoming_phone_numbers": [{"phone_number": SENDER}] if owned else []})
        content = self.files.get(call.path.removeprefix("/2010-04-01/"))
        if call.method == "GET" and content is not None:
            return web.Response(body=content, content_type="application/octet-stream")
        raise Refused(404, 20404, "The requested resource was not found")

    # -- webhooks --------------------------------------------------------------------------------------------------

    def sign(
        self, body: bytes, *, route: str = "webhook", content_type: str = "", at: datetime | None = None
    ) -> SignedRequest:
        """See `Imitation`; Twilio signs no time, and another body than a form by its hash in the address."""
        path = self.path(route)
        fields: signatures.Fields = ()
        content_type = content_type or signatures.FORM
        if content_type == signatures.FORM:
            with suppress(WebhookUnreadable):
                fields = signatures.read_form(body)
        else:
            path = f"{path}?{signatures.BODY_HASH}={hashlib.sha256(body).hexdigest()}"
        return self._signed(path, body, fields, content_type)

    def _signed(
        self, path: str, body: bytes, fields: Sequence[tuple[str, str]], content_type: str, sid: str = ""
    ) -> SignedRequest:
        headers = {
            "Content-Type": content_type,
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signatures.sign(self._secret, self.public_url + path, fields),
        }
        return SignedRequest(method="POST", path=path, headers=headers, body=body, external_id=sid)

    def _form(self, route: str, fields: Mapping[str, str], sid: str) -> SignedRequest:
        return self._signed(self.path(route), urlencode(fields).encode(), list(fields.items()), signatures.FORM, sid)

    def webhooks(self, said: Said) -> Sequence[SignedRequest]:
        """See `Imitation`; neither edits nor deletions reach a number."""
        if said.edits or said.deletes:
            return ()
        user, sid = said.user or CUSTOMER, self._sid("SM")
        if not self._prefix:
            self._heed(user, said.text)
        fields = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "Body": said.press or said.text,
            "From": self._prefix + user,
            "MessageSid": sid,
            "NumMedia": str(len(said.attachments)),
            "NumSegments": "1",
            "SmsMessageSid": sid,
            "SmsSid": sid,
            "SmsStatus": "received",
            "To": self._prefix + SENDER,
        }
        if self._prefix:
            fields |= {"ProfileName": said.name or "Deniz Yılmaz", "WaId": user.lstrip("+"), "MessageType": _type(said)}
        if said.reply_to:
            fields["OriginalRepliedMessageSid"] = said.reply_to
        if said.press:
            fields |= {"ButtonText": said.press, "ButtonPayload": said.press}
        if said.location:
            fields |= {"Latitude": str(said.location.latitude), "Longitude": str(said.location.longitude)}
            fields["Label"] = said.location.label
        for at, attachment in enumerate(said.attachments):
            fields |= self._media(at, attachment, sid)
        return (self._form("webhook", fields, sid),)

    def _media(self, at: int, attachment: Attachment, sid: str) -> dict[str, str]:
        ref = attachment.ref
        if not ref.startswith("Accounts/"):
            ref = f"Accounts/{ACCOUNT}/Messages/{sid}/Media/{self._sid('ME')}"
            self.files[ref] = self.files.get(attachment.ref, b"")
        mime = attachment.mime or _MIME.get(attachment.kind, "application/octet-stream")
        return {f"MediaUrl{at}": f"{self.base_url}/2010-04-01/{ref}", f"MediaContentType{at}": mime}

    def _heed(self, user: str, text: str) -> None:
        """Twilio itself acts on the words of opting out and in."""
        word = text.strip().upper()
        if word in STOP_WORDS:
            self._opted_out.add(user)
        elif word in START_WORDS:
            self._opted_out.discard(user)

    async def receipt(self, external_id: str, state: DeliveryState, *, code: int = 0) -> int:
        """See `Imitation`."""
        fields = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "From": self._prefix + SENDER,
            "MessageSid": external_id,
            "MessageStatus": state.value,
            "SmsSid": external_id,
            "SmsStatus": state.value,
        }
        if code:
            fields |= {"ErrorCode": str(code), "ErrorMessage": "Unknown error"}
        return await self.post([self._form("status", fields, external_id)])

    async def _report(self, sid: str) -> None:
        for state in (DeliveryState.SENT, DeliveryState.DELIVERED):
            await self.receipt(sid, state)

    def _sid(self, kind: str) -> str:
        return f"{kind}{self._run}{next(self._numbers):016x}"


def _type(said: Said) -> str:
    if said.kind is MessageKind.UNSUPPORTED:
        return "unsupported"
    if said.press:
        return "button"
    if said.location:
        return "location"
    names = {MessageKind.PHOTO: "image", MessageKind.VOICE: "audio", MessageKind.CONTACT: "contacts"}
    return names.get(said.attachments[0].kind, said.attachments[0].kind.value) if said.attachments else "text"


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _refusal(status: int, code: int, message: str, *, headers: Mapping[str, str] | None = None) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    told = json.dumps({"code": code, "message": message, "more_info": more, "status": status})
    return web.Response(status=status, body=told.encode(), content_type="application/json", headers=headers)
