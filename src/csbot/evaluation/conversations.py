"""The brand's golden conversations: transcripts in `conversations/` beside its content, which have to go exactly so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from csbot.domain.brand import Brand
from csbot.domain.content import Catalogue
from csbot.errors import ContentError
from csbot.evaluation.playing import Mismatch, Player
from csbot.ports import Nlu

FOLDER = "conversations"
SUFFIX = ".chat"


def read_conversations(path: Path) -> dict[str, str]:
    """The transcripts below `path`/conversations by their names ("conversations/orders.chat"); none is no mistake.

    Raises ContentError for one that cannot be read as text.
    """
    found = {}
    for file in sorted((path / FOLDER).rglob(f"*{SUFFIX}")):
        name = file.relative_to(path).as_posix()
        if any(part.startswith(".") for part in Path(name).parts):
            continue
        try:
            found[name] = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ContentError(f"{name}:1: cannot be read as UTF-8 text") from error
    return found


async def play(
    transcripts: Mapping[str, str], *, catalogue: Catalogue, nlu: Nlu, brand: Brand, now: datetime
) -> list[Mismatch]:
    """Play each by itself, at a moment when the brand's people answer; tells those that go wrong."""
    start = _when_open(brand, now)
    wrong = []
    for name, transcript in transcripts.items():
        player = Player(catalogue=catalogue, nlu=nlu, brand=brand, now=start)
        try:
            if not await player.play(name, transcript):
                wrong.append(Mismatch(name, 1, "", "the transcript plays nothing"))
        except Mismatch as mismatch:
            wrong.append(mismatch)
    return wrong


def _when_open(brand: Brand, now: datetime) -> datetime:
    """The next noon at which people answer, else when they next do: so that a conversation goes today as it went
    yesterday, whatever the hour, and entries hold that hold now.
    """
    zone = ZoneInfo(brand.timezone)
    today = now.astimezone(zone).date()
    noons = [datetime.combine(today + timedelta(days=ahead), time(12), zone).astimezone(UTC) for ahead in range(7)]
    if found := [noon for noon in noons if brand.answers_at(noon)]:
        return found[0]
    assert brand.business_hours is not None, "without hours somebody always answers"
    return brand.business_hours.next_opening(now, brand.timezone).astimezone(UTC)
