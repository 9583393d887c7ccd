"""Pulls: deliveries csbot fetches itself (long polling, socket mode), confirmed once they are durable."""

from __future__ import annotations

import asyncio

from csbot import metrics
from csbot.channel.errors import SendError, WebhookError
from csbot.domain.capabilities import Arrival
from csbot.errors import StoreError
from csbot.log import get_logger
from csbot.services import Outlet, Services

log = get_logger("pull")

RETRY_S = 2.0


async def pull(services: Services, outlet: Outlet) -> None:
    """Fetch one channel's deliveries until its source ends; one not yet durable is not confirmed, so it comes again."""
    while True:
        try:
            async for delivery in outlet.channel.pull():
                await services.intake.accept(outlet.id, delivery.events, within_s=outlet.spec.ack_s)
                await delivery.confirm()
                metrics.ACKS.labels(outlet.id, "pulled").inc()
                await outlet.acknowledge(delivery.events)
        except (StoreError, SendError, WebhookError, OSError) as error:
            log.warning("pull interrupted, going on", channel=outlet.id, error=str(error))
            await asyncio.sleep(RETRY_S)
        else:
            log.info("source has ended", channel=outlet.id)
            return


def pulled(services: Services) -> tuple[Outlet, ...]:
    """The channels whose deliveries are fetched."""
    return tuple(o for o in services.outlets.values() if Arrival.PULL in o.capabilities.arrival)
