"""Telegram, imitated: its Bot API on a loopback port, and customers whose words it posts or keeps to be polled."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count

from aiohttp import web

from csbot.channel.imitating import ImitatedPlatform
from csbot.channel.imitation import Call, Cast, Fault, Person, Said, SignedRequest
from csbot.channel.shapes import Json, item
from csbot.domain.message import MessageKind
from csbot_telegram.customers import CUSTOMER, Customers
from csbot_telegram.payloads import message_id
from csbot_telegram.sent_calls import BOT, Refused, shown_of

SENDS = frozenset({"sendMessage", "sendPhoto", "sendDocument", "sendVoice", "sendVideo", "sendAudio"})


class ImitatedTelegram(ImitatedPlatform):
    """One bot's Telegram. `polling`: updates wait for getUpdates; otherwise they are posted.

    `first` is where its numbers begin: those who come back to a csbot that has seen others must not repeat them.
    """

    cast = Cast(
        people=(
            Person(user=CUSTOMER, name="Deniz Aksu"),
            Person(user="4412", name="Elif Şahin"),
            Person(user="4413", name="Sam Carter"),
        ),
        says=frozenset({MessageKind.PHOTO, MessageKind.LOCATION}),
        faults=frozenset(Fault) - {Fault.WINDOW},
    )

    def __init__(
        self,
        *,
        port: int = 0,
        polling: bool = False,
        groups: bool = False,
        first: int = 0,
        token: str = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcK",
        secret: str = "s3cret_Word-of-the-hook",
    ) -> None:
        super().__init__(port=port)
        self.polling = polling
        self._groups = groups
        self._token, self._secret = token, secret
        self._customers = Customers(lambda: self.clock(), first=first)
        self._messages = count(first + 7001)
        self._queue: list[Json] = []
        self._news = asyncio.Event()
        self._lost: set[str] = set()
        self._hook: dict[str, object] = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}

    def settings(self) -> dict[str, object]:
        return {
            "kind": "telegram",
            "token": self._token,
            "secret": "" if self.polling else self._secret,
            "mode": "polling" if self.polling else "webhook",
            "api_base": self.base_url,
            "rate": 0,
            "groups": self._groups,
        }

    def set_webhook(self, **info: object) -> None:
        """What getWebhookInfo tells from now on, as if it had been set (`url`, `allowed_updates`) or had happened."""
        self._hook |= info

    def lose(self, ref: str) -> None:
        """getFile goes on to know this file, but its bytes are gone."""
        self._lost.add(ref)

    # -- webhooks --------------------------------------------------------------------------------------------------

    def sign(
        self, body: bytes, *, route: str = "webhook", content_type: str = "", at: datetime | None = None
    ) -> SignedRequest:
        """Telegram signs nothing: every post carries the secret. `at` does not matter."""
        headers = {"content-type": content_type or "application/json", "x-telegram-bot-api-secret-token": self._secret}
        return SignedRequest(method="POST", path=self.path(route), headers=headers, body=body)

    def webhooks(self, said: Said) -> Sequence[SignedRequest]:
        return [self._signed(update) for update in self._customers.updates(said)]

    async def customer_says(self, said: Said) -> int:
        return await self._tell(self._customers.updates(said))

    async def block(self, user: str, *, blocked: bool = True) -> int:
        return await self._tell([self._customers.blocking(user or CUSTOMER, blocked)])

    async def _tell(self, updates: Sequence[Json]) -> int:
        if not self.polling:
            return await self.post([self._signed(update) for update in updates])
        self._queue += updates
        self._news.set()
        return 200

    def _signed(self, update: Json) -> SignedRequest:
        signed = self.sign(json.dumps(update, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        message = item(update, "message")
        return signed if message is None else replace(signed, external_id=message_id(message))

    # -- the Bot API -----------------------------------------------------------------------------------------------

    def name(self, method: str, path: str) -> str:
        return "file" if path.startswith("/file/") else path.rpartition("/")[2]

    def is_send(self, name: str) -> bool:
        return name in SENDS

    async def answer(self, call: Call) -> web.StreamResponse:
        if call.name == "file":
            return self._file(call)
        if call.path != f"/bot{self._token}/{call.name}":
            return _error(401 if call.path.startswith("/bot") else 404, "Unauthorized")
        try:
            return web.json_response({"ok": True, "result": await self._result(call)})
        except Refused as refused:
            return _error(refused.status, refused.description)

    async def _result(self, call: Call) -> object:
        if call.name in SENDS:
            return self._accept(call)
        match call.name:
            case "getMe":
                return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False}
            case "getWebhookInfo":
                return self._hook
            case "setWebhook":
                self.set_webhook(url=call.fields.get("url", ""), **_asked(call))
                return True
            case "deleteWebhook":
                self.set_webhook(url="")
                return True
            case "getUpdates":
                return await self._updates(call)
            case "answerCallbackQuery":
                if not call.fields.get("callback_query_id"):
                    raise Refused(400, "Bad Request: query ID is invalid")
                return True
            case "sendChatAction":
                if call.fields.get("action") != "typing":
                    raise Refused(400, "Bad Request: wrong parameter action in request")
                return True
            case "getFile":
                return self._path_of(str(call.fields.get("file_id", "")))
        raise Refused(404, "Not Found")

    def _accept(self, call: Call) -> Json:
        shown, message = shown_of(call, id=next(self._messages), at=self.clock())
        if shown.user in self._customers.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        self._customers.see(shown, message)
        self.show(shown)
        return message

    def refuse(self, fault: Fault, call: Call, *, after_s: float) -> web.Response:
        match fault:
            case Fault.LIMIT:
                wait = max(1, math.ceil(after_s))
                return _error(429, f"Too Many Requests: retry after {wait}", parameters={"retry_after": wait})
            case Fault.BLOCKED | Fault.OPTED_OUT:
                return _error(403, "Forbidden: bot was blocked by the user")
            case Fault.REFUSED:
                return _error(401, "Unauthorized")
            case Fault.ERROR:
                return _error(500, "Internal Server Error")
        raise ValueError(f"Telegram has no {fault}")

    async def _updates(self, call: Call) -> Sequence[Json]:
        if self._hook["url"]:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        offset, limit = int(str(call.fields.get("offset", 0))), int(str(call.fields.get("limit", 100)))
        self._queue = [update for update in self._queue if int(str(update["update_id"])) >= offset]
        if not self._queue:
            self._news.clear()
            try:
                async with asyncio.timeout(float(str(call.fields.get("timeout", 0)))):
                    await self._news.wait()
            except TimeoutError:
                return []
        return self._queue[:limit]

    def _path_of(self, ref: str) -> Json:
        if ref not in self.files and ref not in self._lost:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files.get(ref, b""))
        return {
            "file_id": ref,
            "file_unique_id": f"u{ref}",
            "file_size": size,
            "file_path": f"files/{ref}",
        }

    def _file(self, call: Call) -> web.Response:
        prefix = f"/file/bot{self._token}/files/"
        content = self.files.get(call.path.removeprefix(prefix)) if call.path.startswith(prefix) else None
        return _error(404, "Not Found") if content is None else web.Response(body=content)


def _asked(call: Call) -> dict[str, object]:
    asked = call.fields.get("allowed_updates")
    return {} if asked is None else {"allowed_updates": json.loads(str(asked))}


def _error(status: int, description: str, **more: object) -> web.Response:
    answer = {"ok": False, "error_code": status, "description": description, **more}
    return web.json_response(answer, status=status)
