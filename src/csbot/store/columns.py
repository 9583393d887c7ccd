"""What the tables are made of: the kinds of columns both databases have alike, and the metadata they stand in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Text, text

metadata = MetaData()

# SQLite makes only INTEGER PRIMARY KEY a rowid; PostgreSQL wants bigint.
Id = BigInteger().with_variant(Integer(), "sqlite")


def id_column() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def text_column(name: str, default: str = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=text(f"'{default}'"))


def flag(name: str, default: bool = False) -> Column[bool]:
    # Literals both databases read: SQLite has no boolean type but knows the words since 3.23.
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def number(name: str, default: int = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=text(str(default)))


def time(name: str, *, nullable: bool = True) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)
