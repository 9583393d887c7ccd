"""Calls of the Bot API: aiogram's methods in, plain JSON or a SendError out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, Final, cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import TelegramMethod
from aiohttp import ClientConnectorError, ClientError, ClientTimeout, ConnectionTimeoutError
from pydantic import SecretStr

from csbot.channel.errors import (
    ChannelBroken,
    Gone,
    MediaUnavailable,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    RetryScope,
    SendError,
    Undeliverable,
)
from csbot.channel.shapes import Json, item, number, text

CALL_S: Final = 60.0
"""A call is given up after this; whoever calls may well be less patient."""

CONNECT_S: Final = 10.0

_NOBODY = ("chat not found", "user not found", "user is deactivated", "peer_id_invalid", "chat was deleted")


class BotApi:
    """One bot's API. Whatever goes wrong is a SendError without secrets; nothing is called twice."""

    def __init__(self, token: SecretStr, api_base: str) -> None:
        self._session = _Session(api=TelegramAPIServer.from_base(api_base))
        self._bot = Bot(token.get_secret_value(), session=self._session)

    async def ask(self, method: TelegramMethod[Any], *, timeout_s: float = CALL_S) -> object:
        """The `result` of the call, as JSON. Raises SendError."""
        # The session below hands out the JSON itself, whatever type aiogram's method announces.
        return cast("object", await self._bot(method, request_timeout=int(timeout_s)))

    async def file(self, path: str) -> AsyncIterator[bytes]:
        """The bytes of a file at a path that getFile told. Raises MediaUnavailable."""
        session = await self._session.create_session()
        url = self._session.api.file_url(self._bot.token, path)
        try:
            async with session.get(url, timeout=_timeout(CALL_S), allow_redirects=False) as response:
                if response.status != 200:
                    raise MediaUnavailable(f"Telegram answers {response.status} for this file")
                async for chunk in response.content.iter_chunked(64 * 1024):
                    yield chunk
        except (ClientError, OSError, TimeoutError) as error:
            # Not chained: these errors may show the URL, and the token is in it.
            raise MediaUnavailable(f"the file could not be read to its end: {type(error).__name__}") from None

    async def close(self) -> None:
        """Close the connections; a later call opens them again."""
        await self._session.close()


class _Session(AiohttpSession):
    """aiogram's session with its own reading of answers: by status, so that a gateway's page is an answer too.

    The models aiogram would build of a result are not needed, and one with tomorrow's fields or values would turn a
    message that was sent into an error.
    """

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        form = self.build_form_data(bot, method)
        try:
            async with session.post(
                url, data=form, timeout=_timeout(timeout or CALL_S), allow_redirects=False
            ) as response:
                status, body = response.status, await response.read()
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise NotSent(f"Telegram cannot be reached: {type(error).__name__}") from error
        except (ClientError, OSError, TimeoutError) as error:
            raise OutcomeUnknown(f"Telegram did not answer to the end: {type(error).__name__}") from error
        return result_of(status, body)

    async def close(self) -> None:
        # aiogram's own waits a quarter of a second for TLS to close; aiohttp does that itself by now.
        if self._session is not None:
            await self._session.close()


def result_of(status: int, body: bytes) -> object:
    """The `result` of an answer; raises the SendError of an answer that is none."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = {}
    if not isinstance(answer, dict):
        answer = {}
    if 200 <= status < 300:
        if answer.get("ok") is True:
            return cast("object", answer.get("result"))
        raise OutcomeUnknown("Telegram took the call but did not answer as it should")
    raise refusal(status, answer)


def refusal(status: int, answer: Json) -> SendError:
    """What an error answer means (core.telegram.org/bots/api#making-requests and #responseparameters, 2026-11)."""
    told = f"Telegram answers {status}: {text(answer, 'description')[:200] or 'no reason given'}"
    if status == 429:
        after_s = number(item(answer, "parameters") or {}, "retry_after")
        return RateLimited(told, after_s=after_s if after_s and after_s > 0 else 1.0, scope=RetryScope.CHAT)
    if status in {401, 404}:
        return ChannelBroken(f"{told} (is the token still right?)")
    if status >= 500:
        return NotSent(told)
    if status == 403 or any(sign in told.lower() for sign in _NOBODY):
        return Gone(told)
    return Undeliverable(told)


def _timeout(total_s: float) -> ClientTimeout:
    return ClientTimeout(total=total_s, sock_connect=CONNECT_S)
