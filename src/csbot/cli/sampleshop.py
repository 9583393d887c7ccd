"""`csbot sample-shop`: the sample brand's order system by itself, to look at what csbot asks it."""

from __future__ import annotations

import json
import secrets
import sys
from typing import Annotated

import typer
from rich.text import Text

from csbot import log
from csbot.bootstrap import now
from csbot.cli.loops import run_async, stop_signal
from csbot.cli.options import JsonOption
from csbot.cli.screen import screen
from csbot.config import SHORTEST_SECRET
from csbot.sampleshop.shop import CANCEL, STATUS, Fault, SampleShop

EXAMPLE = "Example: csbot sample-shop --port 8070 --fault 500"


def sample_shop(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where it is served; 0 for any.")] = 8070,
    secret: Annotated[
        str, typer.Option(help="What csbot signs with. Default: another at each start.", show_default=False)
    ] = "",
    fault: Annotated[Fault | None, typer.Option(help="Fail each question in this way.", show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the sample brand's orders, as a brand's own system answers csbot's lookups.

    csbot run, chat and playground start one by themselves for lookups whose url is "sample-shop"; this one is for
    watching what a csbot asks, and for trying what it does when a system fails. It is served to this machine only.
    """
    if secret and len(secret) < SHORTEST_SECRET:
        raise typer.BadParameter(f"--secret must have at least {SHORTEST_SECRET} characters")
    log.configure(level="info")
    run_async(_serve(port, secret or secrets.token_urlsafe(32), fault, as_json=as_json))


async def _serve(port: int, secret: str, fault: Fault | None, *, as_json: bool) -> None:
    stopped = stop_signal()
    async with SampleShop(secret=secret.encode(), clock=now, port=port) as shop:
        if fault is not None:
            shop.fault(fault, times=sys.maxsize)
        if as_json:
            typer.echo(json.dumps({"page": shop.base_url, "url": shop.url, "secret": secret}))
        else:
            console = screen()
            console.print(f"The sample shop is at {shop.base_url}", style="bold")
            console.print("For csbot.toml, and then csbot run:")
            for name in (STATUS, CANCEL):
                lines = f"[lookups.{name}]", f'url = "{shop.url}"', f'secret = "{secret}"', "codes = true"
                console.print(Text("\n".join(["", *(f"  {line}" for line in lines)])), soft_wrap=True)
            console.print("\nIt is served to this machine only. Ctrl-C ends it.", style="dim")
        await stopped
