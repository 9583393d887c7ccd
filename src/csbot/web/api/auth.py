"""Who calls: bearer tokens, kept as hashes, each a person with a role."""

from __future__ import annotations

import re
from collections.abc import Collection

from aiohttp import web

from csbot.desk.tokens import digest
from csbot.domain.account import ROLES as ROLES
from csbot.domain.reading import User
from csbot.ports import Store
from csbot.web.api.problems import Problem

_REALM = 'Bearer realm="csbot"'
# RFC 6750, section 2.1: the scheme, one space or more, a token of these characters.
_BEARER = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9\-._~+/]+=*) *", re.ASCII)


async def authenticated(request: web.Request, store: Store, *, roles: Collection[str]) -> User:
    """The person whose token the request carries.

    Raises Problem: 401 without a token or with one that is unknown or its owner's no more, 403 when the person's role
    is none of `roles`. The token itself stands in no answer and no log.
    """
    given = request.headers.getall("Authorization", [])
    if not given:
        raise _refused("this needs a bearer token", _REALM)
    bearer = _BEARER.fullmatch(given[0]) if len(given) == 1 else None
    if bearer is None:
        raise _refused("the Authorization header is not `Bearer TOKEN`", f'{_REALM}, error="invalid_request"')
    user = await store.user_by_token(digest(bearer[1]))
    if user is None or user.disabled:
        raise _refused("this token is not valid", f'{_REALM}, error="invalid_token"')
    if user.role not in roles:
        raise Problem(
            403,
            "forbidden",
            f"the role {user.role!r} may not do this",
            hint=f"ask somebody who is {' or '.join(roles)}",
            headers={"WWW-Authenticate": f'{_REALM}, error="insufficient_scope"'},
        )
    return user


def _refused(message: str, challenge: str) -> Problem:
    return Problem(
        401,
        "unauthorized",
        message,
        hint="send `Authorization: Bearer TOKEN`; `csbot user token EMAIL` makes a token",
        headers={"WWW-Authenticate": challenge},
    )
