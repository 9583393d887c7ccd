"""A real csbot on a loopback port, with every channel pointed at its platform's imitation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from pydantic import SecretStr

from csbot.bootstrap import assemble, now
from csbot.channel.imitation import Imitation, Said, Shown
from csbot.config import BrandSettings, ContentSettings, LimitsSettings, ServerSettings, Settings, StoreSettings
from csbot.desk.tokens import digest
from csbot.plugins import channel_spec
from csbot.runtime.supervisor import serve
from csbot.services import Services

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 15.0
TOKENS = {"agent@shop.example": "csbot_test_agent", "other@shop.example": "csbot_test_other"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A csbot under way: its services, its platforms by channel id, and a client of its API."""

    url: str
    services: Services
    platforms: Mapping[str, Imitation]
    client: ClientSession

    async def get(self, path: str, *, who: str = "agent@shop.example", **query: str) -> Any:
        """The JSON of an API page; anything but 200 is an error of the test."""
        async with self.client.get(
            f"{self.url}/api/v1/{path}", params=query, headers={"Authorization": f"Bearer {TOKENS[who]}"}
        ) as answer:
            assert answer.status == 200, (answer.status, await answer.text())
            return await answer.json()

    async def post(
        self, path: str, body: object = None, *, who: str = "agent@shop.example", key: str = ""
    ) -> tuple[int, Any]:
        """Status and JSON of an act."""
        headers = {"Authorization": f"Bearer {TOKENS[who]}", **({"Idempotency-Key": key} if key else {})}
        async with self.client.post(f"{self.url}/api/v1/{path}", json=body or {}, headers=headers) as answer:
            return answer.status, await answer.json()

    async def only_conversation(self, **query: str) -> dict[str, Any]:
        """The detail of the one conversation there is."""
        items = (await self.get("conversations", **query))["items"]
        assert len(items) == 1, items
        found: dict[str, Any] = await self.get(f"conversations/{items[0]['id']}")
        return found

    async def says(self, channel: str, text: str = "", **more: Any) -> int:
        """A customer writes; the status csbot answered."""
        return await self.platforms[channel].customer_says(Said(text=text, **more))

    async def replies(self, channel: str, count: int, user: str = "") -> Sequence[Shown]:
        """What the customer has been shown, once it is at least `count`."""
        platform = self.platforms[channel]
        await until(lambda: len(platform.received(user)) >= count, f"{count} replies on {channel}")
        return platform.received(user)

    async def settled(self) -> None:
        """Return when nothing waits for its turn or to be sent."""

        async def quiet() -> bool:
            store = self.services.store
            counts = await store.counts()
            return (
                await store.next_lane_due() is None
                and await store.next_part_due() is None
                and not counts.get("sending", 0)
                and not counts.get("claimed", 0)
            )

        await until(quiet, "quiet")


async def until(holds: Callable[[], bool | Awaitable[bool]], what: str, *, within_s: float = DEADLINE_S) -> None:
    """Return when the condition holds; an AssertionError naming it when it does not within the deadline."""
    deadline = asyncio.get_running_loop().time() + within_s
    while True:
        answer = holds()
        if answer if isinstance(answer, bool) else await answer:
            return
        assert asyncio.get_running_loop().time() < deadline, f"waited {within_s:g} s for: {what}"
        await asyncio.sleep(0.02)


def settings(
    folder: Path,
    *,
    channels: Mapping[str, Mapping[str, object]],
    port: int = 0,
    public_url: str = "http://csbot.test",
    burst_s: float = 0.0,
    send_s: float = 20.0,
    **brand: Any,
) -> Settings:
    """Settings of a test's csbot: the sample content, a store of its own."""
    return Settings(
        server=ServerSettings(port=port, public_url=public_url),
        store=StoreSettings(url=SecretStr(f"sqlite:///{folder}/csbot.db")),
        content=ContentSettings(path=ROOT),
        brand=BrandSettings(
            **{"name": "Lale", "languages": ("tr", "en"), "privacy_url": "https://lale.example/privacy", **brand}
        ),
        limits=LimitsSettings(burst_s=burst_s, send_s=send_s),
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
    *kinds: str,
    extra: Mapping[str, Mapping[str, object]] | None = None,
    platforms: Mapping[str, Imitation] | None = None,
    **options: Any,
) -> AsyncIterator[Running]:
    """A csbot with one channel a kind, each under its kind's name. `extra` adds to a channel's settings."""
    async with AsyncExitStack() as stack:
        given = dict(platforms or {})
        for kind in kinds:
            make = channel_spec(kind).imitation
            if kind not in given and make is not None:
                given[kind] = await stack.enter_async_context(make())
        channels = {
            kind: {"kind": kind, **(given[kind].settings() if kind in given else {}), **(extra or {}).get(kind, {})}
            for kind in kinds
        }
        set_up = settings(folder, channels=channels, **options)
        assembled = await stack.enter_async_context(assemble(set_up))
        serving = await stack.enter_async_context(
            serve(assembled.services, host="127.0.0.1", port=set_up.server.port, learn=assembled.learn)
        )
        for kind, platform in given.items():
            platform.connect(set_up.server.public_url, kind, post_to=serving.url)
        store = assembled.services.store
        for email, token in TOKENS.items():
            await store.add_user(email, role="agent", now=now())
            await store.add_token(email, digest(token), now=now())
        client = await stack.enter_async_context(ClientSession())
        yield Running(url=serving.url, services=assembled.services, platforms=given, client=client)
