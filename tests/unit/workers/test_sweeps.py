"""What is looked at again and again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from csbot.metrics import REGISTRY
from csbot.workers.sweeps import SETTLED, tell_silences
from tests.unit.workers.scripted import Process, process

AYSE = "+905329990001"


def alarm(channel: str) -> float | None:
    return REGISTRY.get_sample_value("csbot_alarm", {"what": f"channel {channel} silent"})


async def looked(made: Process) -> None:
    while await made.scene.store.count_activity(before=made.scene.now - SETTLED):
        pass
    await tell_silences(made.services)


async def test_a_channel_that_falls_silent_against_its_habit_is_told_until_it_speaks_again(tmp_path: Path) -> None:
    async with process(tmp_path) as made:
        scene = made.scene
        for _ in range(8 * 24):
            for _ in range(3):
                await made.answered(AYSE)
                scene.later(20 * 60 - 10)
        await looked(made)
        assert (alarm("sms"), alarm("whatsapp")) == (0.0, 0.0)
        scene.now += timedelta(hours=4)
        await looked(made)
        assert (alarm("sms"), alarm("whatsapp")) == (1.0, 0.0)
        await made.answered(AYSE)
        scene.now += timedelta(minutes=5)
        await looked(made)
        assert alarm("sms") == 0.0
