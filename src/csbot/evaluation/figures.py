"""What answers come to in figures. Shares are from 0 to 1."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from csbot.evaluation.asking import Answer, Costs


def figures(answers: Sequence[Answer], costs: Sequence[Costs]) -> dict[str, Any]:
    """All figures by name, as they are written as JSON; None where there was nothing to measure.

    `in_scope_accuracy`, `oos_recall` and `auroc` are about rejection alone: a message is refused when it is neither
    answered nor worth a question. The four shares of what was done are about in-scope messages.
    """
    inside = [answer for answer in answers if answer.row.right]
    outside = [answer for answer in answers if not answer.row.right]
    took = sorted(answer.took_ms for answer in answers)
    return {
        "messages": len(inside),
        "out_of_scope": len(outside),
        **_shares(inside),
        "oos_recall": _share(answer.done == "refused" for answer in outside),
        "oos_answered": _share(answer.done == "answered" for answer in outside),
        "auroc": _auroc([answer.score for answer in inside], [answer.score for answer in outside]),
        "fit_cpu_s": round(max((cost.fit_cpu_s for cost in costs), default=0.0), 3),
        "train_cpu_s": round(max((cost.train_cpu_s for cost in costs), default=0.0), 3),
        "model_mb": round(max((cost.model_bytes for cost in costs), default=0) / 1e6, 3),
        "p50_ms": round(float(np.quantile(took, 0.5)), 4) if took else None,
        "p99_ms": round(float(np.quantile(took, 0.99)), 4) if took else None,
        "per_language": {
            language: _shares([answer for answer in inside if answer.row.language == language])
            for language in sorted({answer.row.language for answer in inside})
        },
        "per_intent": _per_intent(inside),
    }


def _shares(inside: Sequence[Answer]) -> dict[str, Any]:
    answered = [answer for answer in inside if answer.done == "answered"]
    return {
        "accuracy": _share(answer.is_right for answer in inside),
        "acc_at_3": _share(any(name in answer.row.right for name, _ in answer.ranking[:3]) for answer in inside),
        "in_scope_accuracy": _share(answer.is_right and answer.done != "refused" for answer in inside),
        "answered_right": _share(answer.done == "answered" and answer.is_right for answer in inside),
        "answered_wrong": _share(answer.done == "answered" and not answer.is_right for answer in inside),
        "wrong_of_answered": _share(not answer.is_right for answer in answered),
        "clarified": _share(answer.done == "clarified" for answer in inside),
        "handed_off": _share(answer.done == "refused" for answer in inside),
    }


def _per_intent(inside: Sequence[Answer]) -> dict[str, dict[str, Any]]:
    own: dict[str, list[Answer]] = defaultdict(list)
    for answer in inside:
        own[answer.best if answer.is_right else answer.row.label].append(answer)
    guessed = Counter(answer.best for answer in inside)
    right = Counter(answer.best for answer in inside if answer.is_right)
    found = {}
    for name, answers in sorted(own.items()):
        confused = Counter(answer.best for answer in answers if not answer.is_right)
        found[name] = {
            "messages": len(answers),
            "recall": round(right[name] / len(answers), 4),
            "precision": round(right[name] / guessed[name], 4) if guessed[name] else None,
            "confused_with": dict(confused.most_common(3)),
        }
    return found


def _share(claims: Any) -> float | None:
    found = list(claims)
    return round(sum(found) / len(found), 4) if found else None


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """How probably a message in scope is surer than one out of it (Mann and Whitney's U); half of ties count."""
    if not inside or not outside:
        return None
    scores = np.array([*inside, *outside])
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    u = ranks[: len(inside)].sum() - len(inside) * (len(inside) + 1) / 2
    return round(float(u) / (len(inside) * len(outside)), 4)
