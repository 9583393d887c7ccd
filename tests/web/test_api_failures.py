"""When csbot itself cannot: the caller learns enough to try again, and nothing of csbot's inside."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from csbot.domain.understanding import Understanding
from csbot.services import Knowledge
from tests.web.line import AYSE, CATALOGUE, Line, line


class Broken:
    """An engine that breaks its promise never to raise."""

    async def understand(self, text: str, *, language: str = "", expected: Sequence[str] = ()) -> Understanding:
        raise RuntimeError(f"inside: {text}")


async def test_a_locked_database_is_told_as_busy_and_the_same_key_may_be_sent_again(tmp_path: Path) -> None:
    async with line(tmp_path, busy_s=0.2) as api:
        conversation = await api.waits()
        with closing(sqlite3.connect(tmp_path / "csbot.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            busy = await api.post(f"conversations/{conversation}/claim", key="k")
            shown = await api.get(f"conversations/{conversation}")
            other.execute("ROLLBACK")
        claimed = await api.post(f"conversations/{conversation}/claim", key="k")

    assert (busy.status, busy.code, busy.headers["Retry-After"]) == (503, "store_busy", "5")
    assert "csbot.db" not in busy.text
    assert (shown.status, shown.json["status"]) == (200, "waiting")
    assert (claimed.status, claimed.json["holder"]) == (200, AYSE)


async def test_a_mistake_of_csbots_is_told_by_a_reference_only(api: Line, capsys: pytest.CaptureFixture[str]) -> None:
    api.services.knowledge.swap(Knowledge.of(CATALOGUE, Broken(), default="tr"))

    answer = await api.post("understand", {"text": "süre"})

    assert (answer.status, answer.code) == (500, "internal")
    assert "inside" not in answer.text
    reference = answer.json["error"]["hint"].rpartition(" ")[2]
    assert reference in "".join(capsys.readouterr())
