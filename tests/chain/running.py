"""A real csbot on a loopback port, with every channel pointed at its platform's imitation."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from pydantic import SecretStr

from csbot.bootstrap import assemble
from csbot.channel.imitating import ImitatedPlatform
from csbot.channel.imitation import Imitation, SignedRequest
from csbot.config import (
    BrandSettings,
    ContentSettings,
    LimitsSettings,
    LookupSettings,
    MediaSettings,
    ServerSettings,
    Settings,
    StoreSettings,
    UnderstandingSettings,
)
from csbot.desk.tokens import digest
from csbot.playground.world import Clock
from csbot.plugins import channel_spec
from csbot.runtime.supervisor import serve
from csbot.services import Services

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 15.0
AGENT, OTHER = "agent@shop.example", "other@shop.example"
TOKENS = {AGENT: "csbot_test_agent", OTHER: "csbot_test_other"}

Platforms = Mapping[str, Callable[[], Imitation]]


def platform(kind: str, **how: object) -> Callable[[], Imitation]:
    """What makes the imitation of a kind, in one of its ways (`polling=True`)."""
    make = channel_spec(kind).imitation
    assert make is not None, kind
    return partial(make, **how)


EVERY_WAY: Platforms = {
    "telegram": platform("telegram", groups=True),
    "polled": platform("telegram", polling=True),
    "slack": platform("slack"),
    "socket": platform("slack", socket=True),
    "sms": platform("sms"),
    "whatsapp": platform("whatsapp"),
}
"""A channel for each way in which words arrive and leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A csbot under way: its services, its platforms by channel id, and a client of its API."""

    url: str
    services: Services
    folder: Path
    clock: Clock
    platforms: Mapping[str, Imitation]
    client: ClientSession
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def get(self, path: str, *, who: str = AGENT, **query: str) -> Any:
        """The JSON of an API page; anything but 200 is an error of the test."""
        async with self.client.get(
            f"{self.url}/api/v1/{path}", params=query, headers={"Authorization": f"Bearer {TOKENS[who]}"}
        ) as answer:
            assert answer.status == 200, (answer.status, await answer.text())
            return await answer.json()

    async def post(self, path: str, body: object = None, *, who: str = AGENT, key: str = "") -> tuple[int, Any]:
        """Status and JSON of an act."""
        headers = {"Authorization": f"Bearer {TOKENS[who]}", **({"Idempotency-Key": key} if key else {})}
        async with self.client.post(f"{self.url}/api/v1/{path}", json=body or {}, headers=headers) as answer:
            return answer.status, await answer.json()

    async def deliver(self, request: SignedRequest) -> tuple[int, str]:
        """Post one webhook, once; csbot's status and body."""
        async with self.client.request(
            request.method, self.url + request.path, data=BytesIO(request.body), headers=request.headers
        ) as answer:
            return answer.status, await answer.text()

    def words(self, key: str, language: str = "tr") -> str:
        """One of csbot's own phrases, up to its first blank to be filled in."""
        return self.services.knowledge.now.words(language, default="tr")[key].partition("{")[0]

    def answer(self, entry: str, language: str = "tr", *, kind: str = "") -> str:
        """The published answer of an FAQ entry on channels of a kind."""
        return self.services.knowledge.now.catalogue.entries[entry].answer(language, kind).strip()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What stands in the database, for what no page shows yet."""
        connection = sqlite3.connect(self.folder / "csbot.db")
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def time_passes(self, seconds: float) -> None:
        """The clock of csbot and of the platforms goes on, and csbot looks at it."""
        self.clock.ahead += timedelta(seconds=seconds)
        self.services.inbound_bell.ring()
        self.services.outbound_bell.ring()

    async def quiet(self) -> None:
        """Return when nothing waits for its turn or to be sent, and nothing is being sent."""

        async def nothing_waits() -> bool:
            counts = await self.services.store.counts()
            under_way = self.rows("SELECT count(*) FROM parts WHERE state = 'sending'")[0][0]
            return not (counts["due_lanes"] or counts["queued"] or under_way)

        await until(nothing_waits, "nothing to wait for its turn or to be sent")


async def until(holds: Callable[[], bool | Awaitable[bool]], what: str, *, within_s: float = DEADLINE_S) -> None:
    """Return when the condition holds; an AssertionError naming it when it does not within the deadline."""
    deadline = asyncio.get_running_loop().time() + within_s
    while True:
        answer = holds()
        if answer if isinstance(answer, bool) else await answer:
            return
        assert asyncio.get_running_loop().time() < deadline, f"waited {within_s:g} s for: {what}"
        await asyncio.sleep(0.01)


def settings(
    folder: Path,
    *,
    channels: Mapping[str, Mapping[str, object]],
    burst_s: float = 0.0,
    idle_h: float = 0.0,
    send_s: float = 20.0,
    content: Path = ROOT,
    brand: Mapping[str, Any] | None = None,
    engines: tuple[str, ...] = ("linear",),
    lookups: Mapping[str, LookupSettings] | None = None,
) -> Settings:
    """Settings of a test's csbot: the sample brand, a store of its own."""
    return Settings(
        server=ServerSettings(port=0, public_url="http://csbot.test"),
        store=StoreSettings(url=SecretStr(f"sqlite:///{folder}/csbot.db")),
        content=ContentSettings(path=content),
        media=MediaSettings(link_ttl_s=3600),
        brand=BrandSettings(
            **{"name": "Lale", "languages": ("tr", "en"), "privacy_url": "https://lale.example/kvkk", **(brand or {})}
        ),
        understanding=UnderstandingSettings(engines=engines),
        limits=LimitsSettings(burst_s=burst_s, send_s=send_s, idle_h=idle_h),
        lookups=dict(lookups or {}),
    ).model_copy(
        update={
            "channels": {
                name: channel_spec(str(table["kind"])).settings.model_validate(table)
                for name, table in channels.items()
            }
        }
    )


@asynccontextmanager
async def running(
    folder: Path,
    platforms: Platforms,
    *,
    extra: Mapping[str, Mapping[str, object]] | None = None,
    hosted: Mapping[str, Mapping[str, object]] | None = None,
    clock: Clock | None = None,
    **options: Any,
) -> AsyncIterator[Running]:
    """A csbot with a channel for each platform, under its id. `extra` adds to a channel's settings; `hosted` are
    channels without a platform.
    """
    async with AsyncExitStack() as stack:
        imitations = {id: await stack.enter_async_context(make()) for id, make in platforms.items()}
        channels = {id: {**made.settings(), "rate": 0, **(extra or {}).get(id, {})} for id, made in imitations.items()}
        async with serving(folder, imitations, {**channels, **(hosted or {})}, clock=clock, **options) as csbot:
            yield csbot


@asynccontextmanager
async def serving(
    folder: Path,
    imitations: Mapping[str, Imitation],
    channels: Mapping[str, Mapping[str, object]],
    *,
    clock: Clock | None = None,
    port: int = 0,
    **options: Any,
) -> AsyncIterator[Running]:
    """A csbot on `folder` over platforms that are there already, and may outlive it."""
    clock = clock or Clock()
    set_up = settings(folder, channels=channels, **options)
    async with (
        assemble(set_up, clock=clock) as assembled,
        serve(assembled.services, host="127.0.0.1", port=port, learn=assembled.learn) as served,
        ClientSession() as client,
    ):
        for id, made in imitations.items():
            made.connect(set_up.server.public_url, id, post_to=served.url)
            if isinstance(made, ImitatedPlatform):
                made.clock = clock
        store = assembled.services.store
        for email, token in TOKENS.items():
            await store.add_user(email, role="agent", now=clock())
            await store.add_token(email, digest(token), now=clock())
        yield Running(
            url=served.url,
            services=assembled.services,
            folder=folder,
            clock=clock,
            platforms=imitations,
            client=client,
        )
