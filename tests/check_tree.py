"""What `make check` asks of the tree itself: sizes, names, and a lock that can be installed anywhere and verified.

Run as `python -m tests.check_tree`; prints each finding as `file:line: what` and exits 1 if there is one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 400
FOLDERS = ("src", "adapters", "tests", "benchmarks")
SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "const", "constants"}
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-rasa.txt")
PINNED = re.compile(r"^[A-Za-z0-9_.-]+(\[[\w,]+\])?==[^\s;\\]+( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def long_files() -> Iterator[str]:
    """Python files over the limit."""
    for file in _python():
        lines = len(file.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST:
            yield f"{file.relative_to(ROOT)}:1: {lines} lines, {LONGEST} at most: cut it by concern"


def empty_names() -> Iterator[str]:
    """Modules whose name says nothing."""
    for file in _python():
        if file.stem in SAY_NOTHING:
            yield f"{file.relative_to(ROOT)}:1: the name {file.stem!r} says nothing; name the noun it holds"


def lock_lines(name: str, text: str) -> Iterator[str]:
    """Lines of a lock that are neither a pinned requirement nor a hash: URLs, hosts, index options, missing hashes."""
    hashed = True
    for number, line in enumerate(text.splitlines(), start=1):
        if PINNED.match(line):
            if not hashed:
                yield f"{name}:{number}: the requirement before has no hash"
            hashed = False
        elif HASH.match(line):
            hashed = True
        else:
            yield f"{name}:{number}: no pinned requirement and no hash; make the lock anew: make lock"
    if not hashed:
        yield f"{name}: the last requirement has no hash"


def locks() -> Iterator[str]:
    """What is wrong with the committed locks."""
    for name in LOCKS:
        yield from lock_lines(name, (ROOT / name).read_text(encoding="utf-8"))


def _python() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts)


def main() -> int:
    """Print every finding; the exit code says whether there was one."""
    findings = [*long_files(), *empty_names(), *locks()]
    for finding in findings:
        sys.stderr.write(finding + "\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
