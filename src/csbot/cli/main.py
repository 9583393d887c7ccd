"""`csbot`: the groups of commands, and how an error is told."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

import csbot
from csbot import log
from csbot.cli import ask, channels, chat, content, db, doctor, nlu, outbox, playground, rasa, run, sampleshop, user
from csbot.errors import CsbotError

app = typer.Typer(
    name="csbot",
    help="A customer-service chatbot and channel bridge.",
    epilog="Begin with csbot chat. When something is wrong: csbot doctor.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command(epilog=run.EXAMPLE)(run.run)
app.command(epilog=chat.EXAMPLE)(chat.chat)
app.command(epilog=playground.EXAMPLE)(playground.playground)
app.command("sample-shop", epilog=sampleshop.EXAMPLE)(sampleshop.sample_shop)
app.command(epilog=ask.EXAMPLE)(ask.ask)
app.command(epilog=doctor.EXAMPLE)(doctor.doctor)
app.add_typer(content.app, name="content")
app.add_typer(nlu.app, name="nlu")
app.add_typer(channels.app, name="channels")
app.add_typer(user.app, name="user")
app.add_typer(outbox.app, name="outbox")
app.add_typer(rasa.app, name="rasa")
app.add_typer(db.app, name="db")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(csbot.__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """A customer-service chatbot and channel bridge."""
    # Standard output is the command's answer, often read by a script; commands that serve say more than this.
    log.configure(level="warning")


def main(args: Sequence[str] | None = None) -> None:
    """Run a command; what a person can mend is told in plain words, with exit code 1. `args`: else the process's."""
    try:
        app(args, prog_name="csbot")
    except CsbotError as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"csbot: {line}\n")
        sys.exit(1)
