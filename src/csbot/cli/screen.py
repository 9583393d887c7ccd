"""How commands show things: coloured and as wide as a terminal, plain and unbroken where a program reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

WIDE = 240


def screen() -> Console:
    """A console that breaks lines at a terminal's width only, so that addresses in a log stay whole."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDE)


@contextmanager
def busy(console: Console, what: str) -> Iterator[None]:
    """Say what takes a while: on a terminal, until it is done."""
    if not console.is_terminal:
        yield
        return
    with console.status(what, spinner="line"):
        yield


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far something is, for as long as it tells: on a terminal, beside the command's answer."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda done, of: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def facts(rows: list[tuple[str, str]]) -> Table:
    """Names on the left, what they stand for on the right; nothing in either is markup."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(Text(f"  {name}"), Text(value))
    return table
