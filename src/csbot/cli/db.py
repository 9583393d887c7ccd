"""`csbot db`: the database's schema."""

from __future__ import annotations

import json

import typer

from csbot import config
from csbot.cli.options import ConfigOption, JsonOption
from csbot.store import schema

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.command(epilog="Example: csbot db upgrade")
def upgrade(config_file: ConfigOption = None) -> None:
    """Bring the schema to this version of csbot; a server does the same at its start."""
    url = config.load(config_file).store.url.get_secret_value()
    schema.upgrade(url)
    typer.echo(f"schema is at {schema.current(url)}")


@app.command(epilog="Example: csbot db current --json")
def current(config_file: ConfigOption = None, as_json: JsonOption = False) -> None:
    """The schema's version."""
    version = schema.current(config.load(config_file).store.url.get_secret_value())
    typer.echo(json.dumps({"version": version}) if as_json else str(version))
