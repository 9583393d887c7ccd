"""Whether a webhook comes from Twilio.

https://www.twilio.com/docs/usage/webhooks/webhooks-security (2026-11): base64 of an HMAC over the public address and,
for a form, its sorted names and values; another body's SHA-256 stands in the address as `bodySHA256`. Twilio's own
`RequestValidator` says the same in seven times the time, and the message path pays for each.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import parse_qs, parse_qsl, urlsplit

from csbot.channel.errors import WebhookRejected, WebhookUnreadable
from csbot.channel.http import WebhookRequest

SIGNATURE = "x-twilio-signature"
SIGNATURE_SETTINGS = "x-twilio-webhooks-signature-settings"
BODY_HASH = "bodySHA256"
FORM = "application/x-www-form-urlencoded"

Fields = tuple[tuple[str, str], ...]

_ALGORITHMS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_AUTHORITY = re.compile(r"(https?://[^/?#]*?)(:\d+)?(?=[/?#]|$)")
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}


def sign(secret: bytes, url: str, fields: Iterable[tuple[str, str]] = (), *, algorithm: str = "sha1") -> str:
    """The signature Twilio makes; a field repeated with the same value counts once."""
    signed = url + "".join([name + value for name, value in sorted(set(fields))])
    return b64encode(hmac.digest(secret, signed.encode("utf-8", "surrogatepass"), algorithm)).decode()


def verify(request: WebhookRequest, *, auth_token: str, webhook_key: str = "") -> None:
    """Return if Twilio signed this request for its public address; raise WebhookRejected if not.

    A signature for the address with or without its port is as good: Twilio is not consistent there. A body that is no
    form at all is let through when the address alone is signed: it comes to nothing but a 400 (see `read_form`).
    """
    told = request.header(SIGNATURE)
    if not told:
        raise WebhookRejected("the webhook carries no signature")
    algorithm, is_shared = _settings(request.header(SIGNATURE_SETTINGS))
    secret = webhook_key if is_shared else auth_token
    if not secret or not algorithm:
        raise WebhookRejected("the webhook is signed in a way that is not set up here")
    given = told.encode("utf-8", "surrogatepass")
    candidates = (
        sign(secret.encode(), url, fields, algorithm=algorithm)
        for fields in _covered(request)
        for url in _spellings(request.public_url)
    )
    if not any(hmac.compare_digest(candidate.encode(), given) for candidate in candidates):
        raise WebhookRejected("the webhook's signature is wrong")


def is_form(request: WebhookRequest) -> bool:
    """The body claims to be a form, as every messaging webhook is."""
    return request.content_type in {"", FORM}


def body_hash(request: WebhookRequest) -> str:
    """The SHA-256 of the body that the signed address tells; empty when it tells none."""
    return parse_qs(urlsplit(request.public_url).query).get(BODY_HASH, [""])[0]


@lru_cache(maxsize=4)
def read_form(body: bytes) -> Fields:
    """The fields of a form in order, blank ones kept; raises WebhookUnreadable where there are none.

    The last few are kept, since a webhook is read once to be verified and once more to be understood.
    """
    try:
        fields = parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=True, errors="replace", max_num_fields=1000
        )
    except ValueError as error:
        raise WebhookUnreadable("the body is not a form") from error
    if not fields:
        raise WebhookUnreadable("the form is empty")
    return tuple(fields)


def _settings(header: str) -> tuple[str, bool]:
    """The digest's name (empty when it is not known), and whether a shared key was used."""
    named = dict(pair.strip().partition("=")[::2] for pair in header.split(",")) if header else {}
    return _ALGORITHMS.get(named.get("algorithm", "HMAC_SHA1").strip().upper(), ""), bool(named.get("key"))


def _covered(request: WebhookRequest) -> list[Fields]:
    """What the signature may cover beside the address."""
    if is_form(request):
        try:
            return [read_form(request.body)]
        except WebhookUnreadable:
            return [tuple(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True)), ()]
    told = body_hash(request)
    if told and not hmac.compare_digest(hashlib.sha256(request.body).hexdigest().encode(), told.encode()):
        raise WebhookRejected("the body is not the one that was signed")
    return [()]


def _spellings(url: str) -> Iterator[str]:
    """The address as it is known here, which it nearly always is; then the other way."""
    yield url
    if found := _AUTHORITY.match(url):
        host, port = found[1], found[2]
        rest = url[found.end() :]
        yield host + ("" if port else _DEFAULT_PORTS[host.partition(":")[0]]) + rest
