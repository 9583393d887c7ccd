"""Why the engine understood as it did, in words for a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from csbot.nlu.linear.model import Candidate
from csbot.nlu.linear.reject import Confidence
from csbot.nlu.linear.samples import Samples


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
