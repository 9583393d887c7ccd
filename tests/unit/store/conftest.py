"""A PostgreSQL schema of this run's own, for what only that store does."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from csbot.domain.burst import Burst
from csbot.store.postgres import PostgresStore
from tests.contracts.store_cases import Scene

POSTGRES = os.environ.get("CSBOT_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")


@dataclass
class Server:
    """The test's schema: opens stores on it, each as a process of its own would, and does what operators do."""

    schema: str
    stack: AsyncExitStack

    async def open(self, *, url: str = POSTGRES, burst: Burst = Burst(quiet_s=0), **more: Any) -> PostgresStore:  # noqa: B008
        store = PostgresStore(url, burst=burst, schema=self.schema, **more)
        return await self.stack.enter_async_context(store)

    async def scenes(self, count: int = 2, **more: Any) -> list[Scene]:
        """As many processes, each with a worker of its own."""
        return [Scene(await self.open(**more), self.rows, worker=f"w{number}") for number in range(count)]

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = await self.connect()
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    async def run(self, *statements: str) -> None:
        connection = await self.connect()
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def connect(self) -> Any:
        return await asyncpg.connect(POSTGRES, server_settings={"search_path": self.schema})

    async def blocked_by(self, connection: Any) -> None:
        """Return once somebody waits for a lock that `connection` holds."""
        query = (
            f"SELECT count(*) FROM pg_stat_activity WHERE {connection.get_server_pid()} = ANY(pg_blocking_pids(pid))"
        )
        async with asyncio.timeout(10):
            while await self.rows(query) == [(0,)]:
                pass

    async def empty(self) -> None:
        """Drop what earlier tests left; for some rows, deleting takes a tenth of what TRUNCATE does."""
        of = f"WHERE schemaname = '{self.schema}'"
        tables = await self.rows(f"SELECT tablename FROM pg_tables {of} AND tablename <> 'alembic_version'")
        sequences = await self.rows(f"SELECT sequencename FROM pg_sequences {of} AND last_value IS NOT NULL")
        await self.run(
            "BEGIN",
            "SET LOCAL session_replication_role = replica",  # in any order, foreign keys or not
            *(f'DELETE FROM "{name}"' for (name,) in tables),
            *(f"SELECT setval('{name}', 1, false)" for (name,) in sequences),
            "COMMIT",
        )


@pytest.fixture(scope="session")
def server_schema() -> Iterator[str]:
    """The name of a schema that is gone when the run ends; the first store opened makes it."""
    name = f"unit_{os.getpid()}"
    try:
        asyncio.run(_drop(name))
    except OSError as error:
        pytest.skip(f"no PostgreSQL server at {POSTGRES}: {error}")
    yield name
    asyncio.run(_drop(name))


async def _drop(name: str) -> None:
    connection = await asyncpg.connect(POSTGRES)
    try:
        await connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
    finally:
        await connection.close()


@pytest.fixture
async def server(server_schema: str) -> AsyncIterator[Server]:
    """The schema, empty; stores opened on it are closed after the test."""
    async with AsyncExitStack() as stack:
        server = Server(server_schema, stack)
        await server.empty()
        yield server
