"""`csbot playground`, as a process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from csbot.playground.world import free_port
from tests.playground.playing import ROOT

ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("CSBOT_")}


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    """The command with a database in `folder`."""
    command = [sys.executable, "-m", "csbot", "playground", "--store", str(folder / "try.db"), *options]
    return subprocess.Popen(command, cwd=ROOT, env=ENVIRON, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_it_tells_its_addresses_as_json_serves_both_and_ends_well_when_asked_to(tmp_path: Path) -> None:
    with start(tmp_path, "--port", "0", "--csbot-port", "0", "--json") as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        served = (
            (told["playground"], "phone-whatsapp"),
            (f"{told['csbot']}/readyz", "ready"),
            (told["shop"], "4711"),
        )
        for url, shown in served:
            with urllib.request.urlopen(url, timeout=10) as answer:
                assert shown in answer.read().decode()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert (tmp_path / "try.db").exists()


def test_a_port_that_is_taken_is_told_in_plain_words(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        with start(tmp_path, "--port", port, "--csbot-port", "0") as process:
            _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"--port {port}" in errors
    assert "Traceback" not in errors


def test_csbot_takes_another_port_where_its_own_is_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert free_port(port) != port
    assert free_port(port) == port
