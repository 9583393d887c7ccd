"""Every transcript in this folder is a conversation that goes exactly so; `playing` tells their format."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from csbot.content.catalogue import load
from csbot.domain.content import Catalogue
from csbot.evaluation.playing import Mismatch, Player
from csbot.nlu.linear import build
from csbot.ports import Nlu

FOLDER = Path(__file__).parent
CHATS = sorted(FOLDER.glob("*.chat"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(FOLDER.parent.parent, ("tr", "en"))


@pytest.fixture(scope="module")
def nlu(catalogue: Catalogue) -> Nlu:
    return build(catalogue, {})


@pytest.mark.parametrize("chat", CHATS, ids=[chat.stem for chat in CHATS])
async def test_the_conversation_goes_as_its_transcript(chat: Path, catalogue: Catalogue, nlu: Nlu) -> None:
    transcript = await asyncio.to_thread(chat.read_text, encoding="utf-8")
    said = await Player(catalogue=catalogue, nlu=nlu).play(chat.name, transcript)
    assert said > 0, "the transcript plays nothing"


@pytest.mark.parametrize(
    ("transcript", "line"),
    [
        ("customer: temsilci\nbot: {helped}\n", 2),
        ("customer: temsilci\nbot: {handoff_next}\nbot: {helped}\n", 3),
        ("customer: temsilci\ncustomer: alo\n", 2),
        ("customer: temsilci\nbot: {handoff_next}\nstate: bot\n", 3),
        ("customers: temsilci\n", 1),
        ("temsilci\n", 1),
    ],
)
async def test_a_conversation_that_goes_another_way_is_told_with_its_line(
    transcript: str, line: int, catalogue: Catalogue, nlu: Nlu
) -> None:
    with pytest.raises(Mismatch, match=f"wrong.chat:{line}: "):
        await Player(catalogue=catalogue, nlu=nlu).play("wrong.chat", transcript)
