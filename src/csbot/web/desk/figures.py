"""A day in figures: who waits now, what came, what the bot did alone, how long people waited; each to be opened."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from io import StringIO
from zoneinfo import ZoneInfo

from aiohttp import web

from csbot.domain.conversation import ConversationState
from csbot.domain.reporting import ConversationFacts
from csbot.reports.measures import Measures, is_resolved, measure
from csbot.web.desk.guard import BASE, Visit
from csbot.web.desk.line import channel_title
from csbot.web.languages import text
from csbot.web.rendering import secured

TODAY = f"{BASE}/today"
MOST_LISTED = 200
_DAY = timedelta(days=1)

COLUMNS = (
    "conversation",
    "channel",
    "opened_at",
    "answered",
    "handed_over",
    "line_at",
    "agent_at",
    "waited_s",
    "helped",
    "not_helped",
    "resolved",
)
"""Of the table to take away; times in UTC."""

COUNTED: Mapping[str, tuple[str, Callable[[Measures], tuple[int, ...]]]] = {
    "opened": (text("Conversations begun"), lambda day: day.opened),
    "resolved": (text("Resolved by the bot alone"), lambda day: day.resolved.conversations),
    "unresolved": (
        text("Not resolved by the bot alone"),
        lambda day: tuple(sorted(set(day.resolved.of) - set(day.resolved.conversations))),
    ),
    "handed-over": (text("Handed to a person"), lambda day: day.handed_over.conversations),
    "first-reply": (text("Answered by a person after waiting"), lambda day: day.first_reply.conversations),
    "pending": (text("Came into the line and got no answer of a person"), lambda day: day.first_reply.pending),
    "helped": (text("The answers helped"), lambda day: day.helped.conversations),
    "not-helped": (
        text("An answer did not help"),
        lambda day: tuple(sorted(set(day.helped.of) - set(day.helped.conversations))),
    ),
}
"""What can be opened: its words, and the conversations it counts."""


async def show(visit: Visit) -> web.StreamResponse:
    """One day, today unless the address names another."""
    day = _day(visit)
    facts = await _facts(visit, day)
    waiting, _ = await visit.services.store.conversations(state=ConversationState.WAITING, limit=MOST_LISTED)
    helped_now, _ = await visit.services.store.conversations(state=ConversationState.HUMAN, limit=MOST_LISTED)
    since = [row.conversation.waiting_since for row in waiting if row.conversation.waiting_since is not None]
    today = _today(visit)
    return visit.show(
        "desk/today.html",
        day=day,
        is_today=day == today,
        before=day - _DAY,
        after=day + _DAY if day < today else None,
        waiting=len(waiting),
        longest=visit.page.since(min(since)) if since else "",
        with_people=len(helped_now),
        measures=measure(facts),
        lasting=visit.page.lasting,
        channel_titles={id: outlet.spec.title for id, outlet in visit.services.outlets.items()},
    )


async def show_counted(visit: Visit) -> web.StreamResponse:
    """The conversations one figure counts, the newest first."""
    what, day = visit.request.match_info["what"], _day(visit)
    measures = measure(await _facts(visit, day))
    channel = visit.request.query.get("channel", "")
    if what == "channel":
        title, ids = channel_title(visit.services, channel), measures.by_channel.get(channel, ())
    elif what in COUNTED:
        words, of = COUNTED[what]
        title, ids = visit.page.text(words), of(measures)
    else:
        raise web.HTTPNotFound(text="there is no such figure")
    rows = await visit.services.store.conversations_of(sorted(ids)[-MOST_LISTED:])
    return visit.show(
        "desk/counted.html",
        title=title,
        day=day,
        count=len(ids),
        rows=rows,
        titles=partial(channel_title, visit.services),
    )


async def download(visit: Visit) -> web.StreamResponse:
    """The day's conversations as CSV, one a line, with what the figures are made of. No customer is named in it."""
    day = _day(visit)
    facts = await _facts(visit, day)
    body = _csv(facts)
    headers = secured() | {"Content-Disposition": f'attachment; filename="csbot-{day.isoformat()}.csv"'}
    # With the mark, or spreadsheets take it for another encoding.
    return web.Response(body=body.encode("utf-8-sig"), content_type="text/csv", charset="utf-8", headers=headers)


def _csv(facts: list[ConversationFacts]) -> str:
    out = StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for one in facts:
        waited = (one.agent_at - one.line_at).total_seconds() if one.agent_at and one.line_at else None
        rows.writerow(
            [
                one.id,
                one.channel,
                one.opened_at.isoformat(timespec="seconds"),
                " ".join(sorted(one.answered)),
                int(one.handed_over),
                one.line_at.isoformat(timespec="seconds") if one.line_at else "",
                one.agent_at.isoformat(timespec="seconds") if one.agent_at else "",
                "" if waited is None else round(waited),
                one.helped,
                one.not_helped,
                int(is_resolved(one)),
            ]
        )
    return out.getvalue()


def _today(visit: Visit) -> date:
    return visit.page.now.astimezone(ZoneInfo(visit.services.brand.timezone)).date()


def _day(visit: Visit) -> date:
    """The day the address names, today for none or nonsense; never a day to come."""
    today = _today(visit)
    try:
        return min(date.fromisoformat(visit.request.query.get("day", "")), today)
    except ValueError:
        return today


async def _facts(visit: Visit, day: date) -> list[ConversationFacts]:
    """The conversations begun on that day where the brand is."""
    zone = ZoneInfo(visit.services.brand.timezone)
    since = datetime.combine(day, time(), zone)
    until = datetime.combine(day + _DAY, time(), zone)
    return await visit.services.store.conversation_facts(since=since, until=until)
