"""Wake-ups between processes over PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest

from tests.contracts.store_cases import Scene
from tests.unit.store.conftest import POSTGRES, Server
from tests.unit.store.cuttable import Cuttable

pytestmark = pytest.mark.postgres


async def is_heard(bell: asyncio.Event) -> bool:
    """The bell has rung, or does within ten seconds; it is silent again afterwards."""
    try:
        async with asyncio.timeout(10):
            await bell.wait()
    except TimeoutError:
        return False
    bell.clear()
    return True


async def test_a_process_hears_of_what_another_has_written(server: Server) -> None:
    writing, listening = await server.scenes(2)
    bell = asyncio.Event()
    listening.store.listen(bell.set)  # type: ignore[attr-defined]
    assert await is_heard(bell)  # it listens now
    await writing.says("merhaba")
    assert await is_heard(bell)
    [work] = await listening.claim()
    await listening.answer(work, "buyurun")
    assert await is_heard(bell)


async def test_a_csbot_in_another_schema_is_not_woken(server: Server) -> None:
    neighbour = Server(f"{server.schema}_next", server.stack)
    server.stack.push_async_callback(server.run, f"DROP SCHEMA IF EXISTS {neighbour.schema} CASCADE")
    [there] = await neighbour.scenes(1)
    [here] = await server.scenes(1)
    bell, other_bell = asyncio.Event(), asyncio.Event()
    here.store.listen(bell.set)  # type: ignore[attr-defined]
    there.store.listen(other_bell.set)  # type: ignore[attr-defined]
    assert await is_heard(bell)
    assert await is_heard(other_bell)
    await there.says("merhaba")
    assert await is_heard(other_bell)
    assert not bell.is_set()


async def test_a_listener_whose_connection_was_lost_is_woken_when_it_is_back(server: Server) -> None:
    async with Cuttable(POSTGRES) as wire:
        store = await server.open(url=wire.url)
        scene = Scene(store, server.rows)
        bell = asyncio.Event()
        store.listen(bell.set)
        assert await is_heard(bell)
        wire.cut()
        assert await is_heard(bell)  # for what was said meanwhile
        await scene.says("merhaba")
        assert await is_heard(bell)
        await store.__aexit__(None, None, None)
