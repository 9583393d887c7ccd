"""The order system as a server: what a brand's developer would write to answer csbot's lookups, and a page to look at.

It can be made to fail as real systems do. HANG and CUT take the question, do what it asks and then never answer, or
drop the connection: the worst that can befall a change.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from csbot.errors import CsbotError
from csbot.log import get_logger
from csbot.lookups.signing import is_genuine
from csbot.sampleshop.orders import Order, Orders, SentCode, Status, sample_orders
from csbot.sampleshop.page import PACKAGES, live, page_for, version, whole
from csbot.web import languages, static_files
from csbot.web.rendering import html

log = get_logger("sample shop")

HOST = "127.0.0.1"
PATH = "/lookups"
STATUS, CANCEL = "order-status", "cancel-order"
_WHY_NOT = {Status.DELIVERED: "already_delivered", Status.CANCELLED: "already_cancelled"}


class Fault(StrEnum):
    """What can be made to go wrong."""

    HANG = "hang"
    CUT = "cut"
    ERROR = "500"
    BUSY = "503"
    LIE = "lie"
    REFUSED = "refused"
    REDIRECT = "redirect"
    HUGE = "huge"
    GARBAGE = "garbage"


class SampleShop:
    """The sample brand's order system on a loopback port. An async context manager, which raises
    CsbotError when the port is taken.

    `secret` is what csbot signs with, `port` 0 takes any free one, `clock` is the shop's own. `asked` keeps every body
    it was sent, `codes` what it has "sent".
    """

    def __init__(self, *, secret: bytes, clock: Callable[[], datetime], port: int = 0) -> None:
        self.orders = Orders(sample_orders(clock().date()))
        self.asked: list[Mapping[str, Any]] = []
        self.codes: list[SentCode] = []
        self._secret, self._clock, self._port = secret, clock, port
        self._faults: Counter[tuple[Fault, bool]] = Counter()
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """Where its page is; the port is known once it has been entered."""
        return f"http://{HOST}:{self._port}"

    @property
    def url(self) -> str:
        """The address of its lookups."""
        return f"{self.base_url}{PATH}"

    def fault(self, fault: Fault, *, times: int = 1, of_changes: bool = False) -> None:
        """Let the next `times` questions go wrong, or the next `of_changes` only; 0 ends it."""
        self._faults[fault, of_changes] = times

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/", self._page)
        app.router.add_get("/live", self._live)
        app.router.add_get("/static/{name}", static_files.serving(PACKAGES))
        app.router.add_post(PATH, self._answer)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port, reuse_address=True).start()
        except OSError as error:
            await self._runner.cleanup()
            raise CsbotError(f"the sample shop cannot listen on port {self._port}: {error.strerror}") from error
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _page(self, request: web.Request) -> web.Response:
        page = page_for(request, self._clock())
        response = html(whole(page, self.orders, self.codes))
        if request.query.get("lang") == page.language:
            response.set_cookie(languages.COOKIE, page.language, samesite="Strict", httponly=True)
        return response

    async def _live(self, request: web.Request) -> web.Response:
        """What of the page changes; nothing while nothing has."""
        if request.query.get("seen") == version(self.orders, self.codes):
            return web.Response(status=204)
        return html(live(page_for(request, self._clock()), self.orders, self.codes))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if not is_genuine(self._secret, request.headers, body, now=self._clock()):
            return web.json_response({"error": "the signature is wrong"}, status=401)
        question = json.loads(body)
        self.asked.append(question)
        for (fault, of_changes), times in self._faults.items():
            if times > 0 and (question["changes"] or not of_changes):
                self._faults[fault, of_changes] -= 1
                return await self._fail(fault, request, question)
        return web.json_response(self._reply(question))

    def _reply(self, question: Mapping[str, Any]) -> Mapping[str, object]:
        found = self.orders.find(question["slots"].get("order_number", ""), question.get("proofs", ()))
        if question.get("ping") or not found:
            return {"sent": False} if "send_code" in question else {"result": "none"}
        if "send_code" in question:
            return {"sent": self._send_code(found[0], question["send_code"])}
        if question["lookup"] == CANCEL and question["changes"] and len(found) == 1:
            cancelled = self.orders.cancel(found[0].number, question["request"])
            if cancelled is None:
                return {"result": "refused", "reason": _WHY_NOT.get(found[0].status, "already_sent")}
            found = [cancelled]
        return {"result": "found", "records": [_record(order) for order in found]}

    def _send_code(self, order: Order, code: str) -> bool:
        if not order.contact:
            return False
        self.codes.append(SentCode(order=order.number, contact=order.contact, code=code, at=self._clock()))
        log.info("sends a code; its page shows it too", order=order.number, code=code, page=self.base_url)
        return True

    async def _fail(self, fault: Fault, request: web.Request, question: Mapping[str, Any]) -> web.StreamResponse:
        match fault:
            case Fault.HANG:
                self._reply(question)
                await asyncio.sleep(3600)
            case Fault.CUT:
                self._reply(question)
                if request.transport is not None:
                    request.transport.abort()
            case Fault.ERROR | Fault.BUSY:
                return web.Response(status=int(fault))
            case Fault.REDIRECT:
                return web.Response(status=307, headers={"Location": "/"})
            case Fault.HUGE:
                return web.json_response({"result": "none", "padding": "x" * 100_000})
            case Fault.GARBAGE:
                return web.Response(text="<html>Down for maintenance</html>", content_type="text/html")
            case Fault.REFUSED:
                return web.json_response({"result": "refused", "reason": "not_now"})
        return web.json_response({"result": "found", "records": [{"fields": {"status": 7}, "owner": ["*"]}]})


def _record(order: Order) -> Mapping[str, object]:
    return {
        "fields": {
            "order_number": order.number,
            "status": order.status,
            "place": order.place,
            "expected": order.expected.isoformat(),
            "carrier": order.carrier,
        },
        "owner": list(order.owner),
    }
