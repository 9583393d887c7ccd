"""Processes under measurement: pinned to a core, waited for, weighed, stopped."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVER_CORE = 0
LOAD_CORE = 1
READY_TIMEOUT_S = 60.0


def cores() -> tuple[int, int]:
    """The core of the server and that of load and imitation; the same one where there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[SERVER_CORE], allowed[min(LOAD_CORE, len(allowed) - 1)]


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def pinned(
    core: int, *command: str, environ: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process on one core, ended with SIGTERM."""
    errors = log.open("w") if log else None
    process = subprocess.Popen(
        ["taskset", "-c", str(core), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env={**os.environ, **(environ or {})},
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
        if errors:
            errors.close()


def wait_ready(port: int, process: subprocess.Popen[str]) -> float:
    """Seconds until /readyz answers 200; raises RuntimeError when the process ends or does not get there."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < READY_TIMEOUT_S:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it was ready")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return time.perf_counter() - begun
        except urllib.error.HTTPError as error:
            if error.code == 405:  # the bare server posts only
                return time.perf_counter() - begun
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("the server did not become ready")


def resident_mb(process: subprocess.Popen[str]) -> float:
    """What the process holds in memory now."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    match = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert match is not None
    return int(match[1]) / 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What wrk did: how many requests, how many not answered 2xx, over how long."""

    requests: int
    refused: int
    seconds: float


def wrk(core: int, port: int, requests: Path, *, seconds: float, connections: int) -> Posted:
    """Post the requests of a file for a while, as fast as they are answered."""
    if shutil.which("wrk") is None:
        raise RuntimeError("wrk is missing (on Debian: apt install wrk)")
    script = Path(__file__).with_name("requests.lua")
    told = subprocess.run(
        [
            "taskset", "-c", str(core), "wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "30s",
            "-s", str(script), f"http://127.0.0.1:{port}", "--", str(requests),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout  # fmt: skip
    summary = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m),", told)
    assert summary is not None, told
    unit = {"ms": 0.001, "s": 1.0, "m": 60.0}[summary[3]]
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return Posted(requests=int(summary[1]), refused=int(refused[1]) if refused else 0, seconds=float(summary[2]) * unit)


def python(*arguments: str) -> tuple[str, ...]:
    """This Python, running those arguments."""
    return sys.executable, *arguments


def fetch_json(port: int, path: str) -> dict[str, object]:
    """The JSON a local page answers."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        found: dict[str, object] = json.load(answer)
        return found
