"""The Slack channel: signed webhooks or a socket in, chat.postMessage out."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from csbot.channel.errors import MediaUnavailable, NotSent, OutcomeUnknown, SendError, WebhookRejected
from csbot.channel.http import WebhookReply, WebhookRequest
from csbot.channel.protocol import BuildContext, Check, Pulled, Receipt, Sent
from csbot.channel.shapes import Json
from csbot.channel.shapes import text as text_at
from csbot.domain.address import Address
from csbot.domain.capabilities import Capabilities
from csbot.domain.events import Event
from csbot.domain.message import Attachment
from csbot.domain.outbox import Part
from csbot_slack import payloads, socket
from csbot_slack.fields import as_object, object_at
from csbot_slack.refusals import refusal
from csbot_slack.settings import SlackSettings

MAX_AGE_S = 5 * 60
CALL_S = 20.0
CONNECT_S = 5.0
CHUNK = 64 * 1024
SCOPES = frozenset({"app_mentions:read", "chat:write", "files:read", "im:history"})
"""What no use of csbot goes without; reading channels and reactions, or commands, each want theirs."""


def _now() -> datetime:
    return datetime.now(UTC)


class SlackChannel:
    """One Slack app in one workspace. `clock` is read for what is pulled; a webhook brings its own time."""

    def __init__(
        self,
        context: BuildContext,
        settings: SlackSettings,
        capabilities: Capabilities,
        *,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._id, self._settings, self._clock = context.id, settings, clock
        self._answer_in = frozenset(settings.answer_in)
        self._secret = settings.signing_secret.get_secret_value().encode()
        self._session: ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self.capabilities = capabilities

    async def __aenter__(self) -> Self:
        if self._session is None:
            # A time-out while connecting is told apart from one while waiting for the answer: nothing was sent then.
            timeout = ClientTimeout(total=CALL_S, sock_connect=CONNECT_S)
            self._session = ClientSession(timeout=timeout)
            self._client = AsyncWebClient(
                self._settings.bot_token.get_secret_value(),
                base_url=self._settings.api_base,
                session=self._session,
                retry_handlers=[],
            )
            self._client.proxy = None  # The SDK takes one from the environment, even for an api_base on this machine.
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session, self._session, self._client = self._session, None, None
        if session is not None:
            await session.close()

    # -- in --------------------------------------------------------------------------------------------------------

    def verify(self, request: WebhookRequest) -> None:
        """See `Channel`. The rule: docs.slack.dev/authentication/verifying-requests-from-slack, 2026-11-22.

        By hand, because the SDK's verifier raises on a time that is no number, on a signature that is not ASCII and on
        a body that is not UTF-8.
        """
        if not self._secret and self._settings.unsafe_unsigned:
            return
        sent_at, signature = request.header("x-slack-request-timestamp"), request.header("x-slack-signature")
        if not self._secret or not signature or not (sent_at.isascii() and sent_at.isdigit() and len(sent_at) < 12):
            raise WebhookRejected("not signed by Slack")
        if abs(request.received_at.timestamp() - int(sent_at)) > MAX_AGE_S:
            raise WebhookRejected("the signature is older than five minutes, or the clock is wrong")
        signed = b"v0:" + sent_at.encode() + b":" + request.body
        genuine = "v0=" + hmac.new(self._secret, signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(genuine.encode(), signature.encode("utf-8", "replace")):
            raise WebhookRejected("not signed with this app's signing secret")

    def parse(self, request: WebhookRequest) -> Receipt:
        """See `Channel`. A redelivery (x-slack-retry-num) is read like the first: its key tells the store."""
        payload = payloads.body(request)
        challenge = payloads.challenge(payload)
        if challenge is not None:
            return Receipt(reply=WebhookReply(body=challenge))
        return Receipt(events=self._events(payload, request.received_at))

    def pull(self) -> AsyncIterator[Pulled]:
        """See `Channel`: socket mode. Slack gives what is not confirmed within seconds again."""
        return socket.deliveries(
            self._opened(), self._socket_address, lambda payload: self._events(payload, self._clock())
        )

    def _events(self, payload: object, received_at: datetime) -> tuple[Event, ...]:
        inlet = payloads.Inlet(
            channel=self._id,
            received_at=received_at,
            answer_in=self._answer_in,
            bot_user=self._settings.bot_user_id,
        )
        return payloads.events(payload, inlet)

    # -- out -------------------------------------------------------------------------------------------------------

    async def send(self, part: Part) -> Sent:
        """See `Channel`. The external id is "channel:ts", of the direct message where a user was written to."""
        try:
            answer = await self._ask("chat.postMessage", body=payloads.outgoing(part))
        except SlackApiError as error:
            raise refusal(error, private=not part.to.is_shared) from error
        told = as_object(answer.data)
        return Sent(external_ids=(f"{text_at(told, 'channel') or part.to.destination}:{text_at(told, 'ts')}",))

    async def acknowledge(self, event: Event) -> None:
        """Nothing to do: a press is acknowledged by the answer to its webhook."""

    async def typing(self, address: Address) -> None:
        """Nothing to do: an app cannot be seen typing."""

    async def fetch(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """See `Channel`. The token goes to Slack's hosts and `api_base`'s own only, and follows no redirect."""
        try:
            answer = await self._ask("files.info", form={"file": attachment.ref})
            file = object_at(as_object(answer.data), "file")
            address = text_at(file, "url_private_download") or text_at(file, "url_private")
            if not self._is_slacks(address):
                raise MediaUnavailable("the file is not kept by Slack")
            async with self._opened().get(
                address,
                headers={"Authorization": f"Bearer {self._settings.bot_token.get_secret_value()}"},
                allow_redirects=False,
                timeout=ClientTimeout(sock_connect=CONNECT_S, sock_read=CALL_S),
            ) as response:
                if response.status != 200:
                    raise MediaUnavailable(f"Slack answers {response.status} for the file")
                async for chunk in response.content.iter_chunked(CHUNK):
                    yield chunk
        except SlackApiError as error:
            raise MediaUnavailable(str(refusal(error, private=True))) from error
        except SendError as error:
            raise MediaUnavailable(str(error)) from error
        except (ClientError, TimeoutError, OSError) as error:
            raise MediaUnavailable(f"the file cannot be fetched: {type(error).__name__}") from error

    async def check(self) -> tuple[Check, ...]:
        """See `Channel`: the tokens and what they are allowed to do."""
        checks = []
        try:
            answer = await self._ask("auth.test")
            checks.append(Check(what="bot_token", ok=True))
            granted = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")} - {""}
            if granted:
                missing = ", ".join(sorted(SCOPES - granted))
                mend = f"add the bot scopes {missing} and install the app again" if missing else ""
                checks.append(Check(what="scopes of the app", ok=not missing, mend=mend))
        except SlackApiError as error:
            checks.append(Check(what="bot_token", ok=False, mend=str(refusal(error, private=True))))
        except SendError as error:
            checks.append(Check(what="api_base", ok=False, mend=str(error)))
        if self._settings.mode == "socket":
            try:
                await self._socket_address()
                checks.append(Check(what="app_token", ok=True))
            except SendError as error:
                checks.append(Check(what="app_token", ok=False, mend=str(error)))
        return tuple(checks)

    # -- the platform ----------------------------------------------------------------------------------------------

    def _opened(self) -> ClientSession:
        if self._session is None:
            raise RuntimeError("the channel has not been entered")
        return self._session

    async def _ask(
        self, method: str, *, body: Json | None = None, form: Json | None = None, token: str = ""
    ) -> AsyncSlackResponse:
        """One call, once. Raises NotSent, OutcomeUnknown, and SlackApiError where Slack answers that it will not.

        As JSON, which not every method reads, or as a form, which all do. `token` stands in for the bot's.
        """
        if self._client is None:
            raise RuntimeError("the channel has not been entered")
        try:
            if body is not None:
                return await self._client.api_call(method, json=dict(body))
            # The SDK takes a token out of the query and sends it as a header.
            other = {"token": token} if token else None
            return await self._client.api_call(method, data=dict(form or {}), params=other)
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise NotSent(f"Slack cannot be reached: {type(error).__name__}") from error
        except (ClientError, TimeoutError, OSError) as error:
            raise OutcomeUnknown(f"the call to Slack was cut: {type(error).__name__}") from error
        except (AttributeError, ValueError) as error:
            # What the SDK comes to grief on: a 200 whose body is no JSON object.
            raise OutcomeUnknown("Slack's answer cannot be read") from error

    async def _socket_address(self) -> str:
        """Where to connect next: an address with a ticket, good for one connection. Raises a SendError."""
        try:
            answer = await self._ask("apps.connections.open", token=self._settings.app_token.get_secret_value())
        except SlackApiError as error:
            raise refusal(error, private=True) from error
        return text_at(as_object(answer.data), "url")

    def _is_slacks(self, address: str) -> bool:
        try:
            asked, own = urlsplit(address), urlsplit(self._settings.api_base)
            host = asked.hostname or ""
        except ValueError:
            return False
        if (asked.scheme, asked.netloc) == (own.scheme, own.netloc):
            return True
        return asked.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
