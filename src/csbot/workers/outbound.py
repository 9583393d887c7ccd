"""Sends: takes parts marked `sending`, gives them to their channel, records what came of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from csbot import metrics
from csbot.channel.errors import (
    ChannelBroken,
    Gone,
    NotSent,
    OptedOut,
    OutcomeUnknown,
    RateLimited,
    RetryScope,
    TemplateRefused,
    Undeliverable,
    WindowClosed,
)
from csbot.domain.delivery import DeliveryState, PartResult
from csbot.domain.message import Author
from csbot.domain.outbox import Part
from csbot.domain.pause import Pause, PauseScope, is_paused, pause_of
from csbot.errors import StoreError
from csbot.log import get_logger
from csbot.services import Outlet, Services
from csbot.workers.pacing import TokenBucket, retry_at

log = get_logger("outbound")

AT_ONCE = 100
"""Calls under way at once, a channel."""
GRACE_S = 10.0
"""How long after a call's deadline its outcome may still be on its way to the store."""
MOST_PAUSES = 1000
"""So many pauses asked for are remembered before those that are over are forgotten."""
LOOK_AGAIN_S = 5.0
"""When a part is looked at again whose chat is paused until somebody lifts it."""
IDLE_S = 0.5
RETRY_S = 1.0
BROKEN_PAUSE_S = 30.0
WINDOW = "window closed: the customer has to write first"


class Outbound:
    """One process's sends. Parts of one chat go one after another; nothing is called that is not marked durably."""

    def __init__(self, services: Services, *, chance: random.Random | None = None) -> None:
        self._services = services
        self._chance = chance or random.Random()
        self._buckets = {id: TokenBucket(outlet.rate) for id, outlet in services.outlets.items()}
        self._under_way = dict.fromkeys(services.outlets, 0)
        self._asked_until: dict[str, datetime] = {}
        self._broken: set[str] = set()
        self._sends: set[asyncio.Task[None]] = set()
        self._results: list[PartResult] = []
        self._settled = asyncio.Event()
        self._closing = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping`, then finish the calls begun and record them."""
        services = self._services
        settling = asyncio.create_task(self._settle(), name="settle")
        try:
            while not stopping.is_set():
                pause_s = await self._take()
                await services.outbound_bell.wait(pause_s)
            if self._sends:
                await asyncio.wait(self._sends)
        finally:
            self._closing = True
            self._settled.set()
            await asyncio.wait({settling})

    async def _take(self) -> float:
        """Begin what may be sent now; returns how long to wait for more."""
        services = self._services
        now = services.clock()
        budget = self._budget(now)
        if not budget:
            return min(IDLE_S, max((bucket.wait_s() for bucket in self._buckets.values()), default=IDLE_S) or 0.05)
        try:
            parts = await services.store.take_parts(
                worker=services.worker, now=now, lease_s=services.limits.send_s + GRACE_S, budget=budget
            )
        except StoreError as error:
            log.warning("store is away, sends wait", error=str(error))
            return RETRY_S
        for part in parts:
            outlet = services.outlets[part.to.channel]
            self._buckets[outlet.id].spend(part.body.cost)
            self._under_way[outlet.id] += 1
            task = asyncio.create_task(self._send(outlet, part), name=f"send {part.id}")
            self._sends.add(task)
            task.add_done_callback(self._sends.discard)
        return 0.0 if parts else IDLE_S

    def _budget(self, now: datetime) -> Mapping[str, int]:
        budget = {}
        for id, bucket in self._buckets.items():
            free = AT_ONCE - self._under_way[id]
            if free > 0 and not self._is_paused(id, now):
                count = bucket.available(now, free)
                if count > 0:
                    budget[id] = count
        return budget

    async def _send(self, outlet: Outlet, part: Part) -> None:
        services = self._services
        now = services.clock()
        try:
            result = await self._attempt(outlet, part, now)
        finally:
            self._under_way[outlet.id] -= 1
        metrics.of(metrics.SENDS, outlet.id, result.state.value).inc()
        if result.state is DeliveryState.SENT and part.author is Author.BOT and part.last_in_at is not None:
            metrics.of(metrics.LAG, "sent").observe((services.clock() - part.last_in_at).total_seconds())
        if result.retry_at is not None:
            services.outbound_bell.ring((result.retry_at - services.clock()).total_seconds())
        self._results.append(result)
        self._settled.set()

    async def _attempt(self, outlet: Outlet, part: Part, now: datetime) -> PartResult:
        """One call to the platform, and what it came to in the store's words."""
        services = self._services
        if self._is_paused(outlet.id, now):  # since the part was taken
            return _put_back(part, now, "channel paused")
        if self._is_paused(part.to.chat, now):
            return _put_back(part, self._paused_until(part.to.chat, now), "chat paused")
        if outlet.capabilities.window_s is not None and _window_closed(part, outlet.capabilities.window_s, now):
            if not outlet.capabilities.template_fallback:
                return PartResult(part=part.id, state=DeliveryState.PARKED, reason=WINDOW, window_closed=True)
            part = replace(part, template=True)
        try:
            async with asyncio.timeout(services.limits.send_s):
                sent = await outlet.channel.send(part)
        except TimeoutError:
            return self._unknown(part, f"no answer within {services.limits.send_s:g} s")
        except OutcomeUnknown as error:
            return self._unknown(part, str(error))
        except RateLimited as error:
            until = services.clock() + timedelta(seconds=error.after_s)
            until = await self._pause(
                outlet.id if error.scope is RetryScope.CHANNEL else part.to.chat, until, str(error)
            )
            return _put_back(part, until, str(error))
        except NotSent as error:
            again = retry_at(part.attempts, services.clock(), self._chance)
            if again is None:
                return PartResult(part=part.id, state=DeliveryState.FAILED, reason=f"given up: {error}")
            return PartResult(part=part.id, state=DeliveryState.QUEUED, retry_at=again, reason=str(error))
        except ChannelBroken as error:
            log.error("channel cannot send until it is mended", channel=outlet.id, error=str(error))
            self._tell_broken(outlet, True)
            until = services.clock() + timedelta(seconds=BROKEN_PAUSE_S)
            until = await self._pause(outlet.id, until, str(error))
            return _put_back(part, until, str(error))
        except WindowClosed as error:
            if outlet.capabilities.template_fallback and not part.template:
                return await self._attempt_template(outlet, part, now)
            return PartResult(part=part.id, state=DeliveryState.PARKED, reason=f"window: {error}", window_closed=True)
        except TemplateRefused as error:
            log.error("the approved template is not taken", channel=outlet.id, error=str(error))
            await self._tell_template(outlet, str(error))
            # The customer's next word opens the window, and then it goes out as it is.
            reason = f"{WINDOW}; template not taken: {error}"
            return PartResult(part=part.id, state=DeliveryState.PARKED, reason=reason, window_closed=True)
        except OptedOut as error:
            return PartResult(part=part.id, state=DeliveryState.FAILED, reason=str(error), opted_out=True)
        except Gone as error:
            return PartResult(part=part.id, state=DeliveryState.GONE, reason=str(error))
        except Undeliverable as error:
            return PartResult(part=part.id, state=DeliveryState.FAILED, reason=str(error))
        except Exception as error:
            # The one broad catch of this job: whether the call went out is not known, so a person decides.
            log.exception("send failed unexpectedly", channel=outlet.id, part=part.id, error=repr(error))
            return self._unknown(part, f"unexpected {type(error).__name__} while sending")
        if outlet.id in self._broken:
            self._tell_broken(outlet, False)
        if part.template:
            await self._tell_template(outlet, "")
        return PartResult(part=part.id, state=DeliveryState.SENT, external_ids=sent.external_ids)

    async def _attempt_template(self, outlet: Outlet, part: Part, now: datetime) -> PartResult:
        return await self._attempt(outlet, replace(part, template=True), now)

    def _unknown(self, part: Part, reason: str) -> PartResult:
        return PartResult(part=part.id, state=DeliveryState.UNKNOWN, reason=reason)

    def _tell_broken(self, outlet: Outlet, is_broken: bool) -> None:
        """Raise the channel's alarm until something goes out by it again."""
        (self._broken.add if is_broken else self._broken.discard)(outlet.id)
        metrics.ALARM.labels(f"channel {outlet.id}").set(1 if is_broken else 0)

    async def _tell_template(self, outlet: Outlet, refusal: str) -> None:
        """Keep, for every process and over a restart, why the channel's template is not taken; "": it is again.

        Each part is tried all the same: so that is noticed by itself, and none waits that could go out.
        """
        services, now = self._services, self._services.clock()
        stands = pause_of(services.pauses.now, PauseScope.TEMPLATE, outlet.id, now)
        if refusal == (stands.note if stands else ""):
            return
        pause = Pause(
            scope=PauseScope.TEMPLATE,
            target=outlet.id,
            until=None if refusal else now,
            note=refusal or (stands.note if stands else ""),
            by="platform",
        )
        try:
            await services.store.set_pause(pause, now=now)
            services.pauses.swap(await services.store.pauses(now=now))
        except StoreError as error:
            log.warning("what the platform says of the template is not kept", channel=outlet.id, error=str(error))

    def _is_paused(self, target: str, now: datetime) -> bool:
        """The platform asked this process or another to wait with a channel or a chat, or a supervisor did."""
        asked = self._asked_until.get(target)
        return (asked is not None and asked > now) or is_paused(
            self._services.pauses.now, PauseScope.SENDING, target, now
        )

    def _paused_until(self, target: str, now: datetime) -> datetime:
        """When a paused target is to be looked at again."""
        kept = [p for p in self._services.pauses.now if p.scope is PauseScope.SENDING and p.target == target]
        if any(p.until is None for p in kept):
            return now + timedelta(seconds=LOOK_AGAIN_S)
        return max(self._asked_until.get(target, now), *(p.until for p in kept if p.until is not None), now)

    async def _pause(self, target: str, until: datetime, why: str) -> datetime:
        """No further call for a channel or a chat until then, or until what it returns when a longer pause holds: in
        force here at once, durable right after, in every process and after a restart.

        Calls under way together may each be asked to wait: the longest wait counts. The parts wait by themselves, but
        others may take their place: a person's words drop the bot's.
        """
        services = self._services
        if len(self._asked_until) >= MOST_PAUSES:
            now = services.clock()
            self._asked_until = {other: end for other, end in self._asked_until.items() if end > now}
        until = self._asked_until[target] = max(until, self._asked_until.get(target, until))
        pause = Pause(scope=PauseScope.SENDING, target=target, until=until, note=why, by="platform")
        try:
            await services.store.set_pause(pause, now=services.clock())
        except StoreError as error:
            log.warning("pause holds in this process only", target=target, error=str(error))
        return until

    async def _settle(self) -> None:
        """Record results as they come, those that came meanwhile in one write; keeps them until the store takes
        them.
        """
        services = self._services
        while self._results or not self._closing:
            await self._settled.wait()
            self._settled.clear()
            while batch := self._results[:]:
                try:
                    await services.store.settle_parts(batch, now=services.clock())
                except StoreError as error:
                    log.warning("store is away, results wait", results=len(batch), error=str(error))
                    await asyncio.sleep(RETRY_S)
                    continue
                del self._results[: len(batch)]
                services.outbound_bell.ring()


def _put_back(part: Part, until: datetime, reason: str) -> PartResult:
    """Not sent for a reason that is not the part's own: it is not one more try of it."""
    return PartResult(part=part.id, state=DeliveryState.QUEUED, retry_at=until, reason=reason, counts=False)


def _window_closed(part: Part, window_s: int, now: datetime) -> bool:
    return part.last_in_at is None or (now - part.last_in_at).total_seconds() >= window_s
