"""The command line in a folder of its own, as a person finds it there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from csbot.cli import main
from tests.unit.content import brand_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str


Csbot = Callable[..., Said]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: a small brand's content, no settings file, no variables."""
    for name in [name for name in os.environ if name.startswith("CSBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(brand_folder.write(tmp_path))
    return tmp_path


@pytest.fixture
def csbot(shop: Path, capsys: pytest.CaptureFixture[str]) -> Csbot:
    """Runs a command here and now."""

    def run(*args: str) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(args)
        said = capsys.readouterr()
        return Said(code=int(ended.value.code or 0), out=said.out, err=said.err)

    return run


@pytest.fixture
def process(shop: Path) -> Csbot:
    """Runs a command as a process of its own: one that sets up logs, signals, or finds modules missing."""

    def run(*args: str, typed: str = "", prelude: str = "", **environ: str) -> Said:
        code = f"{prelude}\nfrom csbot.cli import main; main({args!r})"
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            env={**os.environ, **environ},
        )
        return Said(code=done.returncode, out=done.stdout, err=done.stderr)

    return run
