"""`csbot nlu outside`: what was not understood, for a person to look through."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from csbot.domain.changes import OwnerChange
from csbot.domain.conversation import ConversationState
from csbot.domain.ticket import Reason, Ticket
from csbot.store.sqlite import SqliteStore
from tests.contracts.store_cases import SMS, Scene
from tests.unit.cli.conftest import Csbot


async def nothing(query: str) -> list[tuple[Any, ...]]:
    """This scene's database is not looked into."""
    return []


async def heard(shop: Path, *texts: str) -> None:
    """Conversations of now that ended with a person because csbot did not understand."""
    async with SqliteStore(shop / "var/csbot.db", exclusive=True) as store:
        scene = Scene(store=store, rows=nothing, now=datetime.now(UTC) - timedelta(hours=1))
        for text in texts:
            await scene.says(text, SMS)
            work = await scene.work()
            owner = OwnerChange(state=ConversationState.WAITING, reason="not understood")
            await scene.answer(work, "wait", owner=owner, ticket=Ticket(reason=Reason.UNSURE))
            await scene.own(work.conversation.id, ConversationState.CLOSED)
            scene.later(60)


def test_each_is_listed_once_masked_and_without_what_the_content_knows(csbot: Csbot, shop: Path) -> None:
    (shop / "outside.txt").write_text("will it rain\n", encoding="utf-8")
    repeated = "who won 2-1 last night"
    texts = ("When one?", "Will it rain!", repeated, "call +90 532 111 22 33\nplease", repeated, "4711")
    asyncio.run(heard(shop, *texts))
    said = csbot("nlu", "outside", "--since", "2d")
    assert (said.code, said.out) == (0, "who won 2-1 last night\ncall … please\n")
    assert json.loads(csbot("nlu", "outside", "--json").out) == ["who won 2-1 last night", "call … please"]
    assert csbot("nlu", "outside", "--since", "0d").out == ""


@pytest.mark.parametrize("since", ["lately", "-3d", "3h"])
def test_a_time_that_is_no_number_of_days_is_refused(since: str, csbot: Csbot) -> None:
    assert csbot("nlu", "outside", "--since", since).code == 2
