"""The fitted model: a reader with its confidence, and how both are kept in a file and come back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from csbot.nlu.linear.artefact import Artefact, as_bytes
from csbot.nlu.linear.features import Features, root
from csbot.nlu.linear.lexicon import Lexicon
from csbot.nlu.linear.reader import Examples, Reader, Weights
from csbot.nlu.linear.reject import Confidence
from csbot.nlu.linear.search import Search
from csbot.nlu.linear.senses import Encode, Senses


class Candidate(NamedTuple):
    """A meaning a message may have: class, probability of being right, and its most similar example."""

    of: int
    probability: float
    likeness: float
    example: int

    def scaled(self, by: float) -> Candidate:
        """The same, less probable."""
        return self._replace(probability=self.probability * by)


class Model:
    """A reader with its confidence: what `training.train` makes of samples.

    `head` is the one that was chosen, `size` the file's in bytes, `fit_cpu_s` what fitting took without its trials.
    """

    def __init__(
        self, reader: Reader, confidence: Confidence, *, head: str = "", size: int = 0, fit_cpu_s: float = 0.0
    ) -> None:
        self.reader = reader
        self.confidence = confidence
        self.head = head
        self.size = size
        self.fit_cpu_s = fit_cpu_s

    @property
    def takes_long(self) -> bool:
        """An encoder is asked, for milliseconds a message."""
        return self.reader.senses is not None

    def knows(self, word: str) -> bool:
        """Some example has a word with this root."""
        return self.reader.lexicon.knows(root(word))

    def owns(self, word: str, one: int) -> bool:
        """The word alone stands for class `one`."""
        return self.reader.lexicon.owns(word, one)

    def candidates(self, words: Sequence[str], expected: Collection[int] = ()) -> tuple[Candidate, ...]:
        """The likeliest meanings, best first, with falling probabilities."""
        readings = self.reader.read(words, expected)
        chances = accumulate((self.confidence.probability(reading.signs) for reading in readings), min)
        return tuple(
            Candidate(of=reading.of, probability=chance, likeness=reading.likeness, example=reading.example)
            for reading, chance in zip(readings, chances, strict=True)
        )


def pack(model: Model) -> Artefact:
    """The model as facts and arrays."""
    reader, confidence = model.reader, model.confidence
    lexicon, examples = reader.lexicon, reader.examples
    largest = float(examples.values.max(initial=1e-6))
    roots = list(lexicon.by_class)
    facts = {
        "head": model.head,
        "total": lexicon.total,
        "outside": lexicon.outside,
        "strange": sorted(lexicon.strange),
        "confidence": [list(confidence.weights), confidence.bias, confidence.answer, confidence.reject],
        "bounds": examples.bounds,
        "largest": largest,
    }
    arrays = {
        "words": as_bytes(reader.features.words),
        "letters": as_bytes(reader.features.letters),
        "weights": reader.features.weights,
        "rows": reader.weights.rows,
        "scale": reader.weights.scale,
        "bias": reader.weights.bias,
        "stems": as_bytes(reader.search.stems),
        "table": reader.search.table.astype(np.float16),
        "rarity": reader.search.rarity,
        "starts": examples.starts,
        "columns": examples.columns.astype(np.uint16 if len(reader.features) < 65536 else np.int32),
        "values": np.rint(examples.values * (255 / largest)).astype(np.uint8),
        "roots": as_bytes(roots),
    }
    if reader.senses is not None:
        facts["senses"] = reader.senses.weight
        arrays["senses"] = reader.senses.rows.astype(np.float16)
    arrays |= _ragged([lexicon.by_class[key] for key in roots])
    return Artefact(facts=facts, arrays=arrays)


def unpack(artefact: Artefact, encode: Encode | None = None) -> Model:
    """The model of a file, its arrays as they lie there; `encode` is of the encoder it was learnt with, if any."""
    facts, arrays = artefact.facts, artefact.arrays
    senses = None
    if encode is not None and "senses" in facts:
        rows = arrays["senses"].astype(np.float32)
        senses = Senses(rows, facts["bounds"], encode, weight=facts["senses"])
    reader = Reader(
        features=Features(artefact.strings("words"), artefact.strings("letters"), arrays["weights"]),
        weights=Weights(arrays["rows"], arrays["scale"], arrays["bias"]),
        search=Search(artefact.strings("stems"), arrays["table"], arrays["rarity"]),
        examples=Examples(
            arrays["starts"],
            arrays["columns"].astype(np.intp),
            arrays["values"].astype(np.float32) * np.float32(facts["largest"] / 255),
            facts["bounds"],
        ),
        lexicon=Lexicon(
            facts["total"], _unragged(artefact.strings("roots"), arrays), facts["outside"], facts["strange"]
        ),
        senses=senses,
    )
    weights, bias, answer, reject = facts["confidence"]
    confidence = Confidence(weights=tuple(weights), bias=bias, answer=answer, reject=reject)
    return Model(reader, confidence, head=facts["head"], size=artefact.size)


def _ragged(counts: Sequence[Mapping[int, int]]) -> dict[str, npt.NDArray[Any]]:
    """Numbers by class, a list for each root, as three arrays."""
    return {
        "root_starts": np.cumsum([0, *map(len, counts)]).astype(np.int32),
        "root_classes": np.array([one for found in counts for one in found], dtype=np.int32),
        "root_counts": np.array([often for found in counts for often in found.values()], dtype=np.int32),
    }


def _unragged(roots: Sequence[str], arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, dict[int, int]]:
    starts, classes, counts = (arrays[f"root_{name}"].tolist() for name in ("starts", "classes", "counts"))
    return {
        key: dict(zip(classes[first:last], counts[first:last], strict=True))
        for key, first, last in zip(roots, starts, starts[1:], strict=False)
    }
