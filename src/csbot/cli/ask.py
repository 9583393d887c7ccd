"""`csbot ask`: what csbot would make of one message."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from csbot import config
from csbot.bootstrap import now
from csbot.bootstrap.folders import content_folder
from csbot.bootstrap.learning import knowledge_of, open_engines
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption, JsonOption
from csbot.cli.screen import screen
from csbot.content.sources import read_sources
from csbot.domain.ticket import Evidence
from csbot.domain.turn import Live as Snapshot
from csbot.engine.turn import Engine
from csbot.engine.understand import Judgement

EXAMPLE = 'Example: csbot ask "kargom nerede" --why'

RANKED = 5

MEANINGS = {
    "answer": "csbot answers it",
    "ask": "csbot asks back, for what a form wants to know or for words",
    "clarify": "csbot asks which of the closest was meant",
    "handoff": "csbot hands it to a person",
    "hold": "csbot waits a moment for the question behind the greeting",
    "lookup": "csbot asks one of your own systems",
    "smalltalk": "csbot answers in kind",
}
"""What a decision comes to; the others need a conversation that is under way."""


def ask(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What a customer might write.", show_default=False)],
    language: Annotated[
        str, typer.Option(help="The conversation's language so far, such as tr.", show_default=False)
    ] = "",
    why: Annotated[bool, typer.Option("--why", help="Show what it was weighed against, too.")] = False,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """What csbot would do with one message by the content's files; no server, and no word of it is stored or sent."""
    settings = config.load(config_file)
    sources = read_sources(content_folder(settings))

    async def work() -> Judgement:
        async with open_engines(settings) as engines:
            knowledge = knowledge_of(settings, sources, engines)
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
                    "evidence": [asdict(one) for one in verdict.evidence],
                },
                ensure_ascii=False,
            )
        )
        return
    console = screen()
    meaning = MEANINGS.get(verdict.decision, "")
    console.print(Text.assemble((verdict.decision, "bold"), f": {meaning}" if meaning else ""))
    console.print(Text(f"  {verdict.why}"), soft_wrap=True)
    if why:
        for one in verdict.evidence:
            if len(verdict.evidence) > 1:
                console.print(Text(f"  “{one.text}”"))
            for line in _weighed(one):
                console.print(Text(f"  {line}"), soft_wrap=True)


def _weighed(one: Evidence) -> Iterator[str]:
    """The meanings with their scores and nearest phrasings, the thresholds, the words that carried the best."""
    grounds = one.grounds
    nearest = {phrase.name: phrase for phrase in grounds.phrases} if grounds else {}
    for ranked in one.ranking[:RANKED]:
        phrase = nearest.get(ranked.name)
        like = f"  most like “{phrase.text}” ({phrase.likeness:.2f})" if phrase else ""
        yield f"{ranked.score:.2f}  {ranked.name}{like}"
    if grounds is not None:
        yield f"answered from {grounds.answer_from:.2f}, asked about from {grounds.ask_from:.2f}"
        if grounds.words:
            yield "carried by " + ", ".join(f"{word.text} {word.share:.0%}" for word in grounds.words)
