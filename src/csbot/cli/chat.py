"""`csbot chat`: a conversation in the terminal, with the API beside it so that an agent can take over; with `--url` the
web chat of a csbot that runs elsewhere.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.text import Text

from csbot import config, log
from csbot.bootstrap import assemble, now
from csbot.cli.loops import first_of, run_async, stop_signal
from csbot.cli.options import ConfigOption
from csbot.cli.screen import busy, screen
from csbot.cli.user import issue_token
from csbot.cli.webchat.shown import Objects, Paper
from csbot.cli.webchat.talk import Talk, keyboard
from csbot.cli.webchat.visitor import WebChat, browser, find
from csbot.config import LogSettings, ServerSettings, Settings
from csbot.errors import CsbotError
from csbot.plugins import channel_spec
from csbot.ports import Store
from csbot.runtime.supervisor import serve
from csbot.sampleshop.beside import beside

EXAMPLE = "Example: csbot chat --url https://shop.example/chat/web"

AGENT = "agent@localhost"
IDLE_LOOK_S = 0.1
FINISH_S = 30.0


def chat(
    config_file: ConfigOption = None,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store", help="Keep the conversation in this SQLite file; else it is forgotten.", show_default=False
        ),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the API; 0 takes a free one.")] = 0,
    url: Annotated[
        str, typer.Option("--url", help="Talk to the web chat at this address instead.", show_default=False)
    ] = "",
    channel: Annotated[
        str, typer.Option("--channel", help="With --url: which web chat of that server.", show_default=False)
    ] = "",
    keep: Annotated[
        Path | None,
        typer.Option("--keep", help="With --url: go on another time, by what this file keeps.", show_default=False),
    ] = None,
    wait_s: Annotated[
        float, typer.Option("--wait", min=1, help="With --url: seconds a script waits for each answer.")
    ] = 60.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --url: one JSON object a message, for scripts.")
    ] = False,
) -> None:
    """Talk to csbot as a customer, here; the API beside it lets an agent take over from another terminal.

    With --url it talks to a web chat that runs elsewhere, as its page does.
    There a number picks an answer, /new begins a new conversation, /file PATH
    hands a file in, /save PATH saves the conversation, /app shows how to go on
    in an app of yours, /quit ends it. Lines that are piped in are sent one by
    one, each once the last is answered.
    """
    if url:
        if store is not None or port or config_file is not None:
            raise typer.BadParameter("--store, --port and --config are for a csbot of its own, not for one at --url")
        run_async(_visit(url, channel, keep, wait_s=wait_s, as_json=as_json))
        return
    if channel or keep is not None or as_json:
        raise typer.BadParameter("--channel, --keep and --json need the --url of a web chat")
    base = config.load(config_file)
    log.configure(level="error", masked=base.log.masked)
    with _own_store(store) as file:
        run_async(_chat(_settings(base, file, port)))


async def _visit(url: str, channel: str, keep: Path | None, *, wait_s: float, as_json: bool) -> None:
    stop = stop_signal()
    is_script = not sys.stdin.isatty()
    talk = Talk(Objects() if as_json else Paper(), is_script=is_script, keep=keep)
    async with browser() as http:
        chat = WebChat(http, await find(http, url, channel), talk)
        await talk.begin(chat)
        talking = asyncio.create_task(talk.go_on(keyboard(), wait_s=wait_s))
        running = asyncio.create_task(chat.run())
        await first_of(stop, talking, running)
        for task in (talking, running):
            if task.done():
                task.result()
            task.cancel()
        if stop.done() and is_script:
            raise CsbotError(f"stopped by {stop.result()}")


@contextmanager
def _own_store(named: Path | None) -> Iterator[Path]:
    if named is not None:
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="csbot-chat-") as folder:
        yield Path(folder) / "chat.db"


def _settings(base: Settings, file: Path, port: int) -> Settings:
    """The brand and its content as set, but this terminal the only channel and this file the only store."""
    return base.model_copy(
        update={
            "channels": {"console": channel_spec("console").settings(kind="console")},
            "server": ServerSettings(port=port),
            "store": base.store.model_copy(
                update={"url": SecretStr(f"sqlite:///{file}"), "spool": file.parent / f"{file.name}.spool"}
            ),
            # A line ended with Enter is a whole message: nothing to wait for behind it.
            "limits": base.limits.model_copy(update={"burst_s": 0.0}),
            "log": LogSettings(level="error", masked=base.log.masked),
        }
    )


async def _chat(settings: Settings) -> None:
    stop = stop_signal()
    console = screen()
    async with AsyncExitStack() as stack:
        with busy(console, f"Learning what {settings.brand.name} answers ..."):
            settings, shop = await stack.enter_async_context(beside(settings))
            assembled = await stack.enter_async_context(assemble(settings))
            store = assembled.services.store
            await store.add_user(AGENT, role="agent", now=now())
            token = await issue_token(store, AGENT)
            serving = await stack.enter_async_context(
                serve(assembled.services, host="127.0.0.1", port=settings.server.port, learn=assembled.learn)
            )
        _tell(console, settings.brand.name, f"{serving.url}/api/v1", token, shop)
        ended = asyncio.gather(*serving.pulls)
        await first_of(stop, serving.failed, ended)
        if ended.done() and not ended.cancelled():
            await _finish(store)
        elif serving.failed.done():
            serving.failed.result()
        if sys.stdin.isatty():
            console.print()


def _tell(console: Console, brand: str, api: str, token: str, shop: str) -> None:
    """How to talk, and how to take over: lines to paste into another terminal; and orders to ask about."""
    console.print(Text.assemble("You are a customer of ", (brand, "bold"), ". Write a line; Ctrl-D ends it."))
    console.print("To answer as an agent, in another terminal:")
    console.print(Text(f"  export API={api} TOKEN={token}"), soft_wrap=True)
    console.print(
        Text('  curl -s -H "Authorization: Bearer $TOKEN" "$API/conversations?status=waiting"'), soft_wrap=True
    )
    if shop:
        console.print(Text(f"Orders to ask about, made up, and the codes sent: {shop}"), soft_wrap=True)
    console.print()
    sys.stdout.flush()


async def _finish(store: Store) -> None:
    """The input has ended: let what was asked be answered before leaving."""
    deadline = asyncio.get_running_loop().time() + FINISH_S
    while asyncio.get_running_loop().time() < deadline:
        counts = await store.counts()
        if not counts["due_lanes"] and not counts["queued"]:
            return
        await asyncio.sleep(IDLE_LOOK_S)
