"""`csbot content publish`, `rollback`, `history` and `test`: content's way into force, and back."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from csbot import config
from csbot.bootstrap import now, open_store
from csbot.bootstrap.folders import content_folder
from csbot.bootstrap.learning import knowledge_of, open_engines, published_knowledge
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption, JsonOption
from csbot.cli.screen import progress, screen
from csbot.config import Settings
from csbot.content.sources import Sources, read_sources, sources_from_json, sources_to_json
from csbot.domain.reading import Publication
from csbot.errors import ContentError
from csbot.evaluation.conversations import play, read_conversations
from csbot.evaluation.playing import Mismatch
from csbot.studio.publications import LOOKED_AT, take_back, to_take_back

PathOption = Annotated[Path | None, typer.Option(help="Folder with intents/ and faq/.", show_default=False)]

PUBLISH = "Example: csbot content publish"
ROLLBACK = "Example: csbot content rollback"
HISTORY = "Example: csbot content history --json"
TEST = "Example: csbot content test --path shop/"


def publish(
    path: PathOption = None,
    force: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Publish although this golden conversation goes wrong; may be given more than once.",
            show_default=False,
        ),
    ] = None,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the files, learn them, play the golden conversations and put it all in force.

    Running servers switch within seconds, to the model that was learnt here. Nothing is published when anything goes
    wrong; csbot content rollback takes back to what was in force before.
    """
    settings = config.load(config_file)
    folder = path or content_folder(settings)
    sources = read_sources(folder)
    transcripts = read_conversations(folder)
    version, wrong = run_async(_played(settings, sources, transcripts))
    forced = sorted({one.file for one in wrong if _is_named(one.file, force or ())})
    if refused := [one for one in wrong if one.file not in forced]:
        told = "\n".join(map(str, refused))
        raise ContentError(
            f"{told}\nnothing was published: mend {_counted(len(refused), 'conversation')}, or publish all the same "
            f"with {' '.join(f'--force {Path(one.file).stem}' for one in refused)}"
        )

    async def work() -> None:
        async with open_store(settings) as store:
            note = f"although {', '.join(forced)} went wrong" if forced else ""
            await store.publish_content(version, sources_to_json(sources), by=_by(), now=now(), note=note)

    run_async(work())
    if as_json:
        typer.echo(json.dumps({"version": version, "conversations": len(transcripts), "forced": forced}))
        return
    told = f"version {version} is published"
    if forced:
        told += f"; by force, for {', '.join(forced)} went wrong"
    elif transcripts:
        told += f"; {_counted(len(transcripts), 'conversation')} went as written"
    typer.echo(told)


def play_conversations(path: PathOption = None, config_file: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Play the golden conversations of the brand, conversations/*.chat beside its content. Exits 1 if one goes wrong.

    Each that does is told with file and line, and with what was said instead. Nothing is stored or sent.
    """
    settings = config.load(config_file)
    folder = path or content_folder(settings)
    transcripts = read_conversations(folder)
    _, wrong = run_async(_played(settings, read_sources(folder), transcripts))
    if as_json:
        told = [{"file": one.file, "line": one.line, "told": str(one)} for one in wrong]
        typer.echo(json.dumps({"conversations": len(transcripts), "wrong": told}, ensure_ascii=False))
    else:
        console = screen()
        for one in wrong:
            console.print(Text.assemble(("wrong ", "red"), str(one)), soft_wrap=True)
        console.print(Text(_result(folder, len(transcripts), len(wrong))), soft_wrap=True)
    if wrong:
        raise typer.Exit(1)


def rollback(
    version: Annotated[
        str,
        typer.Argument(
            metavar="VERSION", help="A version, or its beginning. Default: the one before.", show_default=False
        ),
    ] = "",
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put an earlier content in force again, as it was published; running servers switch within seconds.

    Without VERSION the one before today's; said twice, the one before that. Your files stay as they are.
    """
    settings = config.load(config_file)

    async def work() -> tuple[Publication, Publication]:
        async with open_store(settings) as store:
            history = await store.publications(limit=LOOKED_AT)
            to = to_take_back(history, version)
            body = await store.publication_body(to.id) or ""
            # Built here, so that nothing comes into force that a server would have to refuse.
            with progress("Learning") as told:
                published_knowledge(settings, sources_from_json(body), told=told)
            await take_back(store, to, body, by=_by(), now=now(), replaces=history[0].version)
            return to, history[0]

    to, before = run_async(work())
    if as_json:
        typer.echo(json.dumps({"version": to.version, "replaces": before.version}))
    else:
        typer.echo(f"version {to.version} is published again, in place of {before.version}")


def history(
    limit: Annotated[int, typer.Option(min=1, max=LOOKED_AT, help="How many, the newest first.")] = 20,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was published, newest first: version, when, by whom; the first is in force."""
    settings = config.load(config_file)

    async def work() -> list[Publication]:
        async with open_store(settings) as store:
            return await store.publications(limit=limit)

    published = run_async(work())
    if as_json:
        typer.echo(json.dumps([_row(one) for one in published], ensure_ascii=False))
    elif not published:
        typer.echo("Nothing has been published yet.")
    else:
        table = Table("version", "published", "by", "", box=None, pad_edge=False)
        for place, one in enumerate(published):
            marks = ["in force"] if place == 0 else []
            marks += ["taken back to"] if one.restores else []
            at = one.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
            table.add_row(one.version, at, escape(one.by), ", ".join(marks))
        screen().print(table)


async def _played(settings: Settings, sources: Sources, transcripts: dict[str, str]) -> tuple[str, list[Mismatch]]:
    """The version of these sources, and which of the conversations go wrong by them."""
    async with open_engines(settings) as engines:
        with progress("Learning") as told:
            knowledge = knowledge_of(settings, sources, engines, told=told)
        wrong = await play(
            transcripts, catalogue=knowledge.catalogue, nlu=knowledge.nlu, brand=settings.brand.brand(), now=now()
        )
    return knowledge.catalogue.version, wrong


def _is_named(file: str, names: Sequence[str]) -> bool:
    return any(name in {file, Path(file).name, Path(file).stem} for name in names)


def _by() -> str:
    try:
        return f"{getpass.getuser()}, command line"
    except (OSError, KeyError):  # a container's user may have no name
        return "command line"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _result(folder: Path, played: int, wrong: int) -> str:
    if not played:
        return f"{folder} has no golden conversations; write one into conversations/, see docs/content.md"
    if wrong:
        return f"{wrong} of {_counted(played, 'conversation')} went wrong"
    return f"{_counted(played, 'conversation')} went as written"


def _row(one: Publication) -> dict[str, object]:
    return {"version": one.version, "at": one.at.isoformat(), "by": one.by, "took_back": bool(one.restores)}
