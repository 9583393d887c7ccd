"""Of all that customers of the sample brand write, next to nothing cancels an order: only what says yes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import pytest

from csbot.content.catalogue import load
from csbot.domain.content import Catalogue
from csbot.engine.recognise import Ears
from csbot.evaluation.conversing import Conversing
from csbot.evaluation.systems import Scripted
from tests.documents import ROOT
from tests.unit.engine.shop import ByHeart, sure


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(ROOT, ("tr", "en"))


def phrasings(catalogue: Catalogue) -> Iterator[str]:
    for item in catalogue.intents.values():
        yield from (phrase for said in item.examples.values() for phrase in said)
    for entry in catalogue.entries.values():
        yield from (phrase for said in entry.questions.values() for phrase in said)


async def test_no_phrasing_but_a_yes_cancels_an_order(catalogue: Catalogue) -> None:
    shop = Scripted(answers=deque(["found status=preparing"]))
    # Nothing else is understood, so that each phrasing is taken for an answer.
    chat = Conversing(catalogue=catalogue, nlu=ByHeart(known={"4711 iptal": sure("cancel-order")}), systems=shop)
    await chat.says("4711 iptal")
    asked, cancelled = chat.conversation, set()
    for phrase in phrasings(catalogue):
        chat.conversation, chat.held = asked, ()
        shop.answers, shop.asked = deque(["found status=preparing", "found"]), []
        await chat.says(phrase)
        if any(need.changes for need in shop.asked):
            cancelled.add(phrase)
    ears = Ears(catalogue)
    assert [phrase for phrase in cancelled if not ears.listen(phrase).yes] == []
    assert "ok thanks" in cancelled
    assert len(cancelled) < 10, cancelled
