"""SMS and WhatsApp through Twilio, as cases of the channel contract."""

from __future__ import annotations

import json
from pathlib import Path

from csbot.channel.errors import (
    ChannelBroken,
    Gone,
    NotSent,
    OptedOut,
    OutcomeUnknown,
    RateLimited,
    RetryScope,
    SendError,
    TemplateRefused,
    Undeliverable,
    WindowClosed,
)
from csbot.channel.testing import ChannelCase, Garbage, OutgoingSample, PlatformError
from csbot.domain.address import Address
from csbot.domain.message import Attachment, MessageKind, OutgoingPart
from csbot_twilio import SMS, WHATSAPP
from csbot_twilio.imitation import ACCOUNT, MESSAGING_SERVICE, TEMPLATE

HERE = Path(__file__).parent
FORM = "application/x-www-form-urlencoded"
MEDIA = f"Accounts/{ACCOUNT}/Messages/SM{'0' * 31}9/Media/ME{'0' * 31}9"

GARBAGE = (
    Garbage(name="no_form", body=b"Body", content_type=FORM),
    Garbage(name="empty_form", body=b"", content_type=FORM),
    Garbage(name="json_as_form", body=b'{"Body": "x"}', content_type=FORM),
    Garbage(name="no_utf8_form", body=b"Body=\xff\xfe", content_type=FORM),
    Garbage(name="too_many_fields", body=b"a=1&" * 2000 + b"a=1", content_type=FORM),
    Garbage(name="half_a_json", body=b'{"Body": ', content_type="application/json"),
    Garbage(name="no_utf8", body=b'{"Body": "\xff"}', content_type="application/json"),
    Garbage(name="empty_json", body=b"", content_type="application/json"),
    Garbage(name="deep_json", body=b"[" * 100_000 + b"]" * 100_000, content_type="application/json"),
)


def refusal(
    code: int,
    error: type[SendError],
    *,
    status: int = 400,
    message: str = "What Twilio says",
    retry_after: str = "",
    after_s: float | None = None,
) -> PlatformError:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return PlatformError(
        name=f"{status}_{code}",
        status=status,
        body=json.dumps({"code": code, "message": message, "more_info": more, "status": status}),
        error=error,
        headers={"Retry-After": retry_after} if retry_after else {},
        after_s=after_s,
        scope=RetryScope.CHANNEL if error is RateLimited else None,
    )


OF_BOTH_KINDS = (
    refusal(20429, RateLimited, status=429, retry_after="7", after_s=7.0),
    refusal(20001, RateLimited, status=429, after_s=1.0),
    refusal(20003, ChannelBroken, status=401),
    refusal(20404, ChannelBroken, status=404),
    refusal(20005, ChannelBroken, status=403),
    refusal(20500, NotSent, status=500),
    refusal(21617, Undeliverable),
    refusal(99999, Undeliverable),
    PlatformError(name="503_page", status=503, body="<html>down</html>", error=NotSent),
    PlatformError(name="403_page", status=403, body="", error=ChannelBroken),
    PlatformError(name="302_elsewhere", status=302, body="", error=ChannelBroken),
    PlatformError(name="201_without_a_name", status=201, body="{}", error=OutcomeUnknown),
    PlatformError(name="201_no_json", status=201, body="taken", error=OutcomeUnknown),
    PlatformError(name="400_list", status=400, body='[{"code": "x"}]', error=Undeliverable),
)

OF_SMS = (
    refusal(20429, RateLimited, status=429, retry_after="Wed, 21 Oct 2026 07:28:00 GMT", after_s=1.0),
    refusal(21611, RateLimited, after_s=30.0),
    refusal(30001, RateLimited, after_s=30.0),
    refusal(21610, OptedOut),
    refusal(21211, Gone),
    refusal(21614, Gone),
    refusal(21606, ChannelBroken),
    refusal(21608, Undeliverable, status=403),
    refusal(21408, Undeliverable, status=403),
)

OF_WHATSAPP = (
    refusal(63018, RateLimited, after_s=1.0),
    refusal(63018, RateLimited, status=429, retry_after="0", after_s=1.0),
    refusal(63016, WindowClosed),
    refusal(63040, TemplateRefused),
    refusal(63041, TemplateRefused),
    refusal(63042, TemplateRefused),
    refusal(63027, TemplateRefused),
    refusal(63003, Gone),
    refusal(63024, Gone),
    refusal(63007, ChannelBroken),
    refusal(63049, Undeliverable),
)

TEXT = OutgoingSample(name="text", body=OutgoingPart(text="Kargonuz yola çıktı.\n\n1. Evet\n2. Hayır"))
LONGEST = OutgoingSample(name="longest", body=OutgoingPart(text="ş" * 1600, cost=24))


def file(kind: MessageKind) -> OutgoingSample:
    link = f"https://csbot.example/m/{kind}?signature=abc"
    return OutgoingSample(name=kind.value, body=OutgoingPart(attachments=(Attachment(kind=kind, ref=link),)))


CASES = (
    ChannelCase(
        name="sms",
        spec=SMS,
        folder=HERE / "sms",
        customer=Address(channel="sms", user="+905321112233"),
        signature_headers=("x-twilio-signature",),
        garbage=GARBAGE,
        ignored=frozenset({"queued"}),
        outgoing=(TEXT, LONGEST),
        errors=OF_BOTH_KINDS + OF_SMS,
        file=Attachment(kind=MessageKind.PHOTO, ref=MEDIA),
    ),
    ChannelCase(
        name="sms_by_a_name",
        spec=SMS,
        folder=HERE / "named",
        customer=Address(channel="sms", user="+905321112233"),
        settings={"from": "SHOP", "whatsapp_link": "https://wa.me/905321112233"},
        signature_headers=("x-twilio-signature",),
        garbage=GARBAGE[:1],
        outgoing=(TEXT,),
        errors=OF_SMS[:1],
        file=Attachment(kind=MessageKind.PHOTO, ref=MEDIA),
    ),
    ChannelCase(
        name="whatsapp",
        spec=WHATSAPP,
        folder=HERE / "whatsapp",
        customer=Address(channel="whatsapp", user="+905321112233"),
        settings={"fallback_content_sid": TEMPLATE, "messaging_service_sid": MESSAGING_SERVICE},
        signature_headers=("x-twilio-signature",),
        garbage=GARBAGE,
        ignored=frozenset({"accepted"}),
        outgoing=(
            TEXT,
            OutgoingSample(name="template", body=OutgoingPart(text="Merhaba,\n\nsorunuz için"), template=True),
            OutgoingSample(
                name="scoped_id",
                body=OutgoingPart(text="Hello."),
                to=Address(channel="whatsapp", user="US.13491208655302741918"),
            ),
            file(MessageKind.PHOTO),
            file(MessageKind.DOCUMENT),
            file(MessageKind.VIDEO),
            file(MessageKind.AUDIO),
            file(MessageKind.VOICE),
        ),
        errors=OF_BOTH_KINDS + OF_WHATSAPP,
        file=Attachment(kind=MessageKind.PHOTO, ref=MEDIA),
    ),
)
