"""A measurement as one HTML page, which needs nothing beside itself: figures, curves, what is confused, every error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from csbot.evaluation.asking import Answer
from csbot.evaluation.table import TOLD, figure

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: start; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
tbody th { font-weight: normal; }
.confusion td { padding: 0; min-width: 1.5rem; text-align: center; font-size: .8rem; border: 1px solid #8884; }
.confusion th { font-size: .8rem; font-weight: normal; border: 0; }
.confusion th.top { writing-mode: vertical-rl; padding: 0 0 .4rem; vertical-align: bottom; }
svg { width: min(100%, 32rem); height: auto; } svg text { font-size: 11px; fill: currentColor; }
.shares td { white-space: nowrap; }
.errors td { min-width: 6rem; } .errors td:first-child, .errors td:last-child { overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  .errors thead { position: absolute; clip-path: inset(50%); }
  .errors tr { display: block; padding: .6rem 0; border-bottom: 1px solid #8884; }
  .errors td { display: block; padding: 0; border: 0; overflow-wrap: anywhere; }
  .errors td::before { content: attr(data-told) ": "; opacity: .8; }
  .errors td:first-child { font-weight: 600; } .errors td:first-child::before { content: none; }
}
"""
_CONFUSED = 30
_WIDTH, _HEIGHT, _EDGE = 360, 220, 36
_DONE = {"answered": "answered", "clarified": "asked back", "refused": "left to a person"}
_STRONGEST = 0.6
"""So much colour at most behind a number, which stays readable by day and by night."""
_SHOWN = (0.3, 0.5, 0.7, 0.9)


def page(figures: Mapping[str, Any], answers: Sequence[Answer]) -> str:
    """The whole page."""
    return "\n".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>How well csbot understands</title><style>{_STYLE}</style></head><body><main>",
            "<h1>How well csbot understands</h1>",
            f"<p>{figures['messages']} messages, and {figures['out_of_scope']} about other matters.</p>",
            *_figures(figures),
            "<h2>If less were answered, or more</h2>",
            "<p>What each threshold on the likeliest meaning's score, from 0 to 1, would come to.</p>",
            *_curves(answers),
            "<h2>What is taken for what</h2>",
            *_confusion(answers),
            "<h2>Every message that went wrong</h2>",
            *_errors(answers),
            "</main></body></html>",
        )
    )


def _figures(figures: Mapping[str, Any]) -> Iterator[str]:
    languages = figures["per_language"] if len(figures["per_language"]) > 1 else {}
    yield f'<div {_wide("Figures")}><table><thead><tr><th scope="col">figure</th><th scope="col">all</th>'
    yield "".join(f'<th scope="col">{escape(language)}</th>' for language in languages) + "</tr></thead><tbody>"
    for name, words in TOLD.items():
        if figures.get(name) is not None:
            own = [figure(name, found.get(name)) if name in found else "" for found in languages.values()]
            cells = "".join(f"<td>{cell}</td>" for cell in (figure(name, figures[name]), *own))
            yield f'<tr><th scope="row">{escape(words)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _curves(answers: Sequence[Answer]) -> Iterator[str]:
    inside = [answer for answer in answers if answer.row.right]
    outside = np.array([answer.score for answer in answers if not answer.row.right])
    score = np.array([answer.score for answer in inside])
    right = np.array([answer.is_right for answer in inside], dtype=bool)
    # Each line in a colour and in a stroke of its own, for those who see colours alike.
    lines: dict[tuple[str, str, str], Callable[[float], float]] = {}
    if inside:
        lines["answered rightly", "#1a8a6c", "none"] = lambda at: float((right & (score >= at)).mean())
        lines["answered wrongly", "#cc4433", "6 3"] = lambda at: float((~right & (score >= at)).mean())
    if len(outside):
        lines["other matters refused", "#4477cc", "2 3"] = lambda at: float((outside < at).mean())
    yield f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Shares by threshold; some of them below">'
    yield f'<path d="M{_EDGE} 8V{_HEIGHT - _EDGE}H{_WIDTH - 8}" fill="none" stroke="currentColor"/>'
    for share in (0, 0.5, 1):
        yield f'<text x="{_EDGE - 4}" y="{_y(share) + 4:.0f}" text-anchor="end">{share * 100:.0f} %</text>'
        yield f'<text x="{_x(share):.0f}" y="{_HEIGHT - 20}" text-anchor="middle">{share:g}</text>'
    for (_, colour, dashes), of in lines.items():
        points = " ".join(f"{_x(at):.1f},{_y(of(at)):.1f}" for at in np.linspace(0, 1, 101))
        stroke = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"'
        yield f'<polyline points="{points}" fill="none" {stroke}/>'
    yield "</svg>"
    heads = "".join(f'<th scope="col">from {at:g}</th>' for at in _SHOWN)
    yield f'<div {_wide("Shares by threshold")}><table class="shares">'
    yield f'<thead><tr><th scope="col">share</th>{heads}</tr></thead><tbody>'
    for (name, colour, dashes), of in lines.items():
        sample = f'stroke="{colour}" stroke-width="3" stroke-dasharray="{dashes}"'
        key = f'<svg style="width:1.6rem" viewBox="0 0 26 8" aria-hidden="true"><path d="M0 4H26" {sample}/></svg>'
        cells = "".join(f"<td>{of(at) * 100:.1f} %</td>" for at in _SHOWN)
        yield f'<tr><th scope="row">{key} {name}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _wide(name: str) -> str:
    """What a box that scrolls sideways needs, so that the keyboard reaches it and a screen reader names it."""
    return f'class="wide" role="region" tabindex="0" aria-label="{escape(name)}"'


def _x(share: float) -> float:
    return _EDGE + share * (_WIDTH - _EDGE - 16)


def _y(share: float) -> float:
    return 8 + (1 - share) * (_HEIGHT - _EDGE - 8)


def _confusion(answers: Sequence[Answer]) -> Iterator[str]:
    """The meanings confused most, each with what its messages were taken for."""
    pairs = Counter((answer.row.label, answer.best) for answer in answers if answer.row.right and not answer.is_right)
    if not pairs:
        yield "<p>Nothing.</p>"
        return
    much: Counter[str] = Counter()
    for (label, best), count in pairs.items():
        much[label] += count
        much[best] += count
    names = sorted(name for name, _ in much.most_common(_CONFUSED) if name)
    right = Counter(answer.row.label for answer in answers if answer.is_right)
    yield "<p>A row for what is right, a column for what it is taken for.</p>"
    yield f'<div {_wide("What is taken for what")}><table class="confusion"><tr><td></td>'
    yield "".join(f'<th class="top" scope="col">{escape(name)}</th>' for name in names) + "</tr>"
    for label in names:
        total = max(1, right[label] + sum(count for (own, _), count in pairs.items() if own == label))
        cells = []
        for best in names:
            count = right[label] if label == best else pairs[label, best]
            colour = "42,136,100" if label == best else "204,68,51"
            shade = f' style="background:rgba({colour},{_STRONGEST * count / total:.2f})"'
            cells.append(f"<td{shade if count else ''}>{count or ''}</td>")
        yield f'<tr><th scope="row">{escape(label)}</th>{"".join(cells)}</tr>'
    yield "</table></div>"


def _errors(answers: Sequence[Answer]) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("message", "right", "done", "why"))
    yield f'<table class="errors"><thead><tr>{heads}</tr></thead><tbody>'
    for answer in sorted(answers, key=lambda answer: -answer.score):
        if answer.is_right if answer.row.right else answer.done != "answered":
            continue
        language = f' lang="{escape(answer.row.language)}"' if answer.row.language else ""
        cells = {
            "right": ", ".join(answer.row.right) or "another matter",
            "done": _DONE[answer.done],
            "why": answer.why,
        }
        told = "".join(f'<td data-told="{name}">{escape(cell)}</td>' for name, cell in cells.items())
        yield f"<tr><td{language}>{escape(answer.said)}</td>{told}</tr>"
    yield "</tbody></table>"
