"""Slack, imitated: its Web API on a loopback port, and customers whose words it posts, or tells over a socket."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from urllib.parse import parse_qsl

from aiohttp import WSMsgType, web

from csbot.channel.imitating import ImitatedPlatform
from csbot.channel.imitation import Call, Cast, Fault, Person, Place, Said, SignedRequest
from csbot.channel.shapes import Json, raw_text
from csbot.domain.message import MessageKind
from csbot_slack.channel import SCOPES
from csbot_slack.customers import APP, BOT, BOT_USER, CUSTOMER, GENERAL, HELP, TEAM, Customers, direct
from csbot_slack.sent_calls import Refused, shown_of

_UNSENT = {Fault.BLOCKED: "user_not_found", Fault.OPTED_OUT: "user_not_found", Fault.REFUSED: "token_revoked"}


class ImitatedSlack(ImitatedPlatform):
    """One app in one workspace. `socket`: what happens is told over a connection of csbot's; otherwise it is posted."""

    cast = Cast(
        people=(Person(user=CUSTOMER, name="Ayşe Kaya"), Person(user="U0BORA", name="Bora Demir")),
        places=(Place(id=HELP, name="help"), Place(id=GENERAL, name="general")),
        says=frozenset({MessageKind.PHOTO}),
        faults=frozenset(Fault) - {Fault.WINDOW},
    )

    def __init__(
        self,
        *,
        port: int = 0,
        socket: bool = False,
        bot_token: str = "xoxb-4839574812-kkdpWt3ywyRZergyOLMa",
        app_token: str = "xapp-1-A0CSBOT-5512-hac60qcKd39kJ",
        signing_secret: str = "8f14e45fceea167a5a36dedd4bea2543",
    ) -> None:
        super().__init__(port=port)
        self.socket = socket
        self._bot_token, self._app_token, self._signing_secret = bot_token, app_token, signing_secret
        self._customers = Customers(lambda: self.clock())
        self._ids = count(1)
        self._tickets: set[str] = set()
        self._untold: dict[str, Json] = {}
        self._connections: list[web.WebSocketResponse] = []

    def settings(self) -> dict[str, object]:
        return {
            "kind": "slack",
            "bot_token": self._bot_token,
            "signing_secret": "" if self.socket else self._signing_secret,
            "mode": "socket" if self.socket else "http",
            "app_token": self._app_token if self.socket else "",
            "api_base": f"{self.base_url}/api/",
            "rate": 0,
            "answer_in": [HELP],
        }

    # -- webhooks ----------------------------------------------------------------------------------------------------

    def sign(
        self, body: bytes, *, route: str = "webhook", content_type: str = "", at: datetime | None = None
    ) -> SignedRequest:
        sent_at = str(int((at or self.clock()).timestamp()))
        signed = b"v0:" + sent_at.encode() + b":" + body
        headers = {
            "content-type": content_type or "application/json",
            "x-slack-request-timestamp": sent_at,
            "x-slack-signature": "v0=" + hmac.new(self._signing_secret.encode(), signed, hashlib.sha256).hexdigest(),
        }
        return SignedRequest(method="POST", path=self.path(route), headers=headers, body=body)

    def webhooks(self, said: Said) -> Sequence[SignedRequest]:
        return [
            replace(
                self.sign(body.encode(), content_type=content_type),
                external_id=external_id,
                thread=self._customers.thread(said, external_id),
            )
            for content_type, body, external_id in self._customers.postings(said)
        ]

    async def customer_says(self, said: Said) -> int:
        if not self.socket:
            return await super().customer_says(said)
        for content_type, body, _ in self._customers.postings(said):
            await self._tell(content_type, body)
        return 200

    # -- socket mode -------------------------------------------------------------------------------------------------

    async def _tell(self, content_type: str, body: str) -> None:
        id = f"envelope-{next(self._ids)}"
        fields = dict(parse_qsl(body, keep_blank_values=True)) if "form" in content_type else {}
        if "payload" in fields:
            told: Json = {"type": "interactive", "payload": json.loads(fields["payload"])}
        elif fields:
            told = {"type": "slash_commands", "payload": fields}
        else:
            told = {"type": "events_api", "payload": json.loads(body), "retry_attempt": 0, "retry_reason": ""}
        self._untold[id] = {"envelope_id": id, "accepts_response_payload": False, **told}
        if self._connections:
            await self._connections[-1].send_json(self._untold[id])

    async def renew(self) -> None:
        """Slack says that it is about to close its connections; csbot opens others."""
        for connection in list(self._connections):
            await connection.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})

    async def hang_up(self) -> None:
        """Every connection ends without a word."""
        for connection in list(self._connections):
            await connection.close()

    @property
    def connected(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    @property
    def unconfirmed(self) -> int:
        """How many envelopes were not confirmed yet."""
        return len(self._untold)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/link", self._link)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        """A connection: all that was not confirmed is told anew, then what happens."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPUnauthorized
        self._tickets.discard(ticket)
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        await connection.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP}})
        told: set[str] = set()
        while untold := [id for id in self._untold if id not in told]:
            told.add(untold[0])
            await connection.send_json(self._untold[untold[0]])
        self._connections.append(connection)
        try:
            async for message in connection:
                if message.type is WSMsgType.TEXT:
                    self._untold.pop(json.loads(message.data)["envelope_id"], None)
        finally:
            self._connections.remove(connection)
        return connection

    # -- the Web API -------------------------------------------------------------------------------------------------

    def name(self, method: str, path: str) -> str:
        return "file" if path.startswith("/files-pri/") else path.rpartition("/")[2]

    def is_send(self, name: str) -> bool:
        return name == "chat.postMessage"

    async def answer(self, call: Call) -> web.StreamResponse:
        if call.name == "file":
            return self._file(call)
        if not call.path.startswith("/api/"):
            return web.Response(status=404, text="no such page")
        try:
            return _answer({"ok": True, **self._result(call)})
        except Refused as refused:
            return _answer({"ok": False, "error": refused.code})

    def _result(self, call: Call) -> Json:
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            raise Refused("not_authed")
        if token != (self._app_token if call.name == "apps.connections.open" else self._bot_token):
            raise Refused("invalid_auth")
        match call.name:
            case "chat.postMessage":
                return self._accept(call)
            case "auth.test":
                ids = {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT}
                return {"url": "https://shop.slack.com/", "team": "Shop", "user": "csbot", **ids}
            case "conversations.open":
                return {"channel": {"id": direct(str(call.fields.get("users", "")))}}
            case "files.info":
                return {"file": self._file_of(str(call.fields.get("file", "")))}
            case "apps.connections.open":
                ticket = f"ticket-{next(self._ids)}"
                self._tickets.add(ticket)
                return {"url": f"{self.base_url.replace('http', 'ws', 1)}/link?ticket={ticket}&app_id={APP}"}
        raise Refused("unknown_method")

    def _accept(self, call: Call) -> Json:
        ts = self._customers.ts()
        shown = shown_of(call, ts=ts, at=self.clock())
        channel = shown.external_id.partition(":")[0]
        shown = replace(shown, user=self._customers.reader(channel, shown))
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT, "team": TEAM, "ts": ts, **_content(call)}
        self._customers.see(shown, message)
        self.show(shown)
        return {"channel": channel, "ts": ts, "message": message}

    def refuse(self, fault: Fault, call: Call, *, after_s: float) -> web.Response:
        if fault is Fault.LIMIT:
            wait = str(max(1, math.ceil(after_s)))
            return _answer({"ok": False, "error": "ratelimited"}, status=429, headers={"retry-after": wait})
        if fault is Fault.ERROR:
            return web.Response(status=500, text="Internal Server Error")
        if fault in _UNSENT:
            return _answer({"ok": False, "error": _UNSENT[fault]})
        raise ValueError(f"Slack has no {fault}")

    def _file_of(self, ref: str) -> Json:
        if ref not in self.files:
            raise Refused("file_not_found")
        address = f"{self.base_url}/files-pri/{TEAM}-{ref}/download/file"
        return {"id": ref, "name": "file", "size": len(self.files[ref]), "url_private_download": address}

    def _file(self, call: Call) -> web.Response:
        if call.headers.get("authorization") != f"Bearer {self._bot_token}":
            return web.Response(status=302, headers={"location": "https://shop.slack.com/?redir=file"})
        content = self.files.get(call.path.split("/")[2].removeprefix(f"{TEAM}-"))
        return web.Response(status=404) if content is None else web.Response(body=content)


def _content(call: Call) -> Json:
    return {"text": raw_text(call.fields, "text"), "blocks": call.fields.get("blocks", [])}


def _answer(body: Json, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    scopes = ",".join(sorted(SCOPES))
    return web.json_response(dict(body), status=status, headers={"x-oauth-scopes": scopes, **(headers or {})})
