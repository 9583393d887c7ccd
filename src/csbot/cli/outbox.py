"""`csbot outbox`: what could not be sent, by a person's hand."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from csbot import config
from csbot.bootstrap import now, open_store
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption, JsonOption
from csbot.cli.screen import screen
from csbot.domain.delivery import DeliveryState
from csbot.domain.reading import UnsentPart
from csbot.errors import CsbotError

app = typer.Typer(help="What could not be sent.", no_args_is_help=True)


class Unsent(StrEnum):
    """The states of a part that a person has to look at."""

    PARKED = "parked"
    FAILED = "failed"
    UNKNOWN = "unknown"


@app.command("list", epilog="Example: csbot outbox list --state unknown --json")
def list_unsent(
    state: Annotated[
        list[Unsent] | None, typer.Option(help="Only these; may be given more than once.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 50,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was not sent, or of which nobody knows whether it was, with the reason."""
    settings = config.load(config_file)
    states = [DeliveryState(one.value) for one in state or tuple(Unsent)]

    async def work() -> list[UnsentPart]:
        async with open_store(settings) as store:
            return await store.unsent_parts(states=states, limit=limit)

    parts = run_async(work())
    if as_json:
        typer.echo(json.dumps([_row(part) for part in parts], ensure_ascii=False))
    elif not parts:
        typer.echo("Nothing is parked, failed or unknown.")
    else:
        table = Table("part", "conversation", "channel", "to", "state", "reason", "since", box=None, pad_edge=False)
        for part in parts:
            since = part.updated_at.astimezone().strftime("%Y-%m-%d %H:%M")
            about = (str(part.conversation), part.channel, part.to, part.state.value, part.reason)
            table.add_row(str(part.id), *map(escape, about), since)
        screen().print(table)


def _row(part: UnsentPart) -> dict[str, object]:
    return {
        "part": part.id,
        "conversation": part.conversation,
        "channel": part.channel,
        "to": part.to,
        "author": part.author.value,
        "state": part.state.value,
        "reason": part.reason,
        "updated_at": part.updated_at.isoformat(),
    }


@app.command(epilog="Example: csbot outbox resend 42")
def resend(
    part: Annotated[
        int,
        typer.Argument(
            metavar="PART",
            min=1,
            help="Its id, as `csbot outbox list` and GET conversations/ID show it.",
            show_default=False,
        ),
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
