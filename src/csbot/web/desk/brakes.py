"""The supervisor's brake: what is paused or pinned, to be set and lifted; and who did so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from csbot.desk import brake
from csbot.domain.pause import PauseScope
from csbot.domain.reporting import Audited
from csbot.web.desk.guard import BASE, Visit
from csbot.web.desk.words import BRAKES, language_name
from csbot.web.languages import text

BRAKE = f"{BASE}/brake"

LENGTHS = {
    "1": text("for an hour"),
    "4": text("for four hours"),
    "24": text("for a day"),
    "": text("until it is lifted"),
}
"""Hours, and in words."""

AUDITED = tuple(scope.value for scope in brake.BRAKES)
_UNTIL = re.compile(r"^until \S+ ?")
"""What the log says of a pause's end before its note."""


async def show(visit: Visit) -> web.StreamResponse:
    """What stands, the forms to set more, and what was done lately."""
    return await _page(visit)


async def put_on(visit: Visit) -> web.StreamResponse:
    """Pause or pin; it is in force within a second, everywhere."""
    services, form = visit.services, visit.form
    hours = form.get("hours", "")
    try:
        scope = PauseScope(form.get("scope", ""))
        pause = brake.pause(
            scope,
            target=form.get("target", ""),
            note=form.get("note", ""),
            lasting=timedelta(hours=int(hours)) if hours in LENGTHS and hours else None,
            by=visit.user.email,
            now=services.clock(),
            catalogue=services.knowledge.now.catalogue,
            channels=services.outlets,
        )
    except brake.NoAnnouncement:
        said = visit.page.text(
            "Write what is to be announced, in at most %(most)s characters.", most=brake.LONGEST_NOTE
        )
        return await _page(visit, error=said, status=422)
    except (brake.NothingToPause, ValueError):
        said = visit.page.text("Choose what to pause; what was chosen is not there (any more).")
        return await _page(visit, error=said, status=422)
    await services.store.set_pause(pause, now=services.clock())
    services.pauses.swap(await services.store.pauses(now=services.clock()))
    return visit.go(BRAKE, told="braked")


async def lift(visit: Visit) -> web.StreamResponse:
    """Lift a pause; one that has ended already stays ended."""
    services, form, now = visit.services, visit.form, visit.services.clock()
    try:
        scope = PauseScope(form.get("scope", ""))
    except ValueError:
        return visit.go(BRAKE)
    standing = await services.store.pauses(now=now)
    lifted = brake.lift(standing, scope, form.get("target", ""), by=visit.user.email, now=now)
    if lifted is not None and scope in brake.BRAKES:
        await services.store.set_pause(lifted, now=now)
        services.pauses.swap(await services.store.pauses(now=now))
    return visit.go(BRAKE, told="lifted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of what was done lately."""

    who: str
    what: str
    target: str
    note: str
    is_lifted: bool
    at: datetime


def _told(visit: Visit, line: Audited) -> Line:
    scope, _, target = line.entry.subject.partition(" ")
    return Line(
        who=visit.name_of(line.entry.actor),
        what=visit.page.text(BRAKES[PauseScope(scope)]),
        target=target,
        note=_UNTIL.sub("", line.entry.detail),
        is_lifted=line.entry.act.startswith("lift"),
        at=line.at,
    )


async def _page(visit: Visit, *, error: str = "", status: int = 200) -> web.StreamResponse:
    services, language = visit.services, visit.page.language
    catalogue = services.knowledge.now.catalogue
    lines = await services.store.audited(subjects=AUDITED, limit=20)
    return visit.show(
        "desk/brake.html",
        status=status,
        error=error,
        form=visit.form,
        standing=brake.in_force(services.pauses.now, visit.page.now),
        scopes={scope: visit.page.text(words) for scope, words in BRAKES.items()},
        lengths={hours: visit.page.text(words) for hours, words in LENGTHS.items()},
        channels={id: outlet.spec.title for id, outlet in services.outlets.items()},
        intents={id: catalogue.title(id, language) for id in sorted(catalogue.intents)},
        entries={id: catalogue.title(f"faq/{id}", language) for id in sorted(catalogue.entries)},
        said_in={code: language_name(code, language) for code in catalogue.languages},
        lines=[_told(visit, line) for line in lines],
        longest_note=brake.LONGEST_NOTE,
    )
