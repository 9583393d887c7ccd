"""Style sheets and scripts: held in memory, named by what they hold, so that browsers may keep them for good."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from aiohttp import web

BASE = "/static"
PACKAGES = ("csbot.web",)
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "png": "image/png"}
_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """One file, as it is and compressed."""

    body: bytes
    packed: bytes
    type: str
    version: str


@cache
def static_files(packages: tuple[str, ...] = PACKAGES) -> Mapping[str, StaticFile]:
    """All files of these packages by name; of one name the first package's."""
    found: dict[str, StaticFile] = {}
    for file in (file for package in reversed(packages) for file in files(package).joinpath("static").iterdir()):
        kind = file.name.rpartition(".")[2]
        if kind in _TYPES:
            body = file.read_bytes()
            found[file.name] = StaticFile(
                body=body,
                packed=gzip.compress(body, 9, mtime=0),
                type=_TYPES[kind],
                version=hashlib.sha256(body).hexdigest()[:12],
            )
    return found


def address(name: str, *, packages: tuple[str, ...] = PACKAGES) -> str:
    """Where a file is served; another address for other content. Raises KeyError for a file there is not."""
    return f"{BASE}/{name}?v={static_files(packages)[name].version}"


def serving(packages: tuple[str, ...]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """GET /static/<name> over the files of these packages."""

    async def serve(request: web.Request) -> web.Response:
        return _respond(request, static_files(packages).get(request.match_info["name"]))

    return serve


serve = serving(PACKAGES)


def _respond(request: web.Request, file: StaticFile | None) -> web.Response:
    if file is None:
        raise web.HTTPNotFound(text="no such file")
    headers = {
        "Cache-Control": _A_YEAR if request.query.get("v") == file.version else "no-cache",
        "ETag": f'"{file.version}"',
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return web.Response(
            body=file.packed, content_type=file.type, charset="utf-8", headers={**headers, "Content-Encoding": "gzip"}
        )
    return web.Response(body=file.body, content_type=file.type, charset="utf-8", headers=headers)
