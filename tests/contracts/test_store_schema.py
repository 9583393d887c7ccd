"""The schema of both databases: what the migrations make, what the scripts make and what the tables say are one."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from csbot.errors import StoreError
from csbot.store import schema
from csbot.store.migrations import running
from csbot.store.sqlite import SqliteStore
from csbot.store.tables import metadata
from tests.contracts.conftest import POSTGRES


def differences(connection: Connection) -> list[Any]:
    """What alembic would have to change to make the database as the tables say."""
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def sqlite_differences(path: Path) -> list[Any]:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        found = differences(connection)
    engine.dispose()
    return found


async def postgres_differences(url: str) -> list[Any]:
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url))
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()
    return found


@pytest.fixture
def empty_postgres(postgres_schema: str) -> str:
    """The URL of an empty schema, gone with the run's own."""
    name = f"{postgres_schema}_fresh"

    async def make() -> None:
        connection = await asyncpg.connect(POSTGRES)
        await connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")
        await connection.close()

    asyncio.run(make())
    return f"{POSTGRES}?search_path={name}"


def by_migrations(url: str) -> None:
    running.upgrade(url)
    running.upgrade(url)  # a second time finds nothing to do


def by_script(url: str) -> None:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(schema.sqlite_path(url))
        connection.executescript(schema.script("sqlite"))
        connection.close()
        return

    async def make() -> None:
        postgres = await asyncpg.connect(url)
        await postgres.execute(schema.script("postgresql"))
        await postgres.close()

    asyncio.run(make())


ways = pytest.mark.parametrize("make", [by_migrations, by_script])


@ways
def test_sqlite_gets_what_the_tables_say(make: Callable[[str], None], tmp_path: Path) -> None:
    make(f"sqlite:///{tmp_path / 'csbot.db'}")
    assert sqlite_differences(tmp_path / "csbot.db") == []


@pytest.mark.postgres
@ways
def test_postgresql_gets_what_the_tables_say(make: Callable[[str], None], empty_postgres: str) -> None:
    make(empty_postgres)
    assert asyncio.run(postgres_differences(empty_postgres)) == []


def test_scripts_and_migrations_make_the_same_tables_and_indexes(tmp_path: Path) -> None:
    made = []
    for make in (by_migrations, by_script):
        path = tmp_path / f"{make.__name__}.db"
        make(f"sqlite:///{path}")
        connection = sqlite3.connect(path)
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        # Partial indexes by their text, columns by what SQLite made of them.
        made.append(
            (
                {table: connection.execute(f"PRAGMA table_xinfo({table})").fetchall() for table in tables},
                dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''")),
                connection.execute("SELECT version_num FROM alembic_version").fetchall(),
            )
        )
        connection.close()
    assert made[0] == made[1]
    assert made[0][2] == [(schema.HEAD,)]


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_scripts_are_made_from_the_tables(dialect: Any) -> None:
    assert schema.script(dialect) == running.head_script(dialect), "run running.write_head_scripts()"


async def test_an_older_database_is_migrated_by_a_server_and_refused_by_a_command(tmp_path: Path) -> None:
    path = tmp_path / "csbot.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.close()
    with pytest.raises(StoreError, match="needs a migration"):
        await SqliteStore(path).__aenter__()
    async with SqliteStore(path, exclusive=True) as store:
        await store.ping()
    async with SqliteStore(path) as store:
        await store.ping()
    assert sqlite_differences(path) == []


async def test_what_an_older_csbot_has_kept_is_there_after_the_migration(tmp_path: Path) -> None:
    path = tmp_path / "csbot.db"
    running.upgrade(f"sqlite:///{path}", "0001")
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO idempotency (key, answer, at) VALUES ('k', 'a', 1)")
    connection.close()
    assert sqlite_differences(path) != []
    async with SqliteStore(path, exclusive=True) as store:
        assert await store.remembered("k") == "a"
    assert sqlite_differences(path) == []


async def test_a_database_of_a_newer_csbot_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "csbot.db"
    async with SqliteStore(path) as store:
        await store.ping()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for exclusive in (True, False):
        with pytest.raises(StoreError, match="9999"):
            await SqliteStore(path, exclusive=exclusive).__aenter__()


async def test_the_migration_runs_apart_and_says_what_went_wrong(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'csbot.db'}"
    await schema.upgrade(url)
    async with SqliteStore(tmp_path / "csbot.db") as store:
        await store.ping()
    (tmp_path / "bad.db").write_text("this is no database, and long enough to be read as one" * 10)
    with pytest.raises(StoreError, match="not a database"):
        await schema.upgrade(f"sqlite:///{tmp_path / 'bad.db'}")
    with pytest.raises(StoreError, match="not a database"):
        await SqliteStore(tmp_path / "bad.db").__aenter__()


@pytest.mark.parametrize(("revision", "stands"), [(None, "fresh"), ("", "behind"), (schema.HEAD, "ready")])
def test_a_database_stands_by_its_revision(revision: str | None, stands: str) -> None:
    assert schema.standing(revision, of="it") == stands


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "postgresql://x/y", "var/csbot.db"])
def test_what_is_no_sqlite_address_is_refused(url: str) -> None:
    with pytest.raises(StoreError):
        schema.sqlite_path(url)
    assert schema.sqlite_path("sqlite:////srv/c.db") == Path("/srv/c.db")
    assert schema.sqlite_path("sqlite:///var/c.db") == Path("var/c.db")
