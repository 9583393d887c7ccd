"""One csbot with a channel of every way, shared by all tests that need no settings of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.chain.running import EVERY_WAY, Running, running


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def csbot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """It answers at once: bursts and the greeting's wait are off."""
    async with running(tmp_path_factory.mktemp("csbot"), EVERY_WAY) as made:
        yield made
