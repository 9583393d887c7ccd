"""`csbot playground`: the whole bridge tried without an account, with a phone for every platform."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from csbot import config, log
from csbot.cli.loops import first_of, run_async, stop_signal
from csbot.cli.options import ConfigOption, JsonOption
from csbot.cli.run import first_admin
from csbot.cli.screen import facts, screen
from csbot.config import Settings
from csbot.playground.page import served
from csbot.playground.world import Clock, playing
from csbot.sampleshop.beside import beside

EXAMPLE = "Example: csbot playground --fresh"


def playground(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where the playground is served; 0 for any.")] = 8090,
    csbot_port: Annotated[int, typer.Option(min=0, max=65535, help="Where csbot is; another when it is taken.")] = 8080,
    store: Annotated[Path, typer.Option(help="The file of its own database.")] = Path("var/playground/csbot.db"),
    fresh: Annotated[bool, typer.Option("--fresh", help="With an empty database that is gone afterwards.")] = False,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Chat by WhatsApp, SMS, Telegram and Slack on imitated phones beside an agent, and make things go wrong.

    The brand and its content are those of the settings; channels, database and addresses are the playground's own.
    It is served to this machine only and asks nobody who they are: it is for trying, not for customers.
    """
    settings = config.load(config_file)
    log.configure(level="warning", masked=settings.log.masked)
    with ExitStack() as stack:
        if fresh:
            store = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="csbot-playground-"))) / "csbot.db"
        run_async(_play(settings, store, port=port, csbot_port=csbot_port, as_json=as_json))


async def _play(settings: Settings, store: Path, *, port: int, csbot_port: int, as_json: bool) -> None:
    stopped = stop_signal()
    clock = Clock()
    async with (
        beside(settings, clock=clock) as (settings, shop),
        playing(settings, store, port=csbot_port, clock=clock, shop=shop) as world,
        served(world, port=port) as url,
    ):
        if as_json:
            typer.echo(json.dumps({"playground": url, "csbot": world.url, "pages": list(world.pages), "shop": shop}))
        else:
            link = await first_admin(settings, world.services, world.url)
            pages = [(path, f"{world.url}{path}") for path in world.pages]
            _tell(
                screen(),
                url,
                [
                    ("csbot", world.url),
                    *pages,
                    *([("sample shop", shop)] if shop else []),
                    *([("admin", link)] if link else []),
                    ("store", str(store)),
                ],
            )
        await first_of(stopped, world.serving.failed)
    if world.serving.failed.done():
        world.serving.failed.result()


def _tell(console: Console, url: str, rows: list[tuple[str, str]]) -> None:
    console.print(f"The playground is at {url}", style="bold")
    console.print(facts(rows))
    console.print("It asks nobody who they are and is served to this machine only. Ctrl-C ends it.", style="dim")
