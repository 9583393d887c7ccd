"""Accepting events: into the store in time, else into the spool; never an ack before one of them holds them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from csbot import metrics
from csbot.domain.events import DeliveryUpdate, Event
from csbot.domain.pause import Pause, PauseScope
from csbot.errors import StoreBusy, StoreError, StoreFull
from csbot.intake.spool import Spool, SpoolCorrupt
from csbot.log import get_logger
from csbot.ports import Store

log = get_logger("intake")

_DRAIN_PAUSE_S = 0.5


class Intake:
    """The one way in for events, from webhooks and pulls alike. `woken` is told in how many seconds a lane is due."""

    def __init__(
        self, *, store: Store, spool: Spool, clock: Callable[[], datetime], woken: Callable[[float], None]
    ) -> None:
        self._store = store
        self._spool = spool
        self._clock = clock
        self._woken = woken
        self._late: set[asyncio.Task[object]] = set()
        self._spooled = asyncio.Event()
        self._is_full = False
        if spool.channels():
            self._spooled.set()

    async def accept(self, channel: str, events: Sequence[Event], *, within_s: float) -> None:
        """Return when the events are durable; raises StoreFull when neither store nor spool has room.

        If the store does not answer within `within_s` seconds the events go to the spool. While the channel's spool
        is not empty they go behind it at once, so that order is kept.
        """
        if not events:
            return
        if not self._spool.holds(channel):
            # Not cancelled when late: a write given up half-way in the queue could let a younger event overtake it.
            # The spool's copy of it is then a known duplicate.
            append = asyncio.create_task(self._append(events))
            await asyncio.wait((append,), timeout=within_s)
            if not append.done():
                self._late.add(append)
                append.add_done_callback(self._forget)
                log.warning("store is late, spooling", channel=channel, events=len(events))
            else:
                try:
                    append.result()
                    return
                except StoreFull:
                    self._tell_room(False)
                    log.error("disk full: refusing what arrives", channel=channel)
                    raise
                except StoreError as error:
                    log.warning("store refused, spooling", channel=channel, events=len(events), error=str(error))
        try:
            await self._spool.put(channel, events)
        except StoreFull:
            self._tell_room(False)
            log.error("disk full: refusing what arrives", channel=channel)
            raise
        metrics.SPOOLED.labels(channel).set(self._spool.depth().get(channel, 0))
        self._spooled.set()

    async def _append(self, events: Sequence[Event]) -> None:
        now = self._clock()
        appended = await self._store.append(events, now=now)
        if self._is_full and appended.new:  # known events need no room
            self._tell_room(True)
        if appended.due_at is not None:
            self._woken(max(0.0, (appended.due_at - now).total_seconds()))
        for event in events if appended.new else ():
            if isinstance(event.body, DeliveryUpdate) and event.body.template_refused:
                await self._tell_template(event, event.body.reason, now)

    async def _tell_template(self, event: Event, reason: str, now: datetime) -> None:
        """Keep for every process that the channel's template is not taken; the event itself is durable already."""
        pause = Pause(scope=PauseScope.TEMPLATE, target=event.channel, note=reason, by="platform")
        try:
            await self._store.set_pause(pause, now=now)
        except StoreError as error:
            log.warning("what the platform says of the template is not kept", channel=event.channel, error=str(error))

    def _tell_room(self, there_is: bool) -> None:
        """Raise the alarm while nothing can be written, and end it with the first write that could."""
        self._is_full = not there_is
        metrics.ALARM.labels("disk_full").set(0 if there_is else 1)

    def _forget(self, task: asyncio.Task[object]) -> None:
        self._late.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.debug("late append failed; the spool has its events")

    async def drain(self) -> None:
        """Feed spooled events to the store whenever it answers, oldest first; runs until cancelled."""
        while True:
            await self._spooled.wait()
            self._spooled.clear()
            for channel in self._spool.channels():
                if not await self._drain_channel(channel):
                    self._spooled.set()
            if self._spooled.is_set():
                await asyncio.sleep(_DRAIN_PAUSE_S)

    async def _drain_channel(self, channel: str) -> bool:
        """Empty one channel's spool; False when the store or the disk does not let it."""
        while (path := self._spool.oldest(channel)) is not None:
            try:
                events = await self._spool.read(path)
                await self._append(events)
                await self._spool.remove(channel, path)
            except SpoolCorrupt as error:
                log.error("spooled file is damaged, set aside for a person", channel=channel, error=str(error))
                metrics.ALARM.labels("spool_corrupt").set(1)
                await self._spool.quarantine(channel, path)
            except (StoreBusy, StoreFull) as error:
                log.warning("store still away, spool waits", channel=channel, error=str(error))
                return False
            except (StoreError, OSError) as error:
                log.error("spool cannot be drained", channel=channel, error=str(error))
                metrics.ALARM.labels("spool_stuck").set(1)
                return False
            metrics.SPOOLED.labels(channel).set(self._spool.depth().get(channel, 0))
        metrics.ALARM.labels("spool_stuck").set(0)
        return True

    async def close(self) -> None:
        """Wait for appends still under way; their events are on disk already."""
        if self._late:
            await asyncio.wait(self._late, timeout=1.0)
