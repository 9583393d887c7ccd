"""A conversation: what is typed goes out, what is said comes in, until one of them ends it."""

from __future__ import annotations

import asyncio
import sys
import threading
import uuid
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path

from csbot.cli.webchat import kept
from csbot.cli.webchat.kept import Kept
from csbot.cli.webchat.protocol import ChatError, Choice, Item, News
from csbot.cli.webchat.shown import Screen
from csbot.cli.webchat.visitor import WebChat

LAST_WORD_S = 5.0

HELP = (
    "a number picks an answer; /new begins a new conversation, /file PATH hands a file in, /save PATH saves the "
    "conversation, /app shows how to go on in an app of yours, /quit or Ctrl-D ends it"
)


class Talk:
    """What a person or a script does in a chat, and what they see of it."""

    def __init__(self, screen: Screen, *, is_script: bool, keep: Path | None) -> None:
        self._screen = screen
        self._is_script = is_script
        self._keep = keep
        self._chat: WebChat | None = None
        self._typed_here: set[str] = set()
        self._offered: tuple[Choice, ...] = ()
        self._state = ""
        self._is_away = self._is_slowed = False
        self._refusals = 0
        self._open: set[str] = set()
        """Keys of what was said and does not stand in the transcript yet."""
        self._is_busy = False
        self._quiet, self._let_out = asyncio.Event(), asyncio.Event()
        self._look_if_quiet()

    async def begin(self, chat: WebChat) -> None:
        """Come in, as who was kept if there is one, and read what was said before."""
        self._chat = chat
        before = kept.read(self._keep, chat.place.base) if self._keep else None
        if before is not None:
            chat.known_by(before.token)
        await chat.come()
        self._screen.notice(f"You are talking to {chat.place.title}. /help says what can be done here.")
        for item in before.waiting if before else ():
            self._say(item)
        self._write_down()
        await chat.look()

    async def go_on(self, typed: asyncio.Queue[str | None], *, wait_s: float) -> None:
        """Until /quit or the end of what is typed (None). A script waits with each line for what the last one came to.

        Raises ChatError when something was not sent, or a script waited for more than `wait_s`.
        """
        self._screen.prompt()
        if self._is_script:
            await self._until_quiet(wait_s)
        while (line := await typed.get()) is not None:
            word, _, rest = line.strip().partition(" ")
            if word == "/quit":
                break
            await self._do(word, rest.strip(), line.strip())
            if self._is_script:
                await self._until_quiet(wait_s)
            self._screen.prompt()
        await self._let_go()
        left = len(self._open_chat.outbox)
        if left:
            kept_too = ", and kept" if self._keep else ""
            raise ChatError(f"not sent{kept_too}: {left} message{'s' if left > 1 else ''}")
        if self._refusals and self._is_script:
            raise ChatError(f"not done: {self._refusals} of what was typed")

    async def _let_go(self) -> None:
        """A last word typed just before the end is under way: give it a moment, unless the server is away."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORD_S):
                await self._let_out.wait()

    @property
    def _open_chat(self) -> WebChat:
        assert self._chat is not None, "the talk has not begun"
        return self._chat

    # -- what is typed -------------------------------------------------------------------------------------------------

    async def _do(self, word: str, rest: str, line: str) -> None:
        match word:
            case "":
                return
            case "/help":
                self._screen.notice(HELP)
            case "/new":
                await self._try(self._begin_anew)
            case "/file":
                await self._try(lambda: self._hand_in(Path(rest).expanduser()))
            case "/app":
                await self._try(self._show_ways)
            case "/save":
                await self._try(lambda: self._save(Path(rest).expanduser()))
            case _:
                self._say(self._item(line))

    def _item(self, line: str) -> Item:
        if line.isascii() and line.isdigit() and 0 < int(line[:4]) <= len(self._offered):
            choice = self._offered[int(line[:4]) - 1]
            return Item(key=_new_key(), text=choice.label, choice=choice)
        return Item(key=_new_key(), text=line)

    def _say(self, item: Item) -> None:
        self._offered = ()
        self._open.add(item.key)
        if not self._is_script:
            self._typed_here.add(item.key)
        self._open_chat.say(item)
        self._look_if_quiet()
        self._write_down()

    async def _try(self, act: Callable[[], Coroutine[None, None, None]]) -> None:
        try:
            await act()
        except ChatError as error:
            self._refusals += 1
            self._screen.notice(str(error))

    async def _begin_anew(self) -> None:
        if self._open_chat.outbox:
            raise ChatError("not yet: first what you wrote has to be sent")
        await self._open_chat.begin_anew()
        self._offered = ()
        self._screen.notice("A new conversation begins here.")

    async def _show_ways(self) -> None:
        for app, href in (await self._open_chat.ways()).items():
            self._screen.notice(f"{app}: {href}")

    async def _hand_in(self, file: Path) -> None:
        limit = self._open_chat.place.upload_bytes
        if not limit:
            raise ChatError("this chat takes no files")
        content = await asyncio.to_thread(_content, file, limit)
        self._say(Item(key=_new_key(), file=content, name=file.name))

    async def _save(self, file: Path) -> None:
        await asyncio.to_thread(_put, file, await self._open_chat.transcript())
        self._screen.notice(f"saved to {file}")

    async def _until_quiet(self, wait_s: float) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._quiet.wait()
        except TimeoutError as error:
            why = "the server is away" if self._is_away else "csbot is still at it"
            raise ChatError(f"no answer within {wait_s:g} s: {why}") from error

    # -- what is heard -------------------------------------------------------------------------------------------------

    def heard(self, news: News) -> None:
        """Show each line once; what was typed here stands there already."""
        for line in news.lines:
            self._open.discard(line.key)
            self._offered = line.choices
            if line.key not in self._typed_here or line.files:
                self._screen.line(line)
        self._is_busy = news.busy
        self._look_if_quiet()
        self._tell_state(news)

    def _tell_state(self, news: News) -> None:
        """Who has the word, when that has changed."""
        told = "A person will be with you." if news.state == "waiting" else ""
        told = f"You are talking to {news.holder}." if news.holder else told
        if news.elsewhere:
            told = f"You go on by {news.elsewhere}; answers reach you there. Write here to come back."
        if told == self._state:
            return
        if self._state and not told:
            is_bots = news.state == "bot"
            self._screen.notice(f"{self._open_chat.place.title} is back." if is_bots else "The conversation is closed.")
        elif told:
            self._screen.notice(told)
        self._state = told

    def taken(self, item: Item) -> None:
        """The server has it."""
        self._is_slowed = False
        self._look_if_quiet()
        self._write_down()

    def refused(self, item: Item, why: str) -> None:
        """Say so; it is not tried again."""
        self._refusals += 1
        self._open.discard(item.key)
        self._look_if_quiet()
        self._screen.notice(f"not sent: {item.name or item.text}: {why}")
        self._write_down()

    def slowed(self, why: str) -> None:
        """Say so once."""
        if not self._is_slowed:
            self._screen.notice(why)
        self._is_slowed = True

    def away(self, why: str) -> None:
        """Say so once."""
        if not self._is_away:
            self._screen.notice(f"The server is away ({why}). What you write is kept and sent once it is back.")
        self._is_away = True
        self._look_if_quiet()

    def back(self) -> None:
        """Say so when it was away."""
        if self._is_away:
            self._screen.notice("The server is back.")
        self._is_away = False

    def forgotten(self) -> None:
        """What was said so far cannot be reached any more."""
        self._screen.notice("The server does not know this conversation any more; a new one begins.")
        self._write_down()

    def _look_if_quiet(self) -> None:
        outbox = self._chat.outbox if self._chat else []
        (self._quiet.clear if self._open or outbox or self._is_busy else self._quiet.set)()
        (self._let_out.clear if outbox and not self._is_away else self._let_out.set)()

    def _write_down(self) -> None:
        if self._keep is not None:
            chat = self._open_chat
            Kept(base=chat.place.base, token=chat.token, waiting=tuple(chat.outbox)).write(self._keep)


def keyboard() -> asyncio.Queue[str | None]:
    """The lines of standard input as they come, then None."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        # A thread of its own, and a daemon: reading a terminal cannot be interrupted.
        try:
            for line in sys.stdin:
                loop.call_soon_threadsafe(typed.put_nowait, line)
            loop.call_soon_threadsafe(typed.put_nowait, None)
        except RuntimeError:
            return  # the loop has ended; so has the conversation

    threading.Thread(target=read, name="keyboard", daemon=True).start()
    return typed


def _content(file: Path, limit: int) -> bytes:
    try:
        if file.stat().st_size > limit:
            raise ChatError(f"{file}: too large: at most {limit / 1024 / 1024:.1f} MB")
        return file.read_bytes()
    except OSError as error:
        raise ChatError(f"{file}: cannot be read: {error.strerror}") from error


def _put(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise ChatError(f"{file}: cannot be written: {error.strerror}") from error


def _new_key() -> str:
    return str(uuid.uuid4())
