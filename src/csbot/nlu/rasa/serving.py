"""`csbot rasa serve`: keeps one sidecar answering, by the model trained last."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp

from csbot.nlu.rasa.process import Rasa, RasaError, Running
from csbot.nlu.rasa.records import Model, forget_serving, read_trained, write_serving

LOOK_S = 0.5
GRACE_S = 1.0
"""How long the old sidecar goes on answering what it was asked before the switch."""

PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0
LOCK = "serve.lock"


async def serve(rasa: Rasa, *, tell: Callable[[str], None], pause_s: float = PAUSE_S) -> None:
    """Serve until cancelled. A new model is started beside the old and asked once it is ready; a sidecar that dies is
    started again, and again after a pause that grows while that fails.

    Raises RasaError when Rasa is not installed, nothing was trained yet, another serves here, or the first start fails.
    """
    rasa.check()
    if read_trained(rasa.folder) is None:
        raise RasaError("nothing to serve yet: csbot rasa train teaches Rasa what csbot answers")
    with _alone(rasa.folder):
        async with aiohttp.ClientSession() as session:
            keeper = _Keeper(rasa, session, tell)
            try:
                await keeper.keep(pause_s)
            finally:
                await keeper.end()


class _Keeper:
    """The sidecar that is asked, if there is one."""

    def __init__(self, rasa: Rasa, session: aiohttp.ClientSession, tell: Callable[[str], None]) -> None:
        self._rasa = rasa
        self._session = session
        self._tell = tell
        self._running: Running | None = None

    async def keep(self, pause_s: float) -> None:
        failures, began = 0, False
        while True:
            model = read_trained(self._rasa.folder)
            if model is None or self._serves(model):
                failures = 0
                await asyncio.sleep(LOOK_S)
                continue
            try:
                await self._switch(model)
                began = True
            except RasaError as error:
                if not began:
                    raise
                failures += 1
                pause = min(pause_s * 2 ** (failures - 1), LONGEST_PAUSE_S)
                self._tell(f"{error}\nthe next try is in {pause:g} s")
                await asyncio.sleep(pause)

    async def end(self) -> None:
        """Let nobody ask any more, and end it."""
        forget_serving(self._rasa.folder)
        if self._running is not None:
            await self._running.child.end()

    def _serves(self, model: Model) -> bool:
        """The model is served; a sidecar that has died is taken note of."""
        if self._running is not None and self._running.child.ended is not None:
            self._tell(f"Rasa ended with code {self._running.child.ended}; it is started again")
            self._running = None
            forget_serving(self._rasa.folder)
        return self._running is not None and self._running.serving.model == model

    async def _switch(self, model: Model) -> None:
        """Start a sidecar of this model and have it asked; then let the old one finish."""
        fresh = await self._rasa.serve(model, self._session)
        old, self._running = self._running, fresh
        write_serving(self._rasa.folder, fresh.serving)
        self._tell(f"Rasa answers by {model.file}, sure from {model.threshold:.2f} on")
        if old is not None:
            try:
                await asyncio.sleep(GRACE_S)
            finally:
                await old.child.end()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of the folder: two that serve would take each other's records away."""
    with (folder / LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RasaError(f"another csbot rasa serve is already at work in {folder}") from error
        yield
