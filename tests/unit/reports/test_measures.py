"""What each measure counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from csbot.domain.reporting import ConversationFacts
from csbot.reports.measures import is_resolved, measure, percentile

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ANSWERED = ConversationFacts(id=1, channel="sms", opened_at=AT, answered=frozenset({"delivery-time"}))
LATER = frozenset({"delivery-time", "gift-wrap"})


@pytest.mark.parametrize(
    ("what", "resolved"),
    [
        ({}, True),
        ({"answered": frozenset()}, False),
        ({"handed_over": True}, False),
        ({"helped": 1}, True),
        ({"not_helped": 1}, False),
        ({"next_at": AT + timedelta(hours=72), "next_answered": LATER}, False),
        ({"next_at": AT + timedelta(hours=72, seconds=1), "next_answered": LATER}, True),
        ({"next_at": AT + timedelta(hours=1), "next_answered": frozenset({"gift-wrap"})}, True),
    ],
)
def test_the_bot_has_resolved_what_it_answered_alone_and_nobody_came_back_for(
    what: dict[str, object], resolved: bool
) -> None:
    assert is_resolved(replace(ANSWERED, **what)) is resolved  # type: ignore[arg-type]


def test_a_day_is_measured_and_every_figure_names_what_it_counts() -> None:
    facts = [
        replace(ANSWERED, id=1, helped=1),
        replace(ANSWERED, id=2, channel="telegram", not_helped=1),
        replace(ANSWERED, id=3, handed_over=True, line_at=AT, agent_at=AT + timedelta(seconds=90)),
        replace(ANSWERED, id=4, answered=frozenset(), handed_over=True, line_at=AT, agent_at=AT + timedelta(minutes=9)),
        replace(ANSWERED, id=5, answered=frozenset(), handed_over=True, line_at=AT),
        replace(ANSWERED, id=6, answered=frozenset()),
    ]
    day = measure(facts)
    assert day.opened == (1, 2, 3, 4, 5, 6)
    assert day.by_channel == {"sms": (1, 3, 4, 5, 6), "telegram": (2,)}
    assert (day.resolved.conversations, day.resolved.of, day.resolved.value) == ((1,), (1, 2, 3, 4, 5), 0.2)
    assert (day.handed_over.conversations, day.handed_over.value) == ((3, 4, 5), 0.5)
    assert (day.helped.conversations, day.helped.of, day.helped.value) == ((1,), (1, 2), 0.5)
    assert (day.first_reply.conversations, day.first_reply.pending) == ((3, 4), (5,))
    assert (day.first_reply.p50_s, day.first_reply.p90_s) == (90, 540)


def test_of_nothing_there_is_no_share_and_no_wait() -> None:
    day = measure([])
    assert (day.opened, day.resolved.value, day.helped.value) == ((), None, None)
    assert (day.first_reply.p50_s, day.first_reply.p90_s) == (None, None)


def test_a_person_who_wrote_before_the_line_was_asked_for_made_nobody_wait() -> None:
    early = replace(ANSWERED, line_at=AT, agent_at=AT - timedelta(minutes=1), handed_over=True)
    assert measure([early]).first_reply.p50_s == 0


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [([], 0.5, None), ([7], 0.9, 7), ([3, 1, 2], 0.5, 2), ([1, 2, 3, 4], 0.5, 2), (list(range(1, 11)), 0.9, 9)],
)
def test_percentiles_are_values_that_were_seen(values: list[float], share: float, found: float | None) -> None:
    assert percentile(values, share) == found
