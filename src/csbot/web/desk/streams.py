"""Streams that tell a page that something has changed; what, the page asks for itself."""

from __future__ import annotations

from aiohttp import web

from csbot.web import auth
from csbot.web.desk.guard import Visit
from csbot.web.keys import WATCH

BEAT_S = 15.0
"""So often at least something is sent, so that no proxy takes the stream for dead and one who has left is noticed."""


async def stream_of(visit: Visit, lane: int) -> web.StreamResponse:
    """Server-sent events "changed" while the lane changes and the session lasts; they carry nothing."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",  # nginx would keep them back otherwise
            "X-Content-Type-Options": "nosniff",
        }
    )
    await response.prepare(visit.request)
    try:
        with visit.request.config_dict[WATCH].look(lane) as look:
            async for changed in look.changes(at_least_s=BEAT_S):
                if await auth.signed_in(visit.request, visit.services, quiet=True) is None:
                    break
                await response.write(b"event: changed\ndata:\n\n" if changed else b": still here\n\n")
    except ConnectionError:
        pass  # the reader has left
    return response
