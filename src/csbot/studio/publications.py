"""What was published, and taking back to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from csbot.domain.reading import Publication
from csbot.errors import CsbotError
from csbot.ports import Store

LOOKED_AT = 1000
"""So many publications are looked through for the one to take back to."""


class TakeBackError(CsbotError):
    """There is nothing of that kind to take back to."""


def to_take_back(history: Sequence[Publication], version: str = "") -> Publication:
    """Which publication to take back to: the latest of that version, or of those that begin so; without one the last
    that was in force before today's content was first.

    `history` is newest first. Raises TakeBackError with what there is instead.
    """
    if not history:
        raise TakeBackError("nothing has been published yet")
    in_force = history[0]
    if version:
        found = [one for one in history if one.version.startswith(version)]
        versions = sorted({one.version for one in found})
        if not found:
            raise TakeBackError(f"no version {version} was ever published; csbot content history shows which were")
        if len(versions) > 1:
            raise TakeBackError(f"{version} is the beginning of {' and '.join(versions)}; write more of it")
        if found[0].version == in_force.version:
            raise TakeBackError(f"version {in_force.version} is in force already")
        return found[0]
    for one in history:
        if one.id < in_force.source and one.version != in_force.version:
            return one
    raise TakeBackError(f"nothing was published before version {in_force.version}")


async def take_back(store: Store, to: Publication, body: str, *, by: str, now: datetime, replaces: str) -> None:
    """Put an earlier publication in force again; `replaces` is the version that was, for the audit log."""
    await store.publish_content(to.version, body, by=by, now=now, restores=to.source, note=f"in place of {replaces}")
