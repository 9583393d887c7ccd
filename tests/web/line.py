"""A csbot with a WhatsApp and an SMS line, and agents who use it over HTTP: what the API is tested with."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession
from jsonschema import Draft202012Validator

from csbot.channel.imitation import Imitation, Said
from csbot.channel.protocol import BuildContext
from csbot.desk.tokens import digest
from csbot.domain.brand import Brand
from csbot.domain.burst import Burst
from csbot.domain.content import Catalogue
from csbot.domain.delivery import DeliveryState
from csbot.engine.turn import Engine
from csbot.intake.accept import Intake
from csbot.intake.spool import Spool
from csbot.lookups.systems import BrandSystems
from csbot.media.links import MediaLinks
from csbot.plugins import channel_spec
from csbot.runtime.supervisor import serve
from csbot.services import Bell, Knowledge, Live, Outlet, Services
from csbot.store.codec import decode_events, encode_events
from csbot.store.sqlite import SqliteStore
from tests.unit.engine.shop import SHOP, ByHeart, both

PUBLIC_URL = "http://csbot.test"
DEADLINE_S = 10.0
ROLES = {"ayse@shop.example": "agent", "bora@shop.example": "supervisor", "canan@shop.example": "admin"}
AYSE, BORA, CANAN = ROLES
RENDERED = ("numbered_hint", "media_link", "continue_whatsapp")
CATALOGUE: Catalogue = replace(
    SHOP,
    phrases=replace(SHOP.phrases, say={**SHOP.phrases.say, **{key: both(key) for key in RENDERED}}),
)


def token_of(who: str) -> str:
    """Each agent's token."""
    return f"csbot_{who.partition('@')[0]}"


@dataclass
class Clock:
    """The time, which a test may move on."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of the API, as it came."""

    status: int
    headers: Mapping[str, str]
    text: str
    json: Any

    @property
    def code(self) -> str:
        """The problem's name."""
        return str(self.json["error"]["code"])


@dataclass(slots=True, kw_only=True)
class Line:
    """A running csbot, its platforms by channel, and the API as its agents use it.

    Every answer is held against the OpenAPI document that the same server gives out.
    """

    url: str
    services: Services
    clock: Clock
    platforms: Mapping[str, Imitation]
    http: ClientSession
    document: dict[str, Any] = field(default_factory=dict)

    async def get(self, path: str, *, who: str = AYSE, **query: str | int) -> Answer:
        """GET under /api/v1."""
        return await self.ask("GET", path, who=who, params=query)

    async def post(self, path: str, body: object = None, *, who: str = AYSE, key: str = "") -> Answer:
        """POST JSON under /api/v1."""
        headers = {"Idempotency-Key": key} if key else {}
        return await self.ask("POST", path, who=who, headers=headers, **({} if body is None else {"json": body}))

    async def ask(
        self, method: str, path: str, *, who: str = "", headers: Mapping[str, str] | None = None, **more: Any
    ) -> Answer:
        """Any request; `who` adds that agent's token."""
        sent = {**({"Authorization": f"Bearer {token_of(who)}"} if who else {}), **(headers or {})}
        async with self.http.request(method, f"{self.url}/api/v1/{path}", headers=sent, **more) as response:
            answer = await _answer(response)
        self._as_documented(method, f"/{path.partition('?')[0]}", answer)
        return answer

    async def shown(self, conversation: str, *, who: str = AYSE) -> dict[str, Any]:
        """The detail of a conversation."""
        answer = await self.get(f"conversations/{conversation}", who=who)
        assert answer.status == 200, answer.text
        detail: dict[str, Any] = answer.json
        return detail

    async def says(self, text: str, *, channel: str = "whatsapp", **more: Any) -> str:
        """The customer writes; the id of the conversation it stands in."""
        status = await self.platforms[channel].customer_says(Said(text=text, **more))
        assert 200 <= status < 300, status
        rows, _ = await self.services.store.conversations(state=None, identity=more.get("user", ""), limit=1)
        return str(rows[0].conversation.id)

    async def waits(self, text: str = "temsilci", **more: Any) -> str:
        """The customer asks for a person; the conversation's id once it stands in the line."""
        conversation = await self.says(text, **more)

        async def in_line() -> bool:
            return bool((await self.shown(conversation))["status"] == "waiting")

        await until(in_line, "the conversation waits")
        await self.settled()
        return conversation

    async def settled(self) -> None:
        """Return when nothing waits for its turn or is on its way to a platform."""

        async def quiet() -> bool:
            store = self.services.store
            if await store.next_lane_due() is not None:
                return False
            rows, _ = await store.conversations(state=None, limit=50)
            views = [await store.conversation(row.conversation.id) for row in rows]
            states = {part.state for view in views if view for message in view.messages for part in message.parts}
            return not states & {DeliveryState.QUEUED, DeliveryState.SENDING}

        await until(quiet, "nothing left to do")

    async def bot_says(self, conversation: str) -> list[str]:
        """What the bot has said in a conversation."""
        transcript = (await self.shown(conversation))["transcript"]
        return [message["text"] for message in transcript if message["author"] == "bot"]

    def _as_documented(self, method: str, path: str, answer: Answer) -> None:
        """The answer is one that the document announces for this path."""
        if not self.document:
            return
        for template, operations in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in operations:
                told = operations[method.lower()]["responses"][str(answer.status)]
                if "$ref" in told:
                    told = self.document["components"]["responses"][told["$ref"].rpartition("/")[2]]
                schema = told["content"]["application/json"]["schema"]
                Draft202012Validator({**schema, "components": self.document["components"]}).validate(answer.json)


async def _answer(response: ClientResponse) -> Answer:
    assert response.content_type == "application/json", await response.text()
    return Answer(
        status=response.status,
        headers=response.headers,
        text=await response.text(),
        json=await response.json(),
    )


async def until(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Return when the condition holds; an AssertionError naming it when it does not within the deadline."""
    deadline = asyncio.get_running_loop().time() + DEADLINE_S
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, f"waited {DEADLINE_S:g} s for: {what}"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def line(
    folder: Path, *, kinds: Sequence[str] = ("whatsapp", "sms"), burst_s: float = 0.0, busy_s: float = 5.0
) -> AsyncIterator[Line]:
    """A csbot with channels of these kinds over a store in `folder`, serving until the context is left."""
    clock = Clock()
    brand = Brand(name="Lale")
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            SqliteStore(folder / "csbot.db", burst=Burst(quiet_s=burst_s), busy_s=busy_s)
        )
        spool = Spool(folder / "spool", encode=encode_events, decode=decode_events)
        spool.open()
        stack.callback(spool.close)
        inbound = Bell()
        platforms: dict[str, Imitation] = {}
        outlets: dict[str, Outlet] = {}
        for kind in kinds:
            spec = channel_spec(kind)
            assert spec.imitation is not None
            platform = platforms[kind] = await stack.enter_async_context(spec.imitation())
            settings = spec.settings.model_validate({"kind": kind, **platform.settings(), "rate": 0})
            channel = spec.build(BuildContext(id=kind, public_url=PUBLIC_URL), settings)
            await stack.enter_async_context(channel)
            outlets[kind] = Outlet(id=kind, spec=spec, channel=channel, capabilities=channel.capabilities)
        intake = Intake(store=store, spool=spool, clock=clock, woken=inbound.ring)
        stack.push_async_callback(intake.close)
        services = Services(
            worker="tests",
            clock=clock,
            store=store,
            intake=intake,
            engine=Engine(brand=brand, greeting_hold_s=0.0),
            brand=brand,
            outlets=outlets,
            knowledge=Live(Knowledge.of(CATALOGUE, ByHeart(), default=brand.default_language)),
            pauses=Live(()),
            lookups=BrandSystems(()),
            links=MediaLinks(secret=b"s" * 32, base=PUBLIC_URL, ttl_s=60),
            public_url=PUBLIC_URL,
            inbound_bell=inbound,
        )
        for email, role in ROLES.items():
            await store.add_user(email, role=role, now=clock())
            await store.add_token(email, digest(token_of(email)), now=clock())
        serving = await stack.enter_async_context(serve(services, host="127.0.0.1", port=0, learn=_nothing))
        for kind, platform in platforms.items():
            platform.connect(PUBLIC_URL, kind, post_to=serving.url)
        http = await stack.enter_async_context(ClientSession())
        made = Line(url=serving.url, services=services, clock=clock, platforms=platforms, http=http)
        made.document = (await made.ask("GET", "openapi.json")).json
        yield made


def _nothing(body: str) -> Knowledge:
    raise AssertionError("nothing was published")
