"""One thing the API does: where, for whom, what it takes and answers; and how a request becomes a call of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aiohttp import web
from pydantic import BaseModel

from csbot.domain.reading import User
from csbot.services import Services
from csbot.web.api.auth import ROLES, authenticated
from csbot.web.api.idempotency import Reply, keep, scoped_key
from csbot.web.api.problems import Conflict, not_found
from csbot.web.api.requests import read_body, read_query
from csbot.web.keys import SERVICES

In = TypeVar("In", bound=BaseModel)

PATH_ID = "[1-9][0-9]{0,17}"
"""An id in a path: what a 64-bit column holds, written as it is given out, with no sign and no leading zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, known to be somebody's. `key` is the idempotency key as the store knows it ("" for none)."""

    services: Services
    user: User
    key: str = ""
    id: str = ""

    @property
    def conversation(self) -> int:
        """The conversation the path names; raises Problem 404 for what cannot be one."""
        if re.fullmatch(PATH_ID, self.id) is None:
            raise not_found("conversation of that id")
        return int(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[In]):
    """One row of the API's table. `takes` is the query of a GET and the body of a POST.

    A handler returns its answer, raises a Problem, or returns a Reply that stands in the store already. `conflicts`
    says that it may answer 409. Every POST honours Idempotency-Key.
    """

    name: str
    method: str
    path: str
    summary: str
    description: str
    takes: type[In]
    answers: type[BaseModel]
    handle: Callable[[Call, In], Awaitable[BaseModel | Reply]]
    roles: tuple[str, ...] = ROLES
    conflicts: bool = False

    @property
    def writes(self) -> bool:
        """It may change something, or is at least asked for with a key."""
        return self.method == "POST"

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Serve one request: who calls, what is asked, whether it was answered before, and only then the act."""
        services = request.config_dict[SERVICES]
        user = await authenticated(request, services.store, roles=self.roles)
        id = request.match_info.get("id", "")
        if not self.writes:
            asked = read_query(request.query, self.takes)
            answer = await self.handle(Call(services=services, user=user, id=id), asked)
        else:
            asked = read_body(await request.read(), self.takes)
            answer = await self._once(Call(services=services, user=user, id=id, key=scoped_key(request, user)), asked)
        return (answer if isinstance(answer, Reply) else Reply.of(answer)).response()

    async def _once(self, call: Call, asked: In) -> BaseModel | Reply:
        """The answer to a POST, the same for the same key; a refusal (409) is an answer like any other."""
        store = call.services.store
        if not call.key:
            return await self.handle(call, asked)
        if (kept := await store.remembered(call.key)) is not None:
            return Reply.from_kept(kept)
        try:
            answer = await self.handle(call, asked)
        except Conflict as conflict:
            answer = Reply.of(conflict.answer, status=conflict.status)
        reply = answer if isinstance(answer, Reply) else Reply.of(answer)
        return reply if reply.kept else await keep(reply, store, key=call.key, now=call.services.clock())


Table = tuple[Operation[Any], ...]
