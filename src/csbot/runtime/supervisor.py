"""Starts the roles of a process and stops them in order: no more in, turns finished, sends finished, all within
`drain_s`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from csbot.log import get_logger
from csbot.runtime.listening import refusal
from csbot.runtime.publishing import follow
from csbot.services import Knowledge, Services
from csbot.web.app import build
from csbot.web.keys import WATCH
from csbot.workers.following import follow_customers
from csbot.workers.inbound import Inbound
from csbot.workers.outbound import Outbound
from csbot.workers.pull import pull, pulled
from csbot.workers.sweeps import gauge, recover_dead, tidy, watch_channels, watch_pauses

log = get_logger("runtime")

CLOSING_S = 3.0
"""What of `drain_s`, half of it at most, is kept for letting go of connections, channels and the store once the work is
done or given up: each has a second or less, and together they take 2.3 s while another process holds the database.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A process that serves: where, what ends it if a role dies, and whether anything is still pulled."""

    url: str
    failed: asyncio.Future[None]
    pulls: tuple[asyncio.Task[None], ...] = ()


@asynccontextmanager
async def serve(
    services: Services, *, host: str, port: int, learn: Callable[[str], Knowledge]
) -> AsyncIterator[Serving]:
    """Run every role while the context lasts; leaving it drains within `limits.drain_s` seconds.

    `Serving.failed` ends with the error of a role that died of one: a csbot that answers webhooks but does no work
    must not go on looking healthy. Raises SettingsError when `host` and `port` cannot be listened on.
    """
    loop = asyncio.get_running_loop()
    failed: asyncio.Future[None] = loop.create_future()
    stopping_inbound, stopping_outbound = asyncio.Event(), asyncio.Event()

    def watched(work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(lambda done: _note_death(done, failed))
        return task

    lost = await services.store.recover(now=services.clock(), everything=services.alone)
    if lost:
        log.warning("parts were being sent when csbot last stopped: their outcome is unknown", parts=lost)
    app = build(services)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, host, port, backlog=1024)
    inbound = watched(Inbound(services).run(stopping_inbound), "inbound")
    outbound = watched(Outbound(services).run(stopping_outbound), "outbound")
    standing = [
        watched(services.intake.drain(), "drain"),
        watched(watch_pauses(services), "pauses"),
        watched(recover_dead(services), "recover"),
        watched(gauge(services), "gauges"),
        watched(tidy(services), "tidy"),
        watched(watch_channels(services), "channels"),
        watched(follow_customers(services), "following"),
        watched(app[WATCH].run(), "watch"),
        watched(follow(services, learn), "content"),
    ]
    try:
        try:
            await site.start()
        except OSError as error:
            raise refusal(host, port, error) from error
        address = runner.addresses[0]
        # Only now, so that nothing is fetched by a process that cannot serve.
        pulls = tuple(watched(pull(services, outlet), f"pull {outlet.id}") for outlet in pulled(services))
        standing += pulls
        yield Serving(url=f"http://{_shown(host)}:{address[1]}", failed=failed, pulls=pulls)
    finally:
        try:
            drain_s = services.limits.drain_s
            async with asyncio.timeout(drain_s - min(CLOSING_S, drain_s / 2)):
                await site.stop()
                app[WATCH].close()
                for task in standing:
                    task.cancel()
                await asyncio.wait(standing)
                stopping_inbound.set()
                services.inbound_bell.ring()
                await asyncio.wait({inbound})
                stopping_outbound.set()
                services.outbound_bell.ring()
                await asyncio.wait({outbound})
        except TimeoutError:
            log.warning("drain took too long: sends still under way become unknown")
        for task in (inbound, outbound, *standing):
            task.cancel()
        await asyncio.wait({inbound, outbound, *standing}, timeout=0.2)
        await runner.cleanup()


def _shown(host: str) -> str:
    if host in {"0.0.0.0", "::"}:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _note_death(task: asyncio.Task[None], failed: asyncio.Future[None]) -> None:
    if task.cancelled() or failed.done():
        return
    if (error := task.exception()) is not None:
        log.error("a role died", role=task.get_name(), error=repr(error))
        failed.set_exception(error)
