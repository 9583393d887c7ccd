"""`csbot chat`: a conversation in the terminal, with the API beside it so that an agent can take over."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from csbot import config, log
from csbot.bootstrap import assemble, now
from csbot.cli.loops import first_of, run_async, stop_signal
from csbot.cli.options import ConfigOption
from csbot.cli.user import issue_token
from csbot.config import LogSettings, ServerSettings, Settings
from csbot.plugins import channel_spec
from csbot.ports import Store
from csbot.runtime.supervisor import serve

EXAMPLE = "Example: csbot chat --store var/try.db"

AGENT = "agent@localhost"
IDLE_LOOK_S = 0.1
FINISH_S = 30.0


def chat(
    config_file: ConfigOption = None,
    store: Annotated[
        Path | None, typer.Option("--store", help="Keep the conversation in this SQLite file.", show_default=False)
    ] = None,
    port: Annotated[int, typer.Option("--port", help="Port of the API; 0 takes a free one.")] = 0,
) -> None:
    """Talk to the bot here; it runs on a store of its own and serves the API on a loopback port."""
    base = config.load(config_file)
    log.configure(level="error", masked=base.log.masked)
    with _own_store(store) as file:
        run_async(_chat(_settings(base, file, port)))


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
    async with assemble(settings) as assembled:
        store = assembled.services.store
        async with serve(
            assembled.services, host="127.0.0.1", port=settings.server.port, learn=assembled.learn
        ) as serving:
            api = f"{serving.url}/api/v1"
            await store.add_user(AGENT, role="agent", now=now())
            token = await issue_token(store, AGENT)
            typer.echo(f"{settings.brand.name} in your terminal. Ctrl-D ends it.")
            typer.echo(f"API for an agent in another terminal: {api}")
            typer.echo(f"  TOKEN={token}")
            typer.echo(f'  curl -H "Authorization: Bearer $TOKEN" {api}/conversations?status=waiting\n')
            sys.stdout.flush()
            ended = asyncio.gather(*serving.pulls)
            await first_of(stop, serving.failed, ended)
            if ended.done() and not ended.cancelled():
                await _finish(store)
            elif serving.failed.done():
                serving.failed.result()


async def _finish(store: Store) -> None:
    """The input has ended: let what was asked be answered before leaving."""
    deadline = asyncio.get_running_loop().time() + FINISH_S
    while asyncio.get_running_loop().time() < deadline:
        waiting = await store.next_lane_due() or await store.next_part_due()
        if waiting is None and not (await store.counts()).get("busy"):
            return
        await asyncio.sleep(IDLE_LOOK_S)
