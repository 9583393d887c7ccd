"""A running csbot and the people at its desk: what the tests of the desk's pages begin with."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar
from argon2 import PasswordHasher
from playwright.async_api import Browser, Page

from csbot.channel.imitation import Said
from csbot.desk.tokens import digest
from csbot.domain.account import INVITATION_LIFE
from csbot.domain.conversation import ConversationState
from tests.chain.running import AGENT, OTHER, Platforms, Running, platform, running, until
from tests.web.browsing import WIDE, browsing

PASSWORD = "correct horse battery"
SUPERVISOR, ADMIN = "super@shop.example", "admin@shop.example"
ROLES = {AGENT: "agent", OTHER: "agent", SUPERVISOR: "supervisor", ADMIN: "admin"}
PLATFORMS: Platforms = {"telegram": platform("telegram"), "sms": platform("sms"), "whatsapp": platform("whatsapp")}

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
_ONCE = re.compile(r'action="[^"]*/{}"[^>]*>.*?name="once" value="([^"]+)"', re.DOTALL)


@cache
def _hash() -> str:
    # Cheap: what is tested is not how long a guess takes.
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as it came."""

    status: int
    text: str
    location: str
    headers: Mapping[str, str]

    @property
    def csrf(self) -> str:
        """The token its forms carry."""
        found = _CSRF.search(self.text)
        assert found, self.text
        return found[1]

    def once(self, path: str = "reply") -> str:
        """The hidden key of a form."""
        found = re.search(_ONCE.pattern.replace("{}", path), self.text, re.DOTALL)
        assert found, self.text
        return found[1]

    @property
    def words(self) -> str:
        """What stands on it, without markup."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.text)).split())


@dataclass(slots=True, kw_only=True)
class Visitor:
    """A browser without a screen: cookies and forms."""

    url: str
    http: ClientSession
    headers: dict[str, str] = field(default_factory=lambda: {"Accept-Language": "en"})

    async def get(self, path: str, **headers: str) -> Answer:
        """A page; redirections are not followed."""
        async with self.http.get(self.url + path, headers={**self.headers, **headers}, allow_redirects=False) as got:
            return await _answer(got)

    async def post(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        """A form as it is, with no CSRF token but the given one."""
        async with self.http.post(
            self.url + path, data=form or {}, headers={**self.headers, **headers}, allow_redirects=False
        ) as got:
            return await _answer(got)

    async def send(self, page: str, path: str, **form: str) -> Answer:
        """A form of a page, sent as the page would."""
        csrf = (await self.get(page)).csrf
        return await self.post(path, {"csrf": csrf, **form})

    async def signs_in(self, email: str = AGENT, password: str = PASSWORD, next_: str = "") -> Answer:
        """Through the page."""
        return await self.send("/desk/sign-in", "/desk/sign-in", email=email, password=password, next=next_)


async def _answer(got: ClientResponse) -> Answer:
    return Answer(got.status, await got.text(), got.headers.get("Location", ""), got.headers)


def name(email: str) -> str:
    """What a person of the desk is called."""
    return f"{email.partition('@')[0].title()} Yılmaz"


async def member(csbot: Running, email: str, role: str, *, name: str = "") -> None:
    """A person who has a password."""
    accounts, now = csbot.services.store.accounts, csbot.clock()
    token = digest(f"invitation {email}")
    await accounts.invite(token, email=email, role=role, by="csbot", now=now, expires_at=now + INVITATION_LIFE)
    assert await accounts.accept(token, email="", name=name, password=_hash(), now=now)


@asynccontextmanager
async def desk(folder: Path, platforms: Platforms = PLATFORMS, **options: Any) -> AsyncIterator[Running]:
    """A csbot with people of every role."""
    async with running(folder, platforms, **options) as csbot:
        for email, role in ROLES.items():
            await member(csbot, email, role, name=name(email))
        yield csbot


@asynccontextmanager
async def visitor(csbot: Running) -> AsyncIterator[Visitor]:
    """Somebody with a browser of their own."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        yield Visitor(url=csbot.url, http=http)


@asynccontextmanager
async def at_desk(csbot: Running, email: str = AGENT) -> AsyncIterator[Visitor]:
    """Somebody signed in."""
    async with visitor(csbot) as who:
        assert (await who.signs_in(email)).status == 303
        yield who


@asynccontextmanager
async def seen(
    csbot: Running, browser: Browser, size: dict[str, int] = WIDE, *, email: str = AGENT, language: str = "en"
) -> AsyncIterator[Page]:
    """A real browser, signed in and at the line."""
    async with browsing(browser, size, language=language) as page:
        await page.goto(f"{csbot.url}/desk")
        await page.fill("#email", email)
        await page.fill("#password", PASSWORD)
        await page.press("#password", "Enter")
        await page.wait_for_selector("#sections")
        yield page


async def waits(csbot: Running, text: str = "temsilci lütfen", *, channel: str = "telegram", **more: Any) -> int:
    """A customer asks for a person; the conversation's id once it stands in the line and everything is said."""
    before = await _waiting(csbot)
    await csbot.platforms[channel].customer_says(Said(text=text, **more))

    async def in_line() -> bool:
        return bool(await _waiting(csbot) - before)

    await until(in_line, "the conversation stands in the line")
    await csbot.quiet()
    [new] = await _waiting(csbot) - before
    return new


async def _waiting(csbot: Running) -> set[int]:
    rows, _ = await csbot.services.store.conversations(state=ConversationState.WAITING, limit=200)
    return {row.conversation.id for row in rows}
