"""What stands between a visitor and csbot: passes everything on, and loses what it is told to lose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import ClientSession, DummyCookieJar, web


@dataclass(slots=True)
class Between:
    """`refuse` are paths it answers itself, with 502; `lose` those whose next answer it cuts off; `host` stands in for
    the one that was asked.
    """

    http: ClientSession
    target: str
    url: str = ""
    refuse: set[str] = field(default_factory=set)
    lose: list[str] = field(default_factory=list)
    host: str = ""
    passed: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        path = request.path.rpartition("/")[2]
        if path in self.refuse:
            return web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html")
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        headers["Host"] = self.host or request.host
        async with self.http.request(
            request.method, self.target + request.path_qs, headers=headers, data=await request.read()
        ) as answer:
            self.passed.append(f"{request.method} {path} {answer.status}")
            if path in self.lose:
                self.lose.remove(path)
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            told = web.StreamResponse(status=answer.status)
            for name in ("Content-Type", "Set-Cookie", "Retry-After", "Location"):
                for value in answer.headers.getall(name, []):
                    told.headers.add(name, value)
            await told.prepare(request)
            async for chunk in answer.content.iter_any():
                await told.write(chunk)
            return told


@asynccontextmanager
async def between(target: str) -> AsyncIterator[Between]:
    """Something between on a port of its own."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as http:
        made = Between(http, target)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", made.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield made
        finally:
            await runner.cleanup()
