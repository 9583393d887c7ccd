"""Which content a server runs on: the published one, swapped whole when another is published."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from csbot import metrics
from csbot.errors import ContentError, CsbotError, StoreError
from csbot.log import get_logger
from csbot.services import Knowledge, Services

log = get_logger("publishing")

LOOK_S = 0.5
AGAIN_S = 30.0
"""When content that could not be learnt for a reason that lies elsewhere, such as a full disk, is tried again."""


async def follow(services: Services, learn: Callable[[str], Knowledge]) -> None:
    """Run on whatever version the store says is published, within a second of it; runs until cancelled.

    `learn` builds catalogue and engine from the stored sources; it is slow and runs off the event loop. Content that
    cannot be built or learnt is refused, and the last good one goes on.
    """
    refused, again_at = 0, 0.0
    _show(services)
    while True:
        await asyncio.sleep(LOOK_S)
        try:
            published = await services.store.publications(limit=1)
            if not published or published[0].version == services.knowledge.now.catalogue.version:
                metrics.ALARM.labels("content").set(0)
                continue
            if published[0].id == refused and time.monotonic() < again_at:
                continue
            body = await services.store.publication_body(published[0].id)
        except StoreError as error:
            log.debug("published content not read", error=str(error))
            continue
        version, begun = published[0].version, time.monotonic()
        try:
            knowledge = await _beside(partial(learn, body or ""))
        except (CsbotError, OSError) as error:
            refused = published[0].id
            again_at = float("inf") if isinstance(error, ContentError) else time.monotonic() + AGAIN_S
            metrics.ALARM.labels("content").set(1)
            log.error("published content refused, the last good one goes on", version=version, error=str(error))
            continue
        services.knowledge.swap(knowledge)
        _show(services)
        log.info("content switched", version=version, took_s=round(time.monotonic() - begun, 2))


async def _beside(work: Callable[[], Knowledge]) -> Knowledge:
    """What `work` comes to, in a thread that a stop does not wait for: learning takes longer than a stop may."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Knowledge] = loop.create_future()

    def tell(knowledge: Knowledge | None, error: Exception | None) -> None:
        if done.cancelled():
            return
        if knowledge is not None:
            done.set_result(knowledge)
        else:
            done.set_exception(error or RuntimeError("nothing was learnt"))

    def run() -> None:
        made, failed = None, None
        try:
            made = work()
        except Exception as error:
            failed = error
        with suppress(RuntimeError):  # the loop is gone, and with it whoever asked
            loop.call_soon_threadsafe(tell, made, failed)

    threading.Thread(target=run, name="learning", daemon=True).start()
    return await done


def _show(services: Services) -> None:
    metrics.CONTENT.clear()
    metrics.CONTENT.labels(services.knowledge.now.catalogue.version).set(1)
