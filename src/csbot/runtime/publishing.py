"""Which content a server runs on: the published one, swapped whole when another is published."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from csbot.errors import ContentError, StoreError, TrainingError
from csbot.log import get_logger
from csbot.services import Knowledge, Services

log = get_logger("publishing")

LOOK_S = 0.5


async def follow(services: Services, learn: Callable[[str], Knowledge]) -> None:
    """Run on whatever version the store says is published, within a second of it; runs until cancelled.

    `learn` builds catalogue and engine from the stored sources; it is slow and runs off the event loop. Content that
    cannot be built or learnt is refused, and the last good one goes on.
    """
    refused = ""
    while True:
        await asyncio.sleep(LOOK_S)
        try:
            published = await services.store.published_content()
        except StoreError as error:
            log.debug("published content not read", error=str(error))
            continue
        if published is None or published[0] in {services.knowledge.now.catalogue.version, refused}:
            continue
        version, body = published
        try:
            knowledge = await asyncio.to_thread(learn, body)
        except (ContentError, TrainingError) as error:
            refused = version
            log.error("published content refused, the last good one goes on", version=version, error=str(error))
            continue
        services.knowledge.swap(knowledge)
        log.info("content switched", version=version)
