"""One csbot and every platform there is an imitation of, in one process. Nothing in csbot knows that it is a game."""

from __future__ import annotations

import secrets
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from aiohttp import ClientSession
from pydantic import SecretStr

from csbot.bootstrap import assemble
from csbot.channel.imitating import ImitatedPlatform
from csbot.channel.imitation import Imitation
from csbot.channel.protocol import ChannelSettings
from csbot.config import ServerSettings, Settings
from csbot.desk.tokens import digest, token_from
from csbot.domain.capabilities import Arrival
from csbot.playground.agent import Agent
from csbot.playground.masking import Mask
from csbot.playground.news import News
from csbot.playground.phones import Phone
from csbot.plugins import channel_kinds, channel_spec
from csbot.runtime.supervisor import Serving, serve
from csbot.services import Services

HOST = "127.0.0.1"
AGENT = "agent@playground.example"
SEND_S = 5.0
"""How long csbot waits here for a platform that hangs: nobody wants to look on for the usual twenty seconds."""
PAGES = ("/chat", "/desk")
"""What there may be for people to see on csbot itself."""


@dataclass(slots=True)
class Clock:
    """The time of csbot and of the platforms, which can be moved on."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A csbot that runs, the phones around it, an agent, and who looks on.

    `start` is another at each start; `pages` are the pages csbot has for people, of those the playground links to;
    `shop` is the address of the sample shop's page, "" where there is none.
    """

    services: Services
    serving: Serving
    phones: Mapping[str, Phone]
    agent: Agent
    clock: Clock
    news: News
    mask: Mask
    start: str = ""
    pages: Sequence[str] = ()
    shop: str = ""

    @property
    def url(self) -> str:
        """Where csbot serves."""
        return self.serving.url

    def time_passes(self, hours: float) -> None:
        """The clock of csbot and of the platforms goes on, and csbot looks at it."""
        self.clock.ahead += timedelta(hours=hours)
        self.services.inbound_bell.ring()
        self.services.outbound_bell.ring()
        for id in (*self.phones, "clock", "agent"):
            self.news.tell(id)


def free_port(wanted: int) -> int:
    """`wanted` where nobody listens there, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            taken: int = probe.getsockname()[1]
            return taken
    raise OSError("there is no free port")


def played(base: Settings, store: Path, port: int, channels: Mapping[str, ChannelSettings]) -> Settings:
    """The brand and its content as set, with a store of its own and every platform imitated."""
    return base.model_copy(
        update={
            "channels": dict(channels),
            "server": ServerSettings(host=HOST, port=port, public_url=f"http://{HOST}:{port}"),
            "store": base.store.model_copy(
                update={"url": SecretStr(f"sqlite:///{store}"), "spool": store.parent / f"{store.name}.spool"}
            ),
            "limits": base.limits.model_copy(update={"send_s": min(base.limits.send_s, SEND_S)}),
        }
    )


def imitated() -> Mapping[str, Imitation]:
    """An imitation, not entered, of each platform that has one and posts webhooks."""
    found = {}
    for kind in channel_kinds():
        if (make := channel_spec(kind).imitation) is not None:
            found[kind] = make()
    return found


def is_hosted(settings: ChannelSettings) -> bool:
    """The channel is served on pages of csbot's own, so it needs no platform."""
    return Arrival.HOSTED in channel_spec(settings.kind).capabilities(settings).arrival


@asynccontextmanager
async def playing(
    base: Settings, store: Path, *, port: int = 0, clock: Clock | None = None, shop: str = ""
) -> AsyncIterator[World]:
    """Start csbot at `port` (or a free one) over imitated platforms, its store in the file `store`.

    `clock` is shared with whoever else has to have the same time; `shop` is a page to link to.

    Raises what `assemble` and `serve` raise.
    """
    clock, news = clock or Clock(), News()
    port = free_port(port)
    store.parent.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        imitations = {id: await stack.enter_async_context(made) for id, made in imitated().items()}
        channels = {id: channel_spec(id).settings.model_validate(made.settings()) for id, made in imitations.items()}
        channels |= {id: one for id, one in base.channels.items() if is_hosted(one)}
        settings = played(base, store, port, channels)
        for made in imitations.values():
            if isinstance(made, ImitatedPlatform):
                made.clock = clock
        assembled = await stack.enter_async_context(assemble(settings, clock=clock))
        services = assembled.services
        serving = await stack.enter_async_context(serve(services, host=HOST, port=port, learn=assembled.learn))
        http = await stack.enter_async_context(ClientSession())
        token = token_from(secrets.token_urlsafe(32))
        await services.store.add_user(AGENT, role="agent", now=clock())
        await services.store.add_token(AGENT, digest(token), now=clock())
        phones = {}
        for id, made in imitations.items():
            if Arrival.WEBHOOK not in services.outlets[id].capabilities.arrival:
                continue
            made.connect(serving.url, id)
            phones[id] = phone = Phone(
                id,
                channel_spec(id),
                services.outlets[id].capabilities,
                made,
                clock=clock,
                changed=partial(news.tell, id),
            )
            stack.push_async_callback(phone.close)
        yield World(
            services=services,
            serving=serving,
            phones=phones,
            agent=Agent(http, serving.url, token),
            clock=clock,
            news=news,
            mask=Mask.of(channels.values(), token),
            start=secrets.token_hex(4),
            pages=[path for path in PAGES if await _is_there(http, serving.url + path)],
            shop=shop,
        )


async def _is_there(http: ClientSession, url: str) -> bool:
    async with http.get(url, allow_redirects=False) as answer:
        return answer.status < 400
