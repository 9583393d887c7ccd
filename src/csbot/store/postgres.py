"""The store over PostgreSQL: any number of processes on one database, each gathering its writes into groups.

What keeps order and keeps things single is in the database alone: unique keys, rows locked in the order of their ids,
SKIP LOCKED for claims. Nothing in memory is relied on, so processes need to know nothing of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
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
from csbot.store import postgres_activity as activity
from csbot.store import postgres_calls as calls
from csbot.store import postgres_chats as chats
from csbot.store import postgres_commit as decisions
from csbot.store import postgres_desk as desk
from csbot.store import postgres_facts as facts
from csbot.store import postgres_inbox as inbox
from csbot.store import postgres_listing as listing
from csbot.store import postgres_outbox as outbox
from csbot.store import postgres_passes as passes
from csbot.store import postgres_pulses as pulses
from csbot.store import postgres_reading as reading
from csbot.store import postgres_turns as turns
from csbot.store import postgres_unread as unread
from csbot.store.postgres_accounts import PostgresAccounts
from csbot.store.postgres_decisions import Call as Commit
from csbot.store.postgres_group import Group
from csbot.store.postgres_pool import LOOSE, READ, Database, Work
from csbot.store.postgres_schema import bring_up
from csbot.store.postgres_wake import Wake

T = TypeVar("T")


class PostgresStore:
    """`csbot.ports.Store` over the database at `url` (postgresql://...), in one of its schemas.

    Opening makes the schema if it is missing and migrates it if it is older. At most `connections` are open; a call
    that the database does not answer within about `deadline_s` raises StoreBusy.
    """

    def __init__(
        self, url: str, *, burst: Burst, schema: str = "public", connections: int = 8, deadline_s: float = 5.0
    ) -> None:
        self._url = url
        self._schema = schema
        self._database = Database(url, schema=schema, connections=connections, deadline_s=deadline_s)
        self._wake = Wake(self._database, schema=schema)
        self.accounts = PostgresAccounts(self._database)
        append = partial(inbox.append, burst=burst, schema=schema)
        self._appends: Group[inbox.Call, Appended] = Group(self._database, append, written=self._wake.ring)
        self._commits: Group[Commit, Outcome] = Group(self._database, decisions.commit, written=self._wake.ring)
        self._results: Group[outbox.Call, None] = Group(self._database, outbox.settle, written=self._wake.ring)

    async def __aenter__(self) -> Self:
        await self._database.open()
        try:
            await bring_up(self._database, self._url, name=self._schema)
        except BaseException:
            await self._database.close()
            raise
        for group in (self._appends, self._commits, self._results):
            group.open()
        self._wake.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for group in (self._appends, self._commits, self._results):
            await group.close()
        await self._wake.close()
        await self._database.close()

    def listen(self, callback: Callable[[], None]) -> None:
        """Have `callback` called, until the store is closed, when any process may have left something to do."""
        self._wake.listen(callback)

    # -- inbox -----------------------------------------------------------------------------------------------------

    async def append(self, events: Sequence[Event], *, now: datetime) -> Appended:
        return await self._appends.put((events, now))

    async def claim_lanes(self, *, worker: str, now: datetime, lease_s: float, limit: int) -> list[LaneWork]:
        claim = partial(turns.claim, worker=worker, now=now, lease_s=lease_s, limit=limit)
        return await self._database.run(claim, begin=LOOSE)

    async def commit(self, changes: Changes, *, now: datetime) -> Outcome:
        return await self._commits.put((changes, now))

    async def release_lane(self, lane: int, *, worker: str, retry_at: datetime) -> None:
        await self._database.run(partial(turns.release, lane=lane, worker=worker, retry_at=retry_at))

    async def next_lane_due(self) -> datetime | None:
        return await self._database.run(reading.next_lane_due, begin=READ)

    # -- outbox ----------------------------------------------------------------------------------------------------

    async def take_parts(self, *, worker: str, now: datetime, lease_s: float, budget: Mapping[str, int]) -> list[Part]:
        return await self._database.run(partial(outbox.take, worker=worker, now=now, lease_s=lease_s, budget=budget))

    async def settle_parts(self, results: Sequence[PartResult], *, now: datetime) -> None:
        await self._results.put((results, now))

    async def next_part_due(self) -> datetime | None:
        return await self._database.run(outbox.next_due, begin=READ)

    async def unsent_parts(self, *, states: Sequence[DeliveryState], limit: int = 100) -> list[UnsentPart]:
        return await self._database.run(partial(listing.unsent, states=states, limit=limit), begin=READ)

    async def requeue_part(self, part: int, *, now: datetime, by: str = "csbot") -> bool:
        return await self._write(partial(outbox.requeue, part=part, now=now, by=by))

    async def confirm_part(self, part: int, *, by: str, now: datetime) -> bool:
        return await self._write(partial(outbox.confirm, part=part, now=now, by=by))

    async def recover(self, *, now: datetime, everything: bool) -> int:
        return await self._write(partial(outbox.recover, now=now, everything=everything))

    # -- pauses, content, users ------------------------------------------------------------------------------------

    async def pauses(self, *, now: datetime) -> tuple[Pause, ...]:
        return await self._database.run(partial(desk.pauses, now=now), begin=READ)

    async def set_pause(self, pause: Pause, *, now: datetime) -> None:
        await self._write(partial(desk.set_pause, pause=pause, now=now))

    async def publish_content(
        self, version: str, body: str, *, by: str, now: datetime, restores: int = 0, note: str = ""
    ) -> None:
        publish = partial(desk.publish, version=version, body=body, by=by, now=now, restores=restores, note=note)
        await self._write(publish)

    async def publications(self, *, limit: int) -> list[Publication]:
        return await self._database.run(partial(desk.publications, limit=limit), begin=READ)

    async def publication_body(self, publication: int) -> str | None:
        return await self._database.run(partial(desk.publication_body, publication=publication), begin=READ)

    async def published_content(self) -> tuple[str, str] | None:
        return await self._database.run(desk.published, begin=READ)

    async def add_user(self, email: str, *, role: str, now: datetime) -> User:
        return await self._write(partial(desk.add_user, email=email, role=role, now=now))

    async def add_token(self, email: str, digest: str, *, now: datetime) -> bool:
        return await self._write(partial(desk.add_token, email=email, digest=digest, now=now))

    async def user_by_token(self, digest: str) -> User | None:
        return await self._database.run(partial(desk.user_by_token, digest=digest), begin=READ)

    async def remember(self, key: str, answer: str, *, now: datetime) -> str:
        return await self._database.run(partial(desk.remember, key=key, answer=answer, now=now))

    # -- reading ---------------------------------------------------------------------------------------------------

    async def line(self) -> Line:
        return await self._database.run(reading.line, begin=READ)

    async def conversations(
        self, *, state: ConversationState | None, identity: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[ConversationRow], str]:
        page = partial(listing.page, state=state, address=identity, after=after, limit=limit)
        return await self._database.run(page, begin=READ)

    async def conversation(self, conversation: int, *, messages: Excerpt = WHOLE) -> ConversationView | None:
        return await self._database.run(partial(listing.view, conversation_id=conversation, of=messages), begin=READ)

    async def idle_conversations(self, *, before: datetime, limit: int) -> list[Conversation]:
        return await self._database.run(partial(listing.idle, before=before, limit=limit), begin=READ)

    async def lane_work(self, conversation: int) -> LaneWork | None:
        return await self._database.run(partial(turns.lane_work, of=conversation), begin=READ)

    async def chat(self, channel: str, user: str, *, after: int | None = None, limit: int = 100) -> ChatView | None:
        chat = partial(chats.chat, channel=channel, user=user, after=after, limit=limit)
        return await self._database.run(chat, begin=READ)

    async def issue_pass(self, digest: str, *, channel: str, user: str, now: datetime, expires_at: datetime) -> bool:
        issue = partial(passes.issue, digest=digest, channel=channel, user=user, now=now, expires_at=expires_at)
        return await self._database.run(issue)

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
        return await self._database.run(asked, begin=READ)

    async def begin_call(
        self, request: str, *, conversation: int, lookup: str, caller: str, now: datetime
    ) -> LookupAnswer | None:
        begin = partial(calls.begin, request=request, conversation=conversation, lookup=lookup, caller=caller, now=now)
        return await self._database.run(begin)

    async def made_call(self, request: str) -> LookupAnswer | None:
        return await self._database.run(partial(calls.made, request=request), begin=READ)

    async def lost_calls(self, *, before: datetime, now: datetime) -> list[tuple[int, NeedsLookup, LookupAnswer]]:
        return await self._database.run(partial(calls.lost, before=before, now=now))

    async def end_call(self, answer: LookupAnswer, *, now: datetime) -> None:
        await self._database.run(partial(calls.end, answer=answer, now=now))

    async def remembered(self, key: str) -> str | None:
        return await self._database.run(partial(reading.remembered, key=key), begin=READ)

    async def conversation_facts(self, *, since: datetime, until: datetime) -> list[ConversationFacts]:
        return await self._database.run(partial(facts.read, since=since, until=until), begin=READ)

    async def not_understood(self, *, since: datetime) -> list[NotUnderstood]:
        return await self._database.run(partial(facts.not_understood, since=since), begin=READ)

    async def count_activity(self, *, before: datetime) -> int:
        return await self._database.run(partial(activity.count, before=before))

    async def activity(self, *, since: datetime) -> list[ChannelHour]:
        return await self._database.run(partial(activity.read, since=since), begin=READ)

    async def unsent_counts(self) -> Mapping[str, Mapping[DeliveryState, int]]:
        return await self._database.run(activity.unsent, begin=READ)

    async def audited(self, *, subjects: Sequence[str] = (), limit: int = 50) -> list[Audited]:
        return await self._database.run(partial(activity.audited, subjects=subjects, limit=limit), begin=READ)

    async def conversations_of(self, ids: Sequence[int]) -> list[ConversationRow]:
        return await self._database.run(partial(listing.of_ids, ids=ids), begin=READ)

    async def pulses(self, lanes: Sequence[int]) -> Mapping[int, str]:
        return await self._database.run(partial(pulses.read, lanes=lanes), begin=READ)

    async def forget(self, *, before: datetime) -> int:
        return await self._database.run(partial(desk.forget, before=before))

    async def counts(self) -> Mapping[str, int]:
        return await self._database.run(reading.counts, begin=READ)

    async def ping(self) -> None:
        await self._database.run(desk.ping)

    async def _write(self, work: Work[T]) -> T:
        written = await self._database.run(work)
        self._wake.ring()
        return written
