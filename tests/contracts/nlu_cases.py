"""Every understanding engine, taught a catalogue and asked: embedded, over a server, and several as a chain."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from csbot.breaker import Breaker
from csbot.domain.content import Catalogue
from csbot.domain.understanding import Understanding
from csbot.nlu.chain import Chain, Link
from csbot.nlu.linear import build as linear
from csbot.nlu.rasa import build as rasa
from csbot.nlu.rasa.client import Sidecar
from csbot.nlu.rasa.records import write_serving
from csbot.ports import Nlu
from tests.rasa_imitation import RasaImitation

Ask = Callable[..., Understanding]
Learn = Callable[[Catalogue], Ask]


class Bench:
    """Where engines are built and asked: a loop of their own, and folders for what they keep."""

    def __init__(self, stack: ExitStack, folders: pytest.TempPathFactory) -> None:
        self.runner = stack.enter_context(asyncio.Runner())
        self._stack = stack
        self._folders = folders

    def sidecar(self, catalogue: Catalogue) -> Sidecar:
        """An imitated Rasa that has learnt the catalogue, in a thread, and the open way to it."""
        imitation = RasaImitation(catalogue)
        folder = self._folders.mktemp("rasa")
        write_serving(folder, imitation.serving(self._stack.enter_context(imitation.apart())))
        sidecar = Sidecar(folder)
        self.runner.run(sidecar.__aenter__())
        self._stack.callback(lambda: self.runner.run(sidecar.__aexit__(None, None, None)))
        return sidecar


def _linear(bench: Bench, catalogue: Catalogue) -> Nlu:
    return linear(catalogue, {})


def _rasa(bench: Bench, catalogue: Catalogue) -> Nlu:
    return rasa(catalogue, {"sidecar": bench.sidecar(catalogue)})


def _chain(bench: Bench, catalogue: Catalogue) -> Nlu:
    first = Link(
        name="rasa", nlu=_rasa(bench, catalogue), breaker=Breaker("engine rasa", clock=time.monotonic), deadline_s=10
    )
    return Chain([first, Link(name="linear", nlu=_linear(bench, catalogue))])


ENGINES: dict[str, Callable[[Bench, Catalogue], Nlu]] = {"linear": _linear, "rasa": _rasa, "chain": _chain}


@contextmanager
def learning(engine: str, folders: pytest.TempPathFactory) -> Iterator[Learn]:
    """Teaches engines of that name; what they opened is closed in the end."""
    with ExitStack() as stack:
        bench = Bench(stack, folders)

        def learn(catalogue: Catalogue) -> Ask:
            nlu = ENGINES[engine](bench, catalogue)
            return lambda text, **how: bench.runner.run(nlu.understand(text, **how))

        yield learn
