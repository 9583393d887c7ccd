"""A csbot with web chat, and visitors who use it as their browsers would, without one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar, FormData

from csbot.config import LookupSettings
from csbot_webchat.payloads import signed
from tests.chain.running import Clock, Running, serving, until

SITE = "https://www.shop.example"
SECRET = "a secret of the tests"
KARGO = "Kargo kaç günde gelir?"
UNKNOWN = "zurna çalan komşum için fırtına raporu hazırladım"


@asynccontextmanager
async def chat(
    folder: Path,
    *,
    clock: Clock | None = None,
    port: int = 0,
    lookups: Mapping[str, LookupSettings] | None = None,
    **settings: Any,
) -> AsyncIterator[Running]:
    """A csbot whose only channel is `web`, with these settings."""
    table = {"kind": "webchat", "secret": SECRET, "origins": [SITE], **settings}
    async with serving(folder, {}, {"web": table}, clock=clock, port=port, lookups=lookups or {}) as csbot:
        yield csbot


def identity(csbot: Running, *, secret: str = SECRET, lasts_s: float = 600, **claims: Any) -> str:
    """What the brand's server would sign."""
    return signed({"exp": int(csbot.clock().timestamp() + lasts_s), **claims}, secret.encode())


@dataclass(slots=True)
class Guest:
    """One browser: its cookies, and what it asks."""

    csbot: Running
    http: ClientSession
    keys: Any = field(default_factory=lambda: count(1))

    async def post(
        self, path: str, body: object = None, *, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """POST JSON as the chat's own page does; status and answer."""
        sent = {"Origin": self.csbot.url, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
        async with self.http.post(
            f"{self.csbot.url}/chat/web/{path}", data=json.dumps(body or {}), headers={**sent, **(headers or {})}
        ) as answer:
            return answer.status, await _json(answer)

    async def comes(self, **more: Any) -> dict[str, Any]:
        """Get a session."""
        status, told = await self.post("session", more)
        assert status == 200, told
        return told

    async def says(self, text: str, *, key: str = "", **more: Any) -> tuple[int, dict[str, Any]]:
        """Send a message."""
        return await self.post("messages", {"id": key or f"message-{next(self.keys)}", "text": text, **more})

    async def hands_in(self, content: bytes, *, name: str = "file", key: str = "") -> tuple[int, dict[str, Any]]:
        """Send a file."""
        form = FormData()
        form.add_field("id", key or f"message-{next(self.keys)}")
        form.add_field("file", content, filename=name, content_type="text/html")
        async with self.http.post(
            f"{self.csbot.url}/chat/web/files", data=form, headers={"Origin": self.csbot.url}
        ) as answer:
            return answer.status, await _json(answer)

    async def sees(self, **query: str) -> list[dict[str, Any]]:
        """The messages as the page gets them."""
        return list((await self.news(**query))["messages"])

    async def news(self, **query: str) -> dict[str, Any]:
        """What the page gets."""
        async with self.http.get(f"{self.csbot.url}/chat/web/messages", params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await _json(answer)

    async def answered(self, count: int = 1) -> list[dict[str, Any]]:
        """The messages, once there are so many of others'."""

        async def there_are() -> bool:
            return sum(message["from"] != "you" for message in await self.sees()) >= count

        await until(there_are, f"{count} answers on the page")
        return await self.sees()


async def _json(answer: ClientResponse) -> dict[str, Any]:
    assert answer.content_type == "application/json", await answer.text()
    value: dict[str, Any] = await answer.json()
    return value


@asynccontextmanager
async def guest(csbot: Running, *, come: bool = True) -> AsyncIterator[Guest]:
    """A visitor with a browser of their own, who has a session unless told otherwise."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        made = Guest(csbot, http)
        if come:
            await made.comes()
        yield made


async def taken(csbot: Running, address: str = "") -> str:
    """An agent takes the conversation that waits; its id."""
    rows = (await csbot.get("conversations", status="waiting", **({"identity": address} if address else {})))["items"]
    assert len(rows) == 1, rows
    status, told = await csbot.post(f"conversations/{rows[0]['id']}/claim")
    assert status == 200, told
    return str(rows[0]["id"])
