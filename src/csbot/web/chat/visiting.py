"""Who is chatting, and whether they may: the channel asked for, where the request comes from, the visitor's cookie."""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlsplit

from aiohttp import web

from csbot.channel.errors import WebhookRejected
from csbot.channel.hosted import Hosted, Visitor
from csbot.domain.capabilities import Arrival
from csbot.errors import CsbotError, StoreError
from csbot.log import get_logger
from csbot.services import Outlet, Services
from csbot.web.auth import client_address
from csbot.web.chat.keys import ARRIVALS, PACE
from csbot.web.keys import SERVICES
from csbot.web.rendering import Page

log = get_logger("chat")

BASE = "/chat"


class Refused(CsbotError):
    """The request is not followed; `code` is for the page, the text for who reads it."""

    def __init__(self, status: int, code: str, text: str, *, retry_s: int = 0) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.retry_s = retry_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One request to one hosted channel."""

    request: web.Request
    services: Services
    outlet: Outlet
    channel: Hosted
    page: Page

    @property
    def base(self) -> str:
        """Where this channel's chat is served."""
        return f"{BASE}/{self.outlet.id}"

    @property
    def title(self) -> str:
        """What stands above the chat, and who speaks for the bot."""
        return self.channel.site.title or self.services.brand.name

    @property
    def _cookie(self) -> str:
        return f"csbot_chat_{self.outlet.id}"

    def visitor_or_none(self) -> Visitor | None:
        """Who the cookie says it is; None without one, or with one that is forged or past its time."""
        token = self.request.cookies.get(self._cookie, "")
        try:
            return self.channel.known(token, self.services.clock()) if token else None
        except WebhookRejected as error:
            log.debug("visitor not known", channel=self.outlet.id, error=str(error))
            return None

    def visitor(self) -> Visitor:
        """The same; without one the request is refused."""
        found = self.visitor_or_none()
        if found is None:
            raise Refused(
                401, "no_session", self.page.text("This browser has no conversation here. Load the page anew.")
            )
        return found

    async def json(self) -> Mapping[str, object]:
        """The request's body, which has to be a JSON object."""
        if self.request.content_type != "application/json":
            raise Refused(415, "no_json", "Send JSON, as application/json.")
        try:
            value = json.loads(await self.request.read())
        except (ValueError, RecursionError) as error:
            raise Refused(400, "unreadable", "The body is no JSON.") from error
        if not isinstance(value, dict):
            raise Refused(400, "unreadable", "The body has to be a JSON object.")
        return value

    def check_pace(self, visitor: Visitor) -> None:
        """Count one more of what a visitor asks for; too many in a minute are refused."""
        wait_s = self.request.app[PACE].wait_s(
            f"{self.outlet.id}|{visitor.user}", a_minute=self.channel.site.pace, now=self.services.clock()
        )
        if wait_s:
            message = self.page.text("That was a lot at once. Wait a moment, then go on.")
            raise Refused(429, "too_fast", message, retry_s=math.ceil(wait_s))

    def newcomer(self) -> Visitor:
        """Somebody not seen before; too many in a minute from one address are refused, where it is known."""
        now, address, a_minute = self.services.clock(), client_address(self.request), self.channel.site.newcomers
        if address and a_minute:
            wait_s = self.request.app[ARRIVALS].wait_s(f"{self.outlet.id}|{address}", a_minute=a_minute, now=now)
            if wait_s:
                message = self.page.text("Too many have come from your network just now. Try again in a minute.")
                raise Refused(429, "too_many_newcomers", message, retry_s=math.ceil(wait_s))
        return self.channel.newcomer(now)

    def remember(self, response: web.Response, visitor: Visitor, *, framed: bool) -> None:
        """Let the browser keep who it is."""
        age_s = int((visitor.until - self.services.clock()).total_seconds())
        self._keep(response, self.channel.token(visitor), age_s, framed=framed)

    def forget(self, response: web.Response, *, framed: bool) -> None:
        """Let the browser forget it."""
        self._keep(response, "", 0, framed=framed)

    def _keep(self, response: web.Response, value: str, age_s: int, *, framed: bool) -> None:
        # By hand: aiohttp writes no Partitioned before Python 3.14. Inside a foreign page a browser keeps a cookie only
        # when it may be sent from there, and apart for each site.
        secure = self.services.public_url.startswith("https://")
        how = "; Secure" if secure else ""
        how += "; SameSite=None; Partitioned" if framed and secure else "; SameSite=Lax"
        response.headers.add("Set-Cookie", f"{self._cookie}={value}; Path={self.base}; Max-Age={age_s}; HttpOnly{how}")


Handler = Callable[[Chat], Awaitable[web.StreamResponse]]


def hosted(services: Services) -> Mapping[str, Outlet]:
    """The channels served here, in the order of the settings."""
    return {id: outlet for id, outlet in services.outlets.items() if Arrival.HOSTED in outlet.capabilities.arrival}


def served(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler for requests to `/chat/<id>/...`: 404 for other channels, refusals as JSON."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        chat = chat_of(request)
        try:
            _check_origin(chat)
            return await handler(chat)
        except Refused as refused:
            headers = {"Retry-After": str(refused.retry_s)} if refused.retry_s else {}
            return told({"error": {"code": refused.code, "message": str(refused)}}, refused.status, headers)
        except ConnectionResetError:
            # The page was closed in mid-stream: nobody is left to hear this, and nothing is wrong here.
            log.debug("visitor has gone", channel=chat.outlet.id)
            return web.Response(status=400)
        except (StoreError, OSError) as error:
            log.warning("chat not served", channel=chat.outlet.id, error=str(error))
            message = chat.page.text("That did not work just now. It is tried again.")
            return told({"error": {"code": "unavailable", "message": message}}, 503, {"Retry-After": "3"})

    return answer


def chat_of(request: web.Request) -> Chat:
    """The chat a request is for: the channel named in the address or as `?channel=`, else the first there is."""
    services = request.app[SERVICES]
    outlets = hosted(services)
    named = request.match_info.get("channel") or request.query.get("channel", "")
    outlet = outlets.get(named or next(iter(outlets), ""))
    if outlet is None:
        raise web.HTTPNotFound(text="There is no chat here: no channel of that name is served on a page.\n")
    channel = outlet.channel
    if not isinstance(channel, Hosted):
        raise TypeError(f"channel {outlet.id} says it is hosted, but is no csbot.channel.hosted.Hosted")
    return Chat(request=request, services=services, outlet=outlet, channel=channel, page=Page.of(request, services))


def told(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """JSON for the page alone."""
    return web.json_response(
        value,
        status=status,
        headers={
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            **(headers or {}),
        },
    )


def _check_origin(chat: Chat) -> None:
    """Only csbot's own pages may ask here, and only they may change anything."""
    request = chat.request
    site = request.headers.get("Sec-Fetch-Site", "")
    foreign = site not in {"", "same-origin", "none"}
    if request.method not in {"GET", "HEAD"}:
        # Browsers send it with every POST; what comes without may be a page that hides where it is.
        asked_from = urlsplit(request.headers.get("Origin", "")).netloc
        own = {request.host, urlsplit(chat.services.public_url).netloc}
        foreign = foreign or not asked_from or asked_from not in own
    if foreign:
        raise Refused(403, "foreign_origin", "This address answers pages of its own only.")
