"""`csbot rasa serve`: keeps one sidecar answering, by the model trained last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp

from csbot.nlu.rasa.process import Rasa, RasaError, Running
from csbot.nlu.rasa.records import Model, forget_serving, read_trained, write_serving

LOOK_S = 0.5
GRACE_S = 1.0
"""How long the old sidecar goes on answering what it was asked before the switch."""

PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0


async def serve(rasa: Rasa, *, tell: Callable[[str], None], pause_s: float = PAUSE_S) -> None:
    """Serve until cancelled. A new model is started beside the old and asked once it is ready; a sidecar that dies is
    started again, and again after a pause that grows while that fails.

    Raises RasaError when Rasa is not installed, nothing was trained yet, or the first start fails.
    """
    rasa.check()
    if read_trained(rasa.folder) is None:
        raise RasaError("nothing to serve yet: csbot rasa train teaches Rasa what csbot answers")
    running: Running | None = None
    failures, began = 0, False
    async with aiohttp.ClientSession() as session:
        try:
            while True:
                model = read_trained(rasa.folder)
                if model is None or _serves(running, model):
                    failures = 0
                    await asyncio.sleep(LOOK_S)
                    continue
                if running is not None and running.child.ended is not None:
                    tell(f"Rasa ended with code {running.child.ended}; it is started again")
                    running = None
                    forget_serving(rasa.folder)
                try:
                    fresh = await rasa.serve(model, session)
                except RasaError as error:
                    if not began:
                        raise
                    failures += 1
                    pause = min(pause_s * 2 ** (failures - 1), LONGEST_PAUSE_S)
                    tell(f"{error}\nthe next try is in {pause:g} s")
                    await asyncio.sleep(pause)
                    continue
                write_serving(rasa.folder, fresh.serving)
                tell(f"Rasa answers by {model.file}, sure from {model.threshold:.2f} on")
                (old, running), began = (running, fresh), True
                if old is not None:
                    try:
                        await asyncio.sleep(GRACE_S)
                    finally:
                        await old.child.end()
        finally:
            forget_serving(rasa.folder)
            if running is not None:
                await running.child.end()


def _serves(running: Running | None, model: Model) -> bool:
    return running is not None and running.child.ended is None and running.serving.model == model
