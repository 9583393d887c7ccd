"""One conversation as its page shows it: what was said, how far it got, and what a person needs to go on."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from aiohttp import web

from csbot.desk.packet import lookups, packet
from csbot.domain.account import SUPERVISORS
from csbot.domain.address import Consent
from csbot.domain.capabilities import Capabilities
from csbot.domain.conversation import ConversationState
from csbot.domain.reading import ConversationView, Excerpt
from csbot.domain.ticket import Reason
from csbot.web.auth import new_token
from csbot.web.desk import known
from csbot.web.desk.guard import BASE, Visit
from csbot.web.desk.line import channel_title, who
from csbot.web.desk.streams import stream_of
from csbot.web.desk.transcript import shown
from csbot.web.desk.words import CONSENTS, KINDS, PRIORITIES, REASONS, STATES, language_name

AT_ONCE = 100
"""So many messages are shown at first, and so many more each time earlier ones are asked for."""

_MESSAGE = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


async def show(visit: Visit) -> web.StreamResponse:
    """GET /desk/conversations/<id>: the whole page, with the newest messages, or with those `before` one."""
    return await page_of(visit)


async def fragment(visit: Visit) -> web.StreamResponse:
    """What of it changes."""
    view = await _view(visit, Excerpt(since=_asked(visit, "since") or 0, **_before(visit)))
    return visit.show("desk/_conversation.html", **_live(visit, view))


async def earlier(visit: Visit) -> web.StreamResponse:
    """Messages before those that are shown, for a page that is there already."""
    view = await _view(visit, Excerpt(newest=AT_ONCE, **_before(visit)))
    return visit.show("desk/_earlier.html", **_live(visit, view))


async def stream(visit: Visit) -> web.StreamResponse:
    """Tells the page when to ask for it."""
    view = await _view(visit, Excerpt(newest=0))
    return await stream_of(visit, view.row.conversation.lane)


def id_of(visit: Visit) -> int:
    """The conversation the path names."""
    return int(visit.request.match_info["id"])


def _may_take_over(visit: Visit) -> bool:
    return visit.user.role in SUPERVISORS


async def page_of(visit: Visit, *, status: int = 200, **draft: str) -> web.Response:
    """The page; `draft` is what was written and could not be said (see `box`)."""
    view = await _view(visit, Excerpt(newest=AT_ONCE, **_before(visit)))
    live = _live(visit, view)
    if visit.request.query.get("told") == "held" and live["holder"]:
        first = visit.page.text("%(who)s was first and has this conversation now.", who=live["holder"])
        live["told"] = (first, "warn")
    return visit.show(
        "desk/conversation.html",
        status=status,
        **live,
        **_packet(visit, view),
        **box(visit, view, **draft),
    )


async def box_of(visit: Visit, template: str, **draft: str) -> web.Response:
    """Only a box to write in, for a page that is there already."""
    view = await _view(visit, Excerpt(newest=0))
    response = visit.show(template, **_live(visit, view), **box(visit, view, **draft))
    response.headers["HX-Trigger"] = "changed"
    return response


def box(
    visit: Visit,
    view: ConversationView,
    *,
    text: str = "",
    error: str = "",
    note: str = "",
    note_error: str = "",
    once: str = "",
) -> dict[str, Any]:
    """What the boxes to write in hold: words that could not be said stay, with what to do, and under their key."""
    capabilities = _capabilities(visit, view)
    return {
        "once": once or new_token(),
        "once_note": new_token(),
        "text": text,
        "error": error,
        "note": note,
        "note_error": note_error,
        "capabilities": capabilities,
        "cautions": _cautions(visit, view, capabilities),
    }


def _asked(visit: Visit, name: str) -> int | None:
    """A message the address names."""
    asked = visit.request.query.get(name, "")
    return int(asked) if _MESSAGE.fullmatch(asked) else None


def _before(visit: Visit) -> dict[str, int]:
    before = _asked(visit, "before")
    return {"before": before} if before else {}


async def _view(visit: Visit, messages: Excerpt) -> ConversationView:
    view = await visit.services.store.conversation(id_of(visit), messages=messages)
    if view is None:
        raise web.HTTPNotFound(text="no such conversation")
    return view


def _capabilities(visit: Visit, view: ConversationView) -> Capabilities | None:
    outlet = visit.services.outlets.get(view.row.channel)
    return outlet.capabilities if outlet else None


def _live(visit: Visit, view: ConversationView) -> dict[str, Any]:
    conversation, page = view.row.conversation, visit.page
    mine = conversation.state is ConversationState.HUMAN and conversation.holder == visit.user.email
    return {
        "id": conversation.id,
        "base": f"{BASE}/conversations/{conversation.id}",
        "who": who(view.row),
        "channel": channel_title(visit.services, view.row.channel),
        "state": conversation.state.value,
        "state_words": page.text(STATES[conversation.state]),
        "holder": visit.name_of(conversation.holder) if conversation.holder else "",
        "mine": mine,
        "taken_from": conversation.holder if conversation.holder and not mine and _may_take_over(visit) else "",
        "waiting_since": conversation.waiting_since,
        "first": view.messages[0].id if view.messages else 0,
        "before": _asked(visit, "before"),
        "goes_back": view.goes_back,
        "messages": [shown(visit, message, customer=who(view.row)) for message in view.messages],
    }


def _cautions(visit: Visit, view: ConversationView, capabilities: Capabilities | None) -> list[str]:
    """What may keep words from arriving."""
    page, found = visit.page, []
    if capabilities is None:
        return [page.text("This channel is not set up any more, so nothing can be sent. Ask an admin.")]
    if capabilities.window_s is not None:
        last = view.last_in_at
        if last is None or (page.now - last).total_seconds() >= capabilities.window_s:
            found.append(
                page.text("This channel takes no free text now. An approved template goes first.")
                if capabilities.template_fallback
                else page.text("This channel takes no free text now. What you send waits until the customer writes.")
            )
    here = [one for one in view.row.identities if one.channel == view.row.channel]
    if any(one.consent is Consent.OUT for one in here):
        found.append(page.text("The customer has told this sender to stop. The platform may refuse your message."))
    if any(not one.reachable for one in here):
        found.append(page.text("The platform says that nothing reaches the customer here any more."))
    return found


def _packet(visit: Visit, view: ConversationView) -> dict[str, Any]:
    """The packet in the reader's words."""
    page, services, catalogue = visit.page, visit.services, visit.services.knowledge.now.catalogue
    capabilities = _capabilities(visit, view)
    whole = packet(view, capabilities, page.now)
    ticket = view.ticket
    slots = ticket.slots if ticket else view.row.conversation.memory.slots
    priority, urgency = PRIORITIES.get(str(whole["priority"]), ("", ""))
    deadline = whole["window_deadline"]
    summary = str(whole["summary"])
    language = language_name(str(whole["language"]), page.language)
    reason = page.text(REASONS[str(whole["reason"])]) if whole["reason"] in REASONS else ""
    if whole["reason"] == Reason.LANGUAGE and language:
        reason = f"{reason}: {language}"
    # The heading of the page says who it is already.
    summary = summary.removeprefix(who(view.row)).lstrip(": ")
    about = summary or " ".join(view.row.last_words.split())
    return {
        "brief": " · ".join(part for part in (reason, about) if part),
        "summary": summary,
        "reason": reason,
        "priority": page.text(priority) if priority else "",
        "urgency": urgency,
        "language_said": language,
        "deadline": datetime.fromisoformat(deadline) if isinstance(deadline, str) else None,
        "identities": [
            {
                "channel": channel_title(services, one.channel),
                "address": one.address,
                "name": one.name,
                "reachable": one.reachable,
                "consent": page.text(CONSENTS[one.consent][0]),
                "consent_kind": CONSENTS[one.consent][1],
            }
            for one in view.row.identities
        ],
        "tried": [catalogue.title(f"faq/{entry}", page.language) for entry in _texts(whole["faq_tried"])],
        "slots": [
            *known.values(page, catalogue, slots),
            *known.noticed(page, catalogue, ticket.entities if ticket else (), slots),
        ],
        "lookups": [known.lookup(page, catalogue, one) for one in lookups(view)],
        "ranking": known.meanings(page, catalogue, ticket.ranking if ticket else ()),
        "evidence": known.evidence(page, catalogue, ticket.evidence if ticket else ()),
        "earlier": [(one.id, page.text(STATES[one.state]), one.opened_at) for one in view.earlier],
        "media": sorted(page.text(KINDS[kind]) for kind in capabilities.media if kind in KINDS) if capabilities else [],
    }


def _texts(values: object) -> list[str]:
    return [str(value) for value in values] if isinstance(values, list | tuple) else []
