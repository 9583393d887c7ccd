"""The line: who waits, for whom and about what, and who has what; kept up to date while one looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from csbot.domain.conversation import ConversationState
from csbot.domain.reading import ConversationRow
from csbot.domain.ticket import Priority
from csbot.errors import CursorInvalid
from csbot.services import Services
from csbot.text.names import looks_like_a_name
from csbot.web.desk.guard import BASE, Visit
from csbot.web.desk.streams import stream_of
from csbot.web.desk.words import PRIORITIES, REASONS, STATES, language_name
from csbot.web.languages import text
from csbot.web.live import LINE

MOST = 200
"""So many of those that wait or are in somebody's hands are shown at once."""

A_FEW = 20

FILTERS: Mapping[str, str] = {
    "": text("All that are open"),
    "waiting": text("Waiting"),
    "mine": text("Yours"),
    "others": text("With colleagues"),
    "bot": text("With the bot"),
    "closed": text("Closed"),
}

_EMPTY: Mapping[str, str] = {
    "waiting": text("Nobody is waiting. Who needs a person appears here by itself."),
    "mine": text("You have no conversation. Take the next one from the line."),
    "others": text("Your colleagues have no conversations."),
    "bot": text("The bot is talking to nobody."),
    "closed": text("No conversation is closed yet."),
}

LONGEST_NAME = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One conversation as the line shows it: `waits` for a person's word `since` then, which the `mark` says in words;
    `news` is what is told of it when it appears so.
    """

    id: int
    who: str
    channel: str
    about: str
    reason: str
    priority: str
    urgency: str
    language: str
    since: datetime | None
    waits: bool
    mark: str
    news: str
    holder: str
    state: ConversationState


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some of them under a heading; `older` leads to those that come after."""

    key: str
    title: str
    rows: Sequence[LineRow]
    empty: str
    older: str = ""


async def show(visit: Visit) -> web.StreamResponse:
    """GET /desk: the line."""
    return visit.show("desk/line.html", **await _values(visit), shown=_asked(visit), filters=_filters(visit))


async def fragment(visit: Visit) -> web.StreamResponse:
    """What of the page changes."""
    return visit.show("desk/_line.html", **await _values(visit), shown=_asked(visit))


async def stream(visit: Visit) -> web.StreamResponse:
    """Tells the page when to ask for it."""
    return await stream_of(visit, LINE)


def who(row: ConversationRow) -> str:
    """What to call the customer: their name where it is one, else where they write from."""
    named = next((one.name for one in row.identities if looks_like_a_name(one.name)), "")
    here = next((one.address for one in row.identities if one.channel == row.channel), "")
    return named or _shortened(here or next((one.address for one in row.identities), f"#{row.conversation.id}"))


def _shortened(address: str) -> str:
    """An address nobody remembers, like a visitor's of the web chat, by its beginning: enough to tell two apart."""
    return address if len(address) <= LONGEST_NAME else f"{address[: LONGEST_NAME - 1]}…"


def channel_title(services: Services, channel: str) -> str:
    """A channel's name for people; its id says which of several."""
    outlet = services.outlets.get(channel)
    if outlet is None:
        return channel
    alike = sum(other.kind == outlet.kind for other in services.outlets.values())
    return outlet.spec.title if alike == 1 else f"{outlet.spec.title} ({channel})"


def _asked(visit: Visit) -> str:
    asked = visit.request.query.get("show", "")
    return asked if asked in FILTERS else ""


def _filters(visit: Visit) -> list[tuple[str, str, bool]]:
    shown = _asked(visit)
    return [
        (f"{BASE}?{urlencode({'show': key})}" if key else BASE, visit.page.text(label), key == shown)
        for key, label in FILTERS.items()
    ]


async def _values(visit: Visit) -> dict[str, Any]:
    shown = _asked(visit)
    wanted = [shown] if shown else ["waiting", "mine", "others", "bot"]
    held = await _rows(visit, ConversationState.HUMAN, MOST) if {"mine", "others"} & set(wanted) else ([], "")
    sections = []
    for key in wanted:
        if key in {"mine", "others"}:
            mine = key == "mine"
            of_them = [row for row in held[0] if (row.conversation.holder == visit.user.email) is mine]
            found, older = sorted(of_them, key=_whose_turn), ""
        else:
            state = {"bot": ConversationState.BOT, "closed": ConversationState.CLOSED}.get(
                key, ConversationState.WAITING
            )
            limit = MOST if key == "waiting" else A_FEW
            found, older = await _rows(visit, state, limit, after=visit.request.query.get("after", "") if shown else "")
        sections.append(
            Section(
                key=key,
                title=visit.page.text(FILTERS[key]),
                rows=[_row(visit, row) for row in found],
                empty=visit.page.text(_EMPTY[key]),
                older=f"{BASE}?{urlencode({'show': key, 'after': older})}" if older else "",
            )
        )
    query = {key: value for key in ("show", "after") if (value := visit.request.query.get(key, ""))}
    waiting = next((len(section.rows) for section in sections if section.key == "waiting"), 0)
    return {"sections": sections, "waiting": waiting, "asked": f"?{urlencode(query)}" if query else ""}


def _whose_turn(row: ConversationRow) -> tuple[bool, float]:
    """Who waits for a person's word comes first, the longest wait before all; the others stay as they are."""
    since = row.unanswered_since
    return since is None, since.timestamp() if since else 0.0


async def _rows(
    visit: Visit, state: ConversationState, limit: int, *, after: str = ""
) -> tuple[list[ConversationRow], str]:
    try:
        return await visit.services.store.conversations(state=state, after=after, limit=limit)
    except CursorInvalid:
        return await visit.services.store.conversations(state=state, limit=limit)


def _row(visit: Visit, row: ConversationRow) -> LineRow:
    conversation, page = row.conversation, visit.page
    priority, urgency = PRIORITIES.get(row.priority, ("", ""))
    in_line = conversation.state is ConversationState.WAITING
    mark = news = ""
    if row.unanswered_since:
        mark = page.text("has written again") if row.wrote_again else page.text("not answered yet")
    if in_line:
        news = page.text("New in the line: %(who)s", who=who(row))
    elif row.wrote_again and conversation.holder == visit.user.email:
        news = page.text("%(who)s has written again", who=who(row))
    summary = row.summary if conversation.state is not ConversationState.BOT else ""
    return LineRow(
        id=conversation.id,
        who=who(row),
        channel=channel_title(visit.services, row.channel),
        # What they have just written says more than what it was about.
        about=(row.last_words if row.wrote_again else "") or summary or row.last_words,
        reason=page.text(REASONS[row.reason]) if in_line and row.reason in REASONS else "",
        priority=page.text(priority) if in_line and priority and row.priority != Priority.NORMAL else "",
        urgency=urgency,
        language=language_name(conversation.language, page.language),
        since=conversation.waiting_since if in_line else row.unanswered_since or row.updated_at,
        waits=in_line or row.unanswered_since is not None,
        mark=mark,
        news=news,
        holder=visit.name_of(conversation.holder) if conversation.holder else "",
        state=conversation.state,
    )


def state_words(visit: Visit, state: ConversationState) -> str:
    """A state in the reader's words."""
    return visit.page.text(STATES[state])
