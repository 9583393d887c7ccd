"""What alembic runs: the migrations over one connection, in one transaction, behind a lock.

Several processes may start at once; the lock lets one of them migrate, and the others then find nothing to do.
"""

from __future__ import annotations

import asyncio

import asyncpg
from alembic import context
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine

from csbot.store.tables import metadata

# Any number will do, as long as every csbot uses the same one.
_LOCK = 7_305_102_117


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    context.run_migrations()


def _over_sqlite(url: str) -> None:
    engine = create_engine(url)
    # The driver would begin a transaction only before the first INSERT, and leave table changes outside of it.
    event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        _migrate(connection)
    engine.dispose()


async def _over_postgresql(url: str) -> None:
    # asyncpg reads the URL itself, so that every parameter means what it means to the store.
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url))
    async with engine.begin() as connection:
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        await connection.run_sync(_migrate)
    await engine.dispose()


_url: str = context.config.attributes["url"]
if _url.startswith("sqlite:"):
    _over_sqlite(_url)
else:
    asyncio.run(_over_postgresql(_url))
