"""Style sheets and scripts: held in memory, named by what they hold, so that browsers may keep them for good."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from aiohttp import web

BASE = "/static"
_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """One file, as it is and compressed."""

    body: bytes
    packed: bytes
    type: str
    version: str


@cache
def static_files() -> Mapping[str, StaticFile]:
    """All files by name."""
    found: dict[str, StaticFile] = {}
    for file in files("csbot.web").joinpath("static").iterdir():
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


def address(name: str) -> str:
    """Where a file is served; another address for other content. Raises KeyError for a file there is not."""
    return f"{BASE}/{name}?v={static_files()[name].version}"


async def serve(request: web.Request) -> web.Response:
    """GET /static/<name>."""
    file = static_files().get(request.match_info["name"])
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
