"""Which words the content uses, and where: what a message says that its best meaning never does speaks against it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from csbot.nlu.linear.features import root
from csbot.nlu.tokens import is_number

_FEW = 3
_MOST = 0.6
_SEEN_FULLY = 2
"""So many examples of a meaning with a word make the word its own; one example makes it three quarters so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """An example to judge as if it were not among the examples: `whole`, its class with it."""

    of: int
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """How far the content knows a message.

    `weights` are its roots, rare ones weigh more; `known` is the share of the weight that some example has, 0 to 1;
    `unknown` counts roots of no example, `outside` those of them that speak of other matters.
    """

    weights: Mapping[str, float]
    known: float
    unknown: int
    outside: int


class Lexicon:
    """Roots with the number of examples of each class that hold them, and the roots of matters outside."""

    def __init__(
        self,
        examples: Sequence[Sequence[str]],
        classes: Sequence[int],
        outside: Sequence[Sequence[str]] = (),
        outside_words: Iterable[str] = (),
    ) -> None:
        self._total = len(examples)
        self._by_class: dict[str, dict[int, int]] = defaultdict(dict)
        for words, one in zip(examples, classes, strict=True):
            for key in roots(words):
                counts = self._by_class[key]
                counts[one] = counts.get(one, 0) + 1
        self._count = {key: sum(counts.values()) for key, counts in self._by_class.items()}
        self._outside: dict[str, int] = defaultdict(int)
        for words in outside:
            for key in roots(words):
                self._outside[key] += 1
        for word in outside_words:
            self._outside[root(word)] += 2

    def knows(self, key: str) -> bool:
        """The root is in an example."""
        return key in self._count

    def cover(self, words: Sequence[str], *, left: Left | None = None, is_outside: bool = False) -> Cover:
        """How far the content knows these words. `is_outside`: they are one of the outside texts themselves."""
        weights: dict[str, float] = {}
        known = 0.0
        unknown = outside = 0
        for key in roots(words):
            count = self._count.get(key, 0)
            if left is not None:
                count -= self._by_class[key].get(left.of, 0) if left.whole else 1
            weight = weights[key] = math.log((1 + self._total) / (1 + count))
            if count > 0:
                known += weight
            else:
                unknown += 1
                outside += self._outside.get(key, 0) > is_outside
        total = sum(weights.values())
        return Cover(weights=weights, known=known / total if total else 0.0, unknown=unknown, outside=outside)

    def owns(self, word: str, one: int) -> bool:
        """Class `one` is what the word alone stands for: most examples that have it are of the class."""
        counts = self._by_class.get(root(word), {})
        own = counts.get(one, 0)
        return own >= _FEW and own >= _MOST * sum(counts.values())

    def fit(self, cover: Cover, one: int, *, left: Left | None = None) -> tuple[float, float]:
        """The share of the message's weight class `one` speaks of, 0 to 1, and the largest weight it never mentions."""
        total = fitting = missing = 0.0
        for key, weight in cover.weights.items():
            counts = self._by_class.get(key)
            count = counts.get(one, 0) if counts else 0
            if left is not None and left.of == one:
                count -= 1
            total += weight
            if count > 0:
                fitting += weight * min(1.0, 0.5 + count / (2 * _SEEN_FULLY))
            else:
                missing = max(missing, weight)
        return (fitting / total if total else 0.0), missing


def roots(words: Sequence[str]) -> dict[str, None]:
    """The roots of words that mean something, each once, in order."""
    return dict.fromkeys(root(word) for word in words if not is_number(word))
