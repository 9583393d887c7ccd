"""A visitor of a web chat, over HTTP: a cookie, words kept until the server has them, and what it says, once."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from typing import Any, Protocol

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    CookieJar,
    FormData,
    InvalidURL,
)
from yarl import URL

from csbot.cli.webchat import protocol
from csbot.cli.webchat.protocol import Away, ChatError, Events, Item, News, Place, Unreadable

ANSWER = ClientTimeout(total=20)
HANDING_IN = ClientTimeout(total=120)
SILENCE = ClientTimeout(total=None, sock_connect=10, sock_read=40)
"""A stream that does not beat for so long is dead."""

LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
SOON_S, POLL_S, STREAM_AGAIN_S = 0.3, 3.0, 10.0
LONGEST_WAIT_S = 5.0


class Unknown(ChatError):
    """The server does not know this visitor (any more)."""


class Listener(Protocol):
    """Who is told what happens."""

    def heard(self, news: News) -> None:
        """News, of it only the lines not heard before."""

    def taken(self, item: Item) -> None:
        """The server has it."""

    def refused(self, item: Item, why: str) -> None:
        """The server will never have it."""

    def slowed(self, why: str) -> None:
        """The server asks to wait with sending."""

    def away(self, why: str) -> None:
        """The server is not reached; told again and again until it is."""

    def back(self) -> None:
        """The server is reached; told again and again."""

    def forgotten(self) -> None:
        """The server knows this visitor no more, who is a newcomer now."""


@asynccontextmanager
async def browser() -> AsyncIterator[ClientSession]:
    """What keeps cookies for this run, for servers without a name, too."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True), timeout=ANSWER) as http:
        yield http


async def find(http: ClientSession, url: str, channel: str) -> Place:
    """The chat at this address, by its page. Raises ChatError, saying what is there instead."""
    wanted = protocol.address(url, channel)
    try:
        async with http.get(wanted, headers={"Accept-Language": "en"}) as answer:
            html, status, found_at = await answer.text(errors="replace"), answer.status, str(answer.url)
    except ClientSSLError as error:
        raise ChatError(f"{wanted}: no trusted connection (TLS): {_reason(error)}") from error
    except InvalidURL as error:
        raise ChatError(f"{url!r} is no address; write it like https://shop.example/chat/web") from error
    except (ClientError, TimeoutError, OSError) as error:
        raise ChatError(f"{wanted}: nobody answers there: {_reason(error)}") from error
    if status == 404 and html.startswith("There is no chat here"):
        raise ChatError(f"{wanted}: csbot answers, but has no web chat of that name; try its address with /chat")
    if status >= 500:
        raise ChatError(f"{wanted}: the server does not work just now ({status})")
    place = protocol.place(found_at, html) if status == 200 else None
    if place is None:
        raise ChatError(
            f"{wanted}: this is no web chat of csbot's ({status}); it looks like https://shop.example/chat/web"
        )
    return place


class WebChat:
    """One visitor of one chat. `run` sends what is in the outbox and listens, for as long as it is let."""

    def __init__(self, http: ClientSession, place: Place, listener: Listener) -> None:
        self.place = place
        self.outbox: list[Item] = []
        self._http = http
        self._cookie = f"csbot_chat_{place.base.rpartition('/')[2]}"
        self._listener = listener
        self._you = ""
        self._cursor: int | None = None
        self._seen: set[int] = set()
        self._begun = False
        self._unseen: list[int] = []
        self._filled, self._soon, self._looked = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @property
    def token(self) -> str:
        """The cookie by which the server knows this visitor; keep it like a password."""
        kept = self._http.cookie_jar.filter_cookies(URL(f"{self.place.base}/session"))
        return kept[self._cookie].value if self._cookie in kept else ""

    def known_by(self, token: str) -> None:
        """Go on as who was given this cookie."""
        self._http.cookie_jar.update_cookies({self._cookie: token}, URL(f"{self.place.base}/session"))

    async def come(self) -> None:
        """Be known. Raises ChatError where that cannot be, Away where it may be later."""
        told = await self._post("session", {})
        if not self.token:
            raise ChatError(f"{self.place.base}: its cookie is for https only; use the address customers use")
        before, self._you = self._you, str(told.get("you", ""))
        if before and before != self._you:
            self._cursor, self._begun = None, False
            self._seen.clear()
            self._listener.forgotten()

    def say(self, item: Item) -> None:
        """Put it into the outbox: it is sent in its turn, once."""
        self.outbox.append(item)
        self._filled.set()

    async def run(self) -> None:
        """Send and listen until cancelled. Raises ChatError when the server turns this visitor away."""
        tasks = [asyncio.create_task(work) for work in (self._pump(), self._listen(), self._tell_seen())]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()

    async def look(self) -> None:
        """Ask once what is new."""
        after = {} if self._cursor is None else {"after": str(self._cursor)}
        async with self._answer(self._http.get(self._at("messages"), params={"lang": "en", **after})) as answer:
            self._take(await answer.text())

    async def begin_anew(self) -> None:
        """Close the bot's conversation. Raises ChatError while a person has it."""
        await self._post("anew", {})

    async def ways(self) -> Mapping[str, str]:
        """Links by which the visitor goes on in an app of theirs, by the app's name. Raises ChatError without any."""
        told = (await self._post("pass", {})).get("ways")
        return {str(way["app"]): str(way["href"]) for way in told} if isinstance(told, list) else {}

    async def transcript(self) -> str:
        """All the visitor has seen."""
        async with self._answer(self._http.get(self._at("transcript.txt"), params={"lang": "en"})) as answer:
            return await answer.text()

    # -- what is sent --------------------------------------------------------------------------------------------------

    async def _pump(self) -> None:
        failures = 0
        while True:
            await self._filled.wait()
            while self.outbox:
                item = self.outbox[0]
                try:
                    await self._send(item)
                except Away as error:
                    (self._listener.slowed if error.is_reached else self._listener.away)(str(error))
                    failures += 1
                    await asyncio.sleep(max(error.after_s, min(LONGEST_WAIT_S, 0.25 * 2**failures)))
                    continue
                except ChatError as error:
                    del self.outbox[0]
                    self._listener.refused(item, str(error))
                    continue
                failures = 0
                del self.outbox[0]
                self._begun = True
                self._listener.back()
                self._listener.taken(item)
                self._soon.set()
            self._filled.clear()

    async def _send(self, item: Item) -> None:
        try:
            await self._hand_over(item)
        except Unknown:
            await self.come()
            await self._hand_over(item)

    async def _hand_over(self, item: Item) -> None:
        if item.file is None:
            await self._post("messages", item.body())
            return
        form = FormData()
        form.add_field("id", item.key)
        form.add_field("file", item.file, filename=item.name)
        await self._posted("files", data=form, timeout=HANDING_IN)

    async def _post(self, path: str, body: Mapping[str, object]) -> Mapping[str, object]:
        return await self._posted(path, json=dict(body))

    async def _posted(self, path: str, **sent: Any) -> Mapping[str, object]:
        """The JSON told by a POST, made as the chat's own page makes it."""
        headers = {"Origin": self.place.origin}
        asked = self._http.post(self._at(path), params={"lang": "en"}, headers=headers, allow_redirects=False, **sent)
        async with self._answer(asked) as answer:
            return _json(await answer.text())

    # -- what is heard -------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        """By stream; by asking again and again where there is none."""
        loop = asyncio.get_running_loop()
        stream_at = 0.0
        while True:
            self._soon.clear()
            pause_s = POLL_S
            try:
                if self._begun and loop.time() >= stream_at:
                    if await self._stream():
                        stream_at = loop.time() + STREAM_AGAIN_S
                    else:
                        pause_s = SOON_S
                await self.look()
                self._listener.back()
            except Unknown:
                await self._come_again()
            except Away as error:
                self._listener.away(str(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._soon.wait()

    async def _stream(self) -> bool:
        """Hear the stream to its end; False when there is nothing to stream yet."""
        headers = {} if self._cursor is None else {"Last-Event-ID": str(self._cursor)}
        events = Events()
        try:
            async with self._answer(self._http.get(self._at("stream"), headers=headers, timeout=SILENCE)) as answer:
                if answer.status == 204:
                    return False
                async for chunk in answer.content.iter_any():
                    self._listener.back()
                    for name, data in events.feed(chunk):
                        if name == "news":
                            self._take(data)
        except Away:
            pass  # asking will tell whether the server is away, or the stream alone
        return True

    async def _tell_seen(self) -> None:
        """What a person wrote and nobody looks at goes on elsewhere: so say that it was looked at."""
        while True:
            await self._looked.wait()
            self._looked.clear()
            told, self._unseen = self._unseen, []
            try:
                await self._post("seen", {"after": min(told) - 1, "last": max(told)})
            except (Away, Unknown):
                self._unseen += told
                await asyncio.sleep(POLL_S)
                self._looked.set()

    async def _come_again(self) -> None:
        try:
            await self.come()
        except Away as error:
            self._listener.away(str(error))

    def _take(self, text: str) -> None:
        news = protocol.news(_json(text), self.place.origin)
        fresh = tuple(line for line in news.lines if line.id not in self._seen)
        self._seen.update(line.id for line in fresh)
        self._cursor = news.after
        self._begun = self._begun or bool(fresh)
        if persons := [line.id for line in fresh if line.author == "agent"]:
            self._unseen += persons
            self._looked.set()
        self._listener.heard(replace(news, lines=fresh))

    # -- the server ----------------------------------------------------------------------------------------------------

    def _at(self, path: str) -> str:
        return f"{self.place.base}/{path}"

    @asynccontextmanager
    async def _answer(self, asked: AbstractAsyncContextManager[ClientResponse]) -> AsyncIterator[ClientResponse]:
        """The answer when it is a good one. Raises Away, Unknown, ChatError."""
        try:
            async with asked as answer:
                if answer.status >= 300:
                    raise _refusal(answer, await answer.text(errors="replace"))
                yield answer
        except (ClientError, TimeoutError) as error:
            raise Away(_reason(error)) from error


def _refusal(answer: ClientResponse, text: str) -> ChatError:
    """What an answer of 300 and above means, in the server's words where it has any."""
    try:
        told = _json(text)["error"]
        code, message = (str(told["code"]), str(told["message"])) if isinstance(told, Mapping) else ("", "")
    except (Unreadable, KeyError):
        code, message = "", ""
    message = message or f"the server answers {answer.status}"
    if answer.status in LATER:
        wait = answer.headers.get("Retry-After", "")
        after_s = float(wait) if wait.isascii() and wait.isdigit() else 0.0
        return Away(message, after_s=after_s, is_reached=answer.status == 429)
    if answer.status == 401:
        return Unknown(message)
    if code == "foreign_origin":
        return ChatError(
            f"{answer.url.origin()}: this server answers pages of its own address only; use the address customers use, "
            "which stands in its settings as [server] public_url"
        )
    return ChatError(message)


def _json(text: str) -> Mapping[str, object]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("the server's answer is no JSON") from error
    if not isinstance(told, dict):
        raise Unreadable("the server's answer is no JSON object")
    return told


def _reason(error: BaseException) -> str:
    """What is wrong with a connection, in a few words."""
    if isinstance(error, ClientConnectorCertificateError):
        return str(error.certificate_error)
    if isinstance(error, ClientConnectorError):
        # What the loop says names the address again, which stands before it already.
        number = error.os_error.errno or 0
        return os.strerror(number) if number > 0 else str(error.os_error)
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(error) or type(error).__name__
