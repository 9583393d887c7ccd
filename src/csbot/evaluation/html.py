"""A measurement as one HTML page, which needs nothing beside itself: figures, curves, what is confused, every error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from csbot.evaluation.asking import Answer
from csbot.evaluation.table import TOLD, figure

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
.confusion td { padding: 0; min-width: 1.4rem; text-align: center; font-size: .75rem; border: 1px solid #8882; }
.confusion th { font-size: .75rem; font-weight: normal; border: 0; }
.confusion th.top { writing-mode: vertical-rl; padding: 0 0 .4rem; }
svg { max-width: 100%; height: auto; } svg text { font-size: 12px; fill: currentColor; }
"""
_CONFUSED = 30
_WIDTH, _HEIGHT, _EDGE = 480, 260, 36


def page(figures: Mapping[str, Any], answers: Sequence[Answer]) -> str:
    """The whole page."""
    return "\n".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>How well csbot understands</title><style>{_STYLE}</style></head><body>",
            "<h1>How well csbot understands</h1>",
            f"<p>{figures['messages']} messages, and {figures['out_of_scope']} about other matters.</p>",
            *_figures(figures),
            "<h2>If less were answered, or more</h2>",
            "<p>What each threshold on the likeliest meaning's score would come to.</p>",
            _curves(answers),
            "<h2>What is taken for what</h2>",
            *_confusion(answers),
            "<h2>Every message that went wrong</h2>",
            *_errors(answers),
            "</body></html>",
        )
    )


def _figures(figures: Mapping[str, Any]) -> Iterator[str]:
    languages = figures["per_language"] if len(figures["per_language"]) > 1 else {}
    yield '<div class="wide"><table><thead><tr><th scope="col">figure</th><th scope="col">all</th>'
    yield "".join(f'<th scope="col">{escape(language)}</th>' for language in languages) + "</tr></thead><tbody>"
    for name, words in TOLD.items():
        if figures.get(name) is not None:
            own = [figure(name, found.get(name)) if name in found else "" for found in languages.values()]
            cells = "".join(f"<td>{cell}</td>" for cell in (figure(name, figures[name]), *own))
            yield f'<tr><th scope="row">{escape(words)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _curves(answers: Sequence[Answer]) -> str:
    thresholds = np.linspace(0, 1, 101)
    inside = [answer for answer in answers if answer.row.right]
    outside = np.array([answer.score for answer in answers if not answer.row.right])
    score = np.array([answer.score for answer in inside])
    right = np.array([answer.is_right for answer in inside], dtype=bool)
    lines = {
        ("answered rightly", "#2a8"): [float((right & (score >= at)).mean()) for at in thresholds] if inside else [],
        ("answered wrongly", "#c43"): [float((~right & (score >= at)).mean()) for at in thresholds] if inside else [],
        ("other matters refused", "#47c"): [float((outside < at).mean()) for at in thresholds] if len(outside) else [],
    }
    parts = [f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" role="img" aria-label="Shares by threshold">']
    parts.append(f'<path d="M{_EDGE} 8V{_HEIGHT - _EDGE}H{_WIDTH - 8}" fill="none" stroke="currentColor"/>')
    for share in (0, 0.5, 1):
        parts.append(f'<text x="4" y="{_y(share) + 4:.0f}">{share * 100:.0f} %</text>')
        parts.append(f'<text x="{_x(share) - 6:.0f}" y="{_HEIGHT - 18}">{share:g}</text>')
    drawn = [(name, colour, shares) for (name, colour), shares in lines.items() if shares]
    for place, (name, colour, shares) in enumerate(drawn):
        points = " ".join(f"{_x(at):.1f},{_y(share):.1f}" for at, share in zip(thresholds, shares, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        at = _EDGE + place * 145
        parts.append(f'<rect x="{at}" y="{_HEIGHT - 12}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{at + 14}" y="{_HEIGHT - 3}">{name}</text>')
    return "".join((*parts, "</svg>"))


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
    yield '<div class="wide"><table class="confusion"><tr><td></td>'
    yield "".join(f'<th class="top" scope="col">{escape(name)}</th>' for name in names) + "</tr>"
    for label in names:
        total = max(1, right[label] + sum(count for (own, _), count in pairs.items() if own == label))
        cells = []
        for best in names:
            count = right[label] if label == best else pairs[label, best]
            shade = f' style="background:rgba({"42,136,100" if label == best else "204,68,51"},{count / total:.2f})"'
            cells.append(f"<td{shade if count else ''}>{count or ''}</td>")
        yield f'<tr><th scope="row">{escape(label)}</th>{"".join(cells)}</tr>'
    yield "</table></div>"


def _errors(answers: Sequence[Answer]) -> Iterator[str]:
    yield '<div class="wide"><table><thead><tr><th scope="col">message</th><th scope="col">right</th>'
    yield '<th scope="col">done</th><th scope="col">why</th></tr></thead><tbody>'
    for answer in sorted(answers, key=lambda answer: -answer.score):
        if answer.is_right if answer.row.right else answer.done != "answered":
            continue
        cells = (answer.said, ", ".join(answer.row.right) or "another matter", answer.done, answer.why)
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
    yield "</tbody></table></div>"
