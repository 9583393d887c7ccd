"""`make bench-publish`: content published and taken back three times while 100 customers a second are answered.

Each asks one of two things, which two entries answer; each version of the content swaps them and names itself in its
answers. So every answer tells by which catalogue it was chosen and by which it was said, and the database by which it
is recorded: one that mixes them came from a model half loaded. The server has a core of its own, customers and the
command that publishes the other.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import re
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession, TCPConnector
from rich.console import Console
from rich.table import Table

from benchmarks import chain
from benchmarks.processes import cores, free_port, python
from csbot.channel.imitation import Imitation, Said
from csbot.plugins import channel_spec

GOAL_S = 5.0
OUT = Path("var/bench-publish.json")
PATIENCE_S = 60.0
LOOK_S = 0.02
ASKED = (
    [
        "how tall is the old lighthouse", "height of the lighthouse", "lighthouse how many metres",
        "is the lighthouse tall", "tell me the lighthouse height", "metres of the old lighthouse",
        "how high is the lighthouse tower", "the lighthouse, how tall",
    ],
    [
        "when does the ferry sail", "ferry timetable", "what time is the next ferry", "ferry hours on sunday",
        "first ferry in the morning", "does the ferry sail at night", "last ferry back", "when is the ferry leaving",
    ],
)  # fmt: skip
_SAID = re.compile(r"version (\d+) entry (\d)")


@dataclass(slots=True, kw_only=True)
class Switch:
    """One change of the content: what it was, when it was ready to be switched to, the versions before and after."""

    act: str
    ready_at: float
    before: str
    after: str


@dataclass(slots=True, kw_only=True)
class Run:
    """What happened: the content's versions by number, and each switch."""

    versions: dict[int, str] = field(default_factory=dict)
    switches: list[Switch] = field(default_factory=list)
    asked: int = 0


def main() -> int:
    """Measure, print a table, write var/bench-publish.json; exit 1 when anything went wrong or came late."""
    parser = argparse.ArgumentParser(prog="make bench-publish ARGS=...", description=__doc__)
    parser.add_argument("--rate", type=float, default=100.0, help="messages a second (default 100)")
    parser.add_argument(
        "--times", type=int, default=3, help="how often content is published and taken back (default 3)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="csbot-bench-publish-") as name:
        folder = Path(name)
        run = asyncio.run(measure(folder, rate=options.rate, times=options.times))
        figures = judged(folder / "csbot.db", run)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return _report(figures)


async def measure(folder: Path, *, rate: float, times: int) -> Run:
    """Publish and take back under load."""
    run, port = Run(), free_port()
    spec = channel_spec("sms")
    assert spec.imitation is not None
    async with spec.imitation() as platform, ClientSession(connector=TCPConnector(limit=0)) as session:
        url = f"http://127.0.0.1:{port}"
        _write(folder, 0)
        # Its start blocks, and nothing is asked before.
        with chain.server(folder, port, {"sms": {**platform.settings(), "rate": 0}}, content=folder / "shop"):
            platform.connect(url, "sms")
            run.versions[0] = _history(folder)[0]
            async with _customers(platform, session, url, rate=rate, run=run):
                await asyncio.sleep(2)
                for number in range(1, times + 1):
                    _write(folder, number)
                    await _change(folder, run, "publish", number)
                    await asyncio.sleep(1)
                    await _change(folder, run, "rollback", None)
                    await asyncio.sleep(1)
            await _until(folder, "SELECT count(*) = 0 FROM lanes WHERE due_at IS NOT NULL")
            await asyncio.sleep(1)
    return run


def _write(folder: Path, number: int) -> None:
    """The sample brand's content with the two entries of that version."""
    shop = folder / "shop"
    if not shop.exists():
        for name in ("faq", "intents"):
            shutil.copytree(chain.ROOT / name, shop / name)
    lines = ["family: bench", "entries:"]
    for place in (0, 1):
        lines += [
            f"  - id: bench-{place}",
            f"    title: {{tr: Entry {place}, en: Entry {place}}}",
            "    questions:",
            f"      en: {json.dumps(ASKED[(place + number) % 2])}",
            "    answers:",
            f"      tr: version {number} entry {place}",
            f"      en: version {number} entry {place}",
        ]
    (shop / "faq/bench.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


@asynccontextmanager
async def _customers(
    platform: Imitation, session: ClientSession, url: str, *, rate: float, run: Run
) -> AsyncIterator[None]:
    """A new customer asks at an even pace; none waits for the one before."""

    async def ask(number: int) -> None:
        text = ASKED[number % 2][number // 2 % len(ASKED[0])]
        for request in platform.webhooks(Said(user=f"+90532{1_000_000 + number}", text=text)):
            async with session.request(
                request.method, url + request.path, data=request.body, headers=request.headers
            ) as answer:
                answer.raise_for_status()

    async def come() -> None:
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as under_way:
            for number in itertools.count():
                await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
                if closing.is_set():
                    return
                run.asked += 1
                under_way.create_task(ask(number))

    closing = asyncio.Event()
    coming = asyncio.create_task(come())
    try:
        yield
    finally:
        closing.set()
        await coming


async def _change(folder: Path, run: Run, act: str, number: int | None) -> None:
    """One command beside the server; returns when an answer of the new content has been recorded."""
    before = _history(folder)[0]
    models = _models(folder)
    process = await asyncio.create_subprocess_exec(
        "taskset", "-c", str(cores()[1]), *python("-m", "csbot", "content", act, "--json"),
        "--config", str(folder / "csbot.toml"), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    ending = asyncio.create_task(process.communicate())
    ready_at = 0.0
    while not ending.done():
        # Nobody is told when learning ends: its file is there then, and not before.
        if not ready_at and _models(folder) - models:
            ready_at = time.time()
        await asyncio.sleep(LOOK_S)
    out, _ = await ending
    if process.returncode != 0:
        raise RuntimeError(f"csbot content {act} ended with {process.returncode}")
    after = json.loads(out)["version"]
    if number is not None:
        run.versions[number] = after
    run.switches.append(Switch(act=act, ready_at=ready_at or _published_at(folder), before=before, after=after))
    since = int(run.switches[-1].ready_at * 1_000_000)
    await _until(folder, "SELECT count(*) FROM messages WHERE content_version = ? AND at > ?", after, since)


async def _until(folder: Path, query: str, *values: object) -> None:
    """Return when the query's only figure is not 0."""
    deadline = time.time() + PATIENCE_S
    while not _rows(folder, query, *values)[0][0]:
        if time.time() > deadline:
            raise RuntimeError(f"waited {PATIENCE_S:g} s for {query}")
        await asyncio.sleep(LOOK_S)


def _models(folder: Path) -> set[Path]:
    return set(folder.glob("models/*.nlu"))


def _history(folder: Path) -> list[str]:
    return [version for (version,) in _rows(folder, "SELECT version FROM content_versions ORDER BY id DESC")]


def _published_at(folder: Path) -> float:
    [(at,)] = _rows(folder, "SELECT published_at FROM content_versions ORDER BY id DESC LIMIT 1")
    return float(str(at)) / 1_000_000


def _rows(folder: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(f"file:{folder}/csbot.db?mode=ro", uri=True)
    try:
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def judged(database: Path, run: Run) -> dict[str, float]:
    """What the database tells of every customer."""
    said = _rows(
        database.parent,
        """SELECT i.text, coalesce(o.text, ''), coalesce(o.content_version, ''), coalesce(o.at, 0) - i.at
        FROM messages i LEFT JOIN messages o ON o.id = (
            SELECT min(m.id) FROM messages m WHERE m.conversation_id = i.conversation_id AND m.direction = 'out'
        ) WHERE i.direction = 'in'""",
    )
    unanswered = mixed = 0
    for asked, answer, version, _ in said:
        found = _SAID.search(str(answer))
        if found is None:
            unanswered += 1
            continue
        number, place = int(found[1]), int(found[2])
        meant = 0 if asked in ASKED[0] else 1
        if (meant + number) % 2 != place or run.versions.get(number) != version:
            mixed += 1
    late = sorted(int(str(row[3])) / 1_000_000 for row in said if row[1])
    figures: dict[str, float] = {
        "asked": run.asked,
        "taken": len(said),
        "unanswered": run.asked - len(said) + unanswered,
        "mixed": mixed,
        "answer_p50_s": round(late[len(late) // 2], 3),
        "answer_p99_s": round(late[len(late) * 99 // 100], 3),
        "answer_max_s": round(late[-1], 3),
    }
    for place, switch in enumerate(run.switches):
        until = run.switches[place + 1].ready_at if place + 1 < len(run.switches) else time.time()
        figures[f"switch_{place + 1}_{switch.act}_s"] = round(_took_s(database.parent, switch, until), 2)
    return figures


def _took_s(folder: Path, switch: Switch, until: float) -> float:
    """From when the content was ready until the last answer by the one before, or the first by it."""
    window = [int(at * 1_000_000) for at in (switch.ready_at, until)]
    [(last,)] = _rows(
        folder, "SELECT max(at) FROM messages WHERE content_version = ? AND at BETWEEN ? AND ?", switch.before, *window
    )
    [(first,)] = _rows(
        folder, "SELECT min(at) FROM messages WHERE content_version = ? AND at BETWEEN ? AND ?", switch.after, *window
    )
    return max(float(str(last or 0)), float(str(first or 0))) / 1_000_000 - switch.ready_at


def _report(figures: dict[str, float]) -> int:
    console, table = Console(), Table("figure", "value", "goal")
    missed = False
    for name, value in figures.items():
        goal: Sequence[float] = (
            [GOAL_S] if name.startswith("switch") else [0] if name in {"unanswered", "mixed"} else []
        )
        well = all(value <= most for most in goal)
        missed = missed or not well
        told = f"<= {goal[0]:g}" if goal else ""
        table.add_row(name, f"{value:,.4g}", told if well else f"[red]{told}[/red]")
    console.print(table)
    console.print(f"{OUT}; Python {sys.version.split()[0]}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
