"""Webhooks: verify, parse, make durable, and only then answer."""

from __future__ import annotations

from aiohttp import web

from csbot import metrics
from csbot.channel.errors import WebhookError
from csbot.channel.http import WebhookRequest
from csbot.errors import StoreError
from csbot.log import get_logger
from csbot.web.keys import BACKGROUND, SERVICES

log = get_logger("hooks")


async def receive(request: web.Request) -> web.Response:
    """POST /channels/<id>/<route>: what a platform has to tell.

    401 or 403 for what is not genuine, 400 for what cannot be read, 413 for what is too large, 503 when it could not
    be made durable (the platform then repeats it); otherwise the platform's own reply, after the events are durable.
    """
    services = request.app[SERVICES]
    outlet = services.outlets.get(request.match_info["channel"])
    route = request.match_info["route"]
    if outlet is None or route not in outlet.spec.routes:
        raise web.HTTPNotFound(text="no such channel")
    body = await request.read()
    public_url = services.public_url or f"{request.scheme}://{request.host}"
    taken = WebhookRequest(
        method=request.method,
        public_url=f"{public_url}{request.raw_path}",
        route=route,
        headers=request.headers,
        body=body,
        received_at=services.clock(),
        query=request.query,
    )
    try:
        outlet.channel.verify(taken)
        receipt = outlet.channel.parse(taken)
    except WebhookError as error:
        metrics.ACKS.labels(outlet.id, f"refused_{error.status}").inc()
        return web.Response(status=error.status, text=str(error))
    if receipt.events:
        try:
            await services.intake.accept(outlet.id, receipt.events, within_s=outlet.spec.ack_s)
        except (StoreError, OSError) as error:
            metrics.ACKS.labels(outlet.id, "not_durable").inc()
            log.error("not durable, refused", channel=outlet.id, error=str(error))
            return web.Response(status=503, text="not stored; send it again", headers={"Retry-After": "5"})
        metrics.of(metrics.LAG, "stored").observe((services.clock() - taken.received_at).total_seconds())
        if outlet.capabilities.acknowledge:
            request.app[BACKGROUND].start(outlet.acknowledge(receipt.events))
    metrics.of(metrics.ACKS, outlet.id, "taken").inc()
    reply = receipt.reply
    return web.Response(status=reply.status, text=reply.body, content_type=reply.content_type)
