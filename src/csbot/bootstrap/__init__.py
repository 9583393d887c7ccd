"""The only place that names concrete classes: Settings become Services."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from csbot.bootstrap.folders import content_folder, state_folder
from csbot.bootstrap.learning import Engines, knowledge_of, open_engines, published_knowledge
from csbot.channel.protocol import BuildContext
from csbot.config import SAMPLE_SHOP, Settings
from csbot.content.sources import read_sources, sources_from_json, sources_to_json
from csbot.domain.burst import Burst
from csbot.domain.content import Catalogue
from csbot.engine.turn import Engine
from csbot.errors import SettingsError
from csbot.intake.accept import Intake
from csbot.intake.spool import Spool
from csbot.lookups.client import System
from csbot.lookups.systems import BrandSystems
from csbot.media.links import MediaLinks
from csbot.media.uploads import Uploads
from csbot.plugins import channel_spec
from csbot.ports import Store
from csbot.services import Bell, Knowledge, Limits, Live, Outlet, Services, no_door
from csbot.store.codec import decode_events, encode_events
from csbot.store.sqlite import SqliteStore

GREETING_HOLD_S = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """A process ready to serve, and how it learns content that is published later."""

    services: Services
    learn: Callable[[str], Knowledge]


def now() -> datetime:
    """The one clock of a process."""
    return datetime.now(UTC)


def open_store(settings: Settings, *, exclusive: bool = False) -> Store:
    """The store of the settings, not yet entered; `exclusive` refuses a second server on the same SQLite file."""
    url = settings.store.url.get_secret_value()
    burst = Burst(quiet_s=settings.limits.burst_s)
    if url.startswith("sqlite:///"):
        return SqliteStore(Path(url.removeprefix("sqlite:///")), burst=burst, exclusive=exclusive)
    # Imported here so that a small csbot does not load asyncpg.
    from csbot.store.postgres import PostgresStore

    return PostgresStore(url, burst=burst)


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
