"""The same questions asked of the embedded engine and of a Rasa that serves, by turns, in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from csbot.nlu.linear import LinearNlu
from csbot.nlu.rasa.client import RasaClient
from csbot.nlu.rasa.records import read_serving

WARM = 20
"""The first questions are not counted: TensorFlow compiles while they wait."""


class NothingServes(Exception):
    """No `csbot rasa serve` keeps a Rasa in that folder."""


async def compared(nlu: LinearNlu, questions: Sequence[str], folder: Path) -> dict[str, float]:
    """Medians in ms: all of `understand` here, and an answer of /model/parse there. Raises NothingServes.

    `folder` is the one `csbot rasa serve` writes to.
    """
    serving = read_serving(folder)
    if serving is None:
        raise NothingServes(f"{folder}: nothing serves; start csbot rasa serve")
    here, there = [], []
    async with aiohttp.ClientSession() as session:
        rasa = RasaClient(session, serving)
        await rasa.verify()
        for at, question in enumerate(questions):
            begun = time.perf_counter()
            await nlu.understand(question)
            between = time.perf_counter()
            await rasa.parse(question)
            ended = time.perf_counter()
            if at >= WARM:
                here.append((between - begun) * 1000)
                there.append((ended - between) * 1000)
    mine, other = statistics.median(here), statistics.median(there)
    return {"embedded_p50_ms": round(mine, 4), "rasa_p50_ms": round(other, 3), "times_faster": round(other / mine, 1)}
