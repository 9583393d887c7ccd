"""Nobody but the person at this machine: foreign pages reach a loopback port too, so Host and Origin are looked at.

https://owasp.org/www-community/attacks/DNS_Rebinding
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
SAME = frozenset({"", "same-origin", "none"})
SAFE = frozenset({"GET", "HEAD"})


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Serve what comes from this machine's own page; 403 for other names of the host, and for other sites' pages."""
    host = request.headers.get("Host", "")
    if urlsplit(f"//{host}").hostname not in NAMES:
        raise web.HTTPForbidden(text="the playground is served to 127.0.0.1 and localhost only\n")
    origin = request.headers.get("Origin", "")
    if origin and origin != f"http://{host}":
        raise web.HTTPForbidden(text="the playground is played from its own page only\n")
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site", "") not in SAME:
        raise web.HTTPForbidden(text="the playground is played from its own page only\n")
    return await handler(request)
