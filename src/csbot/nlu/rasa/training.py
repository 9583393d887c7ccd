"""`csbot rasa train`: two models, one to learn the threshold by and one to serve, each by a Rasa of its own."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import aiohttp

from csbot.domain.content import Catalogue
from csbot.errors import EngineAway
from csbot.nlu.rasa.answers import read_answer
from csbot.nlu.rasa.client import RasaClient
from csbot.nlu.rasa.process import Child, Rasa, RasaError
from csbot.nlu.rasa.records import LOG, MODELS, Model, phrasings, write_trained
from csbot.nlu.rasa.validation import Trial, Verdict, hold_out, judge, outside_texts

Write = Callable[[Catalogue, Sequence[str]], Mapping[str, str]]
"""Writes a catalogue, and texts to refuse, as the files of a Rasa project."""

Tell = Callable[[str, float], None]
"""Is told what is done, and how far it is, 0 to 1."""

KEPT = 3
TRIAL_S = 10.0

_EPOCHS = re.compile(rb"Epochs:\s+(\d+)%")
_LONGEST_LINE = 65_536


async def train(
    rasa: Rasa, catalogue: Catalogue, *, write: Write, refused: float, threshold: float | None, tell: Tell
) -> tuple[Model, Verdict | None]:
    """Teach Rasa this catalogue and want the new model from now on; a running `csbot rasa serve` switches to it.

    With a `threshold` the trials are left out, and with them half of the time. Raises RasaError when Rasa fails.
    """
    rasa.check()
    digest = phrasings(catalogue)
    refuse, foreign = outside_texts()
    verdict = None
    if threshold is None:
        fewer, held = hold_out(catalogue)
        file = await _taught(rasa, write(fewer, refuse), name=f"trial-{digest}", what="trial model", tell=tell)
        asked = [*held, *((text, "") for text in foreign)]
        try:
            trials = await _tried(rasa, Model(file=str(file), phrasings=digest, threshold=1.0), catalogue, asked, tell)
        finally:
            file.unlink(missing_ok=True)
        verdict = judge(trials, refused=refused)
        threshold = verdict.threshold
    name = f"{digest}-{secrets.token_hex(4)}"
    file = await _taught(rasa, write(catalogue, refuse), name=name, what="model", tell=tell)
    model = Model(file=str(file), phrasings=digest, threshold=threshold)
    write_trained(rasa.folder, model)
    _forget_old(rasa.folder / MODELS, keep=file)
    return model, verdict


async def _taught(rasa: Rasa, project: Mapping[str, str], *, name: str, what: str, tell: Tell) -> Path:
    """The file of a new model of this project."""
    models = (rasa.folder / MODELS).resolve()
    models.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="project-", dir=models.parent))
    try:
        for path, text in project.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text, encoding="utf-8")
        arguments = ["train", "nlu", "--nlu", f"{place}/data", "--domain", f"{place}/domain.yml"]
        arguments += ["--config", f"{place}/config.yml", "--out", str(models), "--fixed-model-name", name]
        child = await rasa.run(arguments, output=asyncio.subprocess.PIPE)
        try:
            await _follow(child, rasa.folder / LOG, lambda share: tell(f"training the {what}", share))
            code = await child.process.wait()
        finally:
            await child.end()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    file = models / f"{name}.tar.gz"
    if code != 0 or not file.is_file():
        raise RasaError(f"Rasa did not train; it says:\n{rasa.last_words()}")
    return file


async def _follow(child: Child, log: Path, tell: Callable[[float], None]) -> None:
    """Keep what Rasa says, and tell how far it is by its bars: one for the classifier, one for the selector."""
    done, last = 0.0, 0.0
    assert child.process.stdout is not None
    tell(0.0)
    with log.open("ab", buffering=0) as kept:
        while said := await child.process.stdout.read(_LONGEST_LINE):
            kept.write(said.replace(b"\r", b"\n"))
            for found in _EPOCHS.findall(said):
                share = int(found) / 100
                done += share < last
                last = share
                tell(min(1.0, (done + share) / 2))
    tell(1.0)


async def _tried(
    rasa: Rasa, model: Model, catalogue: Catalogue, asked: Sequence[tuple[str, str]], tell: Tell
) -> list[Trial]:
    """What the model says about texts it has not seen."""
    known = {*catalogue.intents, *(f"faq/{id}" for id in catalogue.entries)}
    trials = []
    tell("starting the trial model", 0.0)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TRIAL_S)) as session:
        running = await rasa.serve(model, session)
        client = RasaClient(session, running.serving)
        try:
            for number, (text, wanted) in enumerate(asked, start=1):
                reading = read_answer(await client.parse(text), known)
                said, score = "", 0.0
                if reading.ranking and not reading.doubt:
                    said, score = reading.ranking[0].name, reading.ranking[0].score
                trials.append(Trial(text=text, wanted=wanted, said=said, score=score))
                tell("trying it with what it has not seen", number / len(asked))
        except (EngineAway, TimeoutError) as error:
            raise RasaError(f"Rasa did not answer on trial: {error!r}") from error
        finally:
            await running.child.end()
    return trials


def _forget_old(models: Path, *, keep: Path) -> None:
    """Keep the latest few: a sidecar may still be serving the one before."""
    latest = sorted(models.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in latest[KEPT:]:
        if file != keep:
            file.unlink()
