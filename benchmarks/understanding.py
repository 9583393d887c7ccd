"""`make bench-understand`: how long learning the sample brand takes, understanding a message, and the worst of texts.

The worst are 4,096 characters of one kind, each text asked once, since short and common ones are remembered. A turn is
all of the engine: hearing, reading in parts, the policy and what is said. Times are of the processor, since the engine
never waits, and other processes are none of its business. What a process that serves pays is weighed in one of its own.
With --rasa FOLDER questions are asked by turns of the Rasa, too, that `csbot rasa serve` keeps there; those times are
by the clock. Exits with 1 beyond a goal.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.beside_rasa import compared
from benchmarks.processes import python
from csbot.content import load
from csbot.domain.content import Catalogue
from csbot.evaluation.conversing import Conversing
from csbot.nlu.linear import LinearNlu, Wishes
from csbot.nlu.linear.artefact import Artefact, write
from csbot.nlu.linear.model import pack, unpack
from csbot.nlu.linear.outside import outside
from csbot.nlu.linear.samples import Samples
from csbot.nlu.linear.training import train

ROOT = Path(__file__).resolve().parent.parent
OUT = Path("var/bench-understand.json")
LENGTH = 4096
ROUNDS = 5
OF_RASA = 150
CEILINGS = {
    "train_cpu_s": 3.0,
    "p50_ms": 0.25,
    "p99_ms": 1.0,
    "worst_turn_ms": 50.0,
    "model_mb": 15.0,
    "ready_s": 1.0,
    "rss_mb": 60.0,
}
FLOORS = {"times_faster": 60.0}

_SIGNS = "?!.,;:-()/&+"
_LETTERS = "abcdefghijklmnoprstuvyz"


class Texts:
    """Texts of one kind, new ones each time. `words` are the content's."""

    def __init__(self, words: list[str], chance: random.Random) -> None:
        self._words = words
        self._chance = chance

    def kinds(self) -> dict[str, Callable[[], str]]:
        """What makes each kind."""
        pick, chance = self._chance.choice, self._chance
        return {
            "one letter": lambda: pick(_LETTERS) * LENGTH,
            "emoji": lambda: chr(0x1F600 + chance.randrange(60)) * LENGTH,
            "emoji joined": lambda: "\U0001f468\u200d\U0001f469\u200d\U0001f467" * LENGTH + str(chance.random()),
            "near misses": lambda: " ".join(self._slip() for _ in range(LENGTH)),
            "unknown words": lambda: " ".join("".join(chance.choices(_LETTERS, k=7)) for _ in range(LENGTH)),
            "signs": lambda: "".join(chance.choices(_SIGNS, k=LENGTH)),
            "combining marks": lambda: "".join(
                pick(_LETTERS) + chr(0x300 + chance.randrange(112)) * 9 for _ in range(LENGTH)
            ),
            "digits in groups": lambda: " ".join(str(chance.randrange(10, 99)) for _ in range(LENGTH)),
            "addresses": lambda: " ".join(f"{pick(self._words)}@{chance.randrange(99)}.c" for _ in range(LENGTH)),
            "joined words": lambda: " ve ".join(self._slip() for _ in range(LENGTH)),
            "short sentences": lambda: ". ".join(self._slip() for _ in range(LENGTH)),
            "six hundred, joined": lambda: " ve ".join(" ".join(self._slip() for _ in range(9)) for _ in range(LENGTH))[
                :600
            ],
        }

    def _slip(self) -> str:
        word = self._chance.choice(self._words)
        at = self._chance.randrange(len(word))
        return word[:at] + self._chance.choice("qwx") + word[at + 1 :]


async def _worst(catalogue: Catalogue, nlu: LinearNlu, texts: Texts) -> dict[str, dict[str, float]]:
    """The longest of some rounds, by kind."""
    found: dict[str, dict[str, float]] = {}
    for kind, make in texts.kinds().items():
        alone, turn = 0.0, 0.0
        for _ in range(ROUNDS):
            begun = time.thread_time()
            await nlu.understand(make()[:LENGTH])
            alone = max(alone, time.thread_time() - begun)
            chat = Conversing(catalogue=catalogue, nlu=nlu)
            text = make()[:LENGTH]
            begun = time.thread_time()
            await chat.says(text)
            turn = max(turn, time.thread_time() - begun)
        found[kind] = {"understand_ms": alone * 1000, "turn_ms": turn * 1000}
    return found


async def _typical(nlu: LinearNlu, questions: list[str]) -> dict[str, float]:
    """Half of the questions take no longer than the first, all but one in a hundred no longer than the second.

    Each round asks otherwise, so that nothing is remembered; of the rounds the quietest counts, since what else the
    machine does makes figures worse and never better.
    """
    rounds = []
    for at in range(ROUNDS):
        took = []
        for question in questions:
            begun = time.thread_time()
            await nlu.understand(f"{question} acaba {'x' * at}")
            took.append((time.thread_time() - begun) * 1000)
        rounds.append(statistics.quantiles(took, n=100))
    return {"p50_ms": min(cuts[49] for cuts in rounds), "p99_ms": min(cuts[98] for cuts in rounds)}


def _serving(artefact: Artefact) -> dict[str, Any]:
    """What a process that serves pays for the model."""
    with tempfile.TemporaryDirectory(prefix="csbot-bench-") as folder:
        path = Path(folder) / "model"
        write(path, artefact)
        done = subprocess.run(python("-m", "benchmarks.serving", str(path)), capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def measure(seed: int, rasa: Path | None) -> dict[str, Any]:
    """All figures, by name."""
    catalogue = load(ROOT, ("tr", "en"))
    samples = Samples.of(catalogue)
    begun = time.process_time()
    artefact: Artefact = pack(train(samples, outside(), Wishes()))
    train_cpu_s = time.process_time() - begun
    nlu = LinearNlu(catalogue, samples, unpack(artefact))
    # As `csbot run` does once it is ready: what stays is not searched for garbage again and again.
    gc.collect()
    gc.freeze()
    words = sorted({word for words in samples.words for word in words if len(word) > 5})
    questions = [one for entry in catalogue.entries.values() for phrases in entry.questions.values() for one in phrases]
    figures = {"examples": len(samples.words), "train_cpu_s": train_cpu_s, **asyncio.run(_typical(nlu, questions))}
    if rasa is not None:
        # By chance, for an entry's phrasings are alike; and asked as nobody remembers them.
        some = random.Random(seed).sample(questions, min(len(questions), OF_RASA))
        figures |= asyncio.run(compared(nlu, [f"{question} ya" for question in some], rasa))
    worst = asyncio.run(_worst(catalogue, nlu, Texts(words, random.Random(seed))))
    figures |= {"worst_understand_ms": max(took["understand_ms"] for took in worst.values())}
    figures |= {"worst_turn_ms": max(took["turn_ms"] for took in worst.values())}
    return {name: round(value, 4) for name, value in figures.items()} | _serving(artefact) | {"worst": worst}


def main() -> None:
    """Measure, show, write OUT."""
    parser = argparse.ArgumentParser(
        prog="make bench-understand ARGS=...", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--seed", type=int, default=1, help="chance of the texts (1)")
    parser.add_argument("--rasa", type=Path, default=None, help="the folder of a csbot rasa serve, as var/rasa")
    parser.add_argument("--json", action="store_true", help="print JSON and no table")
    options = parser.parse_args()
    figures = measure(options.seed, options.rasa)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    missed = {name for name, goal in CEILINGS.items() if figures[name] > goal}
    missed |= {name for name, goal in FLOORS.items() if figures.get(name, goal) < goal}
    if options.json:
        print(json.dumps(figures))
    else:
        _show(figures, missed)
    if missed or figures["imported_for_learning"]:
        sys.exit(1)


def _show(figures: Mapping[str, Any], missed: Collection[str]) -> None:
    console = Console()
    table = Table("4,096 characters of", "understood, ms", "a turn, ms")
    for kind, took in figures["worst"].items():
        table.add_row(kind, f"{took['understand_ms']:.2f}", f"{took['turn_ms']:.2f}")
    console.print(table)
    table = Table("figure", "value", "goal")
    for name, value in figures.items():
        if isinstance(value, int | float):
            goals = {"<=": CEILINGS.get(name), ">=": FLOORS.get(name)}
            goal = " ".join(f"{sign} {goal:g}" for sign, goal in goals.items() if goal is not None)
            table.add_row(name, f"{value:,.4g}", f"[red]{goal}[/red]" if name in missed else goal)
    console.print(table)


if __name__ == "__main__":
    main()
