"""`csbot db`: the database's schema."""

from __future__ import annotations

import json

import typer

from csbot import config
from csbot.bootstrap import open_store
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption, JsonOption
from csbot.store import schema

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.command(epilog="Example: csbot db upgrade")
def upgrade(config_file: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Bring the schema to this version of csbot; a server does the same at its start."""
    settings = config.load(config_file)

    async def work() -> None:
        # Opening does it, and tells in a line what is in the way.
        async with open_store(settings, exclusive=True) as store:
            await store.ping()

    run_async(work())
    typer.echo(json.dumps({"schema": schema.HEAD}) if as_json else f"the schema is at {schema.HEAD}")
