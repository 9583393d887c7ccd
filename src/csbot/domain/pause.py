"""Pauses and announcements: what a supervisor or a platform has stopped, durably."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PauseScope(StrEnum):
    """What is paused. SENDING is a platform's own limit on a channel or a chat, lifted by time; TEMPLATE
    is its word that it takes a channel's approved template no more, lifted by one that goes out again. The others are a
    supervisor's, and a CHAT is then paused for the bot only.

    An announcement is pinned in front of answers instead.
    """

    BOT = "bot"
    CHANNEL = "channel"
    SENDING = "sending"
    TEMPLATE = "template"
    CHAT = "chat"
    INTENT = "intent"
    ENTRY = "entry"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """`target` names the channel, chat, intent or entry; `until` None lasts until lifted; `by` is who or what set it.

    For an announcement `note` is the text.
    """

    scope: PauseScope
    target: str = ""
    until: datetime | None = None
    note: str = ""
    by: str = ""


def pause_of(pauses: tuple[Pause, ...], scope: PauseScope, target: str, now: datetime) -> Pause | None:
    """The pause of `scope` over `target` that is in force at `now`, if there is one."""
    return next(
        (p for p in pauses if p.scope is scope and p.target == target and (p.until is None or p.until > now)), None
    )


def is_paused(pauses: tuple[Pause, ...], scope: PauseScope, target: str, now: datetime) -> bool:
    """A pause of `scope` over `target` is in force at `now`."""
    return pause_of(pauses, scope, target, now) is not None
