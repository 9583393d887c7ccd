"""Killed while content is published, or while a server switches to it: the old content whole, or the new one."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from csbot.bootstrap import now
from csbot.content.sources import Sources, read_sources, sources_to_json
from csbot.nlu.linear import artefact
from csbot.ports import Store
from csbot.store.postgres import PostgresStore
from csbot.store.sqlite import SqliteStore
from tests.faults.databases import postgres_database
from tests.faults.server import Server
from tests.unit.content import brand_folder

DEADLINE_S = 60.0
LOOK_S = 0.005


def written(folder: Path, number: int) -> Sources:
    """The small brand's content in that version, which has a model of its own."""
    delivery = brand_folder.DELIVERY.replace("Three days.", f"{brand_folder.NUMBERS[number]} days.")
    brand_folder.write(folder, {**brand_folder.FILES, "faq/delivery.yml": delivery})
    return read_sources(folder)


async def until(holds: Callable[[], bool], what: str) -> None:
    for _ in range(int(DEADLINE_S / LOOK_S)):
        if holds():
            return
        await asyncio.sleep(LOOK_S)
    raise AssertionError(f"waited {DEADLINE_S:g} s for {what}")


async def switched(server: Server, version: str) -> None:
    """Return when the server answers by that version."""
    for _ in range(int(DEADLINE_S / 0.1)):
        if f'csbot_content{{version="{version}"}}' in await server.figures():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{version} never came into force; the log ends:\n{server.last_words()}")


async def in_force(server: Server) -> str:
    [version] = [
        found[1]
        for name in await server.figures()
        if (found := re.fullmatch(r'csbot_content\{version="(\w+)"\}', name))
    ]
    return version


def store_of(server: Server) -> Store:
    if server.is_alone:
        return SqliteStore(Path(server.store_url.removeprefix("sqlite:///")))
    return PostgresStore(server.store_url)


async def published(server: Server) -> list[str]:
    async with store_of(server) as store:
        return [one.version for one in await store.publications(limit=10)]


async def publishes(server: Server) -> asyncio.subprocess.Process:
    """`csbot content publish` under way beside the server, in a process group that can be killed whole."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CSBOT_")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "csbot", "content", "publish", "--config", str(server.settings_file),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        cwd=server.folder, env=environ, start_new_session=True,
    )  # fmt: skip


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


@asynccontextmanager
async def serving(folder: Path, content: Path, *, store_url: str = "") -> AsyncIterator[Server]:
    server = Server(_made(folder), channels={}, store_url=store_url, content=content)
    try:
        await server.spawn()
        await server.ready()
        yield server
    finally:
        await server.close()


def _models(server: Server) -> Path:
    return server.folder / "models"


def _at_once(server: Server, before: set[Path]) -> bool:
    return True


def _is_learning(server: Server, before: set[Path]) -> bool:
    """A process beside the server learns: its command line says so."""
    shown = (_read(file) for file in Path("/proc").glob("[0-9]*/cmdline"))
    return any(b"linear.training" in line and bytes(server.folder) in line for line in shown)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _is_writing(server: Server, before: set[Path]) -> bool:
    """The model's file is begun, or has just been finished."""
    return bool(list(_models(server).glob(".*.nlu.*"))) or _has_model(server, before)


def _has_model(server: Server, before: set[Path]) -> bool:
    return bool(set(_models(server).glob("*.nlu")) - before)


def _is_committed(server: Server, before: set[Path]) -> bool:
    """The publication is in the database; the command has not yet said so, perhaps."""
    connection = sqlite3.connect(f"file:{server.folder}/csbot.db?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM content_versions").fetchone()[0]) > 1
    finally:
        connection.close()


SHOWS_PROCESSES = pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="this system does not show its processes"
)


@SHOWS_PROCESSES
@pytest.mark.parametrize("moment", [_at_once, _is_learning, _is_writing, _has_model, _is_committed])
async def test_publishing_that_is_killed_changes_nothing_and_can_be_done_again(
    moment: Callable[[Server, set[Path]], bool], tmp_path: Path
) -> None:
    content = tmp_path / "shop"
    first = written(content, 1).version
    async with serving(tmp_path / "run", content) as server:
        second = written(content, 2).version
        before = set(_models(server).glob("*.nlu"))
        process = await publishes(server)
        await until(lambda: moment(server, before) or process.returncode is not None, moment.__name__)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        for model in _models(server).glob("*.nlu"):
            artefact.read(model)
        # A kill as the model's file appeared may have come after the commit: then it was published, and whole.
        may_be = {_has_model: ([first], [second, first]), _is_committed: ([second, first],)}
        assert await published(server) in may_be.get(moment, ([first],))
        if await published(server) == [first]:
            assert await in_force(server) == first
        await server.kill()
        await server.spawn()
        await server.ready()
        assert await in_force(server) == (await published(server))[0]
        again = await publishes(server)
        assert await again.wait() == 0
        await switched(server, second)


async def test_a_server_killed_while_it_switches_starts_with_what_is_published(tmp_path: Path) -> None:
    content = tmp_path / "shop"
    written(content, 1)
    async with serving(tmp_path / "run", content) as server:
        for number, later_s in enumerate((0.0, 0.4, 0.8), start=2):
            sources = written(content, number)
            async with store_of(server) as store:
                await store.publish_content(sources.version, sources_to_json(sources), by="test", now=now())
            await asyncio.sleep(later_s)
            await server.kill()
            await server.spawn()
            await server.ready()
            assert await in_force(server) == sources.version
            for model in _models(server).glob("*.nlu"):
                artefact.read(model)


@SHOWS_PROCESSES
async def test_a_server_stops_while_it_learns_and_learns_at_the_next_start(tmp_path: Path) -> None:
    content = tmp_path / "shop"
    written(content, 1)
    async with serving(tmp_path / "run", content) as server:
        sources = written(content, 2)
        async with store_of(server) as store:
            await store.publish_content(sources.version, sources_to_json(sources), by="test", now=now())
        await until(lambda: _is_learning(server, set()), "the server to learn")
        stop = await server.terminate()
        assert stop.exit_code == 0
        await server.spawn()
        await server.ready()
        assert await in_force(server) == sources.version


@pytest.mark.postgres
async def test_servers_on_one_database_all_switch_wherever_they_keep_their_models(tmp_path: Path) -> None:
    content = tmp_path / "shop"
    written(content, 1)
    async with (
        postgres_database() as url,
        serving(tmp_path / "one", content, store_url=url) as one,
        serving(tmp_path / "two", content, store_url=url) as two,
    ):
        second = written(content, 2).version
        process = await publishes(one)
        assert await process.wait() == 0
        for server in (one, two):
            await switched(server, second)
        assert len(list((tmp_path / "two/var/models").glob("*.nlu"))) == 2, "it has learnt by itself"
