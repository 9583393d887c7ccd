"""What the writer writes: units as plain functions over an SQLite connection inside a transaction.

SQL text is constant, so that the connection's cache of prepared statements serves it. Columns are read by position.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import cast

Value = str | int | float | None


def insert(connection: sqlite3.Connection, sql: str, row: Sequence[Value]) -> int:
    """Insert one row and return its id."""
    return cast(int, connection.execute(sql, row).lastrowid)  # None only before a first INSERT
