"""Group commit: units given at the same time become one transaction, and fail alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from csbot.errors import StoreBusy, StoreError, StoreFull
from csbot.store.postgres_pool import Database, Transaction

U = TypeVar("U")
R = TypeVar("R")

Write = Callable[[Transaction, Sequence[U]], Awaitable[Sequence[R | StoreError]]]
"""Writes units in the order given; its answers stand in the same order. An error in place of an answer is one unit's
refusal, of which nothing was written; a raised error fails them all."""


@dataclass(slots=True, eq=False)
class _Pending(Generic[U, R]):
    unit: U
    answer: asyncio.Future[R]


class Group(Generic[U, R]):
    """Gathers units of one kind while the units before them are being written.

    Each kind of unit has a group, and so a transaction, of its own: then every transaction takes its row locks in one
    order, and two processes over one database cannot wait for each other in a ring.
    """

    def __init__(
        self,
        database: Database,
        write: Write[U, R],
        *,
        written: Callable[[], None] = lambda: None,
        most: int = 256,
    ) -> None:
        self._database = database
        self._write = write
        self._written = written
        self._most = most
        self._pending: list[_Pending[U, R]] = []
        self._given = asyncio.Event()
        self._closed = False
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start to write."""
        self._closed = False
        self._task = asyncio.create_task(self._flush())

    async def close(self) -> None:
        """Write what was given, then stop. A second call does nothing."""
        task, self._task = self._task, None
        if task is not None:
            self._closed = True
            self._given.set()
            await task

    async def put(self, unit: U) -> R:
        """The unit's answer, once it is committed; raises the error it failed with.

        A caller who gives up takes the unit back only while it still waits; later it is written all the same.
        """
        if self._closed or self._task is None:
            raise StoreBusy("the store is closed")
        pending: _Pending[U, R] = _Pending(unit, asyncio.get_running_loop().create_future())
        self._pending.append(pending)
        self._given.set()
        return await pending.answer

    async def _flush(self) -> None:
        while True:
            await self._given.wait()
            group, self._pending = self._pending[: self._most], self._pending[self._most :]
            if not self._pending:
                if self._closed and not group:
                    return
                if not self._closed:
                    self._given.clear()
            # Whoever gave up meanwhile has had the unit written elsewhere (the spool), or will come again.
            group = [pending for pending in group if not pending.answer.done()]
            if group:
                await self._settle(group)
                self._written()

    async def _settle(self, group: Sequence[_Pending[U, R]]) -> None:
        try:
            answers = await self._together([pending.unit for pending in group])
        except Exception as error:
            if len(group) == 1 or isinstance(error, (StoreBusy, StoreFull)):
                for pending in group:
                    _refuse(pending, error)
                return
            # One of them is broken; which one shows when each is written alone.
            for pending in group:
                await self._settle([pending])
            return
        for pending, answer in zip(group, answers, strict=True):
            if isinstance(answer, StoreError):
                _refuse(pending, answer)
            elif not pending.answer.done():
                pending.answer.set_result(answer)

    async def _together(self, units: Sequence[U]) -> Sequence[R | StoreError]:
        return await self._database.run(lambda transaction: self._write(transaction, units))


def _refuse(pending: _Pending[U, R], error: Exception) -> None:
    if pending.answer.done():
        return
    if isinstance(error, StoreError):
        # One error may refuse many callers; each raises an instance of its own.
        own = type(error)(*error.args)
        own.__cause__ = error.__cause__
        error = own
    pending.answer.set_exception(error)
