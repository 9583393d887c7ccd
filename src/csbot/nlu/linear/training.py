"""Learns a model from examples: features, heads, and the confidence that held-out examples teach.

Training only: it works with scikit-learn, which a server that runs never imports.
`python -m csbot.nlu.linear.training FILE` reads samples as JSON from standard input, writes the model to FILE and tells
on standard output how far it is: a line "3/11" for each step.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from csbot.nlu.encoder import open_encoder
from csbot.nlu.linear.artefact import write
from csbot.nlu.linear.features import Features, Floats
from csbot.nlu.linear.heads import Classes, Head, fit, stacked
from csbot.nlu.linear.lexicon import Lexicon
from csbot.nlu.linear.model import Model, pack
from csbot.nlu.linear.outside import Outside, outside
from csbot.nlu.linear.reader import Examples, Reader, Reading, Weights
from csbot.nlu.linear.reject import SIGNS, Confidence, Row, Trial, learn
from csbot.nlu.linear.samples import Samples, Words
from csbot.nlu.linear.search import Search
from csbot.nlu.linear.senses import WEIGHTS, Encode, Senses
from csbot.nlu.linear.wishes import Wishes

_FEW_ROWS = 2500
_FEW_EACH = 24
"""Up to so many examples, and so many of each meaning, both heads are tried."""
_DOUBT = 0.01
"""Of so few examples a lead of margins that small is chance."""
_FOLDS = 5
_FOLDS_OF_MANY = 3
_MANY = 4000
"""From so many examples on, two thirds of them teach a trial enough, and each fit costs half a second."""
_TRIALS = 1500
_NEIGHBOURS = 0.3
_TOO_NEAR = 0.6

Step = Callable[[], None]
"""Called as each step is done."""


class _Ground:
    """Everything fits are made of: all texts, those of no class last, with their vectors and classes."""

    def __init__(self, samples: Samples, beyond: Outside, encode: Encode | None) -> None:
        self.samples = samples
        self.beyond = beyond
        self.weights = WEIGHTS if encode else WEIGHTS[:1]
        self.count = len(samples.names)
        texts = [*samples.words, *beyond.texts, *samples.others]
        classes = [*samples.classes, *[-1] * (len(texts) - len(samples.words))]
        self.features = Features.of(texts, classes)
        vectors = [self.features.vector(text) for text in texts]
        near = _nearness(stacked(vectors, len(self.features)), len(samples.words))
        near[len(samples.words) + len(beyond.texts) :] = 0.0
        kept = np.flatnonzero(near < _TOO_NEAR)
        self.texts = [texts[at] for at in kept]
        self.vectors = [vectors[at] for at in kept]
        self.classes: Classes = np.array(classes, dtype=np.intp)[kept]
        self.rows = stacked(self.vectors, len(self.features))
        self._encoded = encode([" ".join(text) for text in self.texts]) if encode else None
        self._encode = _remembered(encode, self.texts, self._encoded) if encode and self._encoded is not None else None

    @property
    def folds(self) -> int:
        """In how many parts what is learnt is tried."""
        return _FOLDS_OF_MANY if len(self.texts) >= _MANY else _FOLDS

    def reader(self, head: Head, kept: npt.NDArray[np.bool_] | None = None) -> Reader:
        """A reader that has seen the texts `kept` only, by default all."""
        chosen = np.arange(len(self.texts)) if kept is None else np.flatnonzero(kept)
        features, rows = self.features, self.rows
        if kept is not None:
            known = np.zeros(len(features), dtype=np.bool_)
            known[rows[chosen].indices] = True
            features = features.only(known)
        texts = [self.texts[at] for at in chosen]
        classes = self.classes[chosen]
        weights, bias = fit(head, rows[chosen], classes, self.count)
        inside = classes >= 0
        examples = Examples.of([self.vectors[at] for at in chosen[inside]], classes[inside].tolist(), self.count)
        return Reader(
            features=features,
            weights=Weights.of(weights, bias),
            search=Search.of(self._documents(texts, classes)),
            examples=examples,
            lexicon=Lexicon.of(texts, classes.tolist(), self.beyond.words),
            senses=self._senses(chosen[inside], examples.bounds),
        )

    def _senses(self, chosen: npt.NDArray[np.intp], bounds: Sequence[int]) -> Senses | None:
        if self._encoded is None or self._encode is None:
            return None
        return Senses(self._encoded[chosen], bounds, self._encode, weight=0.0)

    def _documents(self, texts: Sequence[Words], classes: Classes) -> list[list[str]]:
        documents = [list(words) for words in self.samples.answers]
        for text, one in zip(texts, classes.tolist(), strict=True):
            if one >= 0:
                documents[one] += text
        return documents


def train(
    samples: Samples,
    beyond: Outside,
    wishes: Wishes,
    told: Callable[[int, int], None] = lambda done, of: None,
    encode: Encode | None = None,
) -> Model:
    """A model of these samples, which are at least one; `told` hears how many steps of how many are done. What `encode`
    finds near counts as much as held-out examples say, which may be nothing.

    Texts of `beyond` that are near an example are left away: then the brand does talk about such things.
    """
    # The matrices are sparse, so threads of a linear algebra library would spin and gain nothing.
    with threadpool_limits(1):
        begun = time.process_time()
        ground = _Ground(samples, beyond, encode)
        made = time.process_time() - begun
        heads = [Head.MARGINS]
        if len(samples.words) <= min(_FEW_ROWS, _FEW_EACH * ground.count):
            heads.append(Head.PROBABILITIES)
        folds, steps = ground.folds, ground.folds * len(heads) + 1
        tried: dict[tuple[Head, float], _Trials] = {}
        for at, one in enumerate(heads):
            done = [partial(told, at * folds + fold + 1, steps) for fold in range(folds)]
            tried |= {(one, weight): trials for weight, trials in _tried(ground, one, done).items()}
        (head, weight), trials = max(tried.items(), key=lambda item: item[1].share_right - _doubt(*item[0]))
        begun = time.process_time()
        reader = ground.reader(head)
        if reader.senses is not None:
            reader.senses.weight = weight
        if not weight:
            reader.senses = None
        told(steps, steps)
        fit_cpu_s = made + time.process_time() - begun
        if samples.held:
            trials.judge(reader, samples.held)
        return Model(reader, trials.confidence(wishes), head=head, fit_cpu_s=fit_cpu_s)


def _doubt(head: Head, weight: float) -> float:
    """What a trial has to be better by than the simplest."""
    return (_DOUBT if head is Head.MARGINS else 0) + (_DOUBT if weight else 0)


def _remembered(encode: Encode, texts: Sequence[Words], rows: Floats) -> Encode:
    """The same, quick for these texts, whose rows are known."""
    known = {" ".join(text): row for text, row in zip(texts, rows, strict=True)}
    return lambda asked: np.stack([known[one] if one in known else encode([one])[0] for one in asked])


def _nearness(rows: csr_matrix, inside: int) -> Floats:
    """How like each text is to its nearest example, 0 for the examples, which are the first `inside` rows."""
    near = np.zeros(rows.shape[0], dtype=np.float32)
    if inside < rows.shape[0]:
        near[inside:] = (rows[inside:] @ rows[:inside].T).max(axis=1).toarray().ravel()
    return near


def _tried(ground: _Ground, head: Head, steps: Sequence[Step]) -> dict[float, _Trials]:
    """What models with one head say of texts they have not seen, fold by fold, for each weight of an encoder's.

    In each fold a few meanings are left out whole: their texts are about matters the model has never heard of, though
    near what it knows.
    """
    tried = {weight: _Trials() for weight in ground.weights}
    for (kept, held, left), step in zip(_parts(ground.classes, ground.folds), steps, strict=True):
        reader = ground.reader(head, kept)
        others = np.flatnonzero(held & (ground.classes < 0)).tolist()
        for at in [*_sample(np.flatnonzero(held & (ground.classes >= 0)), _TRIALS // ground.folds), *others]:
            for weight, trials in tried.items():
                if reader.senses is not None:
                    reader.senses.weight = weight
                trials.take(reader.read(ground.texts[at])[0], int(ground.classes[at]), is_left=bool(left[at]))
        step()
    return tried


class _Trials:
    """What was said of texts not seen before: of the brand's, of its neighbours, of others."""

    def __init__(self) -> None:
        self.inside: list[tuple[Row, bool]] = []
        self.neighbours: list[tuple[Row, bool]] = []
        self.outside: list[tuple[Row, bool]] = []

    def take(self, best: Reading, own: int, *, is_left: bool) -> None:
        """The best reading of a text of class `own`, which was left out whole or not."""
        if own < 0:
            self.outside.append((best.signs, False))
        elif is_left:
            self.neighbours.append((best.signs, False))
        else:
            self.inside.append((best.signs, best.of == own))

    def judge(self, reader: Reader, held: Sequence[tuple[Words, int]]) -> None:
        """Let messages kept apart speak instead of held-out examples; neighbours are not among them."""
        heard = [(reader.read(words)[0], own) for words, own in held]
        self.inside = [(best.signs, best.of == own) for best, own in heard if own >= 0]
        self.outside += [(best.signs, False) for best, own in heard if own < 0]

    def confidence(self, wishes: Wishes) -> Confidence:
        """What these trials teach."""
        return learn(
            inside=_trial(self.inside),
            neighbours=_trial(self.neighbours),
            outside=_trial(self.outside),
            refused=wishes.refused,
            answered=wishes.answered,
            share=_NEIGHBOURS,
        )

    @property
    def share_right(self) -> float:
        """The share of held-out examples whose best meaning is right."""
        return sum(right for _, right in self.inside) / max(1, len(self.inside))


Mask = npt.NDArray[np.bool_]


def _parts(classes: Classes, folds: int) -> Iterator[tuple[Mask, Mask, Mask]]:
    """For each fold: the texts to learn from, those to be judged, and those whose class was left out whole."""
    place = np.zeros(len(classes), dtype=np.intp)
    for one in np.unique(classes):
        own = np.flatnonzero(classes == one)
        # By the golden ratio, so that neighbours in a file, often alike, come into different folds.
        order = np.argsort((np.arange(len(own)) * 0.6180339887 + one * 0.37) % 1.0)
        place[own[order]] = (np.arange(len(own)) + one) % folds
    for fold in range(folds):
        left = (classes >= 0) & (classes % (2 * folds) == fold)
        held = place == fold
        yield ~held & ~left, held, left


def _sample(rows: npt.NDArray[np.intp], most: int) -> list[int]:
    """At most so many of these rows, evenly spread."""
    count = min(most, len(rows))
    found: list[int] = rows[np.arange(count) * len(rows) // max(1, count)].tolist()
    return found


def _trial(made: Sequence[tuple[Row, bool]]) -> Trial:
    signs = np.array([row for row, _ in made], dtype=np.float64).reshape(-1, len(SIGNS))
    return Trial(signs=signs, right=np.array([right for _, right in made], dtype=np.bool_))


def main() -> None:
    """Learn what standard input tells of, and write the model to the file named on the command line."""
    lesson = json.load(sys.stdin)
    samples = Samples.from_json(lesson["samples"])
    # Whoever asked may be gone: then nobody needs the model, and the line that cannot be written ends it.
    encode = open_encoder(Path(lesson["encoder"])).encode if lesson.get("encoder") else None
    wishes = Wishes(**lesson["wishes"])
    model = train(samples, outside(), wishes, lambda done, of: print(f"{done}/{of}", flush=True), encode)
    write(Path(sys.argv[1]), pack(model))


if __name__ == "__main__":
    main()
