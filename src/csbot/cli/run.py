"""`csbot run`: serve until told to stop."""

from __future__ import annotations

import gc
from contextlib import AsyncExitStack

from rich.console import Console
from rich.text import Text

from csbot import config, log
from csbot.bootstrap import assemble, unset_lookups
from csbot.bootstrap.folders import content_folder, state_folder
from csbot.cli.content import is_published
from csbot.cli.loops import first_of, run_async, stop_signal
from csbot.cli.options import ConfigOption
from csbot.cli.screen import busy, facts, screen
from csbot.cli.user import invited
from csbot.config import Settings
from csbot.domain.capabilities import Arrival
from csbot.errors import CsbotError
from csbot.runtime.supervisor import serve
from csbot.sampleshop.beside import beside
from csbot.services import Services

EXAMPLE = "Example: csbot run --config csbot.toml"


def run(config_file: ConfigOption = None) -> None:
    """Serve webhooks, the API and the bot until SIGTERM or Ctrl-C."""
    settings = config.load(config_file)
    log.configure(level=settings.log.level, masked=settings.log.masked)
    run_async(_run(settings))


async def _run(settings: Settings) -> None:
    stop = stop_signal()
    console = screen()
    async with AsyncExitStack() as stack:
        with busy(console, f"Learning what {settings.brand.name} answers ..."):
            settings, shop = await stack.enter_async_context(beside(settings))
            assembled = await stack.enter_async_context(assemble(settings))
            services = assembled.services
            serving = await stack.enter_async_context(
                serve(services, host=settings.server.host, port=settings.server.port, learn=assembled.learn)
            )
        first = await first_admin(settings, services, serving.url)
        _tell(console, settings, services, serving.url, first=first, shop=shop)
        _settle_memory()
        await first_of(stop, serving.failed)
        if serving.failed.done():
            error = serving.failed.exception()
            raise CsbotError(f"a part of csbot died and it stops rather than pretend: {error!r}") from error
        log.get_logger("run").info("stopping", signal=stop.result())


async def first_admin(settings: Settings, services: Services, url: str) -> str:
    """The link by which the first admin comes in; empty once there is one."""
    if await services.store.accounts.has_admin():
        return ""
    return await invited(services.store, settings, email="", role="admin", url=url)


def _settle_memory() -> None:
    """What was built at the start stays: leave it out of every later collection, and collect less often.

    A tenth of the message path's time went into walking the content and the modules again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _tell(console: Console, settings: Settings, services: Services, url: str, *, first: str, shop: str) -> None:
    """Where things are, once everything is up."""
    console.print(Text.assemble("csbot for ", (settings.brand.name, "bold"), " is up at ", (url, "bold")))
    console.print(
        facts(
            [
                ("desk", _desk(settings.server.public_url or url, first)),
                ("API", f"{url}/api/v1   described in {url}/api/v1/openapi.json"),
                ("agents", "csbot user invite EMAIL; for the API: csbot user add EMAIL, then csbot user token EMAIL"),
                ("figures", f"{url}/metrics"),
                *_channels(services, settings.server.public_url or url),
                *([("sample shop", f"{shop}   orders that are made up, and the codes it sends")] if shop else []),
                ("content", _content(settings, services.knowledge.now.catalogue.version)),
                ("store", _without_password(settings.store.url.get_secret_value())),
                ("state", f"{state_folder(settings)}   (spool, key of media links)"),
            ]
        )
    )
    posted_to = [id for id, outlet in services.outlets.items() if Arrival.WEBHOOK in outlet.capabilities.arrival]
    if posted_to and not settings.server.public_url:
        _warn(console, f"without [server] public_url no platform reaches {', '.join(posted_to)}", "CHECK ")
    for id, channel in settings.channels.items():
        if channel.unsafe_unsigned:
            _warn(console, f"channel {id} accepts unsigned webhooks: anybody can post as a customer")
    for name in unset_lookups(settings, services.knowledge.now.catalogue):
        _warn(console, f"the content asks {name}, and there is no [lookups.{name}]: a person will have to", "CHECK ")
    if shop and services.outlets.keys() - _hosted(services):
        _warn(console, "lookups are answered by the sample shop: its orders are made up", "CHECK ")
    if not settings.log.masked:
        _warn(console, "logs are not masked: they show customers' data")
    if console.is_terminal:
        console.print("Ctrl-C stops it.")


def _desk(url: str, first: str) -> str:
    if not first:
        return f"{url}/desk"
    return f"{url}/desk   you are the first: become its admin by this link, once, within half an hour\n{first}"


def _channels(services: Services, public: str) -> list[tuple[str, str]]:
    rows = []
    for outlet in services.outlets.values():
        if Arrival.WEBHOOK in outlet.capabilities.arrival:
            addresses = (
                f"{what}:\n{public}/channels/{outlet.id}/{route}" for route, what in outlet.spec.routes.items()
            )
            rows.append((outlet.id, "\n".join([outlet.spec.title, *addresses])))
        elif Arrival.HOSTED in outlet.capabilities.arrival:
            rows.append((outlet.id, f"{outlet.spec.title}: {public}/chat/{outlet.id}"))
        else:
            rows.append((outlet.id, f"{outlet.spec.title}, fetched by csbot itself"))
    return rows or [("channels", "none yet: try csbot chat, or add one to csbot.toml")]


def _hosted(services: Services) -> set[str]:
    """The channels that are pages of csbot's own, on which one may well be trying things."""
    return {id for id, outlet in services.outlets.items() if Arrival.HOSTED in outlet.capabilities.arrival}


def _content(settings: Settings, version: str) -> str:
    """Where the content comes from; a restart publishes nothing, so files edited since are worth a word."""
    folder = content_folder(settings)
    if is_published(folder, version):
        return f"{folder}, version {version}"
    return f"version {version}; the files in {folder} are others by now: csbot content publish puts them in force"


def _warn(console: Console, what: str, mark: str = "UNSAFE ") -> None:
    console.print(Text.assemble((mark, "bold red"), what))


def _without_password(url: str) -> str:
    # Behind a question mark PostgreSQL takes a password too.
    shown = url.partition("?")[0]
    scheme, separator, rest = shown.partition("://")
    credentials, at, place = rest.rpartition("@")
    if not at:
        return shown
    return f"{scheme}{separator}{credentials.partition(':')[0]}@{place}"
