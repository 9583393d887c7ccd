"""`csbot outbox`: what could not be sent, by a person's hand."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from csbot import config
from csbot.bootstrap import now, open_store
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption, JsonOption
from csbot.errors import CsbotError

app = typer.Typer(help="What could not be sent.", no_args_is_help=True)


@app.command(epilog="Example: csbot outbox resend 42")
def resend(
    part: Annotated[
        int, typer.Argument(metavar="PART", min=1, help="Its id, as GET conversations/ID shows it.", show_default=False)
    ],
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a part that is parked, failed or unknown again; a running server takes it up within a second.

    Of an unknown part nobody knows whether the customer has it: look, or ask, before sending it twice.
    """
    settings = config.load(config_file)

    async def work() -> bool:
        async with open_store(settings) as store:
            return await store.requeue_part(part, now=now())

    if not run_async(work()):
        raise CsbotError(f"part {part} is not parked, failed or unknown, so it is not sent again")
    typer.echo(json.dumps({"part": part, "state": "queued"}) if as_json else f"part {part} is queued again")
