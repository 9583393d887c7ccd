"""The playground's own page: the phones, the agent, and one stream that says what has changed."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

from aiohttp import ClientError, web
from babel.dates import format_time, get_timezone

from csbot.channel.imitation import Fault
from csbot.domain.content import Catalogue
from csbot.domain.lookup import AskedLookup, Branch
from csbot.domain.message import Attachment, Location, MessageKind
from csbot.errors import SettingsError
from csbot.playground.agent import ActRefused
from csbot.playground.guard import guarded
from csbot.playground.phones import Phone
from csbot.playground.words import AUTHORS, FAULTS, LANGUAGES, PAGES
from csbot.playground.world import World
from csbot.web import languages, static_files
from csbot.web.desk.known import ShownLookup, lookup
from csbot.web.desk.words import DELIVERY, KINDS, PART_REASONS, REASONS, STATES
from csbot.web.rendering import Page, secured

PACKAGES = ("csbot.playground", "csbot.web")
WORLD = web.AppKey("world", World)
WORDS = {
    "AUTHORS": AUTHORS,
    "DELIVERY": DELIVERY,
    "FAULTS": FAULTS,
    "KINDS": KINDS,
    "LANGUAGES": LANGUAGES,
    "PAGES": PAGES,
    "PART_REASONS": PART_REASONS,
    "REASONS": REASONS,
    "STATES": STATES,
}
REACTION = "👍"
GATHER_S = 0.08
HEARTBEAT_S = 15.0
AGENT_LOOK_S = 0.6
BAZAAR = Location(latitude=41.0107, longitude=28.9681, label="Kapalıçarşı")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PlaygroundPage(Page):
    """A page of the playground's."""

    packages = PACKAGES

    def render(self, template: str, **values: Any) -> str:
        """See `Page`."""
        own = {"to_the_second": self.to_the_second, "asked_of": self.asked_of}
        return super().render(template, **{**WORDS, **own, **values})

    def asked_of(self, catalogue: Catalogue, told: Mapping[str, Any]) -> ShownLookup:
        """A lookup as the API tells it, in words."""
        asked = AskedLookup(
            name=told["name"],
            slots=tuple(told["slots"].items()),
            branch=Branch(told["branch"]),
            changes=told["changes"],
            reason=told["reason"],
        )
        return lookup(self, catalogue, asked)

    def to_the_second(self, at: datetime) -> str:
        """The time of day where the brand is, seconds and all."""
        return format_time(at, "HH:mm:ss", tzinfo=get_timezone(self.brand.timezone), locale=self.language)


def build(world: World) -> web.Application:
    """The application that serves the playground over `world`."""
    app = web.Application(middlewares=[guarded])
    app[WORLD] = world
    app.router.add_get("/", index)
    app.router.add_get("/events", events)
    app.router.add_get("/static/{name}", static_files.serving(PACKAGES))
    app.router.add_get("/phones/{phone}", on_phone(see))
    app.router.add_post("/phones/{phone}/hold", on_phone(hold))
    app.router.add_post("/phones/{phone}/go", on_phone(go))
    app.router.add_post("/phones/{phone}/say", on_phone(say))
    app.router.add_post("/phones/{phone}/press", on_phone(press))
    app.router.add_post("/phones/{phone}/react", on_phone(react))
    app.router.add_post("/phones/{phone}/receipts", on_phone(receipts))
    app.router.add_post("/phones/{phone}/fault", on_phone(fault))
    app.router.add_post("/phones/{phone}/clear", on_phone(clear))
    app.router.add_post("/clock", clock)
    app.router.add_get("/clock", clock)
    app.router.add_get("/agent", agent)
    app.router.add_post("/agent/open", open_conversation)
    app.router.add_post("/agent/{id}/{act}", act)
    app.cleanup_ctx.append(_watching)
    app.on_shutdown.append(_close)
    return app


@asynccontextmanager
async def served(world: World, *, port: int) -> AsyncIterator[str]:
    """Serve the playground on loopback while the context lasts; its address. Raises SettingsError for a taken port."""
    runner = web.AppRunner(build(world), access_log=None, handle_signals=False, shutdown_timeout=0.5)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as error:
            raise SettingsError(f"--port {port}: cannot be listened on ({error.strerror}); choose another") from error
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


# -- what is seen ------------------------------------------------------------------------------------------------------


def _page(request: web.Request) -> PlaygroundPage:
    return PlaygroundPage.of(request, request.app[WORLD].services)


async def index(request: web.Request) -> web.Response:
    """GET /."""
    world, page = request.app[WORLD], _page(request)
    response = page.respond(
        "playground.html",
        world=world,
        reaction=REACTION,
        once=_once,
        languages=sorted(languages.catalogues()),
        **await _agent_values(world),
    )
    if request.query.get("lang") in languages.catalogues():
        response.set_cookie(languages.COOKIE, page.language, samesite="Strict", httponly=True)
    return response


def on_phone(handle: Callable[[web.Request, Phone], Awaitable[str]]) -> Handler:
    """A handler of what is done on one phone; it names the template to answer with. Strangers' names get 404, what the
    phone does not have 400."""

    async def handler(request: web.Request) -> web.Response:
        world = request.app[WORLD]
        phone = world.phones.get(request.match_info["phone"])
        if phone is None:
            raise web.HTTPNotFound(text="no such phone")
        try:
            template = await handle(request, phone)
        except LookupError as error:
            raise web.HTTPBadRequest(text=f"the phone has no such thing: {error}") from error
        return _page(request).respond(template, world=world, phone=phone, reaction=REACTION, once=_once)

    return handler


def _once() -> str:
    """A mark for a form, so that sending it twice counts once."""
    return secrets.token_urlsafe(9)


async def see(request: web.Request, phone: Phone) -> str:
    """GET /phones/<id>: what has changed on it."""
    return "news.html"


async def events(request: web.Request) -> web.StreamResponse:
    """GET /events: which parts of the page are out of date, as server-sent events."""
    news = request.app[WORLD].news
    response = web.StreamResponse(headers={**secured(), "Content-Type": "text/event-stream"})
    # Listening before the page learns that it is listened to: what happens in between is told.
    with news.reader() as reader:
        await response.prepare(request)
        await response.write(b": hello\n\n")
        while not news.over:
            topics = await reader.next(HEARTBEAT_S)
            lines = "".join(f"data: {topic}\n\n" for topic in sorted(topics) if topic) or ": still here\n\n"
            with suppress(ConnectionError):
                await response.write(lines.encode())
            # What happens in one go is told in one go.
            await asyncio.sleep(GATHER_S)
    return response


async def _watching(app: web.Application) -> AsyncIterator[None]:
    """While a page is open, look whether the agent's part of it is out of date."""
    world = app[WORLD]

    async def watch() -> None:
        last = ""
        while True:
            await asyncio.sleep(AGENT_LOOK_S)
            if not len(world.news):
                continue
            with suppress(ClientError):
                pulse = await world.agent.pulse()
                if pulse != last:
                    world.news.tell("agent")
                last = pulse

    watching = asyncio.create_task(watch(), name="playground: agent")
    yield
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def _close(app: web.Application) -> None:
    app[WORLD].news.close()


# -- what is done on a phone -------------------------------------------------------------------------------------------


async def hold(request: web.Request, phone: Phone) -> str:
    """Another customer takes the phone."""
    phone.hold(str((await request.post()).get("user", "")))
    return "phone.html"


async def go(request: web.Request, phone: Phone) -> str:
    """To a shared place, a thread of it, or back to private."""
    form = await request.post()
    phone.go(str(form.get("place", "")), str(form.get("thread", "")))
    return "phone.html"


async def say(request: web.Request, phone: Phone) -> str:
    """Write, or send what else the customer has; a form that comes twice counts once."""
    form = await request.post()
    said = str(form.get("act", "")) or MessageKind.TEXT.value
    text = str(form.get("text", "")).strip()
    phone.mentions = bool(phone.place) and "mention" in form
    if not phone.first_time(str(form.get("once", ""))):
        return "composer.html"
    if said == MessageKind.PHOTO.value:
        phone.says(text, kind=MessageKind.PHOTO, attachments=(_photo(phone),), mention=phone.mentions)
    elif said == MessageKind.LOCATION.value:
        phone.says("", kind=MessageKind.LOCATION, location=BAZAAR)
    elif said != MessageKind.TEXT.value:
        phone.says(said)
    elif text:
        phone.says(text, mention=phone.mentions)
    return "composer.html"


def _photo(phone: Phone) -> Attachment:
    content = static_files.static_files(PACKAGES)["parcel.png"].body
    ref = f"F0{secrets.token_hex(6).upper()}"
    phone.imitation.hold(ref, content)
    return Attachment(kind=MessageKind.PHOTO, ref=ref, name="parcel.png", mime="image/png", size=len(content))


async def press(request: web.Request, phone: Phone) -> str:
    """Press a button under a message."""
    form = await request.post()
    phone.presses(str(form.get("message", "")), str(form.get("label", "")))
    return "news.html"


async def react(request: web.Request, phone: Phone) -> str:
    """Put an emoji on a message."""
    phone.reacts(str((await request.post()).get("message", "")), REACTION)
    return "news.html"


async def receipts(request: web.Request, phone: Phone) -> str:
    """Whether the platform reports what it delivered."""
    phone.receipts = "on" in await request.post()
    return "receipts.html"


async def fault(request: web.Request, phone: Phone) -> str:
    """Make the next calls or webhooks go wrong."""
    form = await request.post()
    name, times = str(form.get("fault", "")), str(form.get("times", "1"))
    if name not in phone.imitation.cast.faults or not times.isdecimal() or not 1 <= int(times) <= 99:
        raise LookupError(f"fault {name!r} {times!r} times")
    phone.imitation.fault(Fault(name), int(times))
    return "armed.html"


async def clear(request: web.Request, phone: Phone) -> str:
    """Nothing goes wrong any more."""
    for one in Fault:
        phone.imitation.fault(one, 0)
    return "armed.html"


# -- the clock and the agent -------------------------------------------------------------------------------------------


async def clock(request: web.Request) -> web.Response:
    """GET or POST /clock: time goes on."""
    world = request.app[WORLD]
    if request.method == "POST":
        hours = str((await request.post()).get("hours", ""))
        if hours not in {"1", "24"}:
            raise web.HTTPBadRequest(text="hours: 1 or 24")
        world.time_passes(float(hours))
    return _page(request).respond("clock.html", world=world)


async def _agent_values(world: World, problem: str = "") -> dict[str, Any]:
    opened = await world.agent.conversation(world.agent.open) if world.agent.open else None
    return {"conversations": await world.agent.conversations(), "opened": opened, "problem": problem}


async def agent(request: web.Request) -> web.Response:
    """GET /agent: who waits, and the conversation that is open."""
    world = request.app[WORLD]
    return _page(request).respond("agent.html", world=world, once=_once, **await _agent_values(world))


async def open_conversation(request: web.Request) -> web.Response:
    """POST /agent/open: look at a conversation, or ("") at none."""
    world = request.app[WORLD]
    id = str((await request.post()).get("id", ""))
    if id and not id.isdecimal():
        raise web.HTTPBadRequest(text="id: a number")
    world.agent.open = id
    return await agent(request)


async def act(request: web.Request) -> web.Response:
    """POST /agent/<id>/<act>: what the agent does, by the API."""
    world, form = request.app[WORLD], await request.post()
    id, problem = request.match_info["id"], ""
    if not id.isdecimal():
        raise web.HTTPNotFound(text="no such conversation")
    try:
        await world.agent.acts(
            id, request.match_info["act"], text=str(form.get("text", "")).strip(), key=str(form.get("once", ""))
        )
    except ActRefused as refused:
        problem = str(refused)
    except LookupError as error:
        raise web.HTTPNotFound(text="no such act") from error
    return _page(request).respond("agent.html", world=world, once=_once, **await _agent_values(world, problem))
