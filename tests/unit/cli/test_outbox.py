"""`csbot outbox`: sent again by a person's hand."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from csbot.domain.delivery import DeliveryState, PartResult
from csbot.store.sqlite import SqliteStore
from tests.contracts.store_cases import Scene
from tests.unit.cli.conftest import Csbot


def parked(shop: Path) -> int:
    """A part that was not sent, in the store commands find here."""

    async def no_rows(query: str) -> list[tuple[Any, ...]]:
        return []

    async def park() -> int:
        (shop / "var").mkdir()
        async with SqliteStore(shop / "var/csbot.db") as store:
            scene = Scene(store=store, rows=no_rows)
            await scene.says("merhaba")
            await scene.answer(await scene.work(), "cevap")
            [part] = await scene.take()
            result = PartResult(part=part.id, state=DeliveryState.PARKED, reason="the sender is suspended")
            await store.settle_parts([result], now=scene.now)
            return part.id

    return asyncio.run(park())


def test_a_parked_part_is_queued_again_once(csbot: Csbot, shop: Path) -> None:
    part = str(parked(shop))
    said = csbot("outbox", "resend", part)
    assert (said.code, said.out) == (0, f"part {part} is queued again\n")
    again = csbot("outbox", "resend", part)
    assert again.code == 1
    assert f"part {part} is not parked" in again.err


def test_a_script_gets_json(csbot: Csbot, shop: Path) -> None:
    part = parked(shop)
    assert json.loads(csbot("outbox", "resend", str(part), "--json").out) == {"part": part, "state": "queued"}


def test_what_was_not_sent_is_listed_with_its_reason(csbot: Csbot, shop: Path) -> None:
    part = parked(shop)
    told = csbot("outbox", "list")
    assert told.code == 0
    for word in (str(part), "sms", "+905321112233", "parked", "the sender is suspended"):
        assert word in told.out
    [row] = json.loads(csbot("outbox", "list", "--json").out)
    assert (row["part"], row["state"], row["reason"]) == (part, "parked", "the sender is suspended")
    assert json.loads(csbot("outbox", "list", "--state", "unknown", "--json").out) == []
    assert csbot("outbox", "list", "--state", "failed").out == "Nothing is parked, failed or unknown.\n"
