"""Two measurements, message by message: what has become right, and what wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from csbot.errors import CsbotError
from csbot.evaluation.asking import Answer

Kept = tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]
"""The figures of a measurement, and its answers by message."""


class CompareError(CsbotError):
    """The file is no measurement that was kept."""


def keep(path: Path, figures: Mapping[str, Any], answers: Sequence[Answer]) -> None:
    """Write a measurement, for `kept` to read."""
    rows = [{"text": answer.row.text, "right": answer.row.right, **outcome(answer)} for answer in answers]
    path.write_text(json.dumps({"figures": figures, "answers": rows}, ensure_ascii=False, indent=1), encoding="utf-8")


def kept(path: Path) -> Kept:
    """A measurement of before. Raises CompareError."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return found["figures"], {row["text"]: row for row in found["answers"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CompareError(f"{path} is no measurement kept by --save") from error


def outcome(answer: Answer) -> dict[str, Any]:
    """What came of a message, in short."""
    return {"best": answer.best, "score": answer.score, "done": answer.done, "good": is_good(answer)}


def is_good(answer: Answer) -> bool:
    """Answered rightly; or, about another matter, not answered."""
    return answer.done == "answered" and answer.is_right if answer.row.right else answer.done != "answered"


def changes(old: Kept, answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """The messages of both measurements that end otherwise than before, those now worse first."""
    found = []
    for answer in answers:
        before = old[1].get(answer.row.text)
        now = outcome(answer)
        if before is None or all(before[key] == now[key] for key in ("best", "done", "good")):
            continue
        told = f"{before['done']} as {before['best'] or 'nothing'}"
        found.append(
            {"text": answer.row.text, "right": answer.row.right, "before": told, "was_good": before["good"]} | now
        )
    return sorted(found, key=lambda change: change["good"] - change["was_good"])
