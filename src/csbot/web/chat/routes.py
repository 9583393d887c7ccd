"""Where the chat is served."""

from __future__ import annotations

import asyncio

from aiohttp import web

from csbot.web.chat import going_on, pages, reading, seeing, talking
from csbot.web.chat.keys import ARRIVALS, PACE, STREAMS, UPLOADING
from csbot.web.chat.pace import Pace
from csbot.web.chat.visiting import BASE, served

UPLOADS_AT_ONCE = 8


def add_to(app: web.Application) -> None:
    """Serve the chat of every hosted channel under BASE."""
    app[PACE] = Pace()
    app[ARRIVALS] = Pace()
    app[UPLOADING] = asyncio.Semaphore(UPLOADS_AT_ONCE)
    app[STREAMS] = {}
    router, one = app.router, f"{BASE}/{{channel:[A-Za-z0-9_-]+}}"
    router.add_get(BASE, pages.page)
    router.add_get(f"{BASE}/widget.js", pages.widget)
    router.add_get(one, pages.page)
    router.add_get(f"{one}/frame", pages.frame)
    router.add_get(f"{one}/theme.css", pages.theme)
    router.add_post(f"{one}/session", served(talking.come))
    router.add_get(f"{one}/messages", served(reading.messages))
    router.add_post(f"{one}/messages", served(talking.say))
    router.add_post(f"{one}/files", served(talking.hand_in))
    router.add_get(f"{one}/stream", served(reading.stream), allow_head=False)
    router.add_get(f"{one}/transcript.txt", served(reading.download))
    router.add_post(f"{one}/seen", served(seeing.seen))
    router.add_post(f"{one}/pass", served(going_on.go_on))
    router.add_post(f"{one}/anew", served(talking.begin_anew))
    router.add_post(f"{one}/forget", served(talking.leave))
