"""The store over one SQLite file: the small store, and the one every test runs on."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from csbot.domain.burst import Burst
from csbot.domain.changes import Appended, Changes, Outcome
from csbot.domain.conversation import Conversation, ConversationState
from csbot.domain.delivery import DeliveryState, PartResult
from csbot.domain.events import Event
from csbot.domain.lookup import LookupAnswer, NeedsLookup
from csbot.domain.outbox import Part
from csbot.domain.pause import Pause
from csbot.domain.reading import (
    WHOLE,
    ChatView,
    ConversationRow,
    ConversationView,
    Excerpt,
    Publication,
    UnreadAnswer,
    UnsentPart,
    User,
)
from csbot.domain.reporting import Audited, ChannelHour, ConversationFacts, NotUnderstood
from csbot.domain.turn import LaneWork, Line
from csbot.errors import StoreError
from csbot.store import activity, chats, facts, listing, pulses, reading, schema, unread
from csbot.store.sqlite_accounts import SqliteAccounts
from csbot.store.writer import Work, Writer, open_connection, translated
from csbot.store.writing import calls, desk, inbox, lanes, outbox, passes, turns

T = TypeVar("T")

_BURST = Burst()


class SqliteStore:
    """`csbot.ports.Store` over the file `path`, which is made if it is missing.

    Opening brings the schema up: a fresh file gets it; an older one is migrated by the process that holds the file
    `exclusive`, others refuse it. `exclusive` is for servers: a second one on the same file is refused with StoreError,
    while commands open beside it without. `busy_s` is how long a write waits for another process's, reads likewise.
    """

    def __init__(
        self, path: str | Path, *, burst: Burst = _BURST, busy_s: float = 5.0, exclusive: bool = False, readers: int = 2
    ) -> None:
        self._path = Path(path)
        self._burst = burst
        self._busy_s = busy_s
        self._exclusive = exclusive
        self._reader_count = readers
        self._lock: int | None = None
        self._writer: Writer | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._own = threading.local()
        self._reading: list[sqlite3.Connection] = []
        self.accounts = SqliteAccounts(self)

    async def __aenter__(self) -> Self:
        try:
            if self._exclusive:
                self._lock = _lock(self._path)
            await self._bring_up()
            self._writer = Writer(self._path, busy_s=self._busy_s)
            self._readers = ThreadPoolExecutor(self._reader_count, thread_name_prefix="store-reader")
        except BaseException:
            self._unlock()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The writer last: the last connection to close moves the log into the file, and only it may write there.
        readers, self._readers = self._readers, None
        if readers is not None:
            await asyncio.to_thread(readers.shutdown)
        while self._reading:
            self._reading.pop().close()
        if self._writer is not None:
            await self._writer.close()
        self._unlock()

    async def _bring_up(self) -> None:
        state = await asyncio.to_thread(_make, self._path, self._busy_s)
        if state == "ready":
            return
        if not self._exclusive:
            raise StoreError(
                f"the database {self._path} needs a migration: start the server once, or run csbot db upgrade"
            )
        await schema.upgrade(f"sqlite:///{self._path}")

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def write(self, work: Work[T]) -> asyncio.Future[T]:
        """Have `work` written, in a group with what others write."""
        if self._writer is None:
            raise StoreError("the store is not open")
        return self._writer.submit(work)

    async def read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """What `read` makes of one snapshot."""
        if self._readers is None:
            raise StoreError("the store is not open")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read_now, read)

    def _read_now(self, read: Callable[[sqlite3.Connection], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = open_connection(self._path, read_only=True, timeout_s=self._busy_s)
            self._reading.append(connection)
        try:
            connection.execute("BEGIN")  # one snapshot for all that is read together
            try:
                return read(connection)
            finally:
                connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise translated(error, "cannot read") from error

    # -- inbox -----------------------------------------------------------------------------------------------------

    async def append(self, events: Sequence[Event], *, now: datetime) -> Appended:
        return await self.write(partial(inbox.append, events=events, now=now, burst=self._burst))

    async def claim_lanes(self, *, worker: str, now: datetime, lease_s: float, limit: int) -> list[LaneWork]:
        return await self.write(partial(lanes.claim, worker=worker, now=now, lease_s=lease_s, limit=limit))

    async def commit(self, changes: Changes, *, now: datetime) -> Outcome:
        return await self.write(partial(turns.commit, changes=changes, now=now))

    async def release_lane(self, lane: int, *, worker: str, retry_at: datetime) -> None:
        await self.write(partial(lanes.release, lane=lane, worker=worker, retry_at=retry_at))

    async def next_lane_due(self) -> datetime | None:
        return await self.read(reading.next_lane_due)

    # -- outbox ----------------------------------------------------------------------------------------------------

    async def take_parts(self, *, worker: str, now: datetime, lease_s: float, budget: Mapping[str, int]) -> list[Part]:
        return await self.write(partial(outbox.take, worker=worker, now=now, lease_s=lease_s, budget=budget))

    async def settle_parts(self, results: Sequence[PartResult], *, now: datetime) -> None:
        await self.write(partial(outbox.settle, results=results, now=now))

    async def next_part_due(self) -> datetime | None:
        return await self.read(reading.next_part_due)

    async def unsent_parts(self, *, states: Sequence[DeliveryState], limit: int = 100) -> list[UnsentPart]:
        return await self.read(partial(listing.unsent, states=states, limit=limit))

    async def requeue_part(self, part: int, *, now: datetime, by: str = "csbot") -> bool:
        return await self.write(partial(outbox.requeue, part=part, now=now, by=by))

    async def confirm_part(self, part: int, *, by: str, now: datetime) -> bool:
        return await self.write(partial(outbox.confirm, part=part, now=now, by=by))

    async def recover(self, *, now: datetime, everything: bool) -> int:
        return await self.write(partial(outbox.recover, now=now, everything=everything))

    # -- pauses, content, users ------------------------------------------------------------------------------------

    async def pauses(self, *, now: datetime) -> tuple[Pause, ...]:
        return await self.read(partial(reading.pauses, now=now))

    async def set_pause(self, pause: Pause, *, now: datetime) -> None:
        await self.write(partial(desk.set_pause, pause=pause, now=now))

    async def publish_content(
        self, version: str, body: str, *, by: str, now: datetime, restores: int = 0, note: str = ""
    ) -> None:
        publish = partial(desk.publish, version=version, body=body, by=by, now=now, restores=restores, note=note)
        await self.write(publish)

    async def publications(self, *, limit: int) -> list[Publication]:
        return await self.read(partial(reading.publications, limit=limit))

    async def publication_body(self, publication: int) -> str | None:
        return await self.read(partial(reading.publication_body, publication=publication))

    async def published_content(self) -> tuple[str, str] | None:
        return await self.read(reading.published_content)

    async def add_user(self, email: str, *, role: str, now: datetime) -> User:
        return await self.write(partial(desk.add_user, email=email, role=role, now=now))

    async def add_token(self, email: str, digest: str, *, now: datetime) -> bool:
        return await self.write(partial(desk.add_token, email=email, digest=digest, now=now))

    async def user_by_token(self, digest: str) -> User | None:
        return await self.read(partial(reading.user_by_token, digest=digest))

    # -- reading ---------------------------------------------------------------------------------------------------

    async def line(self) -> Line:
        return await self.read(reading.line)

    async def conversations(
        self, *, state: ConversationState | None, identity: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[ConversationRow], str]:
        return await self.read(partial(listing.page, state=state, address=identity, after=after, limit=limit))

    async def conversation(self, conversation: int, *, messages: Excerpt = WHOLE) -> ConversationView | None:
        return await self.read(partial(listing.view, conversation_id=conversation, of=messages))

    async def idle_conversations(self, *, before: datetime, limit: int) -> list[Conversation]:
        return await self.read(partial(listing.idle, before=before, limit=limit))

    async def lane_work(self, conversation: int) -> LaneWork | None:
        return await self.read(partial(reading.lane_work, conversation_id=conversation))

    async def chat(self, channel: str, user: str, *, after: int | None = None, limit: int = 100) -> ChatView | None:
        return await self.read(partial(chats.chat, channel=channel, user=user, after=after, limit=limit))

    async def issue_pass(self, digest: str, *, channel: str, user: str, now: datetime, expires_at: datetime) -> bool:
        return await self.write(
            partial(passes.issue, digest=digest, channel=channel, user=user, now=now, expires_at=expires_at)
        )

    async def unread_answers(
        self,
        *,
        on: Sequence[str],
        sent_from: datetime,
        sent_before: datetime,
        reaching: Mapping[str, datetime],
        limit: int = 100,
    ) -> list[UnreadAnswer]:
        asked = partial(
            unread.read, on=on, sent_from=sent_from, sent_before=sent_before, reaching=reaching, limit=limit
        )
        return await self.read(asked)

    async def begin_call(
        self, request: str, *, conversation: int, lookup: str, caller: str, now: datetime
    ) -> LookupAnswer | None:
        begin = partial(calls.begin, request=request, conversation=conversation, lookup=lookup, caller=caller, now=now)
        return await self.write(begin)

    async def made_call(self, request: str) -> LookupAnswer | None:
        return await self.read(partial(calls.made, request=request))

    async def lost_calls(self, *, before: datetime, now: datetime) -> list[tuple[int, NeedsLookup, LookupAnswer]]:
        return await self.write(partial(calls.lost, before=before, now=now))

    async def end_call(self, answer: LookupAnswer, *, now: datetime) -> None:
        await self.write(partial(calls.end, answer=answer, now=now))

    async def remembered(self, key: str) -> str | None:
        return await self.read(partial(reading.remembered, key=key))

    async def remember(self, key: str, answer: str, *, now: datetime) -> str:
        return await self.write(partial(desk.remember, key=key, answer=answer, now=now))

    async def conversation_facts(self, *, since: datetime, until: datetime) -> list[ConversationFacts]:
        return await self.read(partial(facts.read, since=since, until=until))

    async def not_understood(self, *, since: datetime) -> list[NotUnderstood]:
        return await self.read(partial(facts.not_understood, since=since))

    async def count_activity(self, *, before: datetime) -> int:
        return await self.write(partial(activity.count, before=before))

    async def activity(self, *, since: datetime) -> list[ChannelHour]:
        return await self.read(partial(activity.read, since=since))

    async def unsent_counts(self) -> Mapping[str, Mapping[DeliveryState, int]]:
        return await self.read(activity.unsent)

    async def audited(self, *, subjects: Sequence[str] = (), limit: int = 50) -> list[Audited]:
        return await self.read(partial(activity.audited, subjects=subjects, limit=limit))

    async def conversations_of(self, ids: Sequence[int]) -> list[ConversationRow]:
        return await self.read(partial(listing.of_ids, ids=ids))

    async def pulses(self, lanes: Sequence[int]) -> Mapping[int, str]:
        return await self.read(partial(pulses.read, lanes=lanes))

    async def forget(self, *, before: datetime) -> int:
        return await self.write(partial(desk.forget, before=before))

    async def counts(self) -> Mapping[str, int]:
        return await self.read(reading.counts)

    async def ping(self) -> None:
        await self.write(desk.ping)


def _lock(path: Path) -> int:
    """Hold `<path>.lock` until its descriptor is closed, which the end of the process does too."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"cannot open {path}.lock: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise StoreError(
            f"another csbot server already runs on {path}; stop it first, or give this one a store of its own "
            "([store] url, CSBOT_STORE__URL)"
        ) from error
    return descriptor


def _make(path: Path, busy_s: float) -> schema.Standing:
    """Give a fresh file its schema, once even if several processes try, and tell how the file stands."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Customers' words: for the owner's eyes only. SQLite gives the files beside it the same mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(f"cannot make {path}: {error.strerror}") from error
    connection = open_connection(path, timeout_s=busy_s)
    try:
        state = schema.standing(_revision(connection), of=str(path))
        if state == "fresh":
            connection.execute("BEGIN IMMEDIATE")
            if _revision(connection) is None:
                for statement in schema.script("sqlite").split(";\n"):
                    connection.execute(statement)
            connection.execute("COMMIT")
            return "ready"
    except sqlite3.Error as error:
        raise translated(error, f"cannot open the database {path}") from error
    else:
        return state
    finally:
        connection.close()


def _revision(connection: sqlite3.Connection) -> str | None:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    if known is None:
        return None
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return "" if found is None else str(found[0])
