"""The documentation as data: its files, fenced blocks and tables, and a place to run what they say."""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
SHOWN_PORT = "127.0.0.1:8080"
DEADLINE_S = 60.0

_FENCE = re.compile(r"^ *```(\S*) *(.*)$")
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block. `mark` is what follows the language: `run`, `chat`, `network` or nothing."""

    file: Path
    line: int
    language: str
    mark: str
    text: str

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return f"{self.file.relative_to(ROOT)}:{self.line}"


def blocks(file: Path) -> Iterator[Block]:
    """The fenced blocks of a document, in order."""
    opened: tuple[int, str, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        fence = _FENCE.match(line)
        if opened is None:
            if fence:
                opened, lines = (number, fence[1], fence[2]), []
        elif fence and not fence[1]:
            yield Block(file=file, line=opened[0], language=opened[1], mark=opened[2], text="\n".join(lines) + "\n")
            opened = None
        else:
            lines.append(line)


def tables(file: Path, heading: str) -> dict[str, list[list[str]]]:
    """The rows of all tables (without their heads), by the nearest heading above that `heading` matches."""
    found: dict[str, list[list[str]]] = {}
    section = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            matched = re.fullmatch(heading, line)
            section = matched[1] if matched else ""
        elif section and line.startswith("| `"):
            cells = [cell.strip() for cell in _CELL.split(line.strip().strip("|"))]
            found.setdefault(section, []).append(cells)
    return found


def same(shown: object, told: object) -> bool:
    """`told` is what `shown` says; "..." stands for anything, and what is not shown may be there."""
    if isinstance(shown, str):
        return shown == "..." or (isinstance(told, str) and like(shown, told))
    if isinstance(shown, dict):
        return isinstance(told, dict) and all(
            key == "..." or (key in told and same(value, told[key])) for key, value in shown.items()
        )
    if isinstance(shown, list):
        if not isinstance(told, list):
            return False
        if not shown:
            return not told
        return all(part == "..." or (at < len(told) and same(part, told[at])) for at, part in enumerate(shown))
    return shown == told


def like(shown: str, told: str) -> bool:
    """The whole of `told` is what `shown` says, "..." standing for any words."""
    return re.fullmatch(pattern(shown), squeezed(told)) is not None


def pattern(shown: str) -> str:
    """A line of a document as a regular expression over squeezed text."""
    return r".*?".join(re.escape(part.strip()) if part.strip() else "" for part in squeezed(shown).split("..."))


def squeezed(text: str) -> str:
    """White space of any length as one space."""
    return re.sub(r"\s+", " ", text).strip()


@dataclass
class Reader:
    """Reads a process's output as it comes."""

    stream: IO[str]
    text: str = ""
    _lines: queue.Queue[str | None] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.stream:
            self._lines.put(line)
        self._lines.put(None)

    def until(self, wanted: str, *, after: int = 0) -> re.Match[str]:
        """Wait until the squeezed output behind `after` has what `wanted` (a regular expression) finds."""
        deadline = time.monotonic() + DEADLINE_S
        while (found := re.compile(wanted).search(squeezed(self.text), after)) is None:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            assert line is not None, f"waited in vain for {wanted!r} in:\n{self.text}"
            self.text += line
        return found


@dataclass
class Place:
    """A temporary folder in which a document is followed from top to bottom, with a server or a talk if it has one."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    server: str = ""
    _processes: list[subprocess.Popen[str]] = field(default_factory=list)
    _talk: Reader | None = None
    _typing: IO[str] | None = None
    _heard: int = 0

    def __post_init__(self) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CSBOT_")}
        self.environ = {**kept, "PATH": path, "COLUMNS": "200"}

    def close(self) -> None:
        """End what was started here."""
        for process in self._processes:
            with process:  # closes its pipes and waits for it
                process.terminate()

    def serve(self) -> None:
        """A server, instead of the one the document has on its usual port."""
        reader = self._start(["csbot", "run"], CSBOT_SERVER__PORT="0")
        self.server = reader.until(r"is up at http://(\S+)")[1]

    def run(self, block: Block) -> str:
        """Run a block of shell; later ones see its variables. Returns what it wrote to standard output."""
        state = self.folder / ".shell"
        text = block.text.replace(SHOWN_PORT, self.server or SHOWN_PORT)
        script = f"set -euo pipefail\nset -a\n[ ! -e {state} ] || . {state}\n{text}\nexport -p > {state}\n"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
        )
        assert done.returncode == 0, f"{block.place} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def chat(self, block: Block) -> None:
        """Begin the talk in the terminal, on a free port."""
        args = re.sub(r"--port \d+", "--port 0", block.text).split()
        self._talk = self._start(args)
        told = self._talk.until(r"export API=(\S+) TOKEN=(\S+)")
        self.environ |= {"API": told[1], "TOKEN": told[2]}
        self._heard = told.end()

    def talk(self, block: Block) -> None:
        """Type what the customer types, and wait for what is to be seen."""
        assert self._talk is not None, f"{block.place}: no talk was begun"
        assert self._typing is not None
        for line in block.text.splitlines():
            speaker, _, words = line.partition("> ")
            if speaker == "you":
                self._typing.write(words + "\n")
                self._typing.flush()
            else:
                self._heard = self._talk.until(pattern(line), after=self._heard).end()

    def _start(self, args: list[str], **environ: str) -> Reader:
        program = shutil.which(args[0], path=self.environ["PATH"])
        assert program is not None
        with (self.folder / ".errors").open("ab") as errors:
            process = subprocess.Popen(
                [program, *args[1:]],
                cwd=self.folder,
                env={**self.environ, **environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                bufsize=1,
            )
        self._processes.append(process)
        self._typing = process.stdin
        assert process.stdout is not None
        return Reader(stream=process.stdout)
