"""From published content to what understands by it: the catalogue, and the engines of the settings."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from csbot.bootstrap.folders import rasa_folder, sample_folder, state_folder
from csbot.breaker import Breaker
from csbot.config import Settings
from csbot.content.catalogue import build as build_catalogue
from csbot.content.sources import PHRASES, Sources, read_sources
from csbot.content.spare_words import SpareWords, lacking
from csbot.domain.content import Catalogue
from csbot.log import get_logger
from csbot.nlu.chain import Chain, Link
from csbot.nlu.rasa.client import Sidecar
from csbot.plugins import nlu_factory
from csbot.ports import Nlu
from csbot.services import Knowledge

log = get_logger("bootstrap")

EMBEDDED = "linear"
"""The engine that is always there: it learns from the content in a moment and asks nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """What the understanding engines of a process share over all contents: whom they ask, and who rests."""

    sidecar: Sidecar
    breakers: Mapping[str, Breaker]


@asynccontextmanager
async def open_engines(settings: Settings) -> AsyncIterator[Engines]:
    """The engines that are asked over a connection, ready to be."""
    asked = [name for name in settings.understanding.engines if name != EMBEDDED]
    async with Sidecar(rasa_folder(settings)) as sidecar:
        yield Engines(
            sidecar=sidecar, breakers={name: Breaker(f"engine {name}", clock=time.monotonic) for name in asked}
        )


def knowledge_of(
    settings: Settings,
    sources: Sources,
    engines: Engines | None = None,
    *,
    told: Callable[[int, int], None] | None = None,
) -> Knowledge:
    """The catalogue of these sources and what understands by it; raises ContentError, or TrainingError
    when the model could not be learnt.

    Without `engines` that is the embedded engine alone. Its model comes from the folder of models beside the store, or
    is learnt in a process of its own and kept there, while `told` hears how many steps of how many are done; the last
    two are at hand: taking a publication back costs nothing.
    """
    return _knowledge(settings, sources, engines, "", told)


def published_knowledge(
    settings: Settings,
    sources: Sources,
    engines: Engines | None = None,
    *,
    told: Callable[[int, int], None] | None = None,
) -> Knowledge:
    """The same of content that is in force, or was: words of csbot's that are newer than it are the sample's, with a
    warning that names them.
    """
    lacking_words = lacking(sources.files.get(PHRASES, ""))
    if not lacking_words:
        return _knowledge(settings, sources, engines, "", told)
    log.warning(
        "the content is older than this csbot and lacks words of its own; it says the sample's in their place. Add "
        "them, then csbot content publish",
        file=PHRASES,
        lacking=[".".join(key) for key in lacking_words],
        version=sources.version,
    )
    spare = read_sources(sample_folder()).files[PHRASES]
    return _knowledge(settings, sources, engines, spare, told)


def _knowledge(
    settings: Settings,
    sources: Sources,
    engines: Engines | None,
    spare: str,
    told: Callable[[int, int], None] | None,
) -> Knowledge:
    default = settings.brand.brand().default_language
    asked = _Asked(
        files=tuple(sorted(sources.files.items())),
        languages=settings.brand.languages,
        spare=spare,
        refused=settings.understanding.in_scope_refused,
        models=state_folder(settings) / "models",
        encoder=settings.understanding.encoder,
        told=told,
    )
    catalogue, embedded = _learned(asked)
    nlu = embedded if engines is None else _chain(settings, catalogue, embedded, engines)
    return Knowledge.of(catalogue, nlu, default=default)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """All that a catalogue and its embedded engine depend on, and who hears how far it is."""

    files: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]
    spare: str
    refused: float
    models: Path
    encoder: Path | None
    told: Callable[[int, int], None] | None = field(compare=False)


@lru_cache(maxsize=2)
def _learned(asked: _Asked) -> tuple[Catalogue, Nlu]:
    spare = SpareWords.of(asked.spare, asked.languages) if asked.spare else None
    catalogue = build_catalogue(Sources(files=dict(asked.files)), languages=asked.languages, spare=spare)
    told = {
        "in_scope_refused": asked.refused,
        "models": str(asked.models),
        "encoder": asked.encoder,
        "told": asked.told,
    }
    return catalogue, nlu_factory(EMBEDDED)(catalogue, told)


def _chain(settings: Settings, catalogue: Catalogue, embedded: Nlu, engines: Engines) -> Nlu:
    """The engines of the settings in their order; the embedded one is behind them if it is not among them."""
    if not engines.breakers:
        return embedded
    understanding = settings.understanding
    told = {"in_scope_refused": understanding.in_scope_refused, "sidecar": engines.sidecar}
    names = dict.fromkeys([*understanding.engines, EMBEDDED])
    return Chain(
        [
            Link(name=name, nlu=embedded)
            if name == EMBEDDED
            else Link(
                name=name,
                nlu=nlu_factory(name)(catalogue, told),
                breaker=engines.breakers[name],
                deadline_s=understanding.deadline_s,
            )
            for name in names
        ]
    )
