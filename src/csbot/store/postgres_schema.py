"""Bringing a PostgreSQL database up: its schema made, or migrated, once even if several processes start together."""

from __future__ import annotations

from urllib.parse import quote

from csbot.store import schema
from csbot.store.postgres_pool import Database, Transaction

_LOCK = 7_305_102_118

_HAS_VERSION = "SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'alembic_version'"


async def bring_up(database: Database, url: str, *, name: str) -> None:
    """Bring the schema `name` of the database to HEAD. Raises StoreError when it is newer, or the migration fails."""

    async def look(transaction: Transaction) -> str | None:
        return await _revision(transaction, name)

    async def make(transaction: Transaction) -> None:
        await transaction.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        if await _revision(transaction, name) is None:
            await transaction.execute(f'CREATE SCHEMA IF NOT EXISTS "{name}"')
            await transaction.execute(schema.script("postgresql"))

    standing = schema.standing(await database.run(look), of=f"the database's schema {name}")
    if standing == "fresh":
        await database.run(make)
    elif standing == "behind":
        await schema.upgrade(_in_schema(url, name))


async def _revision(transaction: Transaction, name: str) -> str | None:
    if await transaction.fetchval(_HAS_VERSION, name) is None:
        return None
    return await transaction.fetchval("SELECT version_num FROM alembic_version") or ""


def _in_schema(url: str, name: str) -> str:
    # asyncpg takes what it does not know in a URL for a setting of the session.
    return url if name == "public" else f"{url}{'&' if '?' in url else '?'}search_path={quote(name)}"
