"""The sample brand asked in strangers' ways: floors for each language on messages that nothing was tuned by."""

from __future__ import annotations

from pathlib import Path

import pytest

from csbot.content import load
from csbot.evaluation.datasets import Row, read
from csbot.nlu.linear import LinearNlu, build

ROOT = Path(__file__).parents[3]
PROBES = Path(__file__).parent / "probes"


@pytest.fixture(scope="module")
def nlu() -> LinearNlu:
    return build(load(ROOT, ("tr", "en")), {})


def probes(name: str, language: str) -> tuple[Row, ...]:
    return tuple(row for row in read(PROBES / f"{name}.csv").train if row.language == language)


@pytest.mark.parametrize(("name", "right", "wrong"), [("held", 0.85, 0.03), ("tune", 0.85, 0.04)])
@pytest.mark.parametrize("language", ["tr", "en"])
async def test_strangers_messages_are_answered_right(
    nlu: LinearNlu, name: str, right: float, wrong: float, language: str
) -> None:
    asked = [row for row in probes(name, language) if row.right]
    heard = [(row, await nlu.understand(row.text)) for row in asked]
    good = [row.text for row, u in heard if u.confident and u.ranking[0].name in row.right]
    bad = [(row.text, u.why) for row, u in heard if u.confident and u.ranking[0].name not in row.right]

    assert len(asked) >= 75
    assert len(good) >= right * len(asked), [(row.text, u.why) for row, u in heard if row.text not in good]
    assert len(bad) <= wrong * (len(good) + len(bad)), bad


@pytest.mark.parametrize("name", ["held", "tune"])
async def test_what_is_beside_the_point_is_not_answered(nlu: LinearNlu, name: str) -> None:
    outside = [row.text for language in ("tr", "en") for row in probes(name, language) if not row.right]
    answered = [(text, u.why) for text in outside if (u := await nlu.understand(text)).confident]

    assert len(outside) >= 40
    assert len(answered) <= 0.05 * len(outside), answered
