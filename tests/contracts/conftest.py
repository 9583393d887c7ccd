"""The stores the contract is kept by: SQLite in a file of its own, PostgreSQL on the server of CSBOT_TEST_POSTGRES."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import pytest

from csbot.domain.burst import Burst
from csbot.ports import Store
from csbot.store.sqlite import SqliteStore
from tests.contracts.store_cases import Rows, Scene

POSTGRES = os.environ.get("CSBOT_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")


class Database(Protocol):
    """One database of a test: opens stores on it, as many as there are processes, and shows its rows."""

    async def open(self, *, burst: Burst = ...) -> Store: ...

    async def rows(self, query: str) -> list[tuple[Any, ...]]: ...


class SqliteDatabase:
    def __init__(self, path: Path, stack: AsyncExitStack) -> None:
        self.path = path
        self._stack = stack

    async def open(self, *, burst: Burst = Burst()) -> Store:  # noqa: B008 - a frozen value
        store: Store = SqliteStore(self.path, burst=burst)
        return await self._stack.enter_async_context(store)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()


class PostgresDatabase:
    def __init__(self, schema: str, stack: AsyncExitStack) -> None:
        self.schema = schema
        self._stack = stack

    async def open(self, *, burst: Burst = Burst()) -> Store:  # noqa: B008 - a frozen value
        from csbot.store.postgres import PostgresStore

        store: Store = PostgresStore(POSTGRES, burst=burst, schema=self.schema)
        return await self._stack.enter_async_context(store)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(POSTGRES, server_settings={"search_path": self.schema})
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    async def empty(self) -> None:
        """Leave no row of an earlier test; the schema is made once for all of them."""
        connection = await asyncpg.connect(POSTGRES)
        try:
            tables = await connection.fetch(
                "SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename <> 'alembic_version'", self.schema
            )
            if tables:
                names = ", ".join(f'{self.schema}."{table[0]}"' for table in tables)
                await connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        finally:
            await connection.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def schema_name(request: pytest.FixtureRequest) -> str:
    """The PostgreSQL schema to use, each kind of database in turn; "" for SQLite."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_schema"))


@pytest.fixture
async def database(schema_name: str, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database."""
    async with AsyncExitStack() as stack:
        if schema_name:
            postgres = PostgresDatabase(schema_name, stack)
            await postgres.empty()
            yield postgres
        else:
            yield SqliteDatabase(tmp_path / "csbot.db", stack)


@pytest.fixture(scope="session")
def postgres_schema() -> Iterator[str]:
    """A schema of this run's own, gone when it ends."""
    pytest.importorskip("csbot.store.postgres")
    name = f"contract_{os.getpid()}"
    try:
        asyncio.run(_statement(f"CREATE SCHEMA {name}"))
    except OSError as error:
        pytest.skip(f"no PostgreSQL server at {POSTGRES}: {error}")
    yield name
    asyncio.run(_statement(f"DROP SCHEMA {name} CASCADE"))


async def _statement(statement: str) -> None:
    connection = await asyncpg.connect(POSTGRES)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
async def store(database: Database) -> Store:
    """An open store with the usual bursts."""
    return await database.open()


@pytest.fixture
def scene(store: Store, database: Database) -> Scene:
    """A scene on that store."""
    rows: Rows = database.rows
    return Scene(store, rows)


@pytest.fixture
def open_scene(database: Database) -> Callable[..., Awaitable[Scene]]:
    """Opens further scenes on the same database, with a store of their own."""

    async def open_(*, worker: str = "w1", burst: Burst = Burst()) -> Scene:  # noqa: B008 - a frozen value
        return Scene(await database.open(burst=burst), database.rows, worker=worker)

    return open_
