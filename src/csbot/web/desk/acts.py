"""What an agent does on a conversation's page, by forms: done once however often it is sent, and told in words."""

from __future__ import annotations

import re

from aiohttp import web

from csbot.desk import actions
from csbot.desk.errors import AlreadyHeld, ChannelMissing, Closed, DeskError, NotHolder
from csbot.domain.changes import Changes, Idempotency
from csbot.domain.conversation import ConversationState
from csbot.domain.turn import LaneWork
from csbot.web import acting
from csbot.web.api.requests import TEXT_LIMIT
from csbot.web.desk.conversation import box_of, id_of, page_of
from csbot.web.desk.guard import BASE, Visit
from csbot.web.desk.words import TOLD

_KEY = re.compile(r"[\w-]{20,64}", re.ASCII)
_LOOKED_AT = 20
"""So many at the head of the line are tried to be taken, one after the other, while colleagues take them too."""


async def claim(visit: Visit) -> web.StreamResponse:
    """Take the conversation."""
    return await _moved(visit, lambda work: actions.claim(work, agent=visit.user.email), "claimed")


async def take_over(visit: Visit) -> web.StreamResponse:
    """Take it out of a colleague's hands: of the one the form names, and of nobody else."""
    holder = visit.form.get("holder", "")
    return await _moved(visit, lambda work: actions.take_over(work, agent=visit.user.email, holder=holder), "claimed")


async def give_back(visit: Visit) -> web.StreamResponse:
    """Give it back to the bot."""
    return await _moved(visit, lambda work: actions.give_back(work, agent=visit.user.email), "returned")


async def close(visit: Visit) -> web.StreamResponse:
    """End it."""
    return await _moved(visit, lambda work: actions.close(work, agent=visit.user.email), "closed")


async def close_and_next(visit: Visit) -> web.StreamResponse:
    """End it and take the next of the line; pressed twice, one is taken all the same."""
    try:
        await acting.act(visit.services, id_of(visit), lambda work: actions.close(work, agent=visit.user.email))
    except (acting.Refused, acting.Overtaken) as refused:
        return visit.go(_page(id_of(visit)), told=_code(refused))
    except acting.NoConversation as error:
        raise web.HTTPNotFound from error
    return await _next(visit, nobody="closed-line-empty")


async def take_next(visit: Visit) -> web.StreamResponse:
    """Take who has waited longest of the most urgent."""
    return await _next(visit, nobody="line-empty")


async def reply(visit: Visit) -> web.StreamResponse:
    """Say something to the customer."""
    text, wrong = _words(visit)
    if not wrong:

        def decide(work: LaneWork) -> Changes:
            parts = acting.fitted(visit.services, work, text)
            return actions.reply(work, agent=visit.user.email, text=text, parts=parts)

        wrong = await _said(visit, decide)
    if visit.by_htmx:
        kept = {"text": text, "error": wrong, "once": _once(visit)} if wrong else {}
        return await box_of(visit, "desk/_reply.html", **kept)
    if wrong:
        return await page_of(visit, status=422, text=text, error=wrong, once=_once(visit))
    return visit.go(_page(id_of(visit)), told="sent")


async def note(visit: Visit) -> web.StreamResponse:
    """Leave a note between agents."""
    text, wrong = _words(visit)
    if not wrong:
        wrong = await _said(visit, lambda work: actions.note(work, agent=visit.user.email, text=text))
    if visit.by_htmx:
        return await box_of(visit, "desk/_note.html", **({"note": text, "note_error": wrong} if wrong else {}))
    if wrong:
        return await page_of(visit, status=422, note=text, note_error=wrong)
    return visit.go(_page(id_of(visit)), told="noted")


async def measure(visit: Visit) -> web.StreamResponse:
    """How the words would go out: counted by what really cuts them."""
    text = visit.form.get("text", "")[:TEXT_LIMIT]
    work = await visit.services.store.lane_work(id_of(visit))
    if work is None:
        raise web.HTTPNotFound
    try:
        parts = acting.fitted(visit.services, work, text) if text.strip() else ()
    except ChannelMissing:
        parts = ()
    outlet = visit.services.outlets.get(work.reply_to.channel)
    return visit.show(
        "desk/_measure.html",
        length=len(text),
        parts=len(parts),
        segments=sum(part.cost for part in parts) if outlet and outlet.capabilities.segments else 0,
    )


async def send_again(visit: Visit) -> web.StreamResponse:
    """Send a piece again that was held back, failed, or did not arrive."""
    part = await _part(visit)
    store, now = visit.services.store, visit.services.clock()
    done = await store.requeue_part(part, by=visit.user.email, now=now)
    if done:
        visit.services.outbound_bell.ring()
    return visit.go(_page(id_of(visit)), told="queued" if done else "part-moved")


async def confirm(visit: Visit) -> web.StreamResponse:
    """A piece nobody knew about has arrived: it counts as sent."""
    part = await _part(visit)
    done = await visit.services.store.confirm_part(part, by=visit.user.email, now=visit.services.clock())
    return visit.go(_page(id_of(visit)), told="confirmed" if done else "part-moved")


async def _moved(visit: Visit, decide: acting.Decide, done: str) -> web.StreamResponse:
    try:
        await acting.act(visit.services, id_of(visit), decide)
    except acting.NoConversation as error:
        raise web.HTTPNotFound from error
    except (acting.Refused, acting.Overtaken) as refused:
        return visit.go(_page(id_of(visit)), told=_code(refused))
    return visit.go(_page(id_of(visit)), told=done)


async def _next(visit: Visit, *, nobody: str) -> web.StreamResponse:
    key = f"desk {visit.user.id} next {_once(visit)}" if _once(visit) else ""

    def keep(work: LaneWork, changes: Changes) -> Idempotency | None:
        return Idempotency(key=key, answer=str(work.conversation.id)) if key else None

    if key and (taken := await visit.services.store.remembered(key)) is not None:
        return visit.go(_page(int(taken)))
    rows, _ = await visit.services.store.conversations(state=ConversationState.WAITING, limit=_LOOKED_AT)
    for row in rows:
        try:
            done = await acting.act(
                visit.services,
                row.conversation.id,
                lambda work: actions.claim(work, agent=visit.user.email),
                keep=keep,
            )
        except (acting.Refused, acting.Overtaken):
            continue
        return visit.go(_page(int(done.kept or row.conversation.id)), told="claimed")
    return visit.go(BASE, told=nobody)


async def _said(visit: Visit, decide: acting.Decide) -> str:
    """Say it once under the form's key; what is wrong in words, "" when it is kept."""
    once = _once(visit)
    key = f"desk {visit.user.id} {id_of(visit)} {once}"

    def keep(work: LaneWork, changes: Changes) -> Idempotency | None:
        return Idempotency(key=key, answer="said") if once else None

    # Said already: the act may not be possible any more, and need not be.
    if once and await visit.services.store.remembered(key) is not None:
        return ""
    try:
        await acting.act(visit.services, id_of(visit), decide, keep=keep)
    except acting.NoConversation as error:
        raise web.HTTPNotFound from error
    except (acting.Refused, acting.Overtaken) as refused:
        error_ = refused.error if isinstance(refused, acting.Refused) else None
        if isinstance(error_, ChannelMissing):
            return visit.page.text("This channel is not set up any more, so nothing can be sent. Ask an admin.")
        return visit.page.text(TOLD[_code(refused)].text)
    return ""


def _words(visit: Visit) -> tuple[str, str]:
    """What was written, and what is wrong with it."""
    text = visit.form.get("text", "")
    if not any(letter.isprintable() and not letter.isspace() for letter in text):
        return text, visit.page.text("Write something first.")
    if len(text) > TEXT_LIMIT:
        return text, visit.page.text("This is too long: %(limit)s characters at most.", limit=TEXT_LIMIT)
    return text, ""


def _once(visit: Visit) -> str:
    once = visit.form.get("once", "")
    return once if _KEY.fullmatch(once) else ""


async def _part(visit: Visit) -> int:
    """The part the path names, which has to belong to the conversation it names."""
    view = await visit.services.store.conversation(id_of(visit))
    part = int(visit.request.match_info["part"])
    if view is None or all(part != one.id for message in view.messages for one in message.parts):
        raise web.HTTPNotFound
    return part


def _code(refused: acting.Refused | acting.Overtaken) -> str:
    """Why not, as `words.TOLD` knows it."""
    error: DeskError | None = refused.error if isinstance(refused, acting.Refused) else None
    match error:
        case AlreadyHeld():
            return "held"
        case NotHolder():
            return "held" if error.holder else "not-claimed"
        case Closed():
            return "already-closed"
    return "overtaken"


def _page(conversation: int) -> str:
    return f"{BASE}/conversations/{conversation}"
