"""`csbot rasa`: Rasa as an understanding engine beside the embedded one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from csbot import config
from csbot.bootstrap.folders import content_folder, rasa_folder
from csbot.cli.loops import first_of, run_async, stop_signal
from csbot.cli.options import ConfigOption, JsonOption
from csbot.cli.screen import screen
from csbot.config import Settings
from csbot.content.catalogue import build, families
from csbot.content.rasa import write_project
from csbot.content.sources import Sources, read_sources
from csbot.domain.content import Catalogue
from csbot.errors import ContentError
from csbot.nlu.rasa import serving, training
from csbot.nlu.rasa.process import Rasa
from csbot.nlu.rasa.validation import Verdict, outside_texts

app = typer.Typer(help="Rasa as an understanding engine, in an environment of its own.", no_args_is_help=True)

LayersOption = Annotated[
    int, typer.Option(min=0, max=4, help="Transformer layers; 2 is Rasa's own, at twice the time.")
]
EpochsOption = Annotated[int, typer.Option(min=1, help="Passes over all phrasings.")]
PythonOption = Annotated[Path, typer.Option("--python", help="The Python that Rasa is installed for.")]
INSTALLED = Path(".venv-rasa/bin/python")


@app.command(epilog="Example: csbot rasa export /tmp/shop-rasa")
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An empty or new folder.", show_default=False)],
    layers: LayersOption = 0,
    epochs: EpochsOption = 30,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the content as a Rasa 3 project; csbot content import-rasa reads it back."""
    settings = config.load(config_file)
    if folder.exists() and any(folder.iterdir()):
        raise ContentError(f"{folder} is not empty; nothing was written")
    sources, catalogue = _content(settings)
    refuse = [text for texts in outside_texts() for text in texts]
    files = _writer(sources, layers, epochs)(catalogue, refuse)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "files": sorted(files)}))
    else:
        typer.echo(f"{len(files)} files are in {folder}; Rasa learns from them by: rasa train nlu")


@app.command(epilog="Example: csbot rasa train")
def train(
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Sure from here on; found by trials when not given.", show_default=False),
    ] = None,
    layers: LayersOption = 0,
    epochs: EpochsOption = 30,
    python: PythonOption = INSTALLED,
    config_file: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Teach Rasa the content's files; a running csbot rasa serve switches to the new model by itself."""
    settings = config.load(config_file)
    sources, catalogue = _content(settings)
    console = screen()
    quiet = as_json or not console.is_terminal
    bars = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn())
    with Progress(*bars, console=console, disable=quiet) as progress:
        task = progress.add_task("", total=1.0)
        said = ""

        def tell(what: str, share: float) -> None:
            nonlocal said
            if said != what and quiet and not as_json:
                typer.echo(f"{what} ...")
            said = what
            progress.update(task, description=what, completed=share)

        model, verdict = run_async(
            training.train(
                Rasa(python=python, folder=rasa_folder(settings)),
                catalogue,
                write=_writer(sources, layers, epochs),
                refused=settings.understanding.in_scope_refused,
                threshold=threshold,
                tell=tell,
            )
        )
    if as_json:
        found = {} if verdict is None else {name: round(share, 4) for name, share in _shares(verdict)}
        typer.echo(json.dumps({"model": model.file, "threshold": model.threshold, **found}))
        return
    console.print(Text(f"{model.file}, sure from {model.threshold:.2f} on"), soft_wrap=True)
    for name, share in _shares(verdict) if verdict else ():
        console.print(Text(f"  {name.replace('_', ' ')}: {share:.1%}"))


@app.command(epilog="Example: csbot rasa serve")
def serve(python: PythonOption = INSTALLED, config_file: ConfigOption = None) -> None:
    """Keep a Rasa answering on loopback by the model trained last, until SIGTERM or Ctrl-C."""
    settings = config.load(config_file)
    console = screen()
    rasa = Rasa(python=python, folder=rasa_folder(settings))

    async def work() -> None:
        stop = stop_signal()
        told = asyncio.create_task(serving.serve(rasa, tell=lambda line: console.print(Text(line), soft_wrap=True)))
        await first_of(stop, told)
        told.cancel()
        try:
            await told
        except asyncio.CancelledError:
            console.print("stopped")

    console.print("Rasa is starting, which takes about half a minute ...")
    run_async(work())


def _content(settings: Settings) -> tuple[Sources, Catalogue]:
    sources = read_sources(content_folder(settings))
    return sources, build(sources, languages=settings.brand.languages)


def _writer(sources: Sources, layers: int, epochs: int) -> training.Write:
    write = partial(write_project, families=families(sources), transformer_layers=layers, epochs=epochs)

    def written(catalogue: Catalogue, outside: Sequence[str]) -> Mapping[str, str]:
        return write(catalogue, outside=outside)

    return written


def _shares(verdict: Verdict) -> list[tuple[str, float]]:
    return [
        ("answered_right", verdict.answered_right),
        ("answered_wrong", verdict.answered_wrong),
        ("outside_answered", verdict.outside_answered),
    ]
