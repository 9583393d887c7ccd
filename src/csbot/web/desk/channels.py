"""The channels: when each last heard and spoke, what it could not send, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from aiohttp import web

from csbot.domain.delivery import DeliveryState
from csbot.domain.pause import Pause, PauseScope, pause_of
from csbot.domain.reporting import ChannelHour
from csbot.reports.silence import WEEKS, Silence, silences
from csbot.services import Outlet
from csbot.web.desk.guard import Visit
from csbot.web.desk.line import channel_title
from csbot.web.desk.words import DELIVERY

UNSENT = (DeliveryState.PARKED, DeliveryState.FAILED, DeliveryState.UNKNOWN)
MOST_LISTED = 200
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one channel stands. `held` is what keeps it from sending, `template` why its template is not taken, `unsent`
    what a person has to look at.
    """

    id: str
    title: str
    listens: bool
    last_in_at: datetime | None
    last_out_at: datetime | None
    received: int
    sent: int
    unsent: dict[DeliveryState, int]
    held: Pause | None
    template: Pause | None
    silence: Silence | None


async def show(visit: Visit) -> web.StreamResponse:
    """All channels."""
    services, now = visit.services, visit.page.now
    hours = await services.store.activity(since=now - timedelta(weeks=WEEKS))
    counts = await services.store.unsent_counts()
    silent = {one.channel: one for one in silences(hours, now=now)}
    held = {
        pause.target: pause
        for pause in services.pauses.now
        if pause.scope in {PauseScope.SENDING, PauseScope.CHANNEL} and (pause.until is None or pause.until > now)
    }
    standings = [
        _standing(
            outlet,
            hours,
            now,
            unsent=dict(counts.get(outlet.id, {})),
            held=held.get(outlet.id),
            template=pause_of(services.pauses.now, PauseScope.TEMPLATE, outlet.id, now),
            silence=silent.get(outlet.id),
        )
        for outlet in services.outlets.values()
    ]
    return visit.show("desk/channels.html", standings=standings, states=DELIVERY, unsent=UNSENT)


async def show_unsent(visit: Visit) -> web.StreamResponse:
    """What was not sent, or of which nobody knows whether it was; each leads to its conversation."""
    wanted = visit.request.query.get("state", "")
    states = [state for state in UNSENT if wanted in {"", state.value}]
    parts = await visit.services.store.unsent_parts(states=states or UNSENT, limit=MOST_LISTED)
    channel = visit.request.query.get("channel", "")
    return visit.show(
        "desk/unsent.html",
        parts_=[part for part in parts if channel in {"", part.channel}],
        states=DELIVERY,
        unsent=UNSENT,
        wanted=wanted if states and len(states) < len(UNSENT) else "",
        titles=partial(channel_title, visit.services),
    )


def _standing(
    outlet: Outlet,
    hours: list[ChannelHour],
    now: datetime,
    *,
    unsent: dict[DeliveryState, int],
    held: Pause | None,
    template: Pause | None,
    silence: Silence | None,
) -> Standing:
    own = [hour for hour in hours if hour.channel == outlet.id]
    today = [hour for hour in own if hour.hour > now - _DAY]
    return Standing(
        id=outlet.id,
        title=outlet.spec.title,
        listens=outlet.capabilities.inbound,
        last_in_at=max((hour.last_in_at for hour in own if hour.last_in_at), default=None),
        last_out_at=max((hour.last_out_at for hour in own if hour.last_out_at), default=None),
        received=sum(hour.received for hour in today),
        sent=sum(hour.sent for hour in today),
        unsent=unsent,
        held=held,
        template=template,
        silence=silence,
    )
