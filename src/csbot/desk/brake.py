"""The supervisor's brake: stop the bot, a channel, an intent or an entry, or pin an announcement. Pure.

What it makes is a `Pause`, which every process has in force within a second of its being stored.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from csbot.desk.errors import DeskError
from csbot.domain.content import Catalogue
from csbot.domain.pause import Pause, PauseScope

LONGEST_NOTE = 500
BRAKES = (PauseScope.BOT, PauseScope.CHANNEL, PauseScope.INTENT, PauseScope.ENTRY, PauseScope.ANNOUNCEMENT)
"""What people may set; the others are a platform's, or set in a conversation."""


class NothingToPause(DeskError):
    """The target is not there (any more), or is missing."""

    def __init__(self, scope: PauseScope, target: str) -> None:
        super().__init__(f"there is no {scope.value} {target!r} to pause" if target else f"name the {scope.value}")


class NoAnnouncement(DeskError):
    """An announcement without words, or with too many."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"an announcement has at most {LONGEST_NOTE} characters, this has {length}"
            if length
            else "write what is to be announced"
        )


def pause(
    scope: PauseScope,
    *,
    target: str = "",
    note: str = "",
    lasting: timedelta | None = None,
    by: str,
    now: datetime,
    catalogue: Catalogue,
    channels: Collection[str],
) -> Pause:
    """The pause a supervisor asks for; `lasting` None: until it is lifted.

    The target is a channel's id, an intent's or entry's id, or for an announcement the language it is said in ("" for
    all). Raises NothingToPause, NoAnnouncement.
    """
    note = note.strip()
    if scope not in BRAKES or not _is_there(scope, target, catalogue=catalogue, channels=channels):
        raise NothingToPause(scope, target)
    if len(note) > LONGEST_NOTE or (scope is PauseScope.ANNOUNCEMENT and not note):
        raise NoAnnouncement(len(note))
    return Pause(scope=scope, target=target, until=None if lasting is None else now + lasting, note=note, by=by)


def lift(pauses: Sequence[Pause], scope: PauseScope, target: str, *, by: str, now: datetime) -> Pause | None:
    """The end of a pause that stands, in the name of who ends it; None when there is none: it has ended already."""
    found = next((one for one in pauses if one.scope is scope and one.target == target), None)
    return None if found is None else replace(found, until=now, by=by)


def in_force(pauses: Sequence[Pause], now: datetime) -> tuple[Pause, ...]:
    """What people have set and every desk shows: the gravest first."""
    standing = [one for one in pauses if one.scope in BRAKES and (one.until is None or one.until > now)]
    return tuple(sorted(standing, key=lambda one: (BRAKES.index(one.scope), one.target)))


def _is_there(scope: PauseScope, target: str, *, catalogue: Catalogue, channels: Collection[str]) -> bool:
    match scope:
        case PauseScope.CHANNEL:
            return target in channels
        case PauseScope.INTENT:
            return target in catalogue.intents
        case PauseScope.ENTRY:
            return target in catalogue.entries
        case PauseScope.ANNOUNCEMENT:
            return not target or target in catalogue.languages
        case _:
            return not target
