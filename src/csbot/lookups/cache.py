"""What a system answered a moment ago, so that it is not asked the same again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from csbot.domain.lookup import Branch, LookupAnswer, NeedsLookup

KEPT = frozenset({Branch.FOUND, Branch.SEVERAL, Branch.NONE})


class Cache:
    """Answers by everything that was asked, to whom they may be told included; the `most` latest, in memory only.

    `clock` counts seconds and never goes back.
    """

    def __init__(self, *, clock: Callable[[], float], most: int = 1000) -> None:
        self._clock = clock
        self._most = most
        self._kept: OrderedDict[NeedsLookup, tuple[float, LookupAnswer]] = OrderedDict()

    def get(self, need: NeedsLookup) -> LookupAnswer | None:
        """The answer kept for the same question, as the answer to this request; None when there is none any more."""
        until, answer = self._kept.get(replace(need, request=""), (0.0, None))
        if answer is None or self._clock() >= until:
            return None
        return replace(answer, request=need.request)

    def put(self, need: NeedsLookup, answer: LookupAnswer, *, seconds: float) -> None:
        """Keep an answer for a while; a failure, and what only a code has opened, is not."""
        if seconds <= 0 or answer.branch not in KEPT or need.code:
            return
        key = replace(need, request="")
        self._kept[key] = self._clock() + seconds, answer
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Something was changed: ask anew."""
        self._kept.clear()
