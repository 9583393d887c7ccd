"""What the chat's handlers share within a process."""

from __future__ import annotations

import asyncio

from aiohttp import web

from csbot.web.chat.pace import Pace

PACE = web.AppKey("chat_pace", Pace)
ARRIVALS = web.AppKey("chat_arrivals", Pace)
UPLOADING = web.AppKey("chat_uploading", asyncio.Semaphore)
STREAMS = web.AppKey("chat_streams", dict[str, int])
