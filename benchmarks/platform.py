"""The imitated platform as a process of its own, on the load's core, with a page that tells how much it has taken."""

from __future__ import annotations

import asyncio
import json
import sys
import time

import uvloop
from aiohttp import web

from csbot.plugins import channel_spec


async def _serve() -> None:
    spec = channel_spec("sms")
    assert spec.imitation is not None
    async with spec.imitation() as platform:
        last = {"calls": 0, "at": 0.0}

        async def count(request: web.Request) -> web.Response:
            return web.json_response({"calls": platform.calls, "at": last["at"]})

        app = web.Application()
        app.router.add_get("/count", count)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        sys.stdout.write(json.dumps({"settings": platform.settings(), "port": runner.addresses[0][1]}) + "\n")
        sys.stdout.flush()
        while True:
            if platform.calls != last["calls"]:
                last["calls"], last["at"] = platform.calls, time.time()
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    uvloop.run(_serve())
