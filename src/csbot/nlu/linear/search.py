"""Full-text search over one document a meaning (BM25): its phrasings, and what an entry answers.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from csbot.nlu.linear.features import Floats, stem

_SATURATION = 1.2
_LENGTH = 0.75


class Search:
    """How well each document answers to a query's words, 0 to 1: a row of `table` for each of `stems`."""

    def __init__(self, stems: Sequence[str], table: Floats, rarity: Floats) -> None:
        self.stems = stems
        self.table = table
        self.rarity = rarity
        self._rows = dict(zip(stems, range(len(stems)), strict=True))
        self._most = float(rarity.max()) if len(rarity) else 1.0

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> Search:
        """The index of these documents."""
        counts = [Counter(map(stem, document)) for document in documents]
        spread = Counter(key for count in counts for key in count)
        stems = tuple(spread)
        rows = dict(zip(stems, range(len(stems)), strict=True))
        rarity = np.array(
            [math.log(1 + (len(counts) - found + 0.5) / (found + 0.5)) for found in spread.values()], dtype=np.float32
        )
        average = sum(map(len, documents)) / max(1, len(documents)) or 1.0
        table = np.zeros((len(stems), len(documents)), dtype=np.float32)
        for at, (count, document) in enumerate(zip(counts, documents, strict=True)):
            slow = _SATURATION * (1 - _LENGTH + _LENGTH * len(document) / average)
            for key, often in count.items():
                table[rows[key], at] = rarity[rows[key]] * often / (often + slow)
        return cls(stems, table, rarity)

    def scores(self, words: Sequence[str]) -> Floats:
        """What each document scores, 1 for one that is all about every word."""
        keys = dict.fromkeys(map(stem, words))
        known = [self._rows[key] for key in keys if key in self._rows]
        if not known:
            return np.zeros(self.table.shape[1], dtype=np.float32)
        most = float(self.rarity.take(known).sum()) + self._most * (len(keys) - len(known))
        found: Floats = self.table.take(known, axis=0).sum(axis=0, dtype=np.float32) / np.float32(most or 1.0)
        return found
