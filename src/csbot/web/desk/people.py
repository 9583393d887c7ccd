"""The people of the brand, for admins: who is here and how they stand; to invite them, give a role, shut them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from csbot.domain.account import ROLES, Person, Refusal, Standing, email_address
from csbot.domain.reporting import Audited
from csbot.web import auth, inviting
from csbot.web.desk.guard import BASE, Visit
from csbot.web.desk.words import ON_PEOPLE, STANDINGS
from csbot.web.desk.words import ROLES as ROLE_WORDS

PEOPLE = f"{BASE}/people"

_SUBJECT = "user "
_LATELY = 10
_LOOKED_AT = 50
"""So many lines of the log are looked through for acts on people: signing in is one, and is left out."""

_REFUSED = {
    Refusal.NOBODY: "nobody-there",
    Refusal.ONESELF: "oneself",
    Refusal.LAST_ADMIN: "last-admin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person as the page shows them."""

    email: str
    name: str
    role: str
    role_words: str
    standing: Standing
    words: str
    kind: str
    seen_at: datetime | None
    invited_until: datetime | None
    is_oneself: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of what was done lately."""

    who: str
    what: str
    whom: str
    detail: str
    at: datetime


async def show(visit: Visit) -> web.StreamResponse:
    """GET /desk/people."""
    return await _page(visit)


async def invite(visit: Visit) -> web.StreamResponse:
    """Somebody new: the page shows the link once."""
    typed, role = visit.form.get("email", ""), visit.form.get("role", "")
    email, known = email_address(typed), await _known(visit)
    if not email or role not in ROLES:
        error = visit.page.text("This is no e-mail address; write it like ayse@shop.example.")
        return await _page(visit, email=typed, error=error, status=422)
    if email in known and known[email].standing not in {Standing.INVITED, Standing.NO_PASSWORD}:
        error = visit.page.text("Somebody of this address is here already. In the list they get a new link.")
        return await _page(visit, email=typed, error=error, status=422)
    return await _with_link(visit, email, role)


async def link(visit: Visit) -> web.StreamResponse:
    """A new link for somebody who is invited, or has forgotten the password."""
    found = (await _known(visit)).get(visit.form.get("email", ""))
    if found is None or found.standing is Standing.DISABLED:
        return visit.go(PEOPLE, told="nobody-there")
    return await _with_link(visit, found.email, found.role)


async def set_role(visit: Visit) -> web.StreamResponse:
    """What they may do from now on."""
    role = visit.form.get("role", "")
    if role not in ROLES:
        raise web.HTTPBadRequest(text="there is no such role")
    accounts, email = visit.services.store.accounts, visit.form.get("email", "")
    refused = await accounts.set_role(email, role=role, by=visit.user.email, now=visit.services.clock())
    return visit.go(PEOPLE, told=_REFUSED[refused] if refused else "role-set")


async def disable(visit: Visit) -> web.StreamResponse:
    """Shut them out."""
    return await _disabled(visit, disabled=True, done="shut-out")


async def enable(visit: Visit) -> web.StreamResponse:
    """Let them in again."""
    return await _disabled(visit, disabled=False, done="let-in")


async def _disabled(visit: Visit, *, disabled: bool, done: str) -> web.StreamResponse:
    accounts, email = visit.services.store.accounts, visit.form.get("email", "")
    refused = await accounts.set_disabled(email, disabled=disabled, by=visit.user.email, now=visit.services.clock())
    return visit.go(PEOPLE, told=_REFUSED[refused] if refused else done)


async def _known(visit: Visit) -> dict[str, Person]:
    return {one.email: one for one in await visit.services.store.accounts.people(now=visit.services.clock())}


async def _with_link(visit: Visit, email: str, role: str) -> web.StreamResponse:
    services, request = visit.services, visit.request
    scheme = "https" if auth.came_securely(request, services) else "http"
    made = await inviting.invited(
        services.store.accounts,
        email=email,
        role=role,
        by=visit.user.email,
        base=services.public_url or f"{scheme}://{request.host}",
        now=services.clock(),
    )
    return await _page(visit, link_to=email, link=made)


async def _page(
    visit: Visit, *, email: str = "", error: str = "", link_to: str = "", link: str = "", status: int = 200
) -> web.StreamResponse:
    people = (await _known(visit)).values()
    lines = await visit.services.store.audited(subjects=(_SUBJECT,), limit=_LOOKED_AT)
    rows = [_row(visit, one) for one in people]
    return visit.show(
        "desk/people.html",
        status=status,
        rows=sorted(rows, key=lambda row: (row.standing is Standing.DISABLED, (row.name or row.email).casefold())),
        roles={role: visit.page.text(words) for role, words in ROLE_WORDS.items()},
        email=email,
        role_asked=visit.form.get("role", ""),
        error=error,
        link_to=link_to,
        link=link,
        until=next((row.invited_until for row in rows if row.email == link_to), None),
        lines=[_line(visit, line) for line in lines if line.entry.act in ON_PEOPLE][:_LATELY],
    )


def _row(visit: Visit, one: Person) -> Row:
    words, kind = STANDINGS[one.standing]
    return Row(
        email=one.email,
        name=one.name,
        role=one.role,
        role_words=visit.page.text(ROLE_WORDS[one.role]) if one.role in ROLE_WORDS else one.role,
        standing=one.standing,
        words=visit.page.text(words),
        kind=kind,
        seen_at=one.seen_at,
        invited_until=one.invited_until,
        is_oneself=one.email == visit.user.email,
    )


def _line(visit: Visit, line: Audited) -> Line:
    entry = line.entry
    return Line(
        who=visit.name_of(entry.actor),
        what=visit.page.text(ON_PEOPLE[entry.act]),
        whom=entry.subject.removeprefix(_SUBJECT),
        detail=visit.page.text(ROLE_WORDS[entry.detail]) if entry.detail in ROLE_WORDS else entry.detail,
        at=line.at,
    )
