"""`csbot channels`: which kinds there are, how far each is, and a start for a new one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from csbot.cli import scaffold
from csbot.cli.options import JsonOption
from csbot.plugins import channel_kinds, channel_spec

FolderOption = Annotated[Path, typer.Option("--folder", help="The checkout of csbot.")]

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


@app.command("new", epilog="Example: csbot channels new viber")
def new(name: Annotated[str, typer.Argument(help="The kind, like viber.")], folder: FolderOption = Path()) -> None:
    """Begin a new kind: its six files, its cases for the contract suite, its lines in pyproject.toml.

    No file under src/csbot changes.
    """
    for file in scaffold.new_channel(name, folder):
        typer.echo(file)
    typer.echo(
        f"\nNext:\n"
        f"  make setup                                 makes csbot know the kind {name!r}\n"
        f'  make test ARGS="-k {name} -x"               says what to fill in first; docs/channels.md says how\n'
    )


@app.command("table", epilog="Example: csbot channels table --write")
def show_table(
    write: Annotated[bool, typer.Option("--write", help="Put it into docs/channels.md.")] = False,
    folder: FolderOption = Path(),
) -> None:
    """How far each adapter of a checkout is on the channel scale, from its quality.toml."""
    if not write:
        typer.echo(scaffold.table(folder))
    elif not scaffold.write_table(folder):
        raise scaffold.ScaffoldError(f"{folder / scaffold.DOCUMENT}: there is no place for the table in it")
