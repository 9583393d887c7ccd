"""The SQLite store under what a machine does to it: killed, locked, full, opened twice."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from pathlib import Path

import pytest

from csbot.domain.burst import Burst
from csbot.errors import StoreBusy, StoreError
from csbot.store.sqlite import SqliteStore
from tests.contracts.store_cases import OTHER, START, Scene
from tests.unit.store.until_full import event

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
DEADLINE_S = 60


async def no_rows(query: str) -> list[tuple[object, ...]]:
    raise NotImplementedError


async def spawn(script: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / script),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )


async def test_killed_in_mid_load_it_keeps_every_message_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "csbot.db"
    acknowledged: list[str] = []
    for run, lines in (("a", 40), ("b", 150), ("c", 400)):
        process = await spawn("under_load.py", str(path), run)
        assert process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            acknowledged += [(await process.stdout.readline()).decode().strip() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        said, _ = await process.communicate()
        # A line cut by the kill was not acknowledged whole.
        acknowledged += said.decode().split("\n")[:-1]
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        kept = [text for (text,) in connection.execute("SELECT text FROM messages WHERE direction = 'in' ORDER BY id")]
        events = connection.execute("SELECT count(*) FROM events").fetchone()[0]
        answered = connection.execute("SELECT text FROM messages WHERE direction = 'out'").fetchall()
    connection.close()
    assert len(kept) == len(set(kept)) == events
    assert set(acknowledged) <= set(kept)
    for lane in range(8):
        of_lane = [tuple(text.split("-")) for text in kept if text.split("-")[1] == str(lane)]
        assert of_lane == sorted(of_lane, key=lambda key: (key[0], int(key[2])))
    spoken = [word for (text,) in answered for word in text.removeprefix("re: ").split()]
    assert len(spoken) == len(set(spoken))
    assert set(spoken) <= set(kept)


async def test_what_a_kill_left_is_taken_up_where_it_stood(tmp_path: Path) -> None:
    path = tmp_path / "csbot.db"
    process = await spawn("under_load.py", str(path), "a")
    assert process.stdout is not None
    async with asyncio.timeout(DEADLINE_S):
        for _ in range(100):
            await process.stdout.readline()
    process.kill()
    await process.communicate()
    async with SqliteStore(path, burst=Burst(quiet_s=0), exclusive=True) as store:
        scene = Scene(store, no_rows)
        scene.later(10**8)
        await store.recover(now=scene.now, everything=True)
        while works := await scene.claim():
            for work in works:
                await scene.answer(work, *(heard.body.text for heard in work.heard))
        assert await store.next_lane_due() is None


async def test_a_held_lock_is_busy_and_what_is_given_again_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "csbot.db"
    async with SqliteStore(path, busy_s=0.2) as store:
        scene = Scene(store, no_rows)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        events = [scene.words(f"{n}", key=f"k{n}") for n in range(5)]
        tries = (store.append([event], now=START) for event in events)
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert [type(result) for result in results] == [StoreBusy] * 5
        with pytest.raises(StoreBusy):
            await store.ping()
        assert await store.conversations(state=None) == ([], "")
        other.execute("ROLLBACK")
        other.close()
        for _ in range(2):
            await asyncio.gather(*(store.append([event], now=START) for event in events))
        assert [heard.body.text for heard in (await scene.work()).heard] == ["0", "1", "2", "3", "4"]


async def test_a_caller_s_own_deadline_leaves_the_store_working(tmp_path: Path) -> None:
    path = tmp_path / "csbot.db"
    async with SqliteStore(path) as store:
        scene = Scene(store, no_rows)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(scene.says("ilk deneme", key="SM1"), 0.05)
        other.execute("COMMIT")
        other.close()
        await scene.says("ilk deneme", key="SM1")
        await scene.says("başkası", OTHER)
        scene.later(10)
        assert [[heard.body.text for heard in work.heard] for work in await scene.claim()] == [
            ["ilk deneme"],
            ["başkası"],
        ]


async def test_a_full_disk_refuses_whole_and_takes_again_when_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "csbot.db"
    process = await spawn("until_full.py", str(path))
    async with asyncio.timeout(DEADLINE_S):
        said, _ = await process.communicate()
    assert process.returncode == 0
    saw = json.loads(said.splitlines()[-1])
    assert saw["taken"] > 0
    assert saw["refused"] >= 20
    assert saw["readable"] == 7
    assert saw["again"] == saw["refused"]
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        total = saw["taken"] + saw["refused"]
        for table in ("messages", "events"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (total,)
        texts = {text for (text,) in connection.execute("SELECT text FROM messages")}
    connection.close()
    assert texts == {event(n).body.message.text for n in range(total)}  # type: ignore[union-attr]


async def test_a_second_server_on_the_same_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "csbot.db"
    async with SqliteStore(path, exclusive=True):
        with pytest.raises(StoreError, match="another csbot server"):
            await SqliteStore(path, exclusive=True).__aenter__()
        async with SqliteStore(path) as command:
            await command.add_user("ayse@example.com", role="agent", now=START)
    async with SqliteStore(path, exclusive=True) as following:
        assert not await following.add_token("nobody@example.com", "d", now=START)


async def test_closing_leaves_one_file_that_holds_everything(tmp_path: Path) -> None:
    path = tmp_path / "csbot.db"
    async with SqliteStore(path) as store:
        scene = Scene(store, no_rows)
        await scene.says("bir")
        await asyncio.gather(*(store.counts() for _ in range(8)))
    assert os.listdir(tmp_path) == ["csbot.db"]


async def test_commands_opening_a_fresh_file_at_once_make_one_schema(tmp_path: Path) -> None:
    stores = [SqliteStore(tmp_path / "new" / "csbot.db") for _ in range(6)]
    await asyncio.gather(*(store.__aenter__() for store in stores))
    users = (store.add_user(f"{n}@example.com", role="agent", now=START) for n, store in enumerate(stores))
    assert sorted(user.id for user in await asyncio.gather(*users)) == [1, 2, 3, 4, 5, 6]
    await asyncio.gather(*(store.__aexit__(None, None, None) for store in stores))


async def test_a_store_that_is_not_open_says_so(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "csbot.db")
    with pytest.raises(StoreError, match="not open"):
        await store.ping()
    with pytest.raises(StoreError, match="not open"):
        await store.counts()
    async with store:
        await store.ping()
    with pytest.raises(StoreError, match="closed"):
        await store.ping()
    with pytest.raises(StoreError, match="not open"):
        await store.counts()
    await store.__aexit__(None, None, None)


async def test_a_folder_that_cannot_be_made_is_said_clearly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for exclusive in (True, False):
        with pytest.raises(StoreError, match="file"):
            await SqliteStore(tmp_path / "file" / "csbot.db", exclusive=exclusive).__aenter__()


def modes(folder: Path) -> dict[str, int]:
    """What others than the owner may do with the files of a database."""
    return {file.name: file.stat().st_mode & 0o077 for file in folder.iterdir() if file.suffix != ".lock"}


async def test_a_fresh_file_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    async with SqliteStore(tmp_path / "csbot.db", burst=Burst()):
        found = modes(tmp_path)
    assert "csbot.db" in found
    assert set(found.values()) == {0}
