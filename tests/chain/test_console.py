"""A conversation in the terminal, and an agent who takes it over from another one."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from tests.chain.running import DEADLINE_S, ROOT, until

LEARNING_S = 60.0
"""A fresh folder has no model yet, and the machine may be busy with others."""

ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("CSBOT_")}


@dataclass(slots=True)
class Terminal:
    """`csbot chat` with the sample brand: what is typed, and what appears."""

    process: Process
    screen: str = ""
    seen: int = 0

    async def shows(self, words: str) -> str:
        """What appears next, up to these words and the line they end in."""
        assert self.process.stdout is not None
        async with asyncio.timeout(LEARNING_S):
            while (at := self.screen.find(words, self.seen)) < 0 or "\n" not in self.screen[at:]:
                more = await self.process.stdout.read(4096)
                assert more, f"ended before {words!r}: {self.screen}"
                self.screen += more.decode()
        start, self.seen = self.seen, self.screen.index("\n", at) + 1
        return self.screen[start : self.seen]

    async def types(self, line: str) -> None:
        """One line, as a person ends it."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        await self.process.stdin.drain()


@asynccontextmanager
async def terminal(store: Path) -> AsyncIterator[Terminal]:
    """It ends well when its input does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "csbot", "chat", "--store", str(store), cwd=ROOT, env=ENVIRON, stdin=PIPE, stdout=PIPE
    )
    try:
        yield Terminal(process)
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(DEADLINE_S):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def act(client: ClientSession, path: str, body: object = None) -> Any:
    """What curl would do."""
    async with client.request("POST" if body is not None else "GET", path, json=body) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_an_agent_with_curl_takes_over_a_conversation_in_the_terminal(tmp_path: Path) -> None:
    async with terminal(tmp_path / "talk.db") as chat:
        await chat.types("Kargo kaç günde gelir?")
        banner = await chat.shows("csbot> ")
        assert "iş gün" in await chat.shows("2. Hayır")
        await chat.types("taksit var mi")
        assert "taksit" in await chat.shows("csbot> ")
        await chat.types("How much is delivery?")
        assert "TL" in await chat.shows("TL")
        await chat.types("zurna çalan komşum için fırtına raporu hazırladım")
        await chat.shows("Sırada ilk sizsiniz")
        access = re.search(r"API=(\S+) TOKEN=(\S+)", banner)
        assert access is not None, banner
        async with ClientSession(headers={"Authorization": f"Bearer {access[2]}"}) as client:
            page = await act(client, f"{access[1]}/conversations?status=waiting")
            [waiting] = page["items"]
            where = f"{access[1]}/conversations/{waiting['id']}"
            await act(client, f"{where}/claim", {})
            await act(client, f"{where}/messages", {"text": "Merhaba, ben Ayşe.\nHangi rapor?"})
            assert await chat.shows("Hangi rapor?") == "agent> Merhaba, ben Ayşe.\n       Hangi rapor?\n"
            await chat.types("Bir dakika")

            async def is_heard() -> bool:
                return bool((await act(client, where))["transcript"][-1]["text"] == "Bir dakika")

            await until(is_heard, "what was typed to stand in the transcript")
            await act(client, f"{where}/return", {})
            await chat.types("Hediye paketi yapıyor musunuz?")
            assert "hediye" in (await chat.shows("csbot> ")).lower()
            transcript = (await act(client, where))["transcript"]
        assert [line["author"] for line in transcript if line["direction"] == "out"] == [*["bot"] * 4, "agent", "bot"]


async def test_without_any_account_an_order_is_told_and_a_code_shows_whose_another_is(tmp_path: Path) -> None:
    """csbot's own settings file: the sample shop runs beside the terminal, and its page is the mail it sends."""
    async with terminal(tmp_path / "talk.db") as chat:
        banner = await chat.shows("the codes sent: http://")
        page = banner.rstrip().rpartition(" ")[2]
        await chat.types("kargom nerede 4711")
        assert "Bolu" in await chat.shows("Turna Kargo")
        await chat.types("4812 nerede")
        assert "altı haneli" in await chat.shows("doğrusunu yazmanız")
        async with ClientSession() as client, client.get(page) as answer:
            sent = re.search(r">(\d{6})</code>.*elif@mail\.example<", await answer.text())
        assert sent is not None
        await chat.types(sent[1])
        assert "hazırlanıyor" in await chat.shows("Tahmini teslim")
