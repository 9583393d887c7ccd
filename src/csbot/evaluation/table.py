"""Figures for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

TOLD = {
    "accuracy": "likeliest meaning right",
    "acc_at_3": "right meaning among three",
    "in_scope_accuracy": "right and not refused",
    "answered_right": "answered, rightly",
    "answered_wrong": "answered, wrongly",
    "wrong_of_answered": "wrong, of those answered",
    "clarified": "asked back",
    "handed_off": "left to a person",
    "oos_recall": "other matters refused",
    "oos_answered": "other matters answered",
    "auroc": "tells own matters from others (AUROC)",
    "fit_cpu_s": "one fit, s of processor",
    "train_cpu_s": "training with its trials, s of processor",
    "model_mb": "model, MB",
    "p50_ms": "half of messages within, ms",
    "p99_ms": "99 % of messages within, ms",
}
"""Each figure in words, in the order they are shown."""

_SHARES = frozenset(list(TOLD)[:10])
_SIGNS = {1: "better", 0: "other", -1: "worse"}
_WEAKEST = 10
_CHANGED = 40


def shown(
    figures: Mapping[str, Any], changes: Sequence[Mapping[str, Any]] | None, *, before: Mapping[str, Any] | None
) -> RenderableType:
    """The figures as tables, beside those of `before`; the weakest meanings; and what has changed."""
    parts: list[RenderableType] = [_figures(figures, before)]
    if weakest := list(_weak(figures["per_intent"])):
        parts += [
            Text("\nWeakest meanings", style="bold"),
            _rows(("recall", "messages", "meaning", "taken for"), weakest),
        ]
    if changes is not None:
        lines = [
            (
                _SIGNS[change["good"] - change["was_good"]],
                change["text"],
                change["before"],
                f"{change['done']} as {change['best'] or 'nothing'}",
            )
            for change in changes[:_CHANGED]
        ]
        parts += [
            Text(f"\n{len(changes)} messages end otherwise", style="bold"),
            _rows(("", "text", "before", "now"), lines),
        ]
    return Group(*parts)


def figure(name: str, value: float | None) -> str:
    """A figure as it is read: shares in percent."""
    if value is None:
        return "-"
    return f"{value * 100:.1f} %" if name in _SHARES else f"{value:.3f}"


def _figures(figures: Mapping[str, Any], before: Mapping[str, Any] | None) -> Table:
    languages = list(figures["per_language"])
    columns: dict[str, Mapping[str, Any]] = {"all": figures}
    if len(languages) > 1:
        columns |= {language: figures["per_language"][language] for language in languages}
    if before is not None:
        columns["before"] = before
    told = f"{figures['messages']} messages, {figures['out_of_scope']} about other matters"
    rows = [
        (words, *(figure(name, column.get(name)) if name in column else "" for column in columns.values()))
        for name, words in TOLD.items()
        if figures.get(name) is not None
    ]
    return _rows((told, *columns), rows)


def _rows(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _weak(per_intent: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    for name, own in sorted(per_intent.items(), key=lambda item: float(item[1]["recall"]))[:_WEAKEST]:
        if own["confused_with"]:
            taken = ", ".join(f"{other} ({count})" for other, count in own["confused_with"].items())
            yield f"{own['recall'] * 100:.0f} %", str(own["messages"]), name, taken
