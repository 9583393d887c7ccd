"""When csbot called whom: no call in a pause a platform asked for, and growing waits between tries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from csbot.channel.imitation import Call, Fault
from tests.faults.customers import PHONE_KINDS, told
from tests.faults.invariants import Violation
from tests.faults.ledger import PartRow

BACKOFF_S = (2.0, 4.0, 8.0, 30.0)
UNDER_WAY_S = 2.0
"""Calls under way when a platform asked for a pause may still arrive that much later."""
CLOCKS_S = 0.5
"""How late a busy platform may write down that it was called."""


def pauses_kept(calls: Mapping[str, Sequence[Call]], after_s: float) -> Iterator[Violation]:
    """After a 429 no call comes for its chat, on Twilio for its sender, until the pause is over."""
    for channel, made in calls.items():
        ends: dict[str, tuple[float, float]] = {}
        for call in made:
            at = call.at.timestamp()
            user = "" if channel in PHONE_KINDS else told(channel, call)[0]
            begun, until = ends.get(user, (0.0, 0.0))
            if begun + UNDER_WAY_S < at < until - CLOCKS_S:
                yield Violation(
                    rule="pause", what=f"{channel} was called {at - begun:.2f} s after a 429 of {after_s:g} s"
                )
            if call.fault is Fault.LIMIT:
                ends[user] = (at, at + after_s)


def tries_spaced(calls: Mapping[str, Sequence[Call]], parts: Sequence[PartRow]) -> Iterator[Violation]:
    """After the n-th 500 the next try comes no sooner than the schedule's n-th wait."""
    single = {key for key, count in Counter((p.channel, p.to, p.text) for p in parts).items() if count == 1}
    tries: dict[tuple[str, str, str], list[Call]] = defaultdict(list)
    for channel, made in calls.items():
        for call in made:
            tries[channel, *told(channel, call)].append(call)
    for key, made in tries.items():
        if key not in single:
            continue
        errors = 0
        for call, following in pairwise(made):
            if call.fault is Fault.ERROR:
                least = BACKOFF_S[min(errors, len(BACKOFF_S) - 1)]
                errors += 1
                waited = (following.at - call.at).total_seconds()
                if waited < least - CLOCKS_S:
                    yield Violation(rule="retry", what=f"{key} was tried again after {waited:.2f} s, not {least:g} s")
            elif call.fault is not Fault.LIMIT:
                yield Violation(rule="sent twice", what=f"{key} was called again after the platform took it")
