"""`csbot nlu`: how well csbot understands."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from csbot import config
from csbot.bootstrap import now, open_store
from csbot.bootstrap.folders import content_folder
from csbot.cli.loops import run_async
from csbot.cli.options import ConfigOption, JsonOption
from csbot.cli.screen import busy, screen
from csbot.content.catalogue import load
from csbot.content.sources import read_sources
from csbot.domain.reporting import NotUnderstood
from csbot.errors import CsbotError
from csbot.evaluation.collecting import lines_of

app = typer.Typer(help="How well csbot understands.", no_args_is_help=True)

EXAMPLE = "Example: csbot nlu evaluate --train train.csv --folds 5 --perturb typos=0.2 --json"


class EvaluateError(CsbotError):
    """The options do not go together."""


@app.callback()
def _group() -> None:
    """How well csbot understands."""


@app.command(epilog=EXAMPLE)
def evaluate(
    train: Annotated[
        Path | None,
        typer.Option(help="Labelled messages to learn (CSV, CLINC150 JSON, xSID conll).", show_default=False),
    ] = None,
    test: Annotated[
        Path | None, typer.Option(help="Labelled messages to ask. Default: folds.", show_default=False)
    ] = None,
    folds: Annotated[int, typer.Option(min=2, max=50, help="In how many parts, each asked once of the others.")] = 5,
    few: Annotated[int, typer.Option(min=0, help="Learn only so many messages of each label; ask the rest.")] = 0,
    faq: Annotated[int, typer.Option(min=0, help="As --few, with each label an FAQ entry of so many questions.")] = 0,
    seed: Annotated[int, typer.Option(help="Of every choice made by chance.")] = 0,
    perturb: Annotated[
        str, typer.Option(help="How messages are typed: typos=0.2, ascii, upper, ascii-upper.", show_default=False)
    ] = "",
    in_scope_refused: Annotated[
        float | None,
        typer.Option(min=0, max=0.99, help="The wish of that name. Default: as in the settings.", show_default=False),
    ] = None,
    language: Annotated[str, typer.Option(help="Of a file that does not say.")] = "en",
    report: Annotated[
        Path | None, typer.Option(help="Write an HTML report with all answers to this file.", show_default=False)
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Keep the figures and answers, for a later --compare.", show_default=False)
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(help="Show each message that is otherwise than in this file.", show_default=False)
    ] = None,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure understanding, by the very code that serves: of the brand's content in folds, or of labelled messages.

    Without --train the brand's own content is learnt. Nothing is stored or sent.
    """
    # Imported here: it brings scikit-learn, which no other command needs.
    from csbot.evaluation.asking import ask
    from csbot.evaluation.comparing import changes, keep, kept
    from csbot.evaluation.datasets import read
    from csbot.evaluation.figures import figures
    from csbot.evaluation.html import page
    from csbot.evaluation.perturbing import perturbation
    from csbot.evaluation.planning import plan
    from csbot.evaluation.table import shown
    from csbot.nlu.encoder import open_encoder
    from csbot.nlu.linear import Wishes

    if few and faq:
        raise EvaluateError("--few and --faq exclude each other")
    settings = config.load(config_file)
    refused = settings.understanding.in_scope_refused if in_scope_refused is None else in_scope_refused
    encoder = settings.understanding.encoder
    old = kept(compare) if compare else None
    learnt = None if train is None else read(train, language=language)
    asked = None if test is None else read(test, language=language)
    trials = plan(
        load(content_folder(settings), settings.brand.languages) if learnt is None else None,
        learnt,
        asked,
        folds=folds,
        few=few or faq,
        as_faq=bool(faq),
        seed=seed,
    )
    with busy(screen(), "Learning and asking ..."):
        answers, costs = ask(
            trials,
            wishes=replace(Wishes(), refused=refused),
            perturb=perturbation(perturb, seed=seed),
            encode=open_encoder(encoder).encode if encoder else None,
        )
    found = figures(answers, costs)
    if save is not None:
        keep(save, found, answers)
    if report is not None:
        report.write_text(page(found, answers), encoding="utf-8")
    differences = changes(old, answers) if old is not None else None
    if as_json:
        typer.echo(json.dumps(found | ({} if differences is None else {"changes": differences}), ensure_ascii=False))
        return
    screen().print(shown(found, differences, before=old[0] if old else None))


@app.command(epilog="Example: csbot nlu overlap --near 0.8 --json")
def overlap(
    path: Annotated[Path | None, typer.Option(help="Folder with intents/ and faq/.", show_default=False)] = None,
    near: Annotated[
        float, typer.Option(min=0.1, max=1, help="From which likeness on two phrasings are nearly one.")
    ] = 0.8,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find phrasings that stand in two places, or nearly, and meanings with too few of them; each with file and line.

    Exits 1 if a phrasing stands in two places, which csbot cannot understand.
    """
    # Imported here: it brings scikit-learn, as above.
    from csbot.evaluation.overlapping import Kind, overlaps

    settings = config.load(config_file)
    found = overlaps(read_sources(path or content_folder(settings)), settings.brand.languages, near=near)
    same = sum(one.kind is Kind.SAME for one in found)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        console = screen()
        for one in found:
            mark = (f"{one.kind:<8}", "red" if one.kind is Kind.SAME else "yellow")
            console.print(Text.assemble(mark, str(one)), soft_wrap=True)
        console.print(Text(", ".join(f"{sum(one.kind is kind for one in found)} {kind}" for kind in Kind)))
    if same:
        raise typer.Exit(1)


@app.command(epilog="Example: csbot nlu outside --since 30d >> outside.txt")
def outside(
    since: Annotated[str, typer.Option(metavar="DAYS", help="Of conversations begun since: 30d.")] = "30d",
    path: Annotated[Path | None, typer.Option(help="Folder with intents/ and faq/.", show_default=False)] = None,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what customers wrote that was not understood, newest first, with personal data masked.

    A person has to look through it: what is about other matters belongs into
    outside.txt beside the content, the rest is a phrasing that is missing.
    """
    days = since.removesuffix("d")
    if not days.isdecimal():
        raise typer.BadParameter(f"{since!r} is no number of days, such as 30d", param_hint="--since")
    settings = config.load(config_file)

    async def work() -> list[NotUnderstood]:
        async with open_store(settings) as store:
            return await store.not_understood(since=now() - timedelta(days=int(days)))

    lines = lines_of(run_async(work()), read_sources(path or content_folder(settings)))
    typer.echo(json.dumps(lines, ensure_ascii=False) if as_json else "\n".join(lines), nl=bool(lines) or as_json)
