"""`csbot channels`: which kinds there are, and a start for a new one."""

from __future__ import annotations

import json

import typer
from rich.console import Console
from rich.table import Table

from csbot.cli.options import JsonOption
from csbot.plugins import channel_kinds, channel_spec

app = typer.Typer(help="Kinds of channels.", no_args_is_help=True)


@app.command("list", epilog="Example: csbot channels list --json")
def list_kinds(as_json: JsonOption = False) -> None:
    """The kinds that can be named in the settings, with the paths platforms post to."""
    specs = [channel_spec(kind) for kind in channel_kinds()]
    if as_json:
        typer.echo(json.dumps([{"kind": s.kind, "title": s.title, "routes": dict(s.routes)} for s in specs]))
        return
    table = Table("kind", "title", "posted to /channels/<id>/")
    for spec in specs:
        table.add_row(spec.kind, spec.title, ", ".join(spec.routes) or "-")
    Console().print(table)
