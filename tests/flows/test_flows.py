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
    ("transcript", "line", "told"),
    [
        ("customer: temsilci\nbot: {helped}\n", 2, "the bot said: "),
        ("customer: temsilci\nbot: {handoff_next}\nbot: {helped}\n", 3, "the bot said nothing more"),
        ("customer: temsilci\ncustomer: alo\n", 2, "the bot said more"),
        ("customer: temsilci\n", 1, "the bot said more"),
        ("customer: temsilci\nbot: {handoff_next}\nstate: bot\n", 3, "it is: waiting"),
        ("customer: temsilci\nbot: {nonsense}\n", 2, "there are no words {nonsense} in tr"),
        ("customer: temsilci\nbot: [faq/nothing]\n", 2, "there is no entry faq/nothing"),
        ("customer: temsilci\nbot: [nothing.reason]\n", 2, "there is no intent nothing"),
        ("customer: temsilci\nbot: [cancel-order.colour]\n", 2, "there are no words cancel-order.colour"),
        ("customer: temsilci\nbot: /[/\n", 2, "no regular expression"),
        ("reason: person\n", 1, "there is no ticket"),
        ("customer presses: Evet\n", 1, "there is no such button"),
        ("customer (pigeon): kargom nerede\n", 1, "no kind of message"),
        ("wait: long\n", 1, "no number of seconds"),
        ("agent: sleeps\n", 1, "an agent claims, returns, closes"),
        ("pause: moon x\n", 1, "moon"),
        ("customers: temsilci\n", 1, "unknown key"),
        ("temsilci\n", 1, "no line of a transcript"),
    ],
)
async def test_a_conversation_that_goes_another_way_is_told_with_its_line(
    transcript: str, line: int, told: str, catalogue: Catalogue, nlu: Nlu
) -> None:
    with pytest.raises(Mismatch, match=f"^wrong.chat:{line}: ") as went:
        await Player(catalogue=catalogue, nlu=nlu).play("wrong.chat", transcript)
    assert told in str(went.value)
