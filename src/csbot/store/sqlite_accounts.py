"""Accounts in an SQLite file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from csbot.domain.account import Credentials, Invitation, Person, Refusal, Session, Tried
from csbot.domain.reading import User
from csbot.store.writing import accounts

T = TypeVar("T")


class _File(Protocol):
    def write(self, work: Callable[[sqlite3.Connection], T]) -> asyncio.Future[T]: ...

    def read(self, read: Callable[[sqlite3.Connection], T]) -> Coroutine[Any, Any, T]: ...


class SqliteAccounts:
    """`csbot.ports.Accounts` over what writes and reads the file."""

    def __init__(self, file: _File) -> None:
        self._file = file

    async def has_admin(self) -> bool:
        return await self._file.read(accounts.has_admin)

    async def credentials(self, email: str) -> Credentials | None:
        return await self._file.read(partial(accounts.credentials, email=email))

    async def set_password(self, user: int, password: str, *, keep: str, now: datetime) -> None:
        await self._file.write(partial(accounts.set_password, user=user, password=password, keep=keep, now=now))

    async def invite(self, digest: str, *, email: str, role: str, by: str, now: datetime, expires_at: datetime) -> None:
        work = partial(accounts.invite, digest=digest, email=email, role=role, by=by, now=now, expires_at=expires_at)
        await self._file.write(work)

    async def invitation(self, digest: str, *, now: datetime) -> Invitation | None:
        return await self._file.read(partial(accounts.invitation, digest=digest, now=now))

    async def accept(self, digest: str, *, email: str, name: str, password: str, now: datetime) -> User | None:
        work = partial(accounts.accept, digest=digest, email=email, name=name, password=password, now=now)
        return await self._file.write(work)

    async def people(self, *, now: datetime) -> list[Person]:
        return await self._file.read(partial(accounts.people, now=now))

    async def set_role(self, email: str, *, role: str, by: str, now: datetime) -> Refusal | None:
        return await self._file.write(partial(accounts.set_role, email=email, role=role, by=by, now=now))

    async def set_disabled(self, email: str, *, disabled: bool, by: str, now: datetime) -> Refusal | None:
        work = partial(accounts.set_disabled, email=email, disabled=disabled, by=by, now=now)
        return await self._file.write(work)

    async def begin_session(self, digest: str, *, user: int, now: datetime, expires_at: datetime) -> None:
        work = partial(accounts.begin_session, digest=digest, user=user, now=now, expires_at=expires_at)
        await self._file.write(work)

    async def session(self, digest: str, *, now: datetime) -> Session | None:
        return await self._file.read(partial(accounts.session, digest=digest, now=now))

    async def seen(self, digest: str, *, now: datetime) -> None:
        await self._file.write(partial(accounts.seen, digest=digest, now=now))

    async def end_session(self, digest: str) -> None:
        await self._file.write(partial(accounts.end_session, digest=digest))

    async def try_sign_in(self, tried: Sequence[Tried], *, now: datetime) -> datetime | None:
        return await self._file.write(partial(accounts.try_sign_in, tried=tried, now=now))

    async def forgive(self, tried: Sequence[Tried]) -> None:
        await self._file.write(partial(accounts.forgive, tried=tried))
