"""Which words the content uses, and where: what a message says that its best meaning never does speaks against it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from csbot.nlu.linear.features import root
from csbot.nlu.tokens import is_number

_FEW = 3
_MOST = 0.6
_SEEN_FULLY = 2
"""So many examples of a meaning with a word make the word its own; one example makes it three quarters so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """How far the content knows a message.

    `weights` are its roots, rare ones weigh more; `known` is the share of its roots that some example has, 0 to 1;
    `unknown` counts roots of no example, `outside` those of them that speak of other matters, and words that do though
    an example has their root ("taksi" beside "taksit").
    """

    weights: Mapping[str, float]
    known: float
    unknown: int
    outside: int


class Lexicon:
    """Roots with the number of examples of each class that hold them, and how often matters outside do.

    `strange` are words of matters outside that no example has, though one has their root.
    """

    def __init__(
        self,
        total: int,
        by_class: Mapping[str, Mapping[int, int]],
        outside: Mapping[str, int],
        strange: Collection[str] = (),
    ) -> None:
        self.total = total
        self.by_class = by_class
        self.outside = outside
        self.strange = frozenset(strange)
        unseen = math.log(1 + total)
        self._unseen = unseen
        self._weights = {key: unseen - math.log(1 + sum(counts.values())) for key, counts in by_class.items()}

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], classes: Sequence[int], outside_words: Collection[str] = ()) -> Lexicon:
        """The lexicon of examples; those of class -1 are about other matters, as `outside_words` are."""
        by_class: dict[str, dict[int, int]] = defaultdict(dict)
        outside: dict[str, int] = defaultdict(int)
        for words, one in zip(texts, classes, strict=True):
            for key in roots(words):
                if one < 0:
                    outside[key] += 1
                    continue
                counts = by_class[key]
                counts[one] = counts.get(one, 0) + 1
        own = {word for words, one in zip(texts, classes, strict=True) if one >= 0 for word in words}
        strange = sorted({word for word in outside_words if root(word) in by_class} - own)
        for word in sorted(outside_words):
            outside[root(word)] += 2
        return cls(sum(one >= 0 for one in classes), dict(by_class), dict(outside), strange)

    def knows(self, key: str) -> bool:
        """The root is in an example."""
        return key in self.by_class

    def cover(self, words: Sequence[str]) -> Cover:
        """How far the content knows these words."""
        keys = roots(words)
        unknown = [key for key in keys if key not in self.by_class]
        return Cover(
            weights={key: self._weights.get(key, self._unseen) for key in keys},
            known=1 - len(unknown) / len(keys) if keys else 0.0,
            unknown=len(unknown),
            outside=sum(key in self.outside for key in unknown) + len(self.strange.intersection(words)),
        )

    def owns(self, word: str, one: int) -> bool:
        """Class `one` is what the word alone stands for: most examples that have it are of the class."""
        counts = self.by_class.get(root(word), {})
        own = counts.get(one, 0)
        return own >= _FEW and own >= _MOST * sum(counts.values())

    def fit(self, cover: Cover, one: int) -> tuple[float, float]:
        """The share of the message's weight class `one` speaks of, 0 to 1, and the largest weight it never mentions."""
        total = fitting = missing = 0.0
        for key, weight in cover.weights.items():
            counts = self.by_class.get(key)
            count = counts.get(one, 0) if counts else 0
            total += weight
            if count > 0:
                fitting += weight * min(1.0, 0.5 + count / (2 * _SEEN_FULLY))
            else:
                missing = max(missing, weight)
        return (fitting / total if total else 0.0), missing


def roots(words: Sequence[str]) -> dict[str, None]:
    """The roots of words that mean something, each once, in order."""
    return dict.fromkeys(root(word) for word in words if not is_number(word))
