"""The schema of a database: which one it has, making a fresh one, bringing an older one up.

A fresh database is made from the SQL script of its kind and an up-to-date one is only looked at, so a server that has
nothing to migrate loads neither SQLAlchemy nor alembic.
"""

from __future__ import annotations

import asyncio
import sys
from importlib.resources import files
from pathlib import Path
from typing import Literal

from csbot.errors import StoreError

HEAD = "0007"
"""The revision this csbot works on, as alembic_version holds it."""

_EARLIER = ("", "0001", "0002", "0003", "0004", "0005", "0006")

Standing = Literal["ready", "fresh", "behind"]


def standing(revision: str | None, *, of: str) -> Standing:
    """What is to be done about a database at `revision` (None: it has no schema yet; "": no migration was run).

    Raises StoreError when the database is newer than this csbot, or not csbot's. `of` names it for people.
    """
    if revision == HEAD:
        return "ready"
    if revision is None:
        return "fresh"
    if revision in _EARLIER:
        return "behind"
    raise StoreError(f"{of} has the schema {revision}, which this csbot does not know: it was made by a newer one")


def script(dialect: Literal["sqlite", "postgresql"]) -> str:
    """The statements, separated by semicolons, that make the schema in an empty database and mark it as HEAD."""
    return files("csbot.store.migrations").joinpath(f"head.{dialect}.sql").read_text(encoding="utf-8")


def sqlite_path(url: str) -> Path:
    """The file of "sqlite:///var/csbot.db" (relative) or "sqlite:////srv/csbot.db"; another URL is a StoreError."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or len(url) == len(prefix):
        raise StoreError(f"not the address of an SQLite file: {url!r} (want sqlite:///path/to/file.db)")
    return Path(url[len(prefix) :])


async def upgrade(url: str) -> None:
    """Bring the database at `url` to HEAD by its migrations, each once even if several processes try; a no-op at HEAD.

    They run in a process of their own, so that what they load is gone when they are done. Raises StoreError with what
    went wrong.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "csbot.store.migrations",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(url.encode())
    if process.returncode:
        raise StoreError(f"the migration to schema {HEAD} failed: {said.decode(errors='replace').strip()[-2000:]}")
