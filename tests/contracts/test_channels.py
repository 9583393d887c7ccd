"""The contract of a channel, once over every kind: each adapter's cases stand in `tests/adapters/<name>/cases.py`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from csbot.channel.testing import ChannelCase, ChannelContract, parametrize_channels

ADAPTERS = Path(__file__).parents[1] / "adapters"


def every_case() -> list[ChannelCase]:
    names = sorted(file.parent.name for file in ADAPTERS.glob("*/cases.py"))
    return [case for name in names for case in import_module(f"tests.adapters.{name}.cases").CASES]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    parametrize_channels(metafunc, every_case())


class TestChannels(ChannelContract):
    """Every kind csbot ships keeps the contract."""
