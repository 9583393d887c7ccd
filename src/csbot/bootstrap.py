"""The only place that names concrete classes: Settings become Services."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path

import csbot
from csbot.breaker import Breaker
from csbot.channel.protocol import BuildContext
from csbot.config import SAMPLE_SHOP, Settings
from csbot.content.catalogue import build as build_catalogue
from csbot.content.sources import PHRASES, Sources, read_sources, sources_from_json, sources_to_json
from csbot.content.spare_words import SpareWords, lacking
from csbot.domain.burst import Burst
from csbot.domain.content import Catalogue
from csbot.engine.turn import Engine
from csbot.errors import SettingsError
from csbot.intake.accept import Intake
from csbot.intake.spool import Spool
from csbot.log import get_logger
from csbot.lookups.client import System
from csbot.lookups.systems import BrandSystems
from csbot.media.links import MediaLinks
from csbot.media.uploads import Uploads
from csbot.nlu.chain import Chain, Link
from csbot.nlu.rasa.client import Sidecar
from csbot.plugins import channel_spec, nlu_factory
from csbot.ports import Nlu, Store
from csbot.services import Bell, Knowledge, Limits, Live, Outlet, Services, no_door
from csbot.store.codec import decode_events, encode_events
from csbot.store.sqlite import SqliteStore

log = get_logger("bootstrap")

GREETING_HOLD_S = 6.0
EMBEDDED = "linear"
"""The engine that is always there: it learns from the content in a moment and asks nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """A process ready to serve, and how it learns content that is published later."""

    services: Services
    learn: Callable[[str], Knowledge]


def now() -> datetime:
    """The one clock of a process."""
    return datetime.now(UTC)


def state_folder(settings: Settings) -> Path:
    """Where what is not in the database lies: the spool and the link secret. Beside a SQLite file, else var/."""
    url = settings.store.url.get_secret_value()
    return Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path("var")


def rasa_folder(settings: Settings) -> Path:
    """Where Rasa's models are, and who serves them."""
    return state_folder(settings) / "rasa"


def open_store(settings: Settings, *, exclusive: bool = False) -> Store:
    """The store of the settings, not yet entered; `exclusive` refuses a second server on the same SQLite file."""
    url = settings.store.url.get_secret_value()
    burst = Burst(quiet_s=settings.limits.burst_s)
    if url.startswith("sqlite:///"):
        return SqliteStore(Path(url.removeprefix("sqlite:///")), burst=burst, exclusive=exclusive)
    # Imported here so that a small csbot does not load asyncpg.
    from csbot.store.postgres import PostgresStore

    return PostgresStore(url, burst=burst)


def content_folder(settings: Settings) -> Path:
    """The folder that holds intents/ and faq/: as set, else the working folder's, else the sample brand's."""
    if settings.content.path is not None:
        return settings.content.path
    here = Path.cwd()
    if (here / "intents").is_dir():
        return here
    return sample_folder()


def sample_folder() -> Path:
    """The content of the sample brand, which holds every word csbot says by itself."""
    package = Path(csbot.__file__).parent
    sample = package / "sample"
    return sample if sample.is_dir() else package.parents[1]


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


@asynccontextmanager
async def assemble(settings: Settings, *, clock: Callable[[], datetime] = now) -> AsyncIterator[Assembled]:
    """Everything a serving process works with, opened in order and closed in reverse; all of it reads `clock`.

    Raises SettingsError, ContentError or StoreError with what to mend before anything is served.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings, exclusive=True))
        engines = await stack.enter_async_context(open_engines(settings))
        knowledge = await _published(settings, store, engines, clock())
        brand = settings.brand.brand()
        bells = Bell(), Bell()
        spool = open_spool(settings)
        stack.callback(spool.close)
        intake = Intake(store=store, spool=spool, clock=clock, woken=bells[0].ring)
        stack.push_async_callback(intake.close)
        outlets = {}
        for id in settings.channels:
            outlets[id] = await stack.enter_async_context(open_outlet(settings, id))
        services = Services(
            worker=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
            clock=clock,
            store=store,
            intake=intake,
            engine=Engine(brand=brand, greeting_hold_s=GREETING_HOLD_S if settings.limits.burst_s > 0 else 0.0),
            brand=brand,
            outlets=outlets,
            knowledge=Live(knowledge),
            pauses=Live(await store.pauses(now=clock())),
            links=_links(settings),
            lookups=await stack.enter_async_context(lookups(settings)),
            uploads=uploads(settings),
            # PostgreSQL is what several processes share; a SQLite file has one server, by its lock.
            alone=settings.store.url.get_secret_value().startswith("sqlite:"),
            limits=Limits(
                burst_s=settings.limits.burst_s,
                body_bytes=settings.limits.body_bytes,
                send_s=settings.limits.send_s,
                drain_s=settings.limits.drain_s,
                idle_s=settings.limits.idle_h * 3600,
            ),
            public_url=settings.server.public_url,
            inbound_bell=bells[0],
            outbound_bell=bells[1],
        )
        yield Assembled(services=services, learn=partial(_learn, settings, engines))


def _learn(settings: Settings, engines: Engines, body: str) -> Knowledge:
    return published_knowledge(settings, sources_from_json(body), engines)


async def _published(settings: Settings, store: Store, engines: Engines, at: datetime) -> Knowledge:
    """The published content; the first start publishes the files."""
    published = await store.published_content()
    if published is not None:
        return _learn(settings, engines, published[1])
    sources = read_sources(content_folder(settings))
    knowledge = knowledge_of(settings, sources, engines)
    await store.publish_content(knowledge.catalogue.version, sources_to_json(sources), by="first start", now=at)
    return knowledge


@asynccontextmanager
async def open_outlet(settings: Settings, id: str) -> AsyncIterator[Outlet]:
    """One configured channel, open. Raises SettingsError when its package is not installed."""
    channel_settings = settings.channels[id]
    spec = channel_spec(channel_settings.kind)
    context = BuildContext(
        id=id,
        public_url=settings.server.public_url,
        languages=settings.brand.languages,
        secret=partial(_kept_secret, state_folder(settings) / f"channel-{id}.secret", f"channels.{id}.secret"),
        files=uploads(settings),
    )
    try:
        channel = spec.build(context, channel_settings)
    except ModuleNotFoundError as error:
        if not spec.extra:
            raise
        raise SettingsError(
            f"channels.{id}: kind {spec.kind!r} needs a package that is missing ({error.name}): "
            f'pip install "csbot[{spec.extra}]"'
        ) from error
    async with channel:
        yield Outlet(
            id=id,
            spec=spec,
            channel=channel,
            capabilities=channel.capabilities,
            rate=channel_settings.rate,
            door=partial(spec.door.link, channel_settings) if spec.door else no_door,
        )


def open_spool(settings: Settings) -> Spool:
    """The spool, open. Raises SettingsError when it cannot be written: csbot does not start without it."""
    folder = settings.store.spool or state_folder(settings) / "spool"
    spool = Spool(folder, encode=encode_events, decode=decode_events)
    try:
        spool.open()
    except OSError as error:
        raise SettingsError(
            f"store.spool: {folder} cannot be written ({error.strerror}); csbot does not start without its spool. "
            "Make the folder writable, or set store.spool to one that is"
        ) from error
    return spool


def lookups(settings: Settings) -> BrandSystems:
    """The brand's own systems, not yet entered; those of the sample shop only where it has been started."""
    return BrandSystems(
        System(
            name=name,
            url=lookup.url,
            secret=lookup.secret.get_secret_value().encode(),
            timeout_s=lookup.timeout_s,
            retries=lookup.retries,
            cache_s=lookup.cache_s,
            codes=lookup.codes,
        )
        for name, lookup in settings.lookups.items()
        if lookup.secret is not None and lookup.url != SAMPLE_SHOP
    )


def unset_lookups(settings: Settings, catalogue: Catalogue) -> list[str]:
    """The lookups the content asks and the settings do not have: those questions go to a person."""
    return sorted(catalogue.lookups.keys() - settings.lookups.keys())


def uploads(settings: Settings) -> Uploads:
    """The files customers hand to csbot itself."""
    return Uploads(state_folder(settings) / "media" / "uploads", limit_bytes=settings.media.upload_bytes)


def _links(settings: Settings) -> MediaLinks:
    given = settings.media.link_secret
    if given is not None:
        secret = given.get_secret_value().encode()
    else:
        secret = _kept_secret(state_folder(settings) / "link.secret", "media.link_secret")
    base = settings.server.public_url or f"http://{settings.server.host}:{settings.server.port}"
    return MediaLinks(secret=secret, base=base, ttl_s=settings.media.link_ttl_s)


def _kept_secret(path: Path, setting: str) -> bytes:
    """A secret made the first time it is asked for. Raises SettingsError with the setting when it cannot be kept."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            suppress(FileExistsError),
            open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file,
        ):
            file.write(secrets.token_bytes(32))
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{setting}: none can be kept in {path} ({error.strerror}); make the folder writable, or set one"
        ) from error
