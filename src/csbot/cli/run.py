"""`csbot run`: serve until told to stop."""

from __future__ import annotations

import gc

from rich.console import Console
from rich.table import Table

from csbot import config, log
from csbot.bootstrap import assemble, content_folder, state_folder
from csbot.cli.loops import first_of, run_async, stop_signal
from csbot.cli.options import ConfigOption
from csbot.config import Settings
from csbot.errors import CsbotError
from csbot.runtime.supervisor import serve
from csbot.services import Services

EXAMPLE = "Example: csbot run --config csbot.toml"


def run(config_file: ConfigOption = None) -> None:
    """Serve webhooks, the API and the bot until SIGTERM or Ctrl-C."""
    settings = config.load(config_file)
    log.configure(level=settings.log.level, masked=settings.log.masked)
    run_async(_run(settings))


async def _run(settings: Settings) -> None:
    stop = stop_signal()
    async with assemble(settings) as assembled:
        services = assembled.services
        async with serve(
            services, host=settings.server.host, port=settings.server.port, learn=assembled.learn
        ) as serving:
            _tell(settings, services, serving.url)
            _settle_memory()
            await first_of(stop, serving.failed)
            if serving.failed.done():
                error = serving.failed.exception()
                raise CsbotError(f"a part of csbot died and it stops rather than pretend: {error!r}") from error
            log.get_logger("run").info("stopping", signal=stop.result())


def _settle_memory() -> None:
    """What was built at the start stays: leave it out of every later collection, and collect less often.

    A tenth of the message path's time went into walking the content and the modules again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _tell(settings: Settings, services: Services, url: str) -> None:
    """Where things are, once everything is up."""
    console = Console(highlight=False)
    table = Table.grid(padding=(0, 2))
    public = settings.server.public_url or url
    table.add_row("csbot", f"[bold]{url}[/bold]  ({settings.brand.name})")
    table.add_row("API", f"{url}/api/v1   docs: {url}/api/v1/openapi.json   figures: {url}/metrics")
    for outlet in services.outlets.values():
        for route, what in outlet.spec.routes.items():
            table.add_row(outlet.id, f"{outlet.spec.title}, {what}: {public}/channels/{outlet.id}/{route}")
        if not outlet.spec.routes:
            table.add_row(outlet.id, outlet.spec.title)
    if not services.outlets:
        table.add_row("channels", "none yet: try `csbot chat`, or add one to csbot.toml (see README)")
    table.add_row("content", f"{content_folder(settings)}  version {services.knowledge.now.catalogue.version}")
    table.add_row(
        "store", f"{_without_password(settings.store.url.get_secret_value())}  state: {state_folder(settings)}"
    )
    console.print(table)
    for id, channel in settings.channels.items():
        if channel.unsafe_unsigned:
            console.print(
                f"[bold red]UNSAFE[/bold red] channel {id} accepts unsigned webhooks: anybody can post as a customer"
            )
    if not settings.log.masked:
        console.print("[bold red]UNSAFE[/bold red] logs are not masked: they show customers' data")


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    credentials, at, place = rest.rpartition("@")
    if not at:
        return url
    return f"{scheme}{separator}{credentials.partition(':')[0]}@{place}"
