from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from csbot.errors import StoreBusy, StoreError
from csbot.store.writer import Work, Writer, open_connection


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "odd ? name #1%20.db"
    with open_connection(file) as connection:
        connection.execute("CREATE TABLE said (n INTEGER PRIMARY KEY)")
    connection.close()
    return file


@pytest.fixture
async def writer(path: Path) -> AsyncIterator[Writer]:
    made = Writer(path, busy_s=0.3)
    yield made
    await made.close()


def say(n: int) -> Work[int]:
    def unit(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO said VALUES (?)", (n,))
        return n

    return unit


def said(path: Path) -> list[int]:
    connection = sqlite3.connect(path)
    try:
        return [n for (n,) in connection.execute("SELECT n FROM said ORDER BY rowid")]
    finally:
        connection.close()


def transactions(path: Path) -> int:
    """Commits in the write-ahead log since it was begun: frames that carry a database size end a transaction."""
    log = Path(f"{path}-wal").read_bytes()
    page = int.from_bytes(log[8:12], "big")
    salt = log[16:24]
    frames = (log[at : at + 24] for at in range(32, len(log), 24 + page))
    return sum(1 for frame in frames if frame[8:16] == salt and frame[4:8] != b"\0\0\0\0")


async def test_units_are_written_in_the_order_given(writer: Writer, path: Path) -> None:
    order: list[int] = []

    def unit(n: int) -> Work[None]:
        return lambda connection: order.append(n)

    await asyncio.gather(*(writer.submit(unit(n)) for n in range(50)))
    assert order == list(range(50))


async def test_units_that_wait_together_share_one_commit(writer: Writer, path: Path) -> None:
    await writer.submit(say(100))
    before = transactions(path)
    await asyncio.gather(*(writer.submit(say(n)) for n in range(20)))
    assert said(path) == [*range(20), 100]
    assert transactions(path) - before == 1


async def test_a_unit_that_fails_is_undone_alone(writer: Writer, path: Path) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO said VALUES (100)")
        raise KeyError("a bug of the unit's own")

    units = [say(1), half, say(2), say(1), say(3)]
    results = await asyncio.gather(*(writer.submit(unit) for unit in units), return_exceptions=True)
    assert [type(result) for result in results] == [int, KeyError, int, StoreError, int]
    assert said(path) == [1, 2, 3]


async def test_a_caller_who_gave_up_before_its_unit_began_takes_it_back(writer: Writer, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    first, second, third = (writer.submit(say(n)) for n in (1, 2, 3))
    second.cancel()
    other.execute("COMMIT")
    other.close()
    assert await first == 1
    assert await third == 3
    assert said(path) == [1, 3]


async def test_a_database_held_by_another_is_busy_after_the_time_asked_for(writer: Writer, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    results = await asyncio.gather(*(writer.submit(say(n)) for n in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [StoreBusy] * 3
    with pytest.raises(StoreBusy):
        await writer.submit(say(9))
    other.execute("ROLLBACK")
    other.close()
    assert await writer.submit(say(7)) == 7
    assert said(path) == [7]


async def test_a_unit_waits_out_a_short_hold_of_another(writer: Writer, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = writer.submit(say(1))
    await asyncio.sleep(0)
    other.execute("COMMIT")
    other.close()
    assert await waiting == 1


async def test_closing_writes_what_was_given_and_takes_nothing_more(writer: Writer, path: Path) -> None:
    waiting = [writer.submit(say(n)) for n in range(5)]
    await writer.close()
    assert await asyncio.gather(*waiting) == list(range(5))
    with pytest.raises(StoreError):
        await writer.submit(say(6))
    await writer.close()
    assert said(path) == list(range(5))


async def test_closing_does_not_wait_long_for_a_database_held_by_another(path: Path) -> None:
    writer = Writer(path, busy_s=3600)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = writer.submit(say(1))
    async with asyncio.timeout(30):
        await writer.close()
    with pytest.raises(StoreBusy):
        await waiting
    other.close()


async def test_a_file_that_cannot_be_opened_fails_its_units_and_is_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    writer = Writer(folder / "csbot.db", busy_s=0.3)
    with pytest.raises(StoreError, match="cannot open the database"):
        await writer.submit(say(1))
    folder.mkdir()
    await writer.submit(lambda connection: connection.execute("CREATE TABLE said (n INTEGER)"))
    assert await writer.submit(say(1)) == 1
    await writer.close()
