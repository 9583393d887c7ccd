"""A PostgreSQL database of a run's own."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg

SERVER = os.environ.get("CSBOT_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")


@asynccontextmanager
async def postgres_database(server: str = "") -> AsyncIterator[str]:
    """The address of an empty database on the server, gone when the context ends. Raises OSError without a server."""
    server = server or SERVER
    name = f"csbot_faults_{os.getpid()}"
    await _order(server, f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        await _order(server, f"DROP DATABASE {name} WITH (FORCE)")


async def answers(server: str = "") -> bool:
    """There is a server."""
    try:
        await _order(server or SERVER, "SELECT 1")
    except (OSError, asyncpg.PostgresError):
        return False
    return True


async def _order(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
