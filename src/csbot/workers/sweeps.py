"""Sweeps: what has to be looked at again and again, whether or not anything rang."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from csbot import metrics
from csbot.domain.changes import Changes, Committed, OwnerChange
from csbot.domain.conversation import ConversationState
from csbot.domain.pause import PauseScope, is_paused
from csbot.errors import StoreError
from csbot.log import get_logger
from csbot.reports.silence import WEEKS, silences
from csbot.services import Services
from csbot.workers.consulting import tell_lost_calls

log = get_logger("sweeps")

LOOK_S = 0.5
RECOVER_S = 15.0
GAUGES_S = 5.0
TIDY_S = 60.0
AT_ONCE = 200
SETTLED = timedelta(minutes=1)
"""How old a message is when it is counted: nothing older can still be on its way into the store."""
BREATH_S = 0.25
KEPT = timedelta(days=7)
"""How long the answer to an act is given again for the same key, and a receipt waits for its message."""


async def watch_pauses(services: Services) -> None:
    """Keep the pauses in force here those of the store, at least once a second, and with them the alarms of templates
    that platforms do not take; runs until cancelled.
    """
    while True:
        try:
            services.pauses.swap(await services.store.pauses(now=services.clock()))
            _tell_templates(services)
        except StoreError as error:
            log.debug("pauses not read", error=str(error))
        await asyncio.sleep(LOOK_S)


def _tell_templates(services: Services) -> None:
    now = services.clock()
    for outlet in services.outlets.values():
        if outlet.capabilities.template_fallback:
            refused = is_paused(services.pauses.now, PauseScope.TEMPLATE, outlet.id, now)
            metrics.ALARM.labels(f"channel {outlet.id} template").set(refused)


async def recover_dead(services: Services) -> None:
    """Take back what a dead process held past its lease; runs until cancelled."""
    while True:
        await asyncio.sleep(RECOVER_S)
        try:
            lost = await services.store.recover(now=services.clock(), everything=False)
            await tell_lost_calls(services)
        except StoreError as error:
            log.debug("nothing recovered", error=str(error))
            continue
        if lost:
            log.warning("sends of a dead process are unknown now", parts=lost)
            services.outbound_bell.ring()


async def gauge(services: Services) -> None:
    """Keep the store's gauges for /metrics fresh; runs until cancelled."""
    for channel in services.outlets:
        # Shown from the start: nobody can watch a figure that appears only once something has gone wrong.
        metrics.SPOOLED.labels(channel)
    while True:
        try:
            for what, count in (await services.store.counts()).items():
                metrics.STORE.labels(what).set(count)
            metrics.ALARM.labels("store").set(0)
        except StoreError as error:
            metrics.ALARM.labels("store").set(1)
            log.debug("gauges not read", error=str(error))
        await asyncio.sleep(GAUGES_S)


async def tidy(services: Services) -> None:
    """Close what the bot has held idle for long, forget what is kept only for a while; runs until cancelled."""
    while True:
        try:
            await close_idle(services)
            await services.store.forget(before=services.clock() - KEPT)
        except StoreError as error:
            log.debug("not tidied", error=str(error))
        await asyncio.sleep(TIDY_S)


async def close_idle(services: Services) -> int:
    """Close conversations the bot has held idle for `limits.idle_s`, AT_ONCE at most; returns how many.

    The customer's next words open a new one. Words that come meanwhile are not lost: they open it at once.
    """
    if services.limits.idle_s <= 0:
        return 0
    before = services.clock() - timedelta(seconds=services.limits.idle_s)
    idle = await services.store.idle_conversations(before=before, limit=AT_ONCE)
    outcomes = [
        await services.store.commit(
            Changes(
                conversation=conversation.id,
                lane=conversation.lane,
                expected_epoch=conversation.epoch,
                # No lane is claimed under this name: what waits in the lane is left waiting.
                worker=f"{services.worker} tidying",
                owner=OwnerChange(state=ConversationState.CLOSED, reason="idle"),
            ),
            now=services.clock(),
        )
        for conversation in idle
    ]
    return sum(isinstance(outcome, Committed) for outcome in outcomes)


async def watch_channels(services: Services) -> None:
    """Count what comes and goes, and raise an alarm for a channel that falls silent against its habit; runs until
    cancelled.
    """
    while True:
        more = 0
        try:
            more = await services.store.count_activity(before=services.clock() - SETTLED)
            if not more:
                await tell_silences(services)
        except StoreError as error:
            log.debug("channels not looked at", error=str(error))
        await asyncio.sleep(BREATH_S if more else TIDY_S)


async def tell_silences(services: Services) -> None:
    """Raise or end each channel's alarm for silence, by what was counted so far."""
    now = services.clock()
    hours = await services.store.activity(since=now - timedelta(weeks=WEEKS))
    silent = {one.channel: one for one in silences(hours, now=now)}
    for channel in services.outlets:
        metrics.ALARM.labels(f"channel {channel} silent").set(channel in silent)
        if channel in silent:
            log.warning("channel is silent against its habit", channel=channel, since=silent[channel].since.isoformat())
