"""Accepting events while the store is held by another process, and when there is room for none."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from csbot.domain.address import Address
from csbot.domain.burst import Burst
from csbot.domain.events import Event, MessageReceived
from csbot.domain.message import InboundMessage
from csbot.errors import StoreFull
from csbot.intake.accept import Intake
from csbot.intake.spool import Spool
from csbot.metrics import REGISTRY
from csbot.store.codec import decode_events, encode_events
from csbot.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DEADLINE_S = 20.0


def said(text: str, channel: str = "sms") -> list[Event]:
    body = MessageReceived(
        address=Address(channel=channel, user="+905329990001"), message=InboundMessage(external_id=text, text=text)
    )
    return [Event(channel=channel, key=text, received_at=NOW, body=body)]


@dataclass(frozen=True, kw_only=True)
class Door:
    """An intake before a store that waits a fifth of a second for other processes."""

    intake: Intake
    spool: Spool
    path: Path
    woken: list[float]

    def transcript(self) -> list[str]:
        """What customers have said, in order."""
        connection = sqlite3.connect(self.path)
        try:
            return [text for (text,) in connection.execute("SELECT text FROM messages ORDER BY id")]
        finally:
            connection.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Another process holds the database."""
        other = sqlite3.connect(self.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.close()

    @asynccontextmanager
    async def draining(self) -> AsyncIterator[None]:
        """The spool is being emptied; left once it is."""
        drain = asyncio.create_task(self.intake.drain())
        try:
            yield
            async with asyncio.timeout(DEADLINE_S):
                while self.spool.channels():  # noqa: ASYNC110 - the spool rings for nobody
                    await asyncio.sleep(0.01)
        finally:
            drain.cancel()
            await asyncio.wait({drain})


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    path, woken = tmp_path / "csbot.db", list[float]()
    async with SqliteStore(path, burst=Burst(quiet_s=0), busy_s=0.2) as store:
        spool = Spool(tmp_path / "spool", encode=encode_events, decode=decode_events)
        spool.open()
        intake = Intake(store=store, spool=spool, clock=lambda: NOW, woken=woken.append)
        yield Door(intake=intake, spool=spool, path=path, woken=woken)
        await intake.close()
        spool.close()


async def test_events_go_straight_to_the_store_that_answers(door: Door) -> None:
    await door.intake.accept("sms", said("a"), within_s=5)
    assert door.transcript() == ["a"]
    assert door.woken == [0.0]
    assert not door.spool.holds("sms")


@pytest.mark.parametrize("within_s", [0.05, 5.0], ids=["the store is late", "the store gives up first"])
async def test_what_a_held_store_does_not_take_is_spooled_and_then_kept_once_and_in_order(
    door: Door, within_s: float
) -> None:
    with door.held():
        for text in "abc":
            await door.intake.accept("sms", said(text), within_s=within_s)
        assert door.spool.holds("sms")
        assert door.transcript() == []
    # Freed, yet nothing overtakes what waits on disk.
    await door.intake.accept("sms", said("d"), within_s=5)
    assert door.spool.holds("sms")
    async with door.draining():
        await door.intake.accept("sms", said("e"), within_s=5)
        await door.intake.accept("sms", said("b"), within_s=5)
    assert door.transcript() == list("abcde")
    await door.intake.accept("sms", said("f"), within_s=5)
    assert not door.spool.holds("sms")
    assert door.transcript() == list("abcdef")


async def test_one_channels_spool_holds_up_no_other(door: Door) -> None:
    with door.held():
        await door.intake.accept("sms", said("a"), within_s=0.05)
    await door.intake.accept("whatsapp", said("b", "whatsapp"), within_s=5)
    assert "b" in door.transcript()
    assert door.spool.holds("sms")


async def test_a_damaged_file_is_set_aside_and_the_rest_goes_on(door: Door) -> None:
    with door.held():
        await door.intake.accept("sms", said("a"), within_s=0.05)
        await door.intake.accept("sms", said("b"), within_s=0.05)
    damaged = door.spool.oldest("sms")
    assert damaged is not None
    damaged.write_bytes(damaged.read_bytes().replace(b'"a"', b'"x"'))
    async with door.draining():
        pass
    # The late write of "a" may have come through all the same; what is damaged has not.
    assert set(door.transcript()) <= {"a", "b"}
    assert "b" in door.transcript()
    assert [file.name for file in (damaged.parents[1] / "quarantine").iterdir()] == [f"sms-{damaged.name}"]


class Full:
    """A disk with no room, as the store tells of it."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.is_full = True

    async def append(self, events: list[Event], *, now: datetime) -> object:
        if self.is_full and events[0].key != "known":
            raise StoreFull("no room left on the disk")
        return await self._store.append(events, now=now)


async def test_a_full_disk_is_refused_and_its_alarm_ends_with_the_first_write_that_has_room(tmp_path: Path) -> None:
    def alarm() -> float | None:
        return REGISTRY.get_sample_value("csbot_alarm", {"what": "disk_full"})

    async with SqliteStore(tmp_path / "csbot.db", burst=Burst(quiet_s=0)) as store:
        full = Full(store)
        spool = Spool(tmp_path / "spool", encode=encode_events, decode=decode_events)
        intake = Intake(store=full, spool=spool, clock=lambda: NOW, woken=lambda after_s: None)  # type: ignore[arg-type]
        await intake.accept("sms", said("known"), within_s=5)
        with pytest.raises(StoreFull):
            await intake.accept("sms", said("a"), within_s=5)
        assert alarm() == 1
        assert not spool.holds("sms")
        await intake.accept("sms", said("known"), within_s=5)
        assert alarm() == 1, "what is known already needs no room, so it tells nothing of it"
        full.is_full = False
        await intake.accept("sms", said("a"), within_s=5)
        assert alarm() == 0
        spool.close()
