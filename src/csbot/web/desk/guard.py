"""One page of the desk: where, for whom; and how a request becomes somebody's visit of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiDictProxy

from csbot.desk.brake import in_force
from csbot.domain.account import ROLES, Session
from csbot.domain.reading import User
from csbot.log import get_logger
from csbot.services import Services
from csbot.text.clean import clean
from csbot.text.names import name_in_address
from csbot.web import auth
from csbot.web.desk.words import BRAKES, TOLD
from csbot.web.desk.words import ROLES as ROLE_WORDS
from csbot.web.keys import NAMES, SERVICES
from csbot.web.languages import catalogues
from csbot.web.rendering import Page

log = get_logger("desk")

BASE = "/desk"
SIGN_IN = f"{BASE}/sign-in"

NOBODY = "nobody"
"""Who is not signed in, in the table of pages."""

EVERYBODY = (NOBODY, *ROLES)

LANGUAGE_NAMES = {"en": "English", "tr": "Türkçe"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request of the desk whose maker may make it. `token` is what its forms' CSRF tokens are made from; `names` are
    those of colleagues.
    """

    request: web.Request
    services: Services
    page: Page
    session: Session | None
    token: str = field(repr=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def user(self) -> User:
        """Who is signed in; asked for on pages that need somebody."""
        if self.session is None:
            raise web.HTTPForbidden(text="nobody is signed in")
        return self.session.user

    @property
    def by_htmx(self) -> bool:
        """A part of a page is asked for, not a page."""
        return "HX-Request" in self.request.headers

    def name_of(self, email: str) -> str:
        """What a colleague is called; csbot and platforms, which act too, by what they are."""
        return self.names.get(email) or name_in_address(email)

    def show(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """The template with the desk's frame around it."""
        told = TOLD.get(self.request.query.get("told", ""))
        response = self.page.respond(
            template,
            status=status,
            **{
                "user": self.session.user if self.session else None,
                "name_of": self.name_of,
                "role": self.page.text(ROLE_WORDS[self.user.role]) if self.session else "",
                "nav": self._nav(),
                "csrf": auth.csrf_of(self.token),
                "here": self.request.rel_url.path_qs,
                "languages": {code: LANGUAGE_NAMES.get(code, code) for code in catalogues()},
                "brakes": self._brakes() if self.session else [],
                "told": (self.page.text(told.text), told.kind) if told else None,
                **values,
            },
        )
        if self.session is None:
            auth.set_cookie(response, self.request, self.services, auth.DOOR, self.token)
        return response

    def _brakes(self) -> list[tuple[str, str, str]]:
        """What supervisors have paused or pinned, as every desk shows it: what, its target, their note."""
        standing = in_force(self.services.pauses.now, self.page.now)
        return [(self.page.text(BRAKES[one.scope]), one.target, one.note) for one in standing]

    def go(self, path: str, **query: str) -> web.Response:
        """On to another page: what was posted is done, and is not done again when the page is loaded anew."""
        address = f"{path}?{urlencode(query)}" if query else path
        return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})

    def _nav(self) -> list[tuple[str, str, bool]]:
        if self.session is None:
            return []
        here = self.request.path
        return [
            (f"{BASE}{entry.path}", self.page.text(entry.nav), here == f"{BASE}{entry.path}")
            for entry in self.request.app[PAGES]
            if entry.nav and self.user.role in entry.roles
        ]


Handle = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the desk's table. `nav` is its word in the navigation, none for pages one is led to.

    `quiet`: asked for by a page alone, so that it does not keep a session alive.
    """

    method: str
    path: str
    handle: Handle
    roles: tuple[str, ...] = ROLES
    nav: str = ""
    quiet: bool = False

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Serve one request: who is there, may they, is it really theirs, and only then the page."""
        services = request.config_dict[SERVICES]
        session = await auth.signed_in(request, services, quiet=self.quiet)
        visit = Visit(
            request=request,
            services=services,
            page=Page.of(request, services),
            session=session,
            token=_anchor(request, services, session),
            names=await request.config_dict[NAMES].for_colleagues(services) if session else {},
        )
        if NOBODY not in self.roles:
            if session is None:
                return _sent_away(visit)
            if session.user.role not in self.roles:
                return _refused(visit, visit.page.text("This page is not for your role. Ask an admin."))
        if self.method == "GET":
            return await self.handle(visit)
        return await self._posted(visit)

    async def _posted(self, visit: Visit) -> web.StreamResponse:
        request = visit.request
        form = _texts(await request.post())
        given = request.headers.get(auth.CSRF_HEADER, "") or form.get(auth.CSRF_FIELD, "")
        if not auth.is_own_origin(request, visit.services) or not auth.is_csrf(given, visit.token):
            log.warning("a form was refused: not of our own page, or of one from before", path=request.path)
            return _refused(visit, visit.page.text("This form is out of date. Go back, load the page anew, try again."))
        return await self.handle(replace(visit, form=form))


PAGES: web.AppKey[tuple[Entry, ...]] = web.AppKey("pages", tuple)


def _anchor(request: web.Request, services: Services, session: Session | None) -> str:
    if session is not None:
        return auth.cookie(request, services, auth.SESSION)
    return auth.cookie(request, services, auth.DOOR) or auth.new_token()


def _texts(form: MultiDictProxy[Any]) -> dict[str, str]:
    """The fields as text, without what no database or page can hold."""
    return {name: clean(value)[0].replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}


def _sent_away(visit: Visit) -> web.StreamResponse:
    """Nobody is signed in. A page goes to the sign-in; what a page asks for by itself only learns it."""
    request = visit.request
    if visit.by_htmx or request.headers.get("Accept", "") == "text/event-stream":
        return web.Response(status=401, text="signed out", headers={"Cache-Control": "no-store"})
    asked = {"next": request.rel_url.path_qs} if request.method == "GET" else {"told": "signed-out"}
    return visit.go(SIGN_IN, **asked)


def _refused(visit: Visit, text: str) -> web.StreamResponse:
    return visit.show("problem.html", status=403, heading=visit.page.text("Not allowed"), text=text, back=BASE)
