"""Learns a trial's content by the code of production and asks its rows; measures what both cost."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from csbot.evaluation.datasets import Row
from csbot.evaluation.perturbing import Perturb
from csbot.evaluation.trials import Trial
from csbot.nlu.linear import LinearNlu, Wishes
from csbot.nlu.linear.artefact import read, write
from csbot.nlu.linear.model import pack, unpack
from csbot.nlu.linear.outside import outside
from csbot.nlu.linear.samples import Samples
from csbot.nlu.linear.senses import Encode
from csbot.nlu.linear.training import train


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of asking a row: the best names with their scores, and what was done (answered, clarified, refused)."""

    row: Row
    said: str
    ranking: tuple[tuple[str, float], ...]
    done: str
    why: str
    took_ms: float

    @property
    def best(self) -> str:
        """The likeliest meaning, "" for none."""
        return self.ranking[0][0] if self.ranking else ""

    @property
    def score(self) -> float:
        """How sure the likeliest meaning is, 0 for none."""
        return self.ranking[0][1] if self.ranking else 0.0

    @property
    def is_right(self) -> bool:
        """The likeliest meaning is one of those that are right."""
        return self.best in self.row.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Of learning, in seconds of the processor: one fit of the final model, and everything; the size in bytes."""

    fit_cpu_s: float
    train_cpu_s: float
    model_bytes: int


def ask(
    trials: Iterable[Trial], *, wishes: Wishes, perturb: Perturb, encode: Encode | None = None
) -> tuple[list[Answer], list[Costs]]:
    """Every trial's answers and costs; `encode` is of the encoder the models are learnt and asked with, if any."""
    answers: list[Answer] = []
    costs: list[Costs] = []
    for trial in trials:
        nlu, cost = _learn(trial, wishes, encode)
        costs.append(cost)
        with _settled():
            answers += asyncio.run(_asked(nlu, trial.asked, perturb))
    return answers, costs


@contextmanager
def _settled() -> Iterator[None]:
    """As in a server that is ready: what stays is not searched for garbage while messages are timed."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _learn(trial: Trial, wishes: Wishes, encode: Encode | None) -> tuple[LinearNlu, Costs]:
    samples = Samples.of(trial.catalogue, others=trial.others, held=[(row.text, row.label) for row in trial.held])
    begun = time.process_time()
    model = train(samples, outside(), wishes, encode=encode)
    took = time.process_time() - begun
    with TemporaryDirectory(prefix="csbot-", ignore_cleanup_errors=True) as folder:
        # Through the file, as a server has it.
        path = Path(folder) / "model"
        write(path, pack(model))
        served = unpack(read(path), encode)
    costs = Costs(fit_cpu_s=model.fit_cpu_s, train_cpu_s=took, model_bytes=served.size)
    return LinearNlu(trial.catalogue, samples, served), costs


async def _asked(nlu: LinearNlu, rows: Sequence[Row], perturb: Perturb) -> list[Answer]:
    answers = []
    for row in rows:
        said = perturb(row.text, row.language)
        begun = time.perf_counter()
        heard = await nlu.understand(said)
        took_ms = (time.perf_counter() - begun) * 1000
        answers.append(
            Answer(
                row=row,
                said=said,
                ranking=tuple((ranked.name, ranked.score) for ranked in heard.ranking),
                done="answered" if heard.confident else "clarified" if heard.close else "refused",
                why=heard.why,
                took_ms=took_ms,
            )
        )
    return answers
