"""The measures of a period. Definitions are here and nowhere else; docs/desk.md tells them to people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from csbot.domain.reporting import ConversationFacts

RETURN_WITHIN = timedelta(hours=72)
"""Who comes back so soon with the same question was not helped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of conversations: those it counts, of those it could have counted."""

    conversations: tuple[int, ...]
    of: tuple[int, ...]

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return len(self.conversations) / len(self.of) if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long customers waited for a person's first word, in seconds; None of nobody. `pending` wait still."""

    conversations: tuple[int, ...]
    pending: tuple[int, ...]
    p50_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """All measures of a period, each with the ids of the conversations it counts.

    `resolved`: of the conversations in which the bot answered a question or a person was asked for, those it answered
    alone: nobody was asked for, no answer was voted unhelpful, and the customer did not come back within 72 hours with
    a question that the same entry answered. `helped`: of the conversations with a vote, those without a "no".
    """

    opened: tuple[int, ...]
    by_channel: Mapping[str, tuple[int, ...]]
    resolved: Share
    handed_over: Share
    first_reply: Waits
    helped: Share


def measure(facts: Sequence[ConversationFacts]) -> Measures:
    """The measures of the period whose conversations these are."""
    opened = _ids(facts)
    asked = [one for one in facts if one.answered or one.handed_over]
    channels = sorted({one.channel for one in facts})
    voted = [one for one in facts if one.helped or one.not_helped]
    return Measures(
        opened=opened,
        by_channel={channel: _ids(one for one in facts if one.channel == channel) for channel in channels},
        resolved=Share(conversations=_ids(one for one in asked if is_resolved(one)), of=_ids(asked)),
        handed_over=Share(conversations=_ids(one for one in facts if one.handed_over), of=opened),
        first_reply=_waits(facts),
        helped=Share(conversations=_ids(one for one in voted if not one.not_helped), of=_ids(voted)),
    )


def is_resolved(one: ConversationFacts) -> bool:
    """The bot answered alone, and well as far as anybody can tell."""
    if one.handed_over or one.not_helped or not one.answered:
        return False
    soon = one.next_at is not None and one.next_at - one.opened_at <= RETURN_WITHIN
    return not (soon and one.answered & one.next_answered)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` (0 to 1) of them do not exceed; None of none. (Nearest rank.)"""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _waits(facts: Iterable[ConversationFacts]) -> Waits:
    in_line = [one for one in facts if one.line_at is not None]
    waited: dict[int, float] = {}
    for one in in_line:
        if one.line_at is not None and one.agent_at is not None:
            waited[one.id] = max(0.0, (one.agent_at - one.line_at).total_seconds())
    seconds = list(waited.values())
    return Waits(
        conversations=tuple(waited),
        pending=_ids(one for one in in_line if one.id not in waited),
        p50_s=percentile(seconds, 0.5),
        p90_s=percentile(seconds, 0.9),
    )


def _ids(facts: Iterable[ConversationFacts]) -> tuple[int, ...]:
    return tuple(one.id for one in facts)
