"""csbot as a process of its own: started, killed, stopped, starved of disk."""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

ROOT = Path(__file__).resolve().parents[2]
READY_S = 60.0
BURST_S = 0.3
STOP_S = 30.0
"""Longer than csbot may take: how late it is has to be seen."""

_GAUGE = re.compile(r"^(\w+(?:\{[^}]*\})?) ([\d.e+-]+)$", re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class Stop:
    """One end of the process, and the start that followed. Times are seconds since 1970.

    `store_away`: csbot could not write down what its last calls had come to.
    """

    kill: bool
    at: float
    process: int = 0
    store_away: bool = False
    exit_code: int = 0
    took_s: float = 0.0
    ready_at: float = 0.0
    left_sending: frozenset[int] = field(default_factory=frozenset)

    @property
    def recovery_s(self) -> float:
        """From the end of the process until csbot was ready again; 0 when it was stopped again before."""
        return max(0.0, self.ready_at - self.at - self.took_s)


class Server:
    """One `csbot run` on the same settings, port and database from start to start. `folder` holds all it writes.

    `is_alone`: no other process can be at work on the store, so what is found claimed at the start is a dead one's.
    """

    def __init__(
        self,
        folder: Path,
        *,
        channels: Mapping[str, Mapping[str, object]],
        store_url: str = "",
        content: Path = ROOT,
        lookups: Mapping[str, Mapping[str, object]] | None = None,
        send_s: float = 20.0,
        drain_s: float = 10.0,
    ) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{_free_port()}"
        self.store_url = store_url or f"sqlite:///{folder}/csbot.db"
        self.drain_s, self.send_s = drain_s, send_s
        self.is_alone = self.store_url.startswith("sqlite:")
        self.stops: list[Stop] = []
        self.log = folder / "server.log"
        self.settings_file = folder / "csbot.toml"
        self.settings_file.write_text(
            _settings(
                self.url,
                self.store_url,
                folder / "spool",
                channels,
                content=content,
                lookups=lookups or {},
                send_s=send_s,
                drain_s=drain_s,
            ),
            encoding="utf-8",
        )
        self._process: asyncio.subprocess.Process | None = None

    @property
    def spool(self) -> Path:
        """Where events wait while the store is away."""
        return self.folder / "spool"

    async def spawn(self) -> None:
        """Start the process; it is not ready yet."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CSBOT_")}
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "csbot", "run", "--config", str(self.settings_file),
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, env=environ,
            )  # fmt: skip

    async def ready(self) -> None:
        """Return when /readyz answers 200; raises RuntimeError when the process ends or does not get there."""
        process = self._running
        deadline = time.monotonic() + READY_S
        async with ClientSession(timeout=ClientTimeout(total=2)) as session:
            while time.monotonic() < deadline:
                if process.returncode is not None:
                    raise RuntimeError(
                        f"csbot ended with {process.returncode} before it was ready:\n{self.last_words()}"
                    )
                try:
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            break
                except (ClientError, OSError, TimeoutError):
                    pass
                await asyncio.sleep(0.02)
            else:
                raise RuntimeError(f"csbot was not ready within {READY_S:g} s:\n{self.last_words()}")
        if self.stops:
            self.stops[-1].ready_at = time.time()

    async def kill(self) -> Stop:
        """kill -9."""
        return await self._stop(signal.SIGKILL)

    async def terminate(self) -> Stop:
        """SIGTERM; returns when the process has ended."""
        return await self._stop(signal.SIGTERM)

    async def _stop(self, number: signal.Signals) -> Stop:
        process = self._running
        stop = Stop(kill=number is signal.SIGKILL, at=time.time(), process=process.pid)
        self.stops.append(stop)
        process.send_signal(number)
        try:
            async with asyncio.timeout(STOP_S):
                stop.exit_code = await process.wait()
        except TimeoutError:
            process.kill()
            stop.exit_code = await process.wait()
        stop.took_s = time.time() - stop.at
        self._process = None
        return stop

    async def close(self) -> None:
        """End what still runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def limit_files(self, size: int | None) -> None:
        """The running process may not let any file grow beyond `size` bytes; None: as large as it likes."""
        soft = resource.RLIM_INFINITY if size is None else size
        resource.prlimit(self._running.pid, resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))

    async def figures(self) -> Mapping[str, float]:
        """What /metrics tells, by name and labels."""
        async with (
            ClientSession(timeout=ClientTimeout(total=5)) as session,
            session.get(f"{self.url}/metrics") as answer,
        ):
            return {name: float(value) for name, value in _GAUGE.findall(await answer.text())}

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("csbot does not run")
        return self._process


def _settings(
    url: str,
    store_url: str,
    spool: Path,
    channels: Mapping[str, Mapping[str, object]],
    *,
    content: Path,
    lookups: Mapping[str, Mapping[str, object]],
    send_s: float,
    drain_s: float,
) -> str:
    port = url.rpartition(":")[2]
    tables: dict[str, Mapping[str, object]] = {
        "server": {"port": int(port), "public_url": url},
        "store": {"url": store_url, "spool": str(spool)},
        "content": {"path": str(content)},
        "brand": {"name": "Lale", "languages": ["tr", "en"], "default_language": "tr"},
        "limits": {"burst_s": BURST_S, "send_s": send_s, "drain_s": drain_s},
        "log": {"level": "warning"},
        **{f"lookups.{name}": table for name, table in lookups.items()},
        **{f"channels.{name}": table for name, table in channels.items()},
    }
    lines = []
    for name, table in tables.items():
        # A JSON string, number, boolean or list is a TOML one.
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items() if value is not None)]
    return "\n".join(lines) + "\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
