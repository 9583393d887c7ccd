"""Who is there: sessions in cookies, and what tells a request of our own pages from one that others have forged."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from aiohttp import web

from csbot.desk.tokens import digest
from csbot.domain.account import SESSION_LIFE, Session, Tried
from csbot.domain.reading import User
from csbot.services import Services

SESSION, DOOR = "csbot_session", "csbot_door"
"""Cookies: of who is signed in, and of who is not yet."""

CSRF_FIELD, CSRF_HEADER = "csrf", "X-CSRF-Token"

_SEEN_EVERY = timedelta(minutes=1)
_DAY_S = 86_400


def came_securely(request: web.Request, services: Services) -> bool:
    """The browser speaks HTTPS, to us or to the proxy before us."""
    public = urlsplit(services.public_url)
    return (
        request.secure
        or request.headers.get("X-Forwarded-Proto", "") == "https"
        or (public.scheme == "https" and request.host == public.netloc)
    )


def cookie(request: web.Request, services: Services, name: str) -> str:
    """The token in one of our cookies; empty without."""
    return request.cookies.get(_named(request, services, name), "")


def set_cookie(response: web.StreamResponse, request: web.Request, services: Services, name: str, token: str) -> None:
    """Give the browser a token, which no script reads and no other site's form brings along."""
    life_s = int(SESSION_LIFE.total_seconds()) if name == SESSION else _DAY_S
    response.set_cookie(
        _named(request, services, name),
        token,
        max_age=life_s,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=came_securely(request, services),
    )


def drop_cookie(response: web.StreamResponse, request: web.Request, services: Services, name: str) -> None:
    """Take it back."""
    response.del_cookie(
        _named(request, services, name),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=came_securely(request, services),
    )


def _named(request: web.Request, services: Services, name: str) -> str:
    # A cookie of this prefix can have been set by this very host only, and over HTTPS.
    return f"__Host-{name}" if came_securely(request, services) else name


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def csrf_of(token: str) -> str:
    """What a page's forms carry to show that they are ours: only who has the cookie's `token` can know it."""
    return hmac.new(token.encode(), b"csbot csrf", hashlib.sha256).hexdigest() if token else ""


def is_csrf(given: str, token: str) -> bool:
    """`given` was made from the cookie's token."""
    return bool(token) and hmac.compare_digest(given.encode("utf-8", "replace"), csrf_of(token).encode())


def is_own_origin(request: web.Request, services: Services) -> bool:
    """The browser does not say that another site has made the request."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    own = {f"{scheme}://{request.host}" for scheme in ("http", "https")}
    public = urlsplit(services.public_url)
    return origin in own | {f"{public.scheme}://{public.netloc}"}


async def signed_in(request: web.Request, services: Services, *, quiet: bool = False) -> Session | None:
    """The session of the request's cookie. A `quiet` request is made by a page alone and does not keep it alive."""
    token = cookie(request, services, SESSION)
    if not token:
        return None
    accounts, now = services.store.accounts, services.clock()
    session = await accounts.session(digest(token), now=now)
    if session is not None and not quiet and now - session.seen_at >= _SEEN_EVERY:
        await accounts.seen(digest(token), now=now)
    return session


async def sign_in(response: web.StreamResponse, request: web.Request, services: Services, user: User) -> None:
    """Begin a session, always under a new token."""
    token, now = new_token(), services.clock()
    if before := cookie(request, services, SESSION):
        await services.store.accounts.end_session(digest(before))
    await services.store.accounts.begin_session(digest(token), user=user.id, now=now, expires_at=now + SESSION_LIFE)
    set_cookie(response, request, services, SESSION, token)
    drop_cookie(response, request, services, DOOR)


async def sign_out(response: web.StreamResponse, request: web.Request, services: Services) -> None:
    """End the session of this browser."""
    await services.store.accounts.end_session(digest(cookie(request, services, SESSION)))
    drop_cookie(response, request, services, SESSION)


def tried(email: str, request: web.Request) -> tuple[Tried, Tried]:
    """What a try to sign in is counted of: the person it is for, and where it comes from.

    Many share an address (an office, a proxy), so it has more tries and shorter waits.
    """
    return (
        Tried(key=digest(f"email {email}"), free=5, most_s=900),
        Tried(key=digest(f"address {client_address(request) or request.remote}"), free=30, most_s=60),
    )


def client_address(request: web.Request) -> str:
    """Where the request comes from: the peer, or what our own proxy says of it; of IPv6 the network. Empty where that
    proxy says nothing, so that all who come by it would be one.
    """
    peer = _ip(request.remote or "")
    if peer is not None and (peer.is_loopback or peer.is_private):
        peer = _ip(request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip())
    if isinstance(peer, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((peer, 64), strict=False))
    return str(peer or "")


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def local_path(asked: str, default: str = "/desk") -> str:
    """The page to go on to after signing in: one of the desk's own, whatever the address says."""
    is_own = asked == default or asked.startswith((f"{default}/", f"{default}?"))
    return asked if is_own and asked.isascii() and asked.isprintable() and "\\" not in asked else default
