"""The supervisor's brake: what may be paused, and what a pause then says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from csbot.desk import brake
from csbot.desk.errors import DeskError
from csbot.domain.pause import Pause, PauseScope
from csbot.evaluation.conversing import START
from tests.unit.engine.shop import SHOP

AYSE, MEHMET = "ayse@lale.example", "mehmet@lale.example"
INTENT, ENTRY = next(iter(SHOP.intents)), next(iter(SHOP.entries))


def asked(scope: PauseScope, target: str = "", **more: Any) -> Pause:
    return brake.pause(scope, target=target, by=AYSE, now=START, catalogue=SHOP, channels={"sms", "telegram"}, **more)


@pytest.mark.parametrize(
    ("scope", "target"),
    [
        (PauseScope.BOT, ""),
        (PauseScope.CHANNEL, "sms"),
        (PauseScope.INTENT, INTENT),
        (PauseScope.ENTRY, ENTRY),
        (PauseScope.ANNOUNCEMENT, ""),
        (PauseScope.ANNOUNCEMENT, "tr"),
    ],
)
def test_what_is_there_can_be_paused_for_a_time_or_until_it_is_lifted(scope: PauseScope, target: str) -> None:
    hour = asked(scope, target, note=" kar ", lasting=timedelta(hours=1))
    assert hour == Pause(scope=scope, target=target, until=START + timedelta(hours=1), note="kar", by=AYSE)
    assert asked(scope, target, note="kar").until is None


@pytest.mark.parametrize(
    ("scope", "target", "note", "says"),
    [
        (PauseScope.BOT, "sms", "", "no bot 'sms'"),
        (PauseScope.CHANNEL, "fax", "", "no channel 'fax'"),
        (PauseScope.CHANNEL, "", "", "name the channel"),
        (PauseScope.INTENT, ENTRY, "", "no intent"),
        (PauseScope.ENTRY, "nowhere", "", "no entry 'nowhere'"),
        (PauseScope.ANNOUNCEMENT, "xx", "kar", "no announcement 'xx'"),
        (PauseScope.ANNOUNCEMENT, "", "  ", "write what is to be announced"),
        (PauseScope.ANNOUNCEMENT, "", "x" * 501, "at most 500"),
        (PauseScope.SENDING, "sms", "", "no sending 'sms'"),
        (PauseScope.CHAT, "sms|1|", "", "no chat"),
    ],
)
def test_what_is_not_there_is_refused_with_what_to_do(scope: PauseScope, target: str, note: str, says: str) -> None:
    with pytest.raises(DeskError, match=says):
        asked(scope, target, note=note)


def test_a_pause_is_lifted_in_the_name_of_who_lifts_it() -> None:
    standing = (asked(PauseScope.CHANNEL, "sms", note="bakım"), asked(PauseScope.BOT))
    lifted = brake.lift(standing, PauseScope.CHANNEL, "sms", by=MEHMET, now=START)
    assert lifted == Pause(scope=PauseScope.CHANNEL, target="sms", until=START, note="bakım", by=MEHMET)
    assert brake.lift(standing, PauseScope.CHANNEL, "telegram", by=MEHMET, now=START) is None


def test_every_desk_shows_what_people_have_set_the_gravest_first() -> None:
    announced, channel, bot = (
        asked(PauseScope.ANNOUNCEMENT, "tr", note="kar"),
        asked(PauseScope.CHANNEL, "sms", lasting=timedelta(minutes=5)),
        asked(PauseScope.BOT),
    )
    by_platform = Pause(scope=PauseScope.SENDING, target="sms", by="platform")
    standing = (announced, by_platform, channel, bot)
    assert brake.in_force(standing, START) == (bot, channel, announced)
    assert brake.in_force(standing, START + timedelta(minutes=5)) == (bot, announced)
