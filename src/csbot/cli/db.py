"""`csbot db`: the database's schema."""

from __future__ import annotations

import typer

from csbot import config
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption
from csbot.store import schema

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.command(epilog="Example: csbot db upgrade")
def upgrade(config_file: ConfigOption = None) -> None:
    """Bring the schema to this version of csbot; a server does the same at its start."""
    url = config.load(config_file).store.url.get_secret_value()
    run_async(schema.upgrade(url))
    typer.echo(f"schema is at {schema.HEAD}")

