"""The web application: which path is served by whom."""

from __future__ import annotations

from aiohttp import web

from csbot.services import Services
from csbot.web import health, hooks, media, static_files
from csbot.web.api import routes as api
from csbot.web.background import Background
from csbot.web.chat import routes as chat
from csbot.web.desk import routes as desk
from csbot.web.desk.guard import BASE
from csbot.web.keys import BACKGROUND, NAMES, PASSWORDS, SERVICES, WATCH
from csbot.web.live import Watch
from csbot.web.names import Names
from csbot.web.passwords import Passwords


def build(services: Services) -> web.Application:
    """The application over `services`; bodies over `limits.body_bytes` are refused with 413."""
    app = web.Application(client_max_size=services.limits.body_bytes)
    app[SERVICES] = services
    app[BACKGROUND] = Background()
    app[NAMES] = Names()
    app[PASSWORDS] = Passwords()
    app[WATCH] = Watch(services.store)
    app.on_shutdown.append(_close)
    app.router.add_post("/channels/{channel}/{route}", hooks.receive)
    app.router.add_get("/channels/{channel}/{route}", health.post_here)
    app.router.add_get("/media/{token}", media.serve)
    app.router.add_get("/static/{name}", static_files.serve)
    app.router.add_get("/", health.signpost)
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/readyz", health.readyz)
    app.router.add_get("/metrics", health.figures)
    chat.add_to(app)
    app.add_subapp("/api/v1", api.build(services))
    app.add_subapp(BASE, desk.build())
    return app


async def _close(app: web.Application) -> None:
    await app[BACKGROUND].close()
