"""One run of the whole chain: signed webhooks in, replies at the platform out, counted where they arrive."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import Posted, cores, fetch_json, free_port, pinned, python, wait_ready, wrk

ROOT = Path(__file__).resolve().parent.parent
QUIET_S = 1.5
DRAIN_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What one run came to: `mps` replies a second from the first webhook to the last reply, each one a whole chain."""

    posted: Posted
    replies: int
    seconds: float

    @property
    def mps(self) -> float:
        """Messages through the whole chain a second."""
        return self.replies / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """The imitation under way: the channel's settings that point at it, and where it tells its count."""

    settings: Mapping[str, object]
    port: int

    def count(self) -> tuple[int, float]:
        """How many sends it has taken, and when the last came."""
        found = fetch_json(self.port, "/count")
        return int(str(found["calls"])), float(str(found["at"]))


@contextmanager
def platform() -> Iterator[Platform]:
    """The imitated platform on the load's core."""
    with pinned(cores()[1], *python("-m", "benchmarks.platform")) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield Platform(settings=told["settings"], port=told["port"])


def write_settings(
    folder: Path, port: int, channels: Mapping[str, Mapping[str, object]], *, content: Path = ROOT
) -> Path:
    """A csbot.toml for one run, in `folder`."""
    lines = [
        "[server]", f"port = {port}", f'public_url = "http://127.0.0.1:{port}"',
        "[store]", f'url = "sqlite:///{folder}/csbot.db"',
        "[content]", f'path = "{content}"',
        "[brand]", 'name = "Lale"', 'languages = ["tr", "en"]', 'default_language = "tr"',
        "[limits]", "burst_s = 0",
        "[log]", 'level = "error"',
    ]  # fmt: skip
    for name, table in channels.items():
        lines.append(f"[channels.{name}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in table.items() if value is not None]
    file = folder / "csbot.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@contextmanager
def server(
    folder: Path, port: int, channels: Mapping[str, Mapping[str, object]], *, content: Path = ROOT
) -> Iterator[float]:
    """csbot on its core, first with the content below `content`; gives the seconds it took to be ready."""
    file = write_settings(folder, port, channels, content=content)
    log = folder / "server.log"
    with pinned(cores()[0], *python("-m", "csbot", "run", "--config", str(file)), log=log) as process:
        yield wait_ready(port, process)


def run(
    platform: Platform,
    requests: Path,
    folder: Path,
    *,
    port: int,
    seconds: float,
    connections: int,
    filled: Path | None,
) -> Chain:
    """Post for `seconds`, wait until the last reply is out, count. `filled` is a database to begin with."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if filled is not None:
        shutil.copy(filled, folder / "csbot.db")
    with server(folder, port, {"sms": {**platform.settings, "rate": 0}}):
        before, _ = platform.count()
        begun = time.time()
        posted = wrk(cores()[1], port, requests, seconds=seconds, connections=connections)
        count, last = _wait_quiet(platform)
    return Chain(posted=posted, replies=count - before, seconds=last - begun)


def _wait_quiet(platform: Platform) -> tuple[int, float]:
    """The platform's count once nothing has come for a while."""
    deadline = time.time() + DRAIN_S
    while time.time() < deadline:
        count, last = platform.count()
        if time.time() - last > QUIET_S:
            return count, last
        time.sleep(0.1)
    raise RuntimeError(f"replies still come {DRAIN_S:g} s after the load has ended")


def bare(requests: Path, *, seconds: float, connections: int) -> float:
    """Requests a second of the bare server under the same load."""
    port = free_port()
    with pinned(cores()[0], *python("-m", "benchmarks.bare", str(port))) as process:
        wait_ready(port, process)
        posted = wrk(cores()[1], port, requests, seconds=seconds, connections=connections)
    return posted.requests / posted.seconds
