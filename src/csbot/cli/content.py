"""`csbot content`: the brand's FAQ and intents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from csbot import config
from csbot.bootstrap import content_folder, knowledge_of, now, open_store
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption, JsonOption
from csbot.cli.screen import screen
from csbot.content.catalogue import check as check_content
from csbot.content.findings import Findings
from csbot.content.sources import collect, read_sources, sources_to_json

app = typer.Typer(help="The brand's FAQ and intents.", no_args_is_help=True)


@app.command(epilog="Example: csbot content check --path shop/")
def check(
    path: Annotated[Path | None, typer.Option(help="Folder with intents/ and faq/.", show_default=False)] = None,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look for mistakes; each with file, line and how to mend it. Exits 1 if there are errors."""
    settings = config.load(config_file)
    folder = path or content_folder(settings)
    findings = check_content(folder, settings.brand.languages)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "errors": [str(finding) for finding in findings.errors],
                    "warnings": [str(finding) for finding in findings.warnings],
                },
                ensure_ascii=False,
            )
        )
    else:
        console = screen()
        for finding in findings.errors:
            console.print(Text.assemble(("error ", "red"), str(finding)), soft_wrap=True)
        for finding in findings.warnings:
            console.print(Text.assemble(("warning ", "yellow"), str(finding)), soft_wrap=True)
        console.print(Text(_told(folder, findings)), soft_wrap=True)
    if findings.errors:
        raise typer.Exit(1)


@app.command(epilog="Example: csbot content publish")
def publish(
    path: Annotated[Path | None, typer.Option(help="Folder with intents/ and faq/.", show_default=False)] = None,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the files and put them in force; running servers switch within a second."""
    settings = config.load(config_file)
    sources = read_sources(path or content_folder(settings))
    # Built once here, so that nothing is published that a server would have to refuse.
    version = knowledge_of(settings, sources).catalogue.version

    async def work() -> None:
        async with open_store(settings) as store:
            await store.publish_content(version, sources_to_json(sources), by="command line", now=now())

    run_async(work())
    typer.echo(json.dumps({"version": version}) if as_json else f"version {version} is published")


def _told(folder: Path, findings: Findings) -> str:
    if findings.errors:
        count = len(findings.errors)
        return f"{folder}: {count} error{'s' * (count > 1)} to mend before it can be published"
    return f"{folder} is sound"


def is_published(folder: Path, version: str) -> bool:
    """The files of `folder` are the published `version`."""
    sources, unreadable = collect(folder)
    return not unreadable.errors and sources.version == version
