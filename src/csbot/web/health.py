"""What a supervisor of processes asks (alive, ready, the figures), and what is told to a person who looks in."""

from __future__ import annotations

import asyncio

from aiohttp import web

from csbot import metrics
from csbot.errors import StoreError
from csbot.web.keys import SERVICES

READY_S = 2.0

SIGNPOST = """\
csbot is running.

/desk                        the pages of agents and admins, for a browser
/api/v1                      the API of agents, with a bearer token: csbot user token EMAIL
/api/v1/openapi.json         its description
/chat                        web chat, where a channel of it is set up
/channels/<id>/webhook       where platforms post; csbot doctor tells what to enter there
/healthz  /readyz  /metrics  alive, ready, figures
"""


async def signpost(request: web.Request) -> web.Response:
    """What somebody finds who looks at csbot's address: a browser is shown the desk, others a signpost."""
    if "text/html" in request.headers.get("Accept", ""):
        return web.Response(status=302, headers={"Location": "/desk", "Vary": "Accept"})
    return web.Response(text=SIGNPOST, headers={"X-Content-Type-Options": "nosniff", "Vary": "Accept"})


async def post_here(request: web.Request) -> web.Response:
    """What a person finds who tries a webhook's address in a browser: 405, and that the address is reached."""
    return web.Response(
        status=405,
        text="csbot is reached here. Platforms POST to this address; a browser finds nothing more to see.\n",
        headers={"Allow": "POST", "X-Content-Type-Options": "nosniff"},
    )


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
