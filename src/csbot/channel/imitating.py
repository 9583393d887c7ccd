"""One mechanism for every imitated platform: its server, its faults, its records, and the posting of its webhooks.

A platform's own imitation adds what is the platform's: how a call is named, checked and answered (`name`, `answer`,
`refuse`), how a webhook is signed (`sign`) and what a customer's words look like there (`webhooks`).
"""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from aiohttp import ClientError, ClientSession, TCPConnector, web

from csbot.channel.imitation import Call, Cast, Fault, Person, Posted, Said, Shown, SignedRequest
from csbot.domain.delivery import DeliveryState

WEBHOOK_FAULTS = frozenset({Fault.REPEAT, Fault.REORDER})
_REORDER_WINDOW_S = 0.05


def _clock() -> datetime:
    return datetime.now(UTC)


def _nobody() -> None:
    """Nobody listens."""


@dataclass(slots=True)
class _Planned:
    left: int
    after_s: float


class ImitatedPlatform(ABC):
    """The part of an `Imitation` that is alike on all platforms.

    `port` 0 takes any free one. `clock` is the platform's own clock. Csbot's refusals (5xx, no connection) are repeated
    for `patience_s` seconds, faster than a real platform would.
    """

    cast = Cast(people=(Person(user="customer-1", name="Deniz Aksu"),))
    """See `Imitation`."""

    def __init__(
        self,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        clock: Callable[[], datetime] = _clock,
        patience_s: float = 30.0,
    ) -> None:
        self.clock = clock
        self.public_url = "http://127.0.0.1:8080"
        self.channel = ""
        self.log: list[Call] = []
        self.posted: list[Posted] = []
        self.files: dict[str, bytes] = {}
        self._host, self._port, self._patience_s = host, port, patience_s
        self._post_to = ""
        self._sends: list[Call] = []
        self._shown: list[Shown] = []
        self._faults: dict[Fault, _Planned] = {}
        self._answers: deque[tuple[int, str, Mapping[str, str]]] = deque()
        self._waiting: list[tuple[SignedRequest, asyncio.Future[int]]] = []
        self._heard: Callable[[], None] = _nobody
        self._runner: web.AppRunner | None = None
        self._session: ClientSession | None = None

    # -- what a platform adds --------------------------------------------------------------------------------------

    @abstractmethod
    def name(self, method: str, path: str) -> str:
        """The platform's name of a call ("sendMessage"), free of secrets: what records and samples say."""

    @abstractmethod
    def is_send(self, name: str) -> bool:
        """Whether a call of this name brings words to a customer: those are counted, and faults befall only them."""

    @abstractmethod
    async def answer(self, call: Call) -> web.StreamResponse:
        """Check the call as the platform would, take it (see `show`) and answer it."""

    @abstractmethod
    def refuse(self, fault: Fault, call: Call, *, after_s: float) -> web.Response:
        """The platform's own answer for LIMIT, ERROR, BLOCKED, OPTED_OUT, WINDOW and REFUSED."""

    @abstractmethod
    def settings(self) -> dict[str, object]:
        """See `Imitation`."""

    @abstractmethod
    def sign(
        self, body: bytes, *, route: str = "webhook", content_type: str = "", at: datetime | None = None
    ) -> SignedRequest:
        """See `Imitation`."""

    @abstractmethod
    def webhooks(self, said: Said) -> Sequence[SignedRequest]:
        """See `Imitation`."""

    def add_routes(self, app: web.Application) -> None:
        """What the platform serves beside its API (a socket), looked up first; most platforms leave it as it is."""
        return

    async def receipt(self, external_id: str, state: DeliveryState, *, code: int = 0) -> int:
        """See `Imitation`; a platform without receipts leaves it as it is."""
        return 0

    async def block(self, user: str, *, blocked: bool = True) -> int:
        """See `Imitation`; a platform that does not tell leaves it as it is."""
        return 0

    # -- the server ------------------------------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """Where the platform serves, without a trailing slash; its port is known once it has been entered."""
        return f"http://{self._host}:{self._port}"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        self.add_routes(app)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self._session = ClientSession(connector=TCPConnector(limit=40))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session, runner = self._session, self._runner
        self._session = self._runner = None
        if session is not None:
            await session.close()
        if runner is not None:
            await runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name, fields = self.name(request.method, request.path), await _fields(request)
        is_send = self.is_send(name)
        fault, after_s = self._next_fault() if is_send and not self._answers else (None, 0.0)
        call = Call(
            name=name,
            method=request.method,
            path=request.path,
            fields=fields,
            headers={name.lower(): value for name, value in request.headers.items()},
            at=self.clock(),
            fault=fault,
        )
        self.log.append(call)
        self._heard()
        if not is_send:
            return await self.answer(call)
        self._sends.append(call)
        if self._answers:
            status, body, headers = self._answers.popleft()
            return web.Response(
                status=status, body=body.encode(), headers={"content-type": "application/json", **headers}
            )
        if fault is None:
            return await self.answer(call)
        if fault is Fault.SLOW:
            await asyncio.sleep(1.0)
            return await self.answer(call)
        if fault is Fault.HANG:
            await self.answer(call)
            await asyncio.Event().wait()
        if fault is Fault.CUT:
            response = await self.answer(call)
            if request.transport is not None:
                request.transport.abort()
            return response
        return self.refuse(fault, call, after_s=after_s)

    def _next_fault(self) -> tuple[Fault | None, float]:
        for fault, planned in self._faults.items():
            if fault not in WEBHOOK_FAULTS and planned.left > 0:
                planned.left -= 1
                return fault, planned.after_s
        return None, 0.0

    # -- what tests ask for ----------------------------------------------------------------------------------------

    def connect(self, public_url: str, channel: str, *, post_to: str = "") -> None:
        """See `Imitation`."""
        self.public_url, self.channel, self._post_to = public_url.rstrip("/"), channel, post_to.rstrip("/")

    def fault(self, fault: Fault, times: int = 1, *, after_s: float = 1.0) -> None:
        """See `Imitation`. Faults of several kinds befall calls in the order they were asked for."""
        self._faults.pop(fault, None)
        if times:
            self._faults[fault] = _Planned(times, after_s)

    @property
    def faults(self) -> Mapping[Fault, int]:
        """See `Imitation`."""
        return {fault: planned.left for fault, planned in self._faults.items() if planned.left > 0}

    def listen(self, heard: Callable[[], None]) -> None:
        """See `Imitation`."""
        self._heard = heard

    def answer_next(self, status: int, body: str, headers: Mapping[str, str] | None = None) -> None:
        """See `Imitation`."""
        self._answers.append((status, body, headers or {}))

    def hold(self, ref: str, content: bytes) -> None:
        """See `Imitation`."""
        self.files[ref] = content

    def received(self, user: str = "") -> Sequence[Shown]:
        """See `Imitation`."""
        return [shown for shown in self._shown if not user or shown.user == user]

    @property
    def sends(self) -> Sequence[Call]:
        """See `Imitation`."""
        return self._sends

    @property
    def calls(self) -> int:
        """See `Imitation`."""
        return len(self._sends)

    def show(self, shown: Shown) -> None:
        """The platform took a message: from now on the customer sees it."""
        self._shown.append(shown)
        self._heard()

    # -- webhooks --------------------------------------------------------------------------------------------------

    def path(self, route: str = "webhook") -> str:
        """The path of a route under csbot's public URL."""
        return f"/channels/{self.channel}/{route}"

    async def customer_says(self, said: Said) -> int:
        """See `Imitation`."""
        return await self.post(self.webhooks(said))

    async def post(self, requests: Sequence[SignedRequest]) -> int:
        """Post webhooks, in parallel where there are several (as platforms do); returns the last one's status."""
        statuses = await asyncio.gather(*[self._post_one(request) for request in requests])
        return statuses[-1] if statuses else 0

    async def _post_one(self, request: SignedRequest) -> int:
        if self._take(Fault.REORDER):
            return await self._post_reordered(request)
        if self._take(Fault.REPEAT):
            await self._deliver(request)
        return await self._deliver(request)

    def _take(self, fault: Fault) -> bool:
        planned = self._faults.get(fault)
        if planned is None or planned.left <= 0:
            return False
        planned.left -= 1
        return True

    async def _post_reordered(self, request: SignedRequest) -> int:
        """Wait a moment for companions; then all that wait are posted, the youngest first."""
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, done))
        await asyncio.sleep(_REORDER_WINDOW_S)
        waiting, self._waiting = self._waiting, []
        for held, status in reversed(waiting):
            status.set_result(await self._deliver(held))
        return await done

    async def _deliver(self, request: SignedRequest) -> int:
        if self._session is None:
            raise RuntimeError("the imitation has not been entered")
        url = (self._post_to or self.public_url) + request.path
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + self._patience_s
        wait_s = 0.05
        while True:
            try:
                async with self._session.request(
                    request.method, url, data=request.body, headers=request.headers, allow_redirects=False
                ) as response:
                    await response.read()
                    status = response.status
            except (ClientError, OSError, TimeoutError):
                status = 0
            self.posted.append(Posted(request=request, status=status, at=self.clock()))
            self._heard()
            if 0 < status < 500 or loop.time() >= give_up_at:
                return status
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, 1.0)


async def _fields(request: web.Request) -> dict[str, object]:
    """Query and body as one mapping: JSON as it is, form fields as text, repeated ones as a list, files as bytes."""
    fields: dict[str, object] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            body = {}
        if isinstance(body, dict):
            fields.update(body)
        return fields
    form = await request.post()
    for key in dict.fromkeys(form):
        values = [v.file.read() if isinstance(v, web.FileField) else v for v in form.getall(key)]
        fields[key] = values[0] if len(values) == 1 else values
    return fields
