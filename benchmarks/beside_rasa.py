"""The same questions asked of the embedded engine and of a Rasa that serves, by turns, in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path

import aiohttp

from csbot.nlu.linear import LinearNlu
from csbot.nlu.rasa.client import RasaClient
from csbot.nlu.rasa.records import read_serving

TURN = 25
"""So many questions are asked of one before it is the other's turn; as many warm Rasa up, for TensorFlow compiles."""


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
        for question in questions[:TURN]:
            await rasa.parse(question)
        for first in range(0, len(questions), TURN):
            here += [await _took_ms(nlu.understand(question)) for question in questions[first : first + TURN]]
            there += [await _took_ms(rasa.parse(question)) for question in questions[first : first + TURN]]
    mine, other = statistics.median(here), statistics.median(there)
    return {"embedded_p50_ms": round(mine, 4), "rasa_p50_ms": round(other, 3), "times_faster": round(other / mine, 1)}


async def _took_ms(asked: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await asked
    return (time.perf_counter() - begun) * 1000
