"""`csbot content`: the brand's FAQ and intents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from csbot import config
from csbot.bootstrap.folders import content_folder
from csbot.cli import publishing
from csbot.cli.options import ConfigOption, JsonOption
from csbot.cli.publishing import PathOption
from csbot.cli.screen import screen
from csbot.content.catalogue import check as check_content
from csbot.content.findings import Findings
from csbot.content.rasa import read_project
from csbot.content.sources import FOLDERS, PHRASES, collect
from csbot.errors import ContentError

app = typer.Typer(help="The brand's FAQ and intents.", no_args_is_help=True)
app.command(epilog=publishing.PUBLISH)(publishing.publish)
app.command(epilog=publishing.ROLLBACK)(publishing.rollback)
app.command(epilog=publishing.HISTORY)(publishing.history)
app.command("test", epilog=publishing.TEST)(publishing.play_conversations)


@app.command(epilog="Example: csbot content check --path shop/")
def check(
    path: PathOption = None,
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


@app.command(name="import-rasa", epilog="Example: csbot content import-rasa ../old-bot --into shop/")
def import_rasa(
    project: Annotated[Path, typer.Argument(metavar="DIR", help="A Rasa 3 project.", show_default=False)],
    into: Annotated[Path, typer.Option(help="The folder that gets intents/ and faq/; its files are kept.")],
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make content of a Rasa project, and list all that has no place here. Exits 1 if a file is in the way."""
    settings = config.load(config_file)
    imported = read_project(_project_files(project), languages=settings.brand.languages)
    if not imported.files:
        raise ContentError(f"{project}: no intents with examples were found; is it a Rasa 3 project?")
    files = dict(imported.files)
    if not (into / PHRASES).exists():
        files[PHRASES] = (content_folder(settings) / PHRASES).read_text(encoding="utf-8")
    if there := [name for name in files if (into / name).exists()]:
        raise ContentError(f"{into}: {', '.join(there)} would be overwritten; nothing was written")
    for name, text in files.items():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_text(text, encoding="utf-8")
    for folder in FOLDERS:
        (into / folder).mkdir(exist_ok=True)
    findings = check_content(into, settings.brand.languages)
    left = [str(one) for one in imported.left]
    if as_json:
        counts = {"intents": imported.intents, "entries": imported.entries, "files": sorted(files)}
        typer.echo(json.dumps({**counts, "left": left, "errors": len(findings.errors)}, ensure_ascii=False))
        return
    console = screen()
    for line in left:
        console.print(Text.assemble(("left ", "yellow"), line), soft_wrap=True)
    console.print(Text(f"{imported.entries} FAQ entries and {imported.intents} intents are in {into}"), soft_wrap=True)
    console.print(Text(f"{_told(into, findings)}; csbot content check --path {into} tells more"), soft_wrap=True)


def _project_files(project: Path) -> dict[str, str]:
    """The YAML files of a project, by their paths below it; hidden folders and environments are passed over."""
    if not project.is_dir():
        raise ContentError(f"{project}: no such folder")
    files = {}
    for file in sorted([*project.rglob("*.yml"), *project.rglob("*.yaml")]):
        below = file.relative_to(project)
        if any(part.startswith(".") or part in {"site-packages", "node_modules"} for part in below.parts):
            continue
        try:
            files[below.as_posix()] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ContentError(f"{file}:1: cannot be read as UTF-8 text") from error
    return files


def _told(folder: Path, findings: Findings) -> str:
    if findings.errors:
        count = len(findings.errors)
        return f"{folder}: {count} error{'s' * (count > 1)} to mend before it can be published"
    return f"{folder} is sound"


def is_published(folder: Path, version: str) -> bool:
    """The files of `folder` are the published `version`."""
    sources, unreadable = collect(folder)
    return not unreadable.errors and sources.version == version
