"""The fault harness, shorter than `make faults`: every scenario, with fewer stops, on the quickest channels."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.scenarios import SCENARIOS, SHORT, play

LONG = {"postgres", "pulled", "shop_postgres"}
"""Those that `make faults` alone has the time for: leases to run out, channels that are slow to start."""


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name not in LONG])
async def test_nothing_is_lost_doubled_disordered_or_left_silent(scenario: str, tmp_path: Path) -> None:
    outcome = await play(scenario, SHORT, tmp_path)
    assert [str(violation) for violation in outcome.broken] == []
    assert outcome.lost == outcome.doubled == 0
    assert outcome.messages > 0
    assert outcome.redelivered > 0
