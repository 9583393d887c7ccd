"""Why the engine understood as it did: in words for a person, and as numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from csbot.domain.ticket import CarryingWord, Grounds, Phrase
from csbot.nlu.linear.model import Candidate, Model
from csbot.nlu.linear.reject import Confidence
from csbot.nlu.linear.samples import Samples

_MOST_WORDS = 5
_MOST_READ = 24
_SHARE = 0.05


def because(
    samples: Samples, candidates: Sequence[Candidate], confidence: Confidence, *, firms: Collection[str] = ()
) -> str:
    """The best meaning with its score, threshold and nearest example, the runner-up, and another firm's name."""
    best = candidates[0]
    parts = [f"{samples.names[best.of]} {best.probability:.2f}, answered from {confidence.answer:.2f}"]
    if best.example >= 0:
        parts.append(f"most like {samples.texts[best.example]!r} ({best.likeness:.2f})")
    if len(candidates) > 1:
        second = candidates[1]
        parts.append(f"then {samples.names[second.of]} {second.probability:.2f}")
    if firms:
        parts.append(f"speaks of {', '.join(sorted(firms))}")
    return "; ".join(parts)


def grounds(samples: Samples, model: Model, candidates: Sequence[Candidate], words: Sequence[str]) -> Grounds:
    """The same as values; `words` are those the candidates were found by."""
    return Grounds(
        answer_from=round(model.confidence.answer, 4),
        ask_from=round(model.confidence.reject, 4),
        phrases=tuple(
            Phrase(
                name=samples.names[one.of], text=samples.texts[one.example], likeness=round(min(one.likeness, 1.0), 4)
            )
            for one in candidates
            if one.example >= 0
        ),
        words=_carrying(model, words[:_MOST_READ], candidates[0].of) if candidates else (),
    )


def _carrying(model: Model, words: Sequence[str], best: int) -> tuple[CarryingWord, ...]:
    """The words whose features weigh for class `best`; a feature that several words have counts for each."""
    features, weights = model.reader.features, model.reader.weights
    known = {word: ids for word in dict.fromkeys(words) if len(ids := features.of_word(word))}
    if not known:
        return ()
    ids = np.concatenate(list(known.values()))
    said = features.weights.take(ids) * weights.scale.take(ids) * weights.rows[ids, best]
    ends = np.cumsum([len(own) for own in known.values()])
    spoken = np.maximum(np.add.reduceat(said, np.append(0, ends[:-1])), 0).tolist()
    total = sum(spoken)
    strongest = sorted(zip(known, spoken, strict=True), key=lambda item: -item[1])[:_MOST_WORDS]
    return tuple(
        CarryingWord(text=word, share=round(carried / total, 4))
        for word, carried in strongest
        if total and carried >= _SHARE * total
    )
