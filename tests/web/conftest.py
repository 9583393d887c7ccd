"""Fixtures of the web tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.line import Line, line


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Line]:
    """A running csbot and its API; customers' words are taken up at once."""
    async with line(tmp_path) as running:
        yield running
