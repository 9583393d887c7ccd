"""The one writer of a SQLite file: group commit, one unit failing alone.

Units run on the event loop, a few statements and some tens of microseconds each; only what waits for the disk, the
commit, runs in a thread. A thread that ran the statements too would hand the interpreter's lock over and back at every
one of them, which costs more than the statements do: a quarter of the whole message path, when it was measured.
"""

from __future__ import annotations

import asyncio
import math
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from csbot.errors import StoreBusy, StoreError, StoreFull
from csbot.log import get_logger

log = get_logger("store")

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

# A larger group would keep its first callers waiting for its last ones, and the event loop from everything else.
_GROUP_LIMIT = 250
# The lock of another process is asked for again and again, so that each unit keeps its own deadline.
_SLICE_S = 0.02
_CLOSING_S = 1.0
_OPENING_S = 0.1
_STATEMENTS = 256

_FULL = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,  # EFBIG arrives as this: a limit on the size of files
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
    }
)


def open_connection(path: Path, *, read_only: bool = False, timeout_s: float = _OPENING_S) -> sqlite3.Connection:
    """A connection set up as every part of csbot needs it; raises StoreError when the file cannot be opened."""
    try:
        connection = sqlite3.connect(
            f"file:{_escaped(path)}?mode={'ro' if read_only else 'rwc'}",
            uri=True,
            timeout=timeout_s,
            isolation_level=None,
            cached_statements=_STATEMENTS,
            check_same_thread=False,
        )
        try:
            if read_only:
                connection.execute("PRAGMA query_only=ON")
            else:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("PRAGMA foreign_keys=ON")
                connection.execute("PRAGMA journal_size_limit=67108864")
            connection.execute("PRAGMA temp_store=MEMORY")
            connection.execute(f"PRAGMA cache_size=-{2048 if read_only else 16384}")
        except sqlite3.Error:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise translated(error, f"cannot open the database {path}") from error
    return connection


def _escaped(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def translated(error: sqlite3.Error, doing: str) -> StoreError:
    """SQLite's error as one of ours, to be raised `from` it."""
    extended = getattr(error, "sqlite_errorcode", 0)
    code = extended & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy(f"{doing}: another process holds the database")
    if code == sqlite3.SQLITE_FULL or extended in _FULL:
        return StoreFull(f"{doing}: no room left on the disk")
    return StoreError(f"{doing}: {error}")


@dataclass(slots=True)
class _Unit:
    work: Work[Any]
    future: asyncio.Future[Any]
    deadline: float
    value: Any = None
    error: BaseException | None = None


class Writer:
    """Writes units in the order they are given; those waiting at the same time share one durable commit.

    A unit that raises is undone alone and its caller gets the exception: the group, run without savepoints because they
    cost a fifth of the writing, is then undone and run again with one for each unit, so a unit may run twice. When the
    database is locked by another process for `busy_s` seconds from a unit's submission, that unit fails with StoreBusy;
    when the disk is full, the whole group fails with StoreFull and nothing of it is written. A unit whose caller has
    given up before it started is left out. The writer survives every failure.
    """

    def __init__(self, path: Path, *, busy_s: float) -> None:
        self._path = path
        self._busy_s = busy_s
        self._queue: deque[_Unit] = deque()
        self._connection: sqlite3.Connection | None = None
        self._loop = asyncio.get_running_loop()
        self._closing = False
        self._last_deadline = math.inf
        self._work: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-commit")

    def submit(self, work: Work[T]) -> asyncio.Future[T]:
        """Have `work` written; the future is done when its commit is durable."""
        future: asyncio.Future[T] = self._loop.create_future()
        if self._closing:
            future.set_exception(StoreError("the store is closed"))
            return future
        self._queue.append(_Unit(work, future, time.monotonic() + self._busy_s))
        if self._work is None:
            self._work = self._loop.create_task(self._empty_queue(), name="store-writer")
        return future

    async def close(self) -> None:
        """Write what was given so far, then let go of the file. Closing twice is harmless.

        While another process holds the database it is waited for a second longer, no more.
        """
        if self._closing:
            return
        self._closing = True
        self._last_deadline = time.monotonic() + _CLOSING_S
        if self._work is not None:
            await asyncio.wait((self._work,))
        # Closing the last connection moves the log into the file: for the thread, and after whatever it still commits.
        await self._loop.run_in_executor(self._disk, self._forget_connection)
        self._disk.shutdown()

    async def _empty_queue(self) -> None:
        try:
            while self._queue:
                group = [self._queue.popleft() for _ in range(min(len(self._queue), _GROUP_LIMIT))]
                try:
                    await self._write(group)
                except Exception as error:  # the writer outlives anything; each caller is told
                    log.exception("store writer failed on a group")
                    self._forget_connection()
                    for unit in group:
                        unit.error = unit.error or error
                _settle(group)
        finally:
            self._work = None

    async def _write(self, group: list[_Unit]) -> None:
        try:
            if self._connection is None:
                self._connection = await self._loop.run_in_executor(self._disk, _open_for_writing, self._path)
            connection = self._connection
            await self._begin(connection, group)
            if not _run_together(connection, group):
                connection.rollback()
                await self._begin(connection, group)
                for unit in group:
                    if not unit.future.cancelled():
                        _run_apart(connection, unit)
            await self._loop.run_in_executor(self._disk, connection.execute, "COMMIT")
        except sqlite3.Error as error:
            failure = translated(error, "cannot write")
            failure.__cause__ = error
        except StoreError as error:
            failure = error
        else:
            return
        log.warning("group not written", reason=str(failure), units=len(group))
        if not isinstance(failure, StoreBusy) or (self._connection is not None and self._connection.in_transaction):
            self._forget_connection()
        for unit in group:
            unit.error = failure

    async def _begin(self, connection: sqlite3.Connection, group: list[_Unit]) -> None:
        """Take the write lock; units whose deadline passes meanwhile fail, and raise when none is left."""
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                failure = translated(error, "cannot write")
                if not isinstance(failure, StoreBusy):
                    raise
                failure.__cause__ = error
                now = time.monotonic()
                late = [u for u in group if min(u.deadline, self._last_deadline) <= now or u.future.cancelled()]
                for unit in late:
                    unit.error = failure
                if len(late) == len(group):
                    raise failure from error
                _settle(late)
                group[:] = [u for u in group if u.error is None]
                await asyncio.sleep(_SLICE_S)
            else:
                return

    def _forget_connection(self) -> None:
        """Close the connection, which undoes what it had begun; the next group opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _open_for_writing(path: Path) -> sqlite3.Connection:
    connection = open_connection(path)
    # From here on a held lock is told at once: the event loop must not wait for it inside SQLite.
    connection.execute("PRAGMA busy_timeout=0")
    return connection


def _run_together(connection: sqlite3.Connection, group: list[_Unit]) -> bool:
    """Run the units one after another; False when one of them fails and the group has to be undone."""
    for unit in group:
        if unit.future.cancelled():
            continue
        try:
            unit.value = unit.work(connection)
        except Exception:  # run apart it fails again, and then its caller is told
            return False
    return True


def _run_apart(connection: sqlite3.Connection, unit: _Unit) -> None:
    """Run a unit under a savepoint of its own; when it fails only its own work is undone."""
    connection.execute("SAVEPOINT unit")
    try:
        unit.value = unit.work(connection)
    except sqlite3.Error as error:
        if not connection.in_transaction or type(translated(error, "")) is not StoreError:
            raise  # the disk or the lock: no unit of this group can be written
        unit.error = translated(error, "not written")
        unit.error.__cause__ = error
    except Exception as error:  # the caller's to judge; the others of the group go on
        unit.error = error
    if unit.error is not None:
        connection.execute("ROLLBACK TO unit")
    connection.execute("RELEASE unit")


def _settle(units: list[_Unit]) -> None:
    for unit in units:
        if unit.future.done():
            continue
        if unit.error is not None:
            unit.future.set_exception(unit.error)
        else:
            unit.future.set_result(unit.value)
