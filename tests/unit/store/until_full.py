"""A process that writes until the size allowed to its files is used up, then gets more room.

Prints what it saw as JSON: how many messages were taken, refused, and taken when given again.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from datetime import UTC, datetime

from csbot.domain.address import Address
from csbot.domain.events import Event, MessageReceived
from csbot.domain.message import InboundMessage
from csbot.errors import StoreFull
from csbot.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ROOM = 3_000_000


def event(n: int) -> Event:
    body = MessageReceived(
        address=Address(channel="sms", user=f"+9053{n % 7}"),
        message=InboundMessage(external_id=f"x{n}", text=f"{n} " + "ş" * 4000),
    )
    return Event(channel="sms", key=f"k{n}", received_at=NOW, body=body)


async def main(path: str) -> None:
    taken, refused = 0, []
    async with SqliteStore(path) as store:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
        for start in range(0, 2000, 5):
            group = range(start, start + 5)
            results = await asyncio.gather(*(store.append([event(n)], now=NOW) for n in group), return_exceptions=True)
            full = [n for n, result in zip(group, results, strict=True) if isinstance(result, StoreFull)]
            taken += 5 - len(full)
            refused += full
            if len(refused) >= 20:
                break
        readable = len((await store.conversations(state=None))[0])
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        again = await asyncio.gather(*(store.append([event(n)], now=NOW) for n in refused))
        await store.ping()
    print(
        json.dumps(
            {
                "taken": taken,
                "refused": len(refused),
                "readable": readable,
                "again": sum(a.new for a in again),
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
