"""The desk's one table: which page is served to whom."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from csbot.domain.account import ADMINS, SUPERVISORS
from csbot.errors import StoreError
from csbot.log import get_logger, new_reference
from csbot.web.desk import acts, brakes, channels, conversation, doors, figures, line, people
from csbot.web.desk.guard import BASE, EVERYBODY, PAGES, Entry
from csbot.web.keys import SERVICES
from csbot.web.languages import text
from csbot.web.rendering import Page

log = get_logger("desk")

_ONE = "/conversations/{id:[1-9][0-9]{0,17}}"
_PART = _ONE + "/parts/{part:[1-9][0-9]{0,17}}"

TABLE: tuple[Entry, ...] = (
    Entry(method="GET", path="/sign-in", handle=doors.show_sign_in, roles=EVERYBODY),
    Entry(method="POST", path="/sign-in", handle=doors.sign_in, roles=EVERYBODY),
    Entry(method="GET", path="/welcome/{token}", handle=doors.show_welcome, roles=EVERYBODY),
    Entry(method="POST", path="/welcome/{token}", handle=doors.welcome, roles=EVERYBODY),
    Entry(method="POST", path="/language", handle=doors.choose_language, roles=EVERYBODY),
    Entry(method="POST", path="/sign-out", handle=doors.sign_out),
    Entry(method="GET", path="/password", handle=doors.show_password),
    Entry(method="POST", path="/password", handle=doors.change_password),
    Entry(method="GET", path="", handle=line.show, nav=text("The line")),
    Entry(method="GET", path="/line", handle=line.fragment, quiet=True),
    Entry(method="GET", path="/line/stream", handle=line.stream, quiet=True),
    Entry(method="GET", path="/today", handle=figures.show, nav=text("Today")),
    Entry(method="GET", path="/today.csv", handle=figures.download, roles=SUPERVISORS),
    Entry(method="GET", path="/today/{what}", handle=figures.show_counted),
    Entry(method="GET", path="/channels", handle=channels.show, nav=text("Channels")),
    Entry(method="GET", path="/unsent", handle=channels.show_unsent),
    Entry(method="GET", path="/brake", handle=brakes.show, roles=SUPERVISORS, nav=text("Brake")),
    Entry(method="POST", path="/brake", handle=brakes.put_on, roles=SUPERVISORS),
    Entry(method="POST", path="/brake/lift", handle=brakes.lift, roles=SUPERVISORS),
    Entry(method="GET", path="/people", handle=people.show, roles=ADMINS, nav=text("People")),
    Entry(method="POST", path="/people/invite", handle=people.invite, roles=ADMINS),
    Entry(method="POST", path="/people/link", handle=people.link, roles=ADMINS),
    Entry(method="POST", path="/people/role", handle=people.set_role, roles=ADMINS),
    Entry(method="POST", path="/people/disable", handle=people.disable, roles=ADMINS),
    Entry(method="POST", path="/people/enable", handle=people.enable, roles=ADMINS),
    Entry(method="POST", path="/next", handle=acts.take_next),
    Entry(method="GET", path=_ONE, handle=conversation.show),
    Entry(method="GET", path=f"{_ONE}/earlier", handle=conversation.earlier),
    Entry(method="GET", path=f"{_ONE}/live", handle=conversation.fragment, quiet=True),
    Entry(method="GET", path=f"{_ONE}/stream", handle=conversation.stream, quiet=True),
    Entry(method="POST", path=f"{_ONE}/claim", handle=acts.claim),
    Entry(method="POST", path=f"{_ONE}/take-over", handle=acts.take_over, roles=SUPERVISORS),
    Entry(method="POST", path=f"{_ONE}/reply", handle=acts.reply),
    Entry(method="POST", path=f"{_ONE}/measure", handle=acts.measure),
    Entry(method="POST", path=f"{_ONE}/note", handle=acts.note),
    Entry(method="POST", path=f"{_ONE}/return", handle=acts.give_back),
    Entry(method="POST", path=f"{_ONE}/close", handle=acts.close),
    Entry(method="POST", path=f"{_ONE}/close-next", handle=acts.close_and_next),
    Entry(method="POST", path=f"{_PART}/again", handle=acts.send_again),
    Entry(method="POST", path=f"{_PART}/arrived", handle=acts.confirm),
)


def build() -> web.Application:
    """The application that serves the table, to be mounted at BASE."""
    app = web.Application(middlewares=[answered_in_pages])
    app[PAGES] = TABLE
    for entry in TABLE:
        app.router.add_route(entry.method, entry.path, entry.__call__)
    return app


@web.middleware
async def answered_in_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever happens under it, the reader gets a page that says what to do, and nothing of csbot's inside."""
    page = Page.of(request, request.config_dict[SERVICES])
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        if refusal.status < 400:
            raise
        heading, told = _of_status(page, refusal.status)
        return page.respond("problem.html", status=refusal.status, heading=heading, text=told, back=BASE)
    except StoreError as error:
        log.warning("page not served, the store is away", path=request.path, error=str(error))
        heading = page.text("The database does not answer")
        told = page.text("Nothing was changed. Go back and try again in a moment.")
        return page.respond("problem.html", status=503, heading=heading, text=told, back=BASE)
    except ConnectionError:
        raise
    except Exception:
        # The one broad catch of the desk: the reader is told, the operator finds it by its reference.
        reference = new_reference()
        log.exception("page failed", path=request.path, reference=reference)
        heading = page.text("csbot made a mistake")
        told = page.text("Whoever runs csbot finds it in the log by %(reference)s.", reference=reference)
        return page.respond("problem.html", status=500, heading=heading, text=told, back=BASE)


def _of_status(page: Page, status: int) -> tuple[str, str]:
    if status == 404:
        return page.text("Not found"), page.text("There is nothing at this address.")
    if status == 405:
        return page.text("Not so"), page.text("This address is not opened like a page. Go back to where you were.")
    if status == 413:
        return page.text("Too large"), page.text("What was sent is too large. Go back and send less.")
    return page.text("Not possible"), page.text("This could not be done. Go back and try again.")
