"""Transactions over a pool of PostgreSQL connections: deadlines, second tries, and errors of our own family."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Any, Protocol, TypeVar

import asyncpg

from csbot.errors import StoreBusy, StoreError, StoreFull

T = TypeVar("T")

DURABLE = "BEGIN"
"""Returns once the commit is on disk, whatever the server's own default is."""

LOOSE = "BEGIN; SET LOCAL synchronous_commit TO off"
"""For what may be forgotten if the server dies in the next moment: a lane's claim, which runs out anyway."""

READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""One picture for all statements of a reading."""

_TRIES = 4
_NO_ADDRESS = "store.url is no address of a PostgreSQL database (want postgresql://user@host/name)"


class Row(Protocol):
    """A row of a result: columns by name, by position, or several in a row by a slice."""

    def __getitem__(self, column: Any) -> Any: ...


class Transaction(Protocol):
    """What the statements of one transaction are given to."""

    async def execute(self, query: str, *values: object) -> str: ...

    async def fetch(self, query: str, *values: object) -> list[Row]: ...

    async def fetchrow(self, query: str, *values: object) -> Row | None: ...

    async def fetchval(self, query: str, *values: object) -> Any: ...


Work = Callable[[Transaction], Awaitable[T]]


class Database:
    """The pool. Every call ends within about `deadline_s`, in a result or in a StoreError; lost connections return."""

    def __init__(self, url: str, *, schema: str, connections: int, deadline_s: float) -> None:
        self.deadline_s = deadline_s
        self._connections = connections
        deadline_ms = str(round(deadline_s * 1000))
        self._connect: dict[str, Any] = {
            "dsn": url,
            "timeout": deadline_s,
            "command_timeout": deadline_s,
            "statement_cache_size": 256,
            "max_cached_statement_lifetime": 0,
            "server_settings": {
                "application_name": "csbot",
                "search_path": f'"{schema}"',
                "synchronous_commit": "on",
                "statement_timeout": deadline_ms,
                "idle_in_transaction_session_timeout": deadline_ms,
                "timezone": "UTC",
                # Compiling a plan, or starting helpers for it, costs more than any statement here runs.
                "jit": "off",
                "max_parallel_workers_per_gather": "0",
                # Every statement here finds its few rows by an index. A prepared plan outlives the table it was made
                # for: one made over tables still empty, or not yet analysed, would go on reading them whole.
                "enable_seqscan": "off",
                "enable_mergejoin": "off",
                "enable_hashjoin": "off",
            },
        }
        self._pool: Any = None
        # However many pages are being read, some connections are left for what is written.
        self._reads = asyncio.Semaphore(max(1, connections // 2))

    async def open(self) -> None:
        """Connect; raises StoreBusy when the server does not answer, StoreError when it refuses or `url` is none."""
        if not self._connect["dsn"].startswith(("postgresql://", "postgres://")):
            # asyncpg would take an empty one for the server of this machine.
            raise StoreError(_NO_ADDRESS)
        try:
            async with asyncio.timeout(self.deadline_s):
                self._pool = await asyncpg.create_pool(
                    **self._connect, min_size=1, max_size=self._connections, max_queries=2**31, reset=_nothing_to_reset
                )
        except ValueError:
            # Its text quotes pieces of the URL, where the password is.
            raise StoreError(_NO_ADDRESS) from None
        except Exception as error:
            raise store_error(error) from error

    async def close(self) -> None:
        """Close every connection, by force when one does not let go in time. A second call does nothing."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(self.deadline_s):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    async def listen(
        self, channel: str, heard: Callable[[object, int, str, str], None], *, began: Callable[[], None]
    ) -> None:
        """Listen on a connection of its own until that is lost; `heard` gets (connection, process, channel, payload).

        `began` is called once it listens. Raises a StoreError when it cannot begin.
        """
        connection: Any = None
        try:
            lost = asyncio.Event()
            connection = await asyncpg.connect(**self._connect)
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(channel, heard)
            began()
            await lost.wait()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise store_error(error) from error
        finally:
            if connection is not None:
                # Not a polite close, which would wait for a server that may be gone.
                connection.terminate()

    async def run(self, work: Work[T], *, begin: str = DURABLE) -> T:
        """Do `work` in one transaction and commit it; raises a StoreError, and then nothing of it is written.

        What another transaction was in the way of is tried again, so `work` may run several times. An error that
        `work` raises of its own rolls back and is passed on.
        """
        pool = self._pool
        if pool is None:
            raise StoreBusy("the store is closed")
        try:
            async with asyncio.timeout(self.deadline_s), self._reads if begin is READ else nullcontext():
                for _ in range(_TRIES - 1):
                    try:
                        return await _attempt(pool, work, begin)
                    except (asyncpg.TransactionRollbackError, asyncpg.UniqueViolationError):
                        # Another transaction was ahead, with a lock or with the same key: the next try sees it.
                        continue
                return await _attempt(pool, work, begin)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise store_error(error) from error


async def _attempt(pool: Any, work: Work[T], begin: str) -> T:
    connection = await pool.acquire()
    try:
        await connection.execute(begin)
        result = await work(connection)
        await connection.execute("COMMIT")
    except (asyncio.CancelledError, OSError):
        # A peer that did not answer in time would not answer a ROLLBACK either; a closed connection rolls back.
        connection.terminate()
        raise
    except Exception:
        try:
            await connection.execute("ROLLBACK")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            connection.terminate()
        raise
    finally:
        await pool.release(connection)
    return result


async def _nothing_to_reset(connection: Any) -> None:
    """Every statement runs in a transaction of its own and no session setting is ever changed."""


def store_error(error: Exception) -> StoreError:
    """What a failure means to the store's callers. Values never enter the text: PostgreSQL quotes them in its own."""
    match error:
        case StoreError():
            return error
        case asyncpg.DiskFullError():
            return StoreFull("the database's disk is full; free some space there")
        case asyncpg.QueryCanceledError() | TimeoutError():
            return StoreBusy("the database did not answer in time")
        case (
            asyncpg.PostgresConnectionError()
            | asyncpg.InsufficientResourcesError()
            | asyncpg.OperatorInterventionError()
            | asyncpg.TransactionRollbackError()
            | asyncpg.LockNotAvailableError()
            | asyncpg.IdleInTransactionSessionTimeoutError()
        ):
            return StoreBusy(f"the database cannot serve now ({type(error).__name__}, {error.sqlstate})")
        case asyncpg.PostgresError():
            return StoreError(f"the database refuses ({type(error).__name__}, {error.sqlstate})")
        case asyncpg.InterfaceError() if isinstance(error, ValueError):
            return StoreError("a value does not fit the database's column")
        case asyncpg.InterfaceError() | OSError():
            return StoreBusy(f"the database cannot be reached ({type(error).__name__})")
    return StoreError(f"the database cannot be used ({type(error).__name__})")
