"""Header Idempotency-Key: the same key from the same person on the same path gets the same answer, byte for byte."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web
from pydantic import BaseModel

from csbot.domain.reading import User
from csbot.ports import Store
from csbot.web.api.problems import Problem, body, respond

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer ready to go out. `kept`: it stands in the store under the request's key; `replayed`: from before."""

    body: str
    status: int = 200
    kept: bool = False
    replayed: bool = False

    @classmethod
    def of(cls, answer: BaseModel, *, status: int = 200) -> Reply:
        """An answer that nobody has kept yet."""
        return cls(body=body(answer), status=status)

    def to_kept(self) -> str:
        """As the store keeps it beside its key."""
        return json.dumps([self.status, self.body], ensure_ascii=False)

    @classmethod
    def from_kept(cls, kept: str) -> Reply:
        """An answer given before, to give again."""
        status, text = json.loads(kept)
        return cls(body=text, status=status, kept=True, replayed=True)

    def response(self) -> web.Response:
        """The HTTP answer; that it was given before is said in a header, for its body must not differ."""
        return respond(self.status, self.body, {REPLAYED: "true"} if self.replayed else None)


async def keep(reply: Reply, store: Store, *, key: str, now: datetime) -> Reply:
    """The answer to give under `key`: this one, kept from now on, or the one that another request kept meanwhile."""
    mine = reply.to_kept()
    kept = await store.remember(key, mine, now=now)
    return replace(reply, kept=True) if kept == mine else Reply.from_kept(kept)


def scoped_key(request: web.Request, user: User) -> str:
    """The caller's key as the store knows it; empty when none was given. Raises Problem for one that cannot be kept."""
    given = request.headers.getall(HEADER, [])
    if not given:
        return ""
    if len(given) > 1 or _KEY.fullmatch(given[0]) is None:
        raise Problem(
            400,
            "bad_idempotency_key",
            f"header {HEADER}: one key of 1 to 255 visible ASCII characters",
            hint="a UUID made for each act, and sent again when the act is tried again",
        )
    return f"api {user.id} {request.path} {given[0]}"
