"""What a supervisor of processes asks: alive, ready, and the figures."""

from __future__ import annotations

import asyncio

from aiohttp import web

from csbot import metrics
from csbot.errors import StoreError
from csbot.web.keys import SERVICES

READY_S = 2.0


async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """The store answers too, so webhooks can be taken; 503 with the reason otherwise."""
    try:
        async with asyncio.timeout(READY_S):
            await request.app[SERVICES].store.ping()
    except (StoreError, TimeoutError) as error:
        return web.json_response({"status": "store away", "reason": str(error)}, status=503)
    return web.json_response({"status": "ready"})


async def figures(request: web.Request) -> web.Response:
    """The figures in Prometheus' text format."""
    return web.Response(body=metrics.exposition(), content_type="text/plain", charset="utf-8")
