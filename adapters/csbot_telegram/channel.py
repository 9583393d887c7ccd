"""The Telegram channel: updates are read by `payloads`, everything asked of Telegram goes through `bot_api`."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiogram.methods import (
    AnswerCallbackQuery,
    GetFile,
    GetMe,
    GetUpdates,
    GetWebhookInfo,
    SendAudio,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVideo,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from csbot.channel.errors import (
    MediaUnavailable,
    OutcomeUnknown,
    RateLimited,
    SendError,
    Undeliverable,
    WebhookForbidden,
    WebhookRejected,
)
from csbot.channel.http import WebhookRequest
from csbot.channel.protocol import BuildContext, Check, Receipt, Sent
from csbot.channel.shapes import Json, Misshapen, integer, text
from csbot.domain.address import Address
from csbot.domain.capabilities import Capabilities
from csbot.domain.events import Event
from csbot.domain.message import Attachment, MessageKind, OutgoingPart
from csbot.domain.outbox import Part
from csbot.log import get_logger
from csbot_telegram.bot_api import BotApi
from csbot_telegram.findings import findings
from csbot_telegram.payloads import ASKED, PRESS, Reader, message_id
from csbot_telegram.settings import TelegramSettings

log = get_logger("telegram")

SECRET_HEADER = "x-telegram-bot-api-secret-token"

POLL_S = 25
"""How long Telegram holds a getUpdates without news."""

_FIRST_WAIT_S = 0.5
_MAX_WAIT_S = 30.0

_FILES: Mapping[MessageKind, tuple[Callable[..., TelegramMethod[Any]], str]] = {
    MessageKind.PHOTO: (SendPhoto, "photo"),
    MessageKind.DOCUMENT: (SendDocument, "document"),
    MessageKind.VOICE: (SendVoice, "voice"),
    MessageKind.VIDEO: (SendVideo, "video"),
    MessageKind.AUDIO: (SendAudio, "audio"),
}


class TelegramChannel:
    """One bot."""

    def __init__(self, context: BuildContext, settings: TelegramSettings, capabilities: Capabilities) -> None:
        self.capabilities = capabilities
        self._id = context.id
        self._public_url = context.public_url
        self._settings = settings
        self._secret = settings.secret.get_secret_value().encode()
        self._reader = _reader(context.id, settings, settings.username)
        self._api = BotApi(settings.token, settings.api_base)
        self._opened = 0
        self._offset = self._told = 0

    async def __aenter__(self) -> Self:
        self._opened += 1
        if self._opened == 1 and self._settings.groups and not self._reader.username:
            await self._ask_own_name()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened = max(0, self._opened - 1)
        if self._opened:
            return
        if self._told < self._offset:
            await self._tell_offset()
        await self._api.close()

    # -- what arrives ----------------------------------------------------------------------------------------------

    def verify(self, request: WebhookRequest) -> None:
        """The secret of setWebhook must come in its header (core.telegram.org/bots/api#setwebhook, 2026-11)."""
        if self._settings.mode == "polling":
            raise WebhookForbidden("this bot is polled, nothing is posted to it")
        if not self._secret and self._settings.unsafe_unsigned:
            return
        # A header is whatever bytes came: undecodable ones stand in it as lone surrogates.
        given = request.header(SECRET_HEADER).encode("utf-8", "surrogateescape")
        if not self._secret or not hmac.compare_digest(given, self._secret):
            raise WebhookRejected("the secret token is missing or wrong")

    def parse(self, request: WebhookRequest) -> Receipt:
        event = self._reader.read(request.json(), at=request.received_at)
        return Receipt(events=() if event is None else (event,))

    async def pull(self) -> AsyncIterator[Polled]:
        """Long polling. What is not confirmed comes again; failures are waited out, longer each time."""
        wait_s = _FIRST_WAIT_S
        while True:
            asked = GetUpdates(offset=self._offset or None, timeout=POLL_S, allowed_updates=list(ASKED))
            try:
                updates = await self._api.ask(asked, timeout_s=POLL_S + 10)
            except SendError as error:
                asked_s = error.after_s if isinstance(error, RateLimited) else wait_s
                log.warning("no updates, asking again", channel=self._id, error=str(error), after_s=asked_s)
                await asyncio.sleep(asked_s)
                wait_s = min(wait_s * 2, _MAX_WAIT_S)
                continue
            wait_s = _FIRST_WAIT_S
            self._told = self._offset
            if isinstance(updates, list) and updates:
                yield self._polled(updates, datetime.now(UTC))

    def _polled(self, updates: list[object], at: datetime) -> Polled:
        events = tuple(event for update in updates if (event := self._reader.read(update, at=at)) is not None)
        ids = [integer(update, "update_id") for update in updates if isinstance(update, dict)]

        def confirm() -> None:
            self._offset = max(ids, default=self._offset - 1) + 1

        return Polled(events=events, confirmed=confirm)

    async def _tell_offset(self) -> None:
        """Telegram learns of a confirmation only by the next call; without it a restart is given everything again."""
        try:
            await self._api.ask(GetUpdates(offset=self._offset, limit=1, timeout=0), timeout_s=2)
        except SendError as error:
            log.info("the last updates will come again", channel=self._id, error=str(error))

    # -- what is sent ----------------------------------------------------------------------------------------------

    async def send(self, part: Part) -> Sent:
        """One call. The external id is chat:message, for Telegram numbers messages by chat."""
        result = await self._api.ask(method_for(part, self._id))
        try:
            return Sent(external_ids=(message_id(_object(result)),))
        except Misshapen as error:
            raise OutcomeUnknown("Telegram took the message but did not say under which id") from error

    async def acknowledge(self, event: Event) -> None:
        """Stops the spinner of a pressed button; other events have none."""
        if event.key.startswith(PRESS):
            await self._api.ask(AnswerCallbackQuery(callback_query_id=event.key.removeprefix(PRESS)))

    async def typing(self, address: Address) -> None:
        """Shows "typing" for five seconds or until a message comes."""
        await self._api.ask(SendChatAction(chat_id=_chat(address), action="typing", message_thread_id=_thread(address)))

    async def fetch(self, attachment: Attachment) -> AsyncIterator[bytes]:
        """The file, up to Telegram's 20 MB for bots (core.telegram.org/bots/api#getfile, 2026-11)."""
        try:
            path = text(_object(await self._api.ask(GetFile(file_id=attachment.ref))), "file_path")
        except (SendError, Misshapen) as error:
            raise MediaUnavailable(f"Telegram does not give this file: {error}") from error
        if not path:
            raise MediaUnavailable("Telegram does not say where this file is")
        async for chunk in self._api.file(path):
            yield chunk

    # -- what an operator asks -------------------------------------------------------------------------------------

    async def check(self) -> tuple[Check, ...]:
        """The token, and where Telegram posts to."""
        try:
            me = _object(await self._api.ask(GetMe()))
            hook = _object(await self._api.ask(GetWebhookInfo()))
        except (SendError, Misshapen) as error:
            return (Check(what="token", ok=False, mend=f"{error}. The token is what BotFather gave for this bot."),)
        settings = self._settings
        if settings.mode == "webhook" and not self._public_url:
            return (Check(what="webhook", ok=False, mend="set server.public_url: it is where Telegram is to post to"),)
        url = "" if settings.mode == "polling" else f"{self._public_url}/channels/{self._id}/webhook"
        return tuple(findings(me, hook, url=url, api_base=settings.api_base, groups=settings.groups))

    async def _ask_own_name(self) -> None:
        try:
            me = _object(await self._api.ask(GetMe()))
        except (SendError, Misshapen) as error:
            log.warning("own name unknown: in groups only replies are heard", channel=self._id, error=str(error))
            return
        self._reader = _reader(self._id, self._settings, text(me, "username"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """One answer of getUpdates."""

    events: tuple[Event, ...]
    confirmed: Callable[[], None]

    async def confirm(self) -> None:
        """The next getUpdates asks for what follows, and with that Telegram forgets these."""
        self.confirmed()


def method_for(part: Part, channel: str) -> TelegramMethod[Any]:
    """The call that says this part. Text goes without a parse mode: nothing in it is markup."""
    body = part.body
    common: dict[str, Any] = {
        "chat_id": _chat(part.to),
        "message_thread_id": _thread(part.to),
        "reply_parameters": _reply(body),
        "reply_markup": _keyboard(body),
    }
    if not body.attachments:
        return SendMessage(text=body.text, **common)
    if len(body.attachments) > 1 or body.attachments[0].kind not in _FILES:
        raise Undeliverable("Telegram is given one photo, document, voice, video or audio with each part")
    file = body.attachments[0]
    if file.channel not in {"", channel} and not file.ref.startswith(("https://", "http://")):
        raise Undeliverable(f"this file is known to {file.channel} only")
    method, field = _FILES[file.kind]
    return method(**{field: file.ref}, caption=body.text or None, **common)


def _reader(channel: str, settings: TelegramSettings, username: str) -> Reader:
    return Reader(channel=channel, bot_id=settings.bot_id, username=username, groups=settings.groups)


def _chat(address: Address) -> int:
    if not address.destination.removeprefix("-").isdecimal():
        raise Undeliverable(f"{address.destination!r} is no chat of Telegram's")
    return int(address.destination)


def _thread(address: Address) -> int | None:
    return int(address.thread) if address.thread.isdecimal() else None


def _reply(body: OutgoingPart) -> ReplyParameters | None:
    id = body.reply_to.rpartition(":")[2]
    return ReplyParameters(message_id=int(id), allow_sending_without_reply=True) if id.isdecimal() else None


def _keyboard(body: OutgoingPart) -> InlineKeyboardMarkup | None:
    """One button a row: labels are words, and rows of several cut them short on a phone."""
    if not body.choices:
        return None
    rows = [[InlineKeyboardButton(text=choice.label, callback_data=choice.payload)] for choice in body.choices]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def _object(result: object) -> Json:
    if not isinstance(result, dict):
        raise Misshapen("the answer is no object")
    return result
