"""What stands in csbot's database, read from outside and never written."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.message import Author
from csbot.store.codec import ADDRESS, PART, load_ids

_HEARD = """
SELECT m.id, c.lane_id, m.conversation_id, m.channel, i.address, m.text
FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN identities i ON i.id = m.identity_id
WHERE m.direction = 'in' ORDER BY m.id
"""
_SAID = "SELECT id, conversation_id, author, text FROM messages WHERE direction = 'out' ORDER BY id"
_PARTS = """
SELECT p.id, p.message_id, p.conversation_id, p.channel, p.to_address, p.body, p.state, p.reason, p.external_ids,
    p.updated_at, m.at
FROM parts p JOIN messages m ON m.id = p.message_id ORDER BY p.id
"""
_NOTES = "SELECT conversation_id, text FROM messages WHERE direction = 'note' ORDER BY id"
_CONVERSATIONS = "SELECT id, state FROM conversations"
_UNREST = """
SELECT (SELECT count(*) FROM events WHERE waiting),
    (SELECT count(*) FROM lanes WHERE due_at IS NOT NULL),
    (SELECT count(*) FROM lanes WHERE claimed_by <> ''),
    (SELECT count(*) FROM parts WHERE state = 'queued'),
    (SELECT count(*) FROM parts WHERE state = 'sending')
"""
_UNREST_NAMES = ("events waiting", "lanes due", "lanes claimed", "parts queued", "parts sending")
_MOVED = "SELECT id, state FROM parts WHERE updated_at >= {since}"
_COUNT_HEARD = "SELECT count(*) FROM messages WHERE direction = 'in'"
_SENDING = "SELECT id FROM parts WHERE state = 'sending' AND claimed_by LIKE '%:{process}:%'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A customer's message in a transcript."""

    id: int
    lane: int
    conversation: int
    channel: str
    user: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message to a customer."""

    id: int
    conversation: int
    author: Author
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """A part of an outgoing message; `to` is whom the platform is told to give it to. Times are seconds since 1970."""

    id: int
    message: int
    conversation: int
    channel: str
    user: str
    to: str
    text: str
    state: DeliveryState
    reason: str
    external_ids: tuple[str, ...]
    updated_at: float
    written_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Everything the invariants look at, at one moment; messages in the order they stand in. `notes` are for agents, by
    conversation.
    """

    heard: Sequence[Heard]
    said: Sequence[Said]
    parts: Sequence[PartRow]
    conversations: Mapping[int, ConversationState]
    unrest: Mapping[str, int]
    notes: Mapping[int, Sequence[str]] = field(default_factory=dict)


class Ledger:
    """Reads the database at `url`. Nothing stays open between two looks, so that a killed csbot leaves nobody in it."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of one query."""
        if self._url.startswith("sqlite:///"):
            return await asyncio.to_thread(_sqlite_rows, Path(self._url.removeprefix("sqlite:///")), query)
        connection = await asyncpg.connect(self._url)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    async def unrest(self) -> Mapping[str, int]:
        """What is still to be done, by what it is; empty when nothing is."""
        (counts,) = await self.rows(_UNREST)
        return {name: number for name, number in zip(_UNREST_NAMES, counts, strict=True) if number}

    async def moved(self, since: float) -> list[tuple[int, DeliveryState]]:
        """The parts touched since a time, and their states."""
        return [(id, DeliveryState(state)) for id, state in await self.rows(_MOVED.format(since=round(since * 1e6)))]

    async def sending(self, process: int) -> frozenset[int]:
        """The parts marked as being sent by a process."""
        return frozenset(id for (id,) in await self.rows(_SENDING.format(process=process)))

    async def count_heard(self) -> int:
        """How many messages of customers stand in transcripts."""
        ((count,),) = await self.rows(_COUNT_HEARD)
        return int(count)

    async def books(self) -> Books:
        """All of it."""
        return Books(
            heard=[
                Heard(id=id, lane=lane, conversation=conversation, channel=channel, user=user, text=text)
                for id, lane, conversation, channel, user, text in await self.rows(_HEARD)
            ],
            said=[
                Said(id=id, conversation=conversation, author=Author(author), text=text)
                for id, conversation, author, text in await self.rows(_SAID)
            ],
            parts=[_part(row) for row in await self.rows(_PARTS)],
            conversations={id: ConversationState(state) for id, state in await self.rows(_CONVERSATIONS)},
            unrest=await self.unrest(),
            notes=await self._notes(),
        )

    async def _notes(self) -> Mapping[int, Sequence[str]]:
        notes: dict[int, list[str]] = {}
        for conversation, text in await self.rows(_NOTES):
            notes.setdefault(conversation, []).append(text)
        return notes

    async def damage(self) -> str:
        """What SQLite's own check finds wrong with the file; "" when it is whole."""
        found = [str(row[0]) for row in await self.rows("PRAGMA integrity_check")]
        return "" if found == ["ok"] else "; ".join(found)


def _sqlite_rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _part(row: tuple[Any, ...]) -> PartRow:
    id, message, conversation, channel, to, body, state, reason, external_ids, updated_at, written_at = row
    address = ADDRESS.load(to)
    return PartRow(
        id=id,
        message=message,
        conversation=conversation,
        channel=channel,
        user=address.user,
        to=address.destination,
        text=PART.load(body).text,
        state=DeliveryState(state),
        reason=reason,
        external_ids=load_ids(external_ids),
        updated_at=updated_at / 1e6,
        written_at=written_at / 1e6,
    )
