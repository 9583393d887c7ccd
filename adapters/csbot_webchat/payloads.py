"""Who visitors are, as signed texts, and what they say, as events; pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from csbot.channel.errors import WebhookRejected
from csbot.channel.hosted import Said, Visitor
from csbot.domain.address import Address, Sender
from csbot.domain.delivery import DeliveryState
from csbot.domain.events import DeliveryUpdate, Event, MessageReceived
from csbot.domain.message import InboundMessage, MessageKind
from csbot.text.clean import clean
from csbot.text.mailboxes import mailbox
from csbot.text.phones import e164

LONGEST_IDENTITY = 4096
LONGEST_ID = 200
FURTHEST = timedelta(days=31)
"""The latest a signature may run out: one that never does could be used for ever by whoever once saw it."""


def signed(claims: Mapping[str, object], key: bytes) -> str:
    """The claims and their signature, as `<base64url of JSON>.<base64url of HMAC-SHA256 over that>`."""
    payload = _b64(json.dumps(claims, separators=(",", ":")).encode("utf-8"))
    return f"{payload}.{_b64(hmac.digest(key, payload.encode('ascii'), hashlib.sha256))}"


def opened(text: str, key: bytes, now: datetime) -> Mapping[str, object]:
    """The claims of a signed text. Raises WebhookRejected, saying why, for anything else."""
    payload, dot, signature = text.partition(".")
    if not dot or len(text) > LONGEST_IDENTITY:
        raise WebhookRejected("this is no signed identity: it has to be <payload>.<signature>")
    genuine = _b64(hmac.digest(key, payload.encode("utf-8", "replace"), hashlib.sha256))
    # As bytes: compare_digest raises TypeError for text that is not ASCII.
    if not hmac.compare_digest(genuine.encode(), signature.encode("utf-8", "replace")):
        raise WebhookRejected("the signature is not genuine: is it made with this channel's secret?")
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        until = datetime.fromtimestamp(claims["exp"], UTC)
    except (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError) as error:
        raise WebhookRejected('the signed JSON has to be an object with "exp", in seconds since 1970') from error
    if until <= now:
        raise WebhookRejected("the signature has expired")
    if until > now + FURTHEST:
        raise WebhookRejected(f'"exp" may be {FURTHEST.days} days ahead at most')
    return dict(claims)


def vouched(identity: str, key: bytes, now: datetime) -> Visitor:
    """The visitor an identity of the brand's site names. Raises WebhookRejected."""
    claims = opened(identity, key, now)
    id, phone, email, name = (_said(claims, name) for name in ("id", "phone", "email", "name"))
    if not id or len(id) > LONGEST_ID:
        raise WebhookRejected(f'"id" is missing: the customer\'s id in your system, up to {LONGEST_ID} letters')
    number = e164(phone, "TR") if phone else ""
    if phone and not number:
        raise WebhookRejected('"phone" is no phone number; write it like +905321112233')
    person = f"phone:{number}" if number else f"email:{mailbox(email)}" if email else ""
    return Visitor(
        user=f"user:{id}", until=_until(claims), sender=Sender(person=person, name=name[:LONGEST_ID]), proven=True
    )


def token(visitor: Visitor, key: bytes) -> str:
    """What the visitor's browser is given to be known by."""
    claims: dict[str, object] = {"u": visitor.user, "exp": int(visitor.until.timestamp())}
    if visitor.proven:
        claims |= {"p": visitor.sender.person, "n": visitor.sender.name}
    return signed(claims, key)


def known(text: str, key: bytes, now: datetime) -> Visitor:
    """Whose token that is. Raises WebhookRejected."""
    claims = opened(text, key, now)
    user = _said(claims, "u")
    if not user:
        raise WebhookRejected("this is no visitor's token")
    return Visitor(
        user=user,
        until=_until(claims),
        sender=Sender(person=_said(claims, "p"), name=_said(claims, "n")),
        proven="p" in claims,
    )


def event(channel: str, visitor: Visitor, said: Said, now: datetime) -> Event:
    """What a visitor says, as an event."""
    text, dropped = clean(said.text)
    kind = MessageKind.TEXT
    if said.choice is not None:
        kind = MessageKind.CHOICE
    elif said.attachments:
        kind = said.attachments[0].kind
    return Event(
        channel=channel,
        key=f"{visitor.user}|{said.key}",
        received_at=now,
        body=MessageReceived(
            address=Address(channel=channel, user=visitor.user),
            message=InboundMessage(
                # The page's own name for it, by which the page finds it again in the transcript.
                external_id=f"{visitor.user}|{said.key}",
                kind=kind,
                text=text,
                choice=said.choice,
                attachments=said.attachments,
                sent_at=now,
                dropped=dropped,
            ),
            sender=visitor.sender,
        ),
    )


def read(channel: str, part: int, now: datetime) -> Event:
    """That a visitor has seen a part, as an event; a part's own id is its id on this platform."""
    return Event(
        channel=channel,
        key=f"read|{part}",
        received_at=now,
        body=DeliveryUpdate(external_id=str(part), state=DeliveryState.READ),
    )


def _said(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name, "")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise WebhookRejected(f'"{name}" has to be a text')
    return clean(value)[0].strip()


def _until(claims: Mapping[str, object]) -> datetime:
    return datetime.fromtimestamp(float(str(claims["exp"])), UTC)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
