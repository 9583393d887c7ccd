"""Socket mode: a connection csbot opens to be told what HTTP would have posted.

docs.slack.dev/apis/events-api/using-socket-mode, 2026-11-22. Not by the SDK's client: after a failed connection it
tries the same address for ever, though its ticket has expired, and writes that address into its log.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, ClientWSTimeout, WSMsgType

from csbot.channel.errors import RateLimited, SendError, WebhookUnreadable
from csbot.channel.http import read_json
from csbot.channel.shapes import text as text_at
from csbot.domain.events import Event
from csbot.log import get_logger
from csbot_slack.fields import as_object

log = get_logger("slack")

HEARTBEAT_S = 20.0
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
RENEWALS = frozenset({"warning", "refresh_requested"})
_TIMEOUT = ClientWSTimeout(ws_close=2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What came in one envelope; see `Pulled`."""

    events: tuple[Event, ...]
    envelope: str
    connection: ClientWebSocketResponse

    async def confirm(self) -> None:
        """Tell Slack it may forget the envelope. Where the connection is gone it comes again, under the same key."""
        try:
            await self.connection.send_json({"envelope_id": self.envelope})
        except (ClientError, ConnectionError):
            log.debug("connection gone before the envelope was confirmed")


async def deliveries(
    session: ClientSession,
    address: Callable[[], Awaitable[str]],
    read: Callable[[object], tuple[Event, ...]],
    *,
    first_wait_s: float = FIRST_WAIT_S,
) -> AsyncIterator[Delivery]:
    """Every envelope, of one connection after the other; `address` is asked for where the next is. Never ends.

    Slack renews a connection every few hours and says so first: the next is opened at once. Whatever else ends one, or
    keeps it from coming about, is waited for, ever longer.
    """
    wait_s = first_wait_s
    while True:
        renewed = False
        try:
            async with session.ws_connect(await address(), heartbeat=HEARTBEAT_S, timeout=_TIMEOUT) as connection:
                async for message in connection:
                    envelope = _envelope(message.data) if message.type is WSMsgType.TEXT else {}
                    kind, name = text_at(envelope, "type"), text_at(envelope, "envelope_id")
                    if kind == "disconnect":
                        reason = text_at(envelope, "reason")
                        log.info("Slack closes the connection", reason=reason)
                        renewed = reason in RENEWALS
                        break
                    if name:
                        wait_s = first_wait_s
                        yield Delivery(events=read(envelope.get("payload")), envelope=name, connection=connection)
        except RateLimited as error:
            wait_s = max(wait_s, error.after_s)
            log.warning("no connection to Slack", error=str(error), again_in_s=wait_s)
        except SendError as error:
            log.warning("no connection to Slack", error=str(error), again_in_s=wait_s)
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            # Not its text: that may hold the address with its ticket.
            log.warning("no connection to Slack", error=type(error).__name__, again_in_s=wait_s)
        if not renewed:
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)


def _envelope(text: str) -> dict[str, object]:
    try:
        return dict(as_object(read_json(text)))
    except WebhookUnreadable:
        log.warning("Slack sent what is no envelope")
        return {}
