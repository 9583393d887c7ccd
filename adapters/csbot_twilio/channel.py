"""The channel contract over Twilio's Messages API.

Calls go through twilio's asynchronous HTTP client, but not through its REST client: that one's errors leave out the
headers (and Retry-After with them), and it costs ten megabytes and half as much time again for each message.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from yarl import URL

from csbot.channel.absent import Absent
from csbot.channel.errors import MediaUnavailable, NotSent, OutcomeUnknown
from csbot.channel.http import WebhookRequest
from csbot.channel.protocol import BuildContext, Check, Receipt, Sent
from csbot.domain.capabilities import Capabilities
from csbot.domain.message import Attachment
from csbot.domain.outbox import Part
from csbot_twilio import answers, payloads, signatures
from csbot_twilio.forms import encode
from csbot_twilio.settings import TWILIO_API, SmsSettings, TwilioSettings, WhatsAppSettings

DEADLINE = ClientTimeout(total=None, sock_connect=5, sock_read=19)
"""A connection not made was no call; an answer not read in time leaves the outcome unknown."""

CHUNK = 64 * 1024
MOST_REDIRECTS = 3

_REF = re.compile(r"Accounts/\w+/Messages/\w+/Media/\w+", re.ASCII)
_HOLDERS = (".twilio.com", ".twiliocdn.com", ".amazonaws.com")
"""Where Twilio keeps files: the address of one redirects there."""


class TwilioHttp(AsyncTwilioHttpClient):  # type: ignore[misc]
    """twilio's asynchronous HTTP client, with one pool of connections and an address of its own choosing."""

    def __init__(self, api_base: str) -> None:
        super().__init__(pool_connections=False)
        self._api_base = api_base
        self.session: ClientSession = ClientSession(
            connector=TCPConnector(limit=0),
            cookie_jar=DummyCookieJar(),
            timeout=DEADLINE,
            skip_auto_headers=("User-Agent", "Accept-Encoding"),
        )
        self._addresses: dict[str, URL] = {}

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One call and its answer. Logs nothing: the client it replaces logs what customers are told.

        The password goes into a header here, because aiohttp 3.14 deprecates the argument twilio would use. `timeout`
        is the pool's.
        """
        if auth is not None:
            headers = {**(headers or {}), **authorization(auth)}
        async with self.session.request(
            method,
            self.at(url),
            params={name: str(value) for name, value in params.items()} if params else None,
            data=encode(data) if data else None,
            headers=headers,
            allow_redirects=allow_redirects,
        ) as response:
            return Response(response.status, (await response.read()).decode("utf-8", "replace"), response.headers)

    def at(self, url: str) -> URL:
        """The address with scheme and host of `api_base`; twilio's other hosts stay while that is Twilio itself."""
        if self._api_base == TWILIO_API:
            return URL(url)
        found = self._addresses.get(url)
        if found is None:
            parts = urlsplit(url)
            found = URL(self._api_base + parts.path + (f"?{parts.query}" if parts.query else ""))
            # The one address messages go to is asked for each time; the doctor's few others are not worth a limit.
            self._addresses[url] = found
        return found


def authorization(auth: tuple[str, str]) -> dict[str, str]:
    """The header of HTTP's basic authentication."""
    return {"Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()}


class TwilioChannel(Absent):
    """SMS or WhatsApp from one sender; opened by `async with`."""

    def __init__(self, context: BuildContext, settings: TwilioSettings, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self._id = context.id
        self._settings = settings
        self._callback = f"{context.public_url.rstrip('/')}/channels/{context.id}/status" if context.public_url else ""
        self._auth = (settings.account_sid, settings.auth_token.get_secret_value())
        self._webhook_key = settings.webhook_key.get_secret_value() if settings.webhook_key else ""
        self._messages = f"{TWILIO_API}/2010-04-01/Accounts/{settings.account_sid}/Messages.json"
        self._headers = {
            **authorization(self._auth),
            "Accept": "application/json",
            "Content-Type": signatures.FORM,
        }
        self._http: TwilioHttp | None = None

    async def __aenter__(self) -> Self:
        if self._http is None:
            self._http = TwilioHttp(self._settings.api_base)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        http, self._http = self._http, None
        if http is not None:
            await http.close()

    @property
    def _client(self) -> TwilioHttp:
        if self._http is None:
            raise RuntimeError("the channel is not open")
        return self._http

    def verify(self, request: WebhookRequest) -> None:
        signatures.verify(request, auth_token=self._auth[1], webhook_key=self._webhook_key)

    def parse(self, request: WebhookRequest) -> Receipt:
        return payloads.receipt(request, self._id, is_sms=isinstance(self._settings, SmsSettings))

    async def send(self, part: Part) -> Sent:
        form = payloads.outgoing(part, self._settings, status_callback=self._callback)
        try:
            answer = await self._client.request("POST", self._messages, data=form, headers=self._headers)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise NotSent(f"Twilio was not reached: {type(error).__name__}") from error
        except (ClientError, TimeoutError, OSError) as error:
            raise OutcomeUnknown(f"Twilio's answer did not come: {type(error).__name__}") from error
        return answers.sent(answer.status_code, answer.text, answer.headers)

    async def fetch(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The file from Twilio, with the account's credentials; they are not given to where Twilio redirects."""
        if not _REF.fullmatch(attachment.ref):
            raise MediaUnavailable("Twilio does not hold this file")
        home = str(self._client.at(TWILIO_API)).rstrip("/")
        url = f"{home}/2010-04-01/{attachment.ref}"
        headers: dict[str, str] | None = authorization(self._auth)
        try:
            for _ in range(MOST_REDIRECTS + 1):
                async with self._client.session.get(url, headers=headers, allow_redirects=False) as response:
                    if response.status == 200:
                        async for chunk in response.content.iter_chunked(CHUNK):
                            yield chunk
                        return
                    if not 300 <= response.status < 400:
                        raise MediaUnavailable(f"Twilio answers {response.status} for this file")
                    url = urljoin(url, response.headers.get("Location", ""))
                if not _is_holder(url, home):
                    raise MediaUnavailable("Twilio redirects to a host that is not its own")
                headers = authorization(self._auth) if _origin(url) == _origin(home) else None
        except (ClientError, TimeoutError, OSError) as error:
            raise MediaUnavailable(f"the file did not come: {type(error).__name__}") from error
        raise MediaUnavailable("Twilio redirects without end")

    async def check(self) -> tuple[Check, ...]:
        """The account, then messaging service, sender and template; after a failure the rest is not asked."""
        # Ten megabytes for the doctor only.
        from twilio.rest import Client  # type: ignore[import-untyped]

        client = Client(*self._auth, http_client=self._client)
        settings = self._settings
        checks: list[Check] = []
        try:
            account = await client.api.accounts(settings.account_sid).fetch_async()
            is_active = str(account.status) == "active"
            checks.append(Check(what="account", ok=is_active, mend="" if is_active else f"it is {account.status}"))
            if settings.messaging_service_sid:
                await client.messaging.v1.services(settings.messaging_service_sid).fetch_async()
                checks.append(Check(what="messaging service", ok=True))
            if isinstance(settings, SmsSettings) and settings.sender.startswith("+"):
                owned = await client.incoming_phone_numbers.list_async(phone_number=settings.sender, limit=1)
                mend = "" if owned else "from: buy the number in this account, or name one it has"
                checks.append(Check(what="sender", ok=bool(owned), mend=mend))
            if isinstance(settings, WhatsAppSettings) and settings.fallback_content_sid:
                await client.content.v1.contents(settings.fallback_content_sid).fetch_async()
                checks.append(Check(what="template", ok=True))
        except TwilioRestException as error:
            checks.append(Check(what=_asked(error.uri), ok=False, mend=f"Twilio {error.code}: {error.msg}"))
        except (TwilioException, ClientError, TimeoutError, OSError) as error:
            checks.append(Check(what="connection", ok=False, mend=f"Twilio was not reached: {type(error).__name__}"))
        return tuple(checks)


def _asked(uri: str) -> str:
    for part, what in (("/Services/", "messaging service"), ("/IncomingPhone", "sender"), ("/Content/", "template")):
        if part in uri:
            return what
    return "account"


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _is_holder(url: str, home: str) -> bool:
    parts = urlsplit(url)
    return _origin(url) == _origin(home) or (parts.scheme == "https" and (parts.hostname or "").endswith(_HOLDERS))
