"""A process that writes to a store until it is killed: prints the key of each message once it is durable."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from csbot.domain.address import Address
from csbot.domain.burst import Burst
from csbot.domain.changes import Changes
from csbot.domain.delivery import DeliveryState, PartResult
from csbot.domain.events import Event, MessageReceived
from csbot.domain.message import Author, InboundMessage, OutgoingMessage, OutgoingPart
from csbot.store.sqlite import SqliteStore


async def write(store: SqliteStore, run: str, lane: int) -> None:
    who = Address(channel="sms", user=f"+9053{lane}")
    for n in range(1_000_000):
        now = datetime.now(UTC)
        key = f"{run}-{lane}-{n}"
        body = MessageReceived(address=who, message=InboundMessage(external_id=key, text=key))
        await store.append([Event(channel="sms", key=key, received_at=now, body=body)], now=now)
        print(key, flush=True)


async def answer(store: SqliteStore) -> None:
    while True:
        now = datetime.now(UTC)
        for work in await store.claim_lanes(worker="w", now=now, lease_s=30, limit=8):
            text = "re: " + " ".join(heard.body.text for heard in work.heard)
            said = OutgoingMessage(author=Author.BOT, text=text, parts=(OutgoingPart(text=text),))
            changes = Changes(
                conversation=work.conversation.id,
                lane=work.lane,
                expected_epoch=work.conversation.epoch,
                consumed=tuple(heard.event for heard in work.heard),
                worker="w",
                messages=(said,),
            )
            await store.commit(changes, now=now)
        parts = await store.take_parts(worker="w", now=now, lease_s=60, budget={"sms": 8})
        sent = [PartResult(part=p.id, state=DeliveryState.SENT, external_ids=(f"out-{p.id}",)) for p in parts]
        await store.settle_parts(sent, now=now)


async def main(path: str, run: str) -> None:
    async with SqliteStore(path, burst=Burst(quiet_s=0), exclusive=True) as store:
        await store.recover(now=datetime.now(UTC), everything=True)
        await asyncio.gather(answer(store), *(write(store, run, lane) for lane in range(8)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
