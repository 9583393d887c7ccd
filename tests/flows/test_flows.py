"""Every transcript in this folder is a conversation that goes exactly so; `playing` tells their format."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from csbot.content.catalogue import load
from csbot.domain.brand import Brand, parse_business_hours
from csbot.domain.content import Catalogue
from csbot.evaluation.conversations import play, read_conversations
from csbot.evaluation.conversing import START
from csbot.evaluation.playing import Mismatch, Player
from csbot.nlu.linear import build
from csbot.ports import Nlu
from tests.documents import blocks

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


async def test_the_golden_conversations_of_the_sample_brand_and_of_the_documentation_go_as_written(
    catalogue: Catalogue, nlu: Nlu
) -> None:
    root = FOLDER.parent.parent
    shown = [block.text for block in blocks(root / "docs/content.md") if "bot: {" in block.text]
    transcripts = {**read_conversations(root), **{f"documented {at}": text for at, text in enumerate(shown)}}
    assert len(transcripts) > len(shown) > 0
    for brand in (Brand(name="Lale"), Brand(name="Lale", privacy_url="https://www.lale.example/kvkk")):
        assert await play(transcripts, catalogue=catalogue, nlu=nlu, brand=brand, now=START) == []


@pytest.mark.parametrize(
    ("now", "hours", "begins"),
    [
        (datetime(2026, 11, 27, 23, tzinfo=UTC), {}, datetime(2026, 11, 28, 9, tzinfo=UTC)),
        (datetime(2026, 11, 27, 22, tzinfo=UTC), {"mon": "09:00-18:00"}, datetime(2026, 11, 30, 9, tzinfo=UTC)),
        (datetime(2026, 11, 27, 3, tzinfo=UTC), {"sat": "20:00-21:00"}, datetime(2026, 11, 28, 17, tzinfo=UTC)),
    ],
)
async def test_golden_conversations_begin_when_the_brand_is_open_at_noon_if_it_ever_is(
    now: datetime, hours: dict[str, str], begins: datetime, catalogue: Catalogue, nlu: Nlu
) -> None:
    brand = Brand(name="Lale", business_hours=parse_business_hours(hours) if hours else None)
    entry = replace(catalogue.entries["delivery-time"], valid_from=begins.date(), valid_until=begins.date())
    today = replace(catalogue, entries={**catalogue.entries, "delivery-time": entry})
    lines = ("customer: Kargo kaç günde gelir?", "bot: [faq/delivery-time]", "bot: {helped}")
    asked = {"one": "\n".join([*lines, "customer: temsilci", "bot: {handoff_next}", ""])}
    assert await play(asked, catalogue=today, nlu=nlu, brand=brand, now=now) == []


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
