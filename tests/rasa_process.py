"""Rasa's command line, imitated: `train nlu` writes a model of what it was given, `run` serves it.

`python_of` writes the "Python of Rasa's environment" that csbot is to start.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from pathlib import Path

import yaml

from csbot.domain.content import Catalogue, Entry, Intent, Phrases
from tests import rasa_imitation
from tests.rasa_imitation import RasaImitation

ROOT = Path(__file__).resolve().parents[1]


def python_of(folder: Path, *, model: str = "") -> Path:
    """An executable that stands for Rasa's Python; with `model` its servers say they serve that one."""
    python = folder / "rasa-python"
    told = f"WRONG_MODEL={model} " if model else ""
    python.write_text(
        f'#!/bin/sh\nshift 3\nPYTHONPATH={ROOT}:{ROOT}/src {told}exec {sys.executable} -m tests.rasa_process "$@"\n'
    )
    python.chmod(0o755)
    return python


def children(parent: int) -> list[int]:
    """The processes another one has started and that still run."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, ppid = file.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
        except OSError:  # it has just ended
            continue
        if int(ppid) == parent and state != "Z":
            found.append(int(file.parent.name))
    return found


def _train(arguments: list[str]) -> None:
    given = dict(zip(arguments[2::2], arguments[3::2], strict=True))
    learnt: dict[str, list[str]] = {}
    for file in sorted(Path(given["--nlu"]).glob("*.yml")):
        for item in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", []):
            examples = item.get("examples", "").splitlines()
            learnt.setdefault(item["intent"], []).extend(line.removeprefix("- ") for line in examples)
    assert yaml.safe_load(Path(given["--config"]).read_text())["pipeline"]
    assert yaml.safe_load(Path(given["--domain"]).read_text())["responses"]
    for _ in range(2):
        for share in (0, 50, 100):
            sys.stderr.write(f"\rEpochs: {share:3d}%|###")
            sys.stderr.flush()
    model = Path(given["--out"]) / f"{given['--fixed-model-name']}.tar.gz"
    model.write_text(json.dumps(learnt))


async def _run(arguments: list[str], token: str) -> None:
    rasa_imitation.TOKEN = token
    async with _imitation(arguments[arguments.index("-m") + 1]).running(int(arguments[arguments.index("-p") + 1])):
        await asyncio.Event().wait()


def _imitation(model: str) -> RasaImitation:
    learnt = json.loads(Path(model).read_text(encoding="utf-8"))
    intents = {
        name: Intent(id=name, title={}, examples={"en": said}) for name, said in learnt.items() if "/" not in name
    }
    entries = {
        id: Entry(id=id, title={}, questions={"en": said}, answers={})
        for name, said in learnt.items()
        if (id := name.removeprefix("faq/")) != name
    }
    phrases = Phrases(say={}, recognise={})
    catalogue = Catalogue(version="", languages=("en",), intents=intents, entries=entries, phrases=phrases)
    return RasaImitation(catalogue, model_file=os.environ.get("WRONG_MODEL") or Path(model).name)


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    first = sys.stdin.readline().strip()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if sys.argv[1] == "train":
        _train(sys.argv[1:])
    else:
        asyncio.run(_run(sys.argv[1:], first))
