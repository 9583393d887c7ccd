"""`make bench-understand`: how long learning the sample brand takes, understanding a message, and the worst of texts.

The worst are 4,096 characters of one kind, each text asked once, since short and common ones are remembered. A turn is
all of the engine: hearing, reading in parts, the policy and what is said. Exits with 1 beyond a goal.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from csbot.content import load
from csbot.domain.content import Catalogue
from csbot.evaluation.conversing import Conversing
from csbot.nlu.linear import LinearNlu, Wishes
from csbot.nlu.linear.artefact import Artefact
from csbot.nlu.linear.model import pack, unpack
from csbot.nlu.linear.outside import outside
from csbot.nlu.linear.samples import Samples
from csbot.nlu.linear.training import train

ROOT = Path(__file__).resolve().parent.parent
OUT = Path("var/bench-understand.json")
LENGTH = 4096
ROUNDS = 5
TRAIN_GOAL_S = 3.0
TYPICAL_GOAL_MS = 0.25
WORST_GOAL_MS = 50.0

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


async def _timed(catalogue: Catalogue, nlu: LinearNlu, texts: Texts) -> tuple[dict[str, dict[str, float]], float]:
    """The longest of some rounds by kind, and half of all questions of the content take no longer than the second."""
    found: dict[str, dict[str, float]] = {}
    for kind, make in texts.kinds().items():
        alone, turn = 0.0, 0.0
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            await nlu.understand(make()[:LENGTH])
            alone = max(alone, time.perf_counter() - begun)
            chat = Conversing(catalogue=catalogue, nlu=nlu)
            text = make()[:LENGTH]
            begun = time.perf_counter()
            await chat.says(text)
            turn = max(turn, time.perf_counter() - begun)
        found[kind] = {"understand_ms": alone * 1000, "turn_ms": turn * 1000}
    took = []
    for entry in catalogue.entries.values():
        for question in (one for phrases in entry.questions.values() for one in phrases):
            begun = time.perf_counter()
            await nlu.understand(f"{question} acaba")
            took.append((time.perf_counter() - begun) * 1000)
    return found, statistics.median(took)


def main() -> None:
    """Measure, show, write OUT."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1, help="chance of the texts (1)")
    seed: int = parser.parse_args().seed
    catalogue = load(ROOT, ("tr", "en"))
    samples = Samples.of(catalogue)
    begun = time.process_time()
    artefact: Artefact = pack(train(samples, outside(), Wishes()))
    train_cpu_s = time.process_time() - begun
    nlu = LinearNlu(catalogue, samples, unpack(artefact))
    words = sorted({word for words in samples.words for word in words if len(word) > 5})
    worst, typical_ms = asyncio.run(_timed(catalogue, nlu, Texts(words, random.Random(seed))))
    result = {
        "examples": len(samples.words),
        "train_cpu_s": round(train_cpu_s, 3),
        "p50_ms": round(typical_ms, 4),
        "worst": {kind: {name: round(ms, 3) for name, ms in took.items()} for kind, took in worst.items()},
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    table = Table("4,096 characters of", "understood, ms", "a turn, ms")
    for kind, took in worst.items():
        table.add_row(kind, f"{took['understand_ms']:.2f}", f"{took['turn_ms']:.2f}")
    console = Console()
    console.print(table)
    console.print(
        f"{len(samples.words)} examples learnt in {train_cpu_s:.2f} s of the processor (goal {TRAIN_GOAL_S:g})"
    )
    console.print(f"half of the content's questions understood within {typical_ms:.3f} ms (goal {TYPICAL_GOAL_MS:g})")
    slowest = max(took["turn_ms"] for took in worst.values())
    if train_cpu_s > TRAIN_GOAL_S or typical_ms > TYPICAL_GOAL_MS or slowest > WORST_GOAL_MS:
        sys.exit(1)


if __name__ == "__main__":
    main()
