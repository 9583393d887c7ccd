"""The contract suite of a channel: what csbot relies on, asserted against the platform's imitation.

An adapter anywhere shows that it keeps the contract with a module of five lines (pytest and pytest-asyncio are needed):

    from csbot.channel.testing import ChannelContract, parametrize_channels

    def pytest_generate_tests(metafunc):
        parametrize_channels(metafunc, CASES)

    class TestChannels(ChannelContract): ...

Snapshots are written with CSBOT_SNAPSHOT=1 in the environment.
"""

from __future__ import annotations

from csbot.channel.contract.choosing import needs, parametrize_channels
from csbot.channel.contract.fitting import FittingContract
from csbot.channel.contract.living import LivingContract
from csbot.channel.contract.receiving import ReceivingContract
from csbot.channel.contract.samples import (
    JSON_GARBAGE,
    Bench,
    ChannelCase,
    Garbage,
    OutgoingSample,
    PlatformError,
    Sample,
    as_request,
    matches_snapshot,
)
from csbot.channel.contract.sending import SendingContract

__all__ = [
    "JSON_GARBAGE",
    "Bench",
    "ChannelCase",
    "ChannelContract",
    "Garbage",
    "OutgoingSample",
    "PlatformError",
    "Sample",
    "as_request",
    "matches_snapshot",
    "needs",
    "parametrize_channels",
]


class ChannelContract(ReceivingContract, SendingContract, FittingContract, LivingContract):
    """What every channel must do, whatever its platform."""
