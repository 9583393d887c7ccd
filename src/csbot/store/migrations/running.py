"""Alembic, without an ini file: migrations run over a URL, and the scripts made from the tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from csbot.store.schema import HEAD
from csbot.store.tables import metadata

_HERE = Path(__file__).parent


def configuration(url: str) -> Config:
    """What alembic is told; its commands take this."""
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision` over the database at `url` (sqlite:///... or postgresql://...)."""
    command.upgrade(configuration(url), revision)


def sqlalchemy_url(url: str) -> str:
    """The URL with the driver SQLAlchemy is to use: asyncpg for PostgreSQL, the standard library's for SQLite."""
    return re.sub(r"^postgres(ql)?://", "postgresql+asyncpg://", url)


def head_script(name: Literal["sqlite", "postgresql"]) -> str:
    """The statements that make the schema of `csbot.store.tables` in an empty database, marked as HEAD."""
    dialect: Dialect = sqlite.dialect() if name == "sqlite" else postgresql.dialect()  # type: ignore[no-untyped-call]
    statements = ["CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"]
    for table in metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=dialect)))
        statements.extend(
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        )
    statements.append(f"INSERT INTO alembic_version (version_num) VALUES ('{HEAD}')")
    tidy = (re.sub(r"[ \t]+\n", "\n", statement.strip().replace("\t", "    ")) for statement in statements)
    return f"-- Made from csbot.store.tables by csbot.store.migrations.running.head_script({name!r}).\n" + "".join(
        f"{statement};\n" for statement in tidy
    )


def write_head_scripts() -> None:
    """Write both scripts anew, after a change of the tables."""
    (_HERE / "head.sqlite.sql").write_text(head_script("sqlite"), encoding="utf-8")
    (_HERE / "head.postgresql.sql").write_text(head_script("postgresql"), encoding="utf-8")
