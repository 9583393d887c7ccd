"""`make bench-desk`: how soon what customers write is shown, with 200 streams open and 100 messages a second.

Visitors of the web chat write, each with a stream open; agents have a stream open on some of their conversations and
fetch what stands there when it tells of a change, as the desk's pages do. A message is shown when its words have
arrived at a reader. The server has a core of its own, the readers the other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession, CookieJar, TCPConnector
from rich.console import Console
from rich.table import Table

from benchmarks import chain
from benchmarks.processes import cores, free_port, python

GOAL_S = 1.0
OUT = Path("var/bench-desk.json")
PASSWORD = "a password for the bench only"
CHANNEL = "web"
PATIENCE_S = 4.0
"""How long after the last message what is not shown counts as lost."""
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(slots=True)
class Shown:
    """When each message was written, and how long it took to be shown to whom."""

    written: dict[str, float] = field(default_factory=dict)
    to_visitor: dict[str, float] = field(default_factory=dict)
    to_agent: dict[str, float] = field(default_factory=dict)

    def note(self, where: dict[str, float], text: str) -> None:
        """These words have arrived."""
        for word in re.findall(r"m\d{6}", text):
            if word in self.written and word not in where:
                where[word] = time.perf_counter() - self.written[word]


def main() -> int:
    """Measure, print a table, write var/bench-desk.json; exit 1 when the goal is missed."""
    parser = argparse.ArgumentParser(prog="make bench-desk ARGS=...", description=__doc__)
    parser.add_argument("--visitors", type=int, default=150, help="visitors with a stream each (default 150)")
    parser.add_argument("--agents", type=int, default=50, help="streams of agents (default 50)")
    parser.add_argument("--rate", type=float, default=100.0, help="messages a second (default 100)")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long (default 20)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="csbot-bench-desk-") as name:
        folder = Path(name)
        port = free_port()
        channels: dict[str, dict[str, object]] = {
            CHANNEL: {"kind": "webchat", "secret": "a secret for the bench only", "pace": 100_000}
        }
        with chain.server(folder, port, channels):
            link = _invitation(folder / "csbot.toml")
            figures = asyncio.run(measure(f"http://127.0.0.1:{port}", link, options))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return _report(figures)


def _invitation(settings: Path) -> str:
    """The path of a link by which an agent comes in."""
    told = subprocess.run(
        ["taskset", "-c", str(cores()[1]), *python("-m", "csbot", "user", "invite", "bench@csbot.example"),
         "--config", str(settings)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found = re.search(r"/desk/welcome/\S+", told)
    if found is None:
        raise RuntimeError(f"no link in: {told}")
    return found[0]


async def measure(url: str, link: str, options: argparse.Namespace) -> dict[str, float]:
    """All figures, by name."""
    shown = Shown()
    async with AsyncExitStack() as stack:
        visitors = [
            await stack.enter_async_context(_browser(url)) for _ in range(max(options.visitors, options.agents))
        ]
        for number, visitor in enumerate(visitors):
            await _come(visitor, number)
        agent = await stack.enter_async_context(_browser(url))
        await _sign_in(agent, link)
        ids = await _conversations(agent, options.agents)
        reading = [asyncio.create_task(_visit(visitor, shown)) for visitor in visitors[: options.visitors]]
        reading += [asyncio.create_task(_look(agent, id, shown)) for id in ids]
        await asyncio.sleep(2)
        await _write(visitors, shown, rate=options.rate, seconds=options.seconds)
        await asyncio.sleep(PATIENCE_S)
        for task in reading:
            task.cancel()
        await asyncio.wait(reading)
        broken = [task for task in reading if not task.cancelled() and task.exception() is not None]
        if broken:
            raise RuntimeError(f"{len(broken)} streams broke: {broken[0].exception()!r}")
    lost = len(shown.written) - len(shown.to_visitor)
    return {
        "streams": len(reading),
        "messages": len(shown.written),
        "rate": round(len(shown.written) / options.seconds, 1),
        "not_shown": lost,
        **_percentiles("visitor", list(shown.to_visitor.values())),
        **_percentiles("agent", list(shown.to_agent.values())),
    }


def _browser(url: str) -> ClientSession:
    return ClientSession(
        url, cookie_jar=CookieJar(unsafe=True), connector=TCPConnector(limit=0), headers={"Origin": url}
    )


async def _come(visitor: ClientSession, number: int) -> None:
    async with visitor.post(f"/chat/{CHANNEL}/session", json={}) as answer:
        answer.raise_for_status()
    await _say(visitor, f"first-{number:06d}", "Kargo kaç günde gelir?")


async def _say(visitor: ClientSession, key: str, text: str) -> None:
    async with visitor.post(f"/chat/{CHANNEL}/messages", json={"id": key, "text": text}) as answer:
        answer.raise_for_status()


async def _sign_in(agent: ClientSession, link: str) -> None:
    async with agent.get(link) as page:
        csrf = _CSRF.search(await page.text())
    assert csrf is not None
    form = {"csrf": csrf[1], "name": "Bench", "password": PASSWORD, "again": PASSWORD}
    async with agent.post(link, data=form) as answer:
        answer.raise_for_status()


async def _conversations(agent: ClientSession, most: int) -> list[str]:
    """The first conversations, by the list of those the bot has."""
    ids: list[str] = []
    address = "/desk?show=bot"
    while address and len(ids) < most:
        async with agent.get(address) as answer:
            text = await answer.text()
        ids += [id for id in dict.fromkeys(re.findall(r"/desk/conversations/(\d+)\"", text)) if id not in ids]
        older = re.search(r'href="(/desk\?[^"]*after=[^"]*)"', text)
        address = older[1].replace("&amp;", "&") if older else ""
    return ids[:most]


async def _visit(visitor: ClientSession, shown: Shown) -> None:
    async with visitor.get(f"/chat/{CHANNEL}/stream", timeout=None) as stream:
        async for data in _events(stream.content):
            shown.note(shown.to_visitor, data)


async def _look(agent: ClientSession, id: str, shown: Shown) -> None:
    async with agent.get(f"/desk/conversations/{id}/stream", timeout=None) as stream:
        async for _ in _events(stream.content):
            async with agent.get(f"/desk/conversations/{id}/live", headers={"HX-Request": "true"}) as part:
                shown.note(shown.to_agent, await part.text())


async def _events(lines: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The data of each event of a stream."""
    data = ""
    async for line in lines:
        text = line.decode().rstrip("\n")
        if text.startswith("data:"):
            data = text[5:]
        elif not text:
            yield data
            data = ""


async def _write(visitors: list[ClientSession], shown: Shown, *, rate: float, seconds: float) -> None:
    """Messages at an even pace, from one visitor after another; none waits for the one before."""
    begun = time.perf_counter()
    under_way: set[asyncio.Task[None]] = set()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        word = f"m{number:06d}"
        shown.written[word] = time.perf_counter()
        task = asyncio.create_task(
            _say(visitors[number % len(visitors)], f"key-{word}", f"{word} iade süresi kaç gün?")
        )
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    if under_way:
        await asyncio.wait(under_way)


def _percentiles(who: str, seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=100)
    return {f"{who}_p50_s": round(cuts[49], 3), f"{who}_p95_s": round(cuts[94], 3)}


def _report(figures: dict[str, float]) -> int:
    console, table = Console(), Table("figure", "value", "goal")
    missed = bool(figures["not_shown"]) or "visitor_p95_s" not in figures or "agent_p95_s" not in figures
    for name, value in figures.items():
        well = value <= GOAL_S if name.endswith("p95_s") else (name != "not_shown" or not value)
        missed = missed or not well
        goal = f"<= {GOAL_S:g}" if name.endswith("p95_s") else "0" if name == "not_shown" else ""
        table.add_row(name, f"{value:,.4g}", goal if well else f"[red]{goal}[/red]")
    console.print(table)
    console.print(f"{OUT}; Python {sys.version.split()[0]}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
