"""Who may what: every address csbot serves, tried by everybody there is."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp import web

from csbot.desk.tokens import digest
from csbot.domain.account import ROLES
from csbot.web.api.routes import TABLE as API
from csbot.web.app import build
from csbot.web.desk.guard import BASE, EVERYBODY, NOBODY
from csbot.web.desk.routes import TABLE as DESK
from tests.chain.running import Running
from tests.web.desk import ADMIN, AGENT, SUPERVISOR, Visitor, desk, visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPEN = {
    ("GET", "/"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/static/{name}"),
    ("GET", "/media/{token}"),  # the token is the key
    ("GET", "/channels/{channel}/{route}"),
    ("POST", "/channels/{channel}/{route}"),  # the platform's signature is the key
    ("GET", "/api/v1/openapi.json"),
}
"""What asks for nobody's name."""

CHAT = {
    ("GET", "/chat"),
    ("GET", "/chat/widget.js"),
    *(("GET", f"/chat/{{channel}}{page}") for page in ("", "/frame", "/theme.css")),
    *(("GET", f"/chat/{{channel}}/{page}") for page in ("messages", "stream", "transcript.txt")),
    *(
        ("POST", f"/chat/{{channel}}/{act}")
        for act in ("session", "messages", "files", "seen", "pass", "anew", "forget")
    ),
}
"""What is for customers: there the visitor's own signed cookie is the key, and nobody of the brand needs one."""

PEOPLE = {"agent": AGENT, "supervisor": SUPERVISOR, "admin": ADMIN}
STREAMS = re.compile(r"/stream$")


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use an address, and how one shows who one is there."""

    roles: tuple[str, ...]
    by: str


def rules() -> dict[tuple[str, str], Rule]:
    """What is promised of every address."""
    return {
        **{address: Rule(EVERYBODY, "nothing") for address in OPEN | CHAT},
        **{(row.method, f"/api/v1{row.path}"): Rule(row.roles, "token") for row in API},
        **{(row.method, _plain(f"{BASE}{row.path}")): Rule(row.roles, "cookie") for row in DESK},
    }


def served(csbot: Running) -> Iterator[tuple[str, str]]:
    """What the application really serves, whoever added it."""

    def of(app: web.Application) -> Iterator[tuple[str, str]]:
        for resource in app.router.resources():
            if isinstance(inner := resource.get_info().get("app"), web.Application):
                yield from of(inner)
            else:
                yield from ((route.method, resource.canonical) for route in resource if route.method != "HEAD")

    yield from of(build(csbot.services))


def _plain(path: str) -> str:
    return re.sub(r"\{(\w+):[^/]*\}(?=/|$)", r"{\1}", path)


def _filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "999", path)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csbot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with desk(tmp_path_factory.mktemp("desk"), {}) as made:
        yield made


async def _status(who: Visitor, method: str, path: str, *, csrf: str = "", token: str = "") -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if STREAMS.search(path):
        headers["Accept"] = "text/event-stream"
    form = {"csrf": csrf} if csrf else None
    async with who.http.request(method, who.url + path, headers=headers, data=form, allow_redirects=False) as answer:
        sent_away = re.match(r"/desk/sign-in\?(next=|told=signed-out)", answer.headers.get("Location", ""))
        return 401 if sent_away else answer.status


async def test_every_address_has_a_rule_and_every_rule_an_address(csbot: Running) -> None:
    assert set(served(csbot)) == set(rules())


async def test_everybody_may_what_the_table_says_and_nothing_else(csbot: Running) -> None:
    wrong = []
    async with AsyncExitStack() as stack:
        for role in EVERYBODY:
            who = await stack.enter_async_context(visitor(csbot))
            token = ""
            for method, path in sorted(served(csbot)):
                rule = rules()[method, path]
                csrf = ""
                if rule.by == "cookie":
                    if role != NOBODY and (await who.get("/desk")).status == 303:
                        assert (await who.signs_in(PEOPLE[role])).status == 303
                    csrf = (await who.get("/desk/sign-in" if role == NOBODY else "/desk")).csrf
                elif rule.by == "token" and role != NOBODY:
                    token = f"csbot_{role}"
                    await csbot.services.store.add_token(PEOPLE[role], digest(token), now=csbot.clock())
                status = await _status(who, method, _filled(path), csrf=csrf, token=token if rule.by == "token" else "")
                allowed = role in rule.roles
                if rule.by != "nothing" and (status in {401, 403}) is allowed and path != "/desk/sign-in":
                    wrong.append((role, method, path, status))
    assert wrong == []


async def test_the_roles_are_those_of_the_house() -> None:
    assert {role for row in DESK for role in row.roles} <= {NOBODY, *ROLES}
