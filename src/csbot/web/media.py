"""Signed links to files: fetched from the platform with its credentials, streamed to whoever holds the link."""

from __future__ import annotations

from aiohttp import web
from aiohttp.helpers import content_disposition_header

from csbot.channel.errors import MediaUnavailable
from csbot.domain.message import Attachment
from csbot.media.links import LinkRefused
from csbot.services import Services
from csbot.web.keys import SERVICES


def link_to(services: Services, file: Attachment) -> str | None:
    """A short-lived address of a file; None where it cannot be fetched."""
    outlet = services.outlets.get(file.channel)
    if outlet is None or not outlet.capabilities.fetch:
        return None
    return services.links.link(file, now=services.clock())


async def serve(request: web.Request) -> web.StreamResponse:
    """GET /media/<token>: 403 for a forged or expired link, 404 for a file the platform no longer has."""
    services = request.app[SERVICES]
    try:
        target = services.links.open(request.match_info["token"], now=services.clock())
    except LinkRefused as error:
        raise web.HTTPForbidden(text=str(error)) from error
    outlet = services.outlets.get(target.channel)
    if outlet is None or not outlet.capabilities.fetch:
        raise web.HTTPNotFound(text="this file cannot be fetched")
    response = web.StreamResponse(
        headers={
            # A customer's file is shown as a download and never run as a page of ours.
            "Content-Disposition": content_disposition_header("attachment", filename=name)
            if (name := target.attachment.name)
            else "attachment",
            "Content-Type": "application/octet-stream",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
            "Cache-Control": "private, no-store",
        }
    )
    chunks = outlet.channel.fetch(target.attachment)
    try:
        first = await anext(aiter(chunks), b"")
    except MediaUnavailable as error:
        raise web.HTTPNotFound(text=str(error)) from error
    await response.prepare(request)
    await response.write(first)
    async for chunk in chunks:
        await response.write(chunk)
    await response.write_eof()
    return response
