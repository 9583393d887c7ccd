"""Turns, as far as they depend on the store they are written to."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from csbot.domain.pause import Pause, PauseScope
from csbot.domain.understanding import Understanding
from csbot.errors import StoreBusy
from csbot.workers.inbound import Inbound
from tests.unit.engine.shop import BY_HEART, ByHeart
from tests.unit.workers.scripted import process, until, working

QUESTION = next(text for text, meant in BY_HEART.items() if meant.confident)


class Locking(ByHeart):
    """Understands, and meanwhile another process takes the database."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.other: sqlite3.Connection | None = None

    async def understand(self, text: str, *, language: str = "", expected: Sequence[str] = ()) -> Understanding:
        if self.other is None:
            self.other = sqlite3.connect(self._path, isolation_level=None)
            self.other.execute("BEGIN IMMEDIATE")
        return await super().understand(text, language=language, expected=expected)


async def test_a_decision_outlasts_a_database_that_another_process_holds(tmp_path: Path) -> None:
    nlu = Locking(tmp_path / "csbot.db")
    async with process(tmp_path, nlu=nlu, busy_s=0.2) as made:
        await made.scene.says(QUESTION)

        async def is_locked() -> bool:
            return nlu.other is not None

        async def is_answered() -> bool:
            rows, _ = await made.scene.store.conversations(state=None)
            return await made.states(rows[0].conversation.id) == ["queued"]

        async with working(Inbound(made.services).run):
            await until(is_locked, "the turn to be decided")
            for _ in range(2):  # the second is given in after the turn's own write, and fails after it
                with pytest.raises(StoreBusy):
                    await made.scene.store.set_pause(Pause(scope=PauseScope.BOT), now=made.scene.now)
            assert nlu.other is not None
            nlu.other.execute("ROLLBACK")
            nlu.other.close()
            await until(is_answered, "the turn to be written, with nobody claiming the lane anew")
        assert nlu.asked == [(QUESTION, "", ())]
