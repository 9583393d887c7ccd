"""`csbot ask`: what the bot would make of one message."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console

from csbot import config
from csbot.bootstrap import content_folder, knowledge_of, now
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption, JsonOption
from csbot.content.sources import read_sources
from csbot.domain.turn import Live as Snapshot
from csbot.engine.turn import Engine
from csbot.engine.understand import Judgement

EXAMPLE = 'Example: csbot ask "kargom nerede" --why'


def ask(
    text: Annotated[str, typer.Argument(help="What a customer might write.")],
    language: Annotated[str, typer.Option(help="The lane's language so far.")] = "",
    why: Annotated[bool, typer.Option("--why", help="Show the ranking and the reasons.")] = False,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the files' own content one question, without a server; nothing is stored or sent."""
    settings = config.load(config_file)
    knowledge = knowledge_of(settings, read_sources(content_folder(settings)))

    async def work() -> Judgement:
        return await Engine(brand=settings.brand.brand()).understand(
            text, language=language, live=Snapshot(catalogue=knowledge.catalogue), nlu=knowledge.nlu, now=now()
        )

    verdict = run_async(work())
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "decision": verdict.decision,
                    "ranking": [{"name": r.name, "score": r.score} for r in verdict.ranking],
                    "why": verdict.why,
                },
                ensure_ascii=False,
            )
        )
        return
    console = Console(highlight=False)
    console.print(f"[bold]{verdict.decision}[/bold]")
    if why:
        for ranked in verdict.ranking[:5]:
            console.print(f"  {ranked.score:.2f}  {ranked.name}", markup=False)
        console.print(verdict.why, soft_wrap=True, markup=False)
