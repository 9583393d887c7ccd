"""What a visitor reads: the transcript, the same as a stream while it grows, and as a file to keep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from aiohttp import web

from csbot.domain.message import Direction
from csbot.errors import StoreError
from csbot.web.chat.keys import STREAMS
from csbot.web.chat.lines import everything, names_of, news, speaker
from csbot.web.chat.visiting import Chat, Refused, log, told
from csbot.web.keys import WATCH

BEAT_S = 15.0
MOST_STREAMS = 6
LONGEST = timedelta(hours=1)
"""A stream ends after that, to be opened again by a browser that is still known."""

NOTHING = {"messages": [], "after": 0, "state": "", "with": "", "elsewhere": "", "busy": False}


async def messages(chat: Chat) -> web.StreamResponse:
    """GET messages?after=<id>: what is new since then; without `after` the latest."""
    return told(await news(chat, chat.visitor(), _after(chat, chat.request.query.get("after", ""))) or NOTHING)


async def stream(chat: Chat) -> web.StreamResponse:
    """GET stream: the same as events, each with the `id` to go on from; a beat now and then. 204 before the first word:
    there is nothing to look at yet.
    """
    visitor, services = chat.visitor(), chat.services
    view = await services.store.chat(chat.outlet.id, visitor.user, limit=1)
    if view is None:
        return web.Response(status=204)
    last = chat.request.headers.get("Last-Event-ID") or chat.request.query.get("after", "")
    after = _after(chat, last)
    with _counted(chat, visitor.user):
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/event-stream; charset=utf-8",
                "Cache-Control": "no-store",
                "X-Accel-Buffering": "no",
                "X-Content-Type-Options": "nosniff",
            }
        )
        await response.prepare(chat.request)
        ends = min(visitor.until, services.clock() + LONGEST)
        with chat.request.config_dict[WATCH].look(view.lane) as look:
            async for changed in look.changes(at_least_s=BEAT_S):
                if services.clock() >= ends:
                    break
                try:
                    told_now = await news(chat, visitor, after) if changed else None
                except StoreError as error:
                    log.debug("nothing to stream", channel=chat.outlet.id, error=str(error))
                    break
                if told_now is None:
                    await response.write(b"event: beat\ndata: \n\n")
                    continue
                after = told_now["after"]
                data = json.dumps(told_now, ensure_ascii=False, separators=(",", ":"))
                await response.write(f"event: news\nid: {after}\ndata: {data}\n\n".encode())
        return response


async def download(chat: Chat) -> web.StreamResponse:
    """GET transcript.txt: all the visitor has seen, to keep."""
    visitor, page = chat.visitor(), chat.page
    title = page.text("Conversation with %(name)s", name=chat.title)
    names = await names_of(chat)
    written = [title, "=" * len(title), ""]
    async for message in everything(chat, visitor):
        who = page.text("You") if message.direction is Direction.IN else speaker(chat, message, names)
        said = message.text or (message.choice.label if message.choice else "")
        written.append(f"[{page.moment(message.at)}] {who}: {said}".rstrip())
        written += [f"    [{file.name or file.kind.value}]" for file in message.attachments]
    return web.Response(
        text="\n".join(written) + "\n",
        content_type="text/plain",
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="chat-{chat.outlet.id}.txt"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _after(chat: Chat, text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Refused(400, "no_such_place", '"after" is the id of a message.')
    return int(text)


@contextmanager
def _counted(chat: Chat, user: str) -> Iterator[None]:
    """One visitor keeps so many streams open and no more: each page that has none asks by itself."""
    streams, who = chat.request.app[STREAMS], f"{chat.outlet.id}|{user}"
    if streams.get(who, 0) >= MOST_STREAMS:
        raise Refused(429, "too_many_streams", "This chat is open in too many windows.", retry_s=30)
    streams[who] = streams.get(who, 0) + 1
    try:
        yield
    finally:
        streams[who] -= 1
        if not streams[who]:
            del streams[who]
