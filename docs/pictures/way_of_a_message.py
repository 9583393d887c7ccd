"""Draws `way_of_a_message.svg` beside this file: python docs/pictures/way_of_a_message.py

One file for light and dark pages: the picture brings its own ground and takes the colours of the reader's scheme.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 960, 452
FILE = Path(__file__).with_suffix(".svg")

SHAPES = """
text { font: 15px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif }
.name { font-weight: 600 }
.note { font-size: 12.5px }
.middle { text-anchor: middle }
.box { stroke-width: 1.5 }
.csbot { fill: none; stroke-width: 1.5; stroke-dasharray: 2 5; stroke-linecap: round }
.way { fill: none; stroke-width: 2 }
.ack { stroke-dasharray: 5 4 }
"""

COLOURS = """
text {{ fill: {ink} }} .note {{ fill: {quiet} }} .ground {{ fill: {ground} }}
.box {{ fill: {box}; stroke: {line} }} .csbot {{ stroke: {line} }}
.bot {{ stroke: {bot} }} .person {{ stroke: {person} }} .ack {{ stroke: {ack} }}
.bot-head {{ fill: {bot} }} .person-head {{ fill: {person} }} .ack-head {{ fill: {ack} }}
"""

LIGHT = {
    "ground": "#ffffff",
    "ink": "#1f2328",
    "quiet": "#59636e",
    "line": "#818b98",
    "box": "#f6f8fa",
    "bot": "#0969da",
    "person": "#8250df",
    "ack": "#1a7f37",
}
DARK = {
    "ground": "#0d1117",
    "ink": "#f0f6fc",
    "quiet": "#9198a1",
    "line": "#656c76",
    "box": "#151b23",
    "bot": "#4493f8",
    "person": "#ab7df8",
    "ack": "#3fb950",
}


def style() -> str:
    """Every shape once, the colours once for each scheme."""
    dark = COLOURS.format_map(DARK)
    return f"{SHAPES}{COLOURS.format_map(LIGHT)}@media (prefers-color-scheme: dark) {{{dark}}}\n"


def text(x: float, y: float, words: str, kind: str = "") -> str:
    """A line of words, its foot at y."""
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(words)}</text>'


def box(x: float, y: float, name: str, *notes: str, width: float = 168, height: float = 76) -> str:
    """A station: its name, and under it what happens there."""
    top = y + height / 2 + 5 - 9 * len(notes)
    lines = [text(x + width / 2, top, name, "name middle")]
    lines += [text(x + width / 2, top + 18 * at, note, "note middle") for at, note in enumerate(notes, start=1)]
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8" class="box"/>' + "".join(lines)


def way(path: str, kind: str) -> str:
    """An arrow along a path."""
    return f'<path d="{path}" class="way {kind}" marker-end="url(#{kind})"/>'


def head(kind: str) -> str:
    """The head of a kind of arrow."""
    return (
        f'<marker id="{kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
        f'orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" class="{kind}-head"/></marker>'
    )


def picture() -> str:
    """The whole file."""
    platforms = ("WhatsApp", "SMS", "Telegram", "Slack", "terminal")
    drawn = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="10" class="ground"/>',
        '<rect x="154" y="66" width="786" height="362" rx="12" class="csbot"/>',
        text(172, 90, "csbot", "name"),
        # the platforms
        '<rect x="16" y="110" width="120" height="258" rx="8" class="box"/>',
        text(76, 140, "Platforms", "name middle"),
        *(text(76, 178 + 38 * at, name, "middle") for at, name in enumerate(platforms)),
        # the way in
        box(214, 110, "Verify and read", "signature, then", "plain values"),
        box(446, 110, "Keep", "database, or a file", "where it is away"),
        box(678, 110, "Decide", "answer, ask back,", "or a person"),
        way("M136 148H210", "bot"),
        way("M382 148H442", "bot"),
        way("M614 148H674", "bot"),
        text(644, 138, "a lane", "note middle"),
        text(644, 168, "in order", "note middle"),
        way("M530 110V40H76V106", "ack"),
        text(306, 32, "acknowledged only now that it is kept", "note middle"),
        # the way out
        box(678, 292, "Commit", "words, state, ticket:", "all or nothing"),
        box(446, 292, "Outbox", "every word is", "a row first"),
        box(214, 292, "Send", "marked, then called;", "never twice"),
        way("M720 186V288", "bot"),
        way("M678 330H618", "bot"),
        way("M446 330H386", "bot"),
        way("M214 330H140", "bot"),
        text(184, 320, "reply", "note middle"),
        text(184, 138, "events", "note middle"),
        # the person
        box(760, 211, "The human line", "an agent, by the API", width=164, height=56),
        way("M800 186V207", "person"),
        way("M800 267V288", "person"),
        # receipts
        way("M112 368V404H298V372", "bot"),
        text(314, 408, "receipts take the same way in; a delivery state only moves forward", "note"),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t">'
        '<title id="t">The way of a message through csbot: from a platform it is verified, kept and acknowledged, '
        "decided in order, committed, put into the outbox and sent back; or it waits in the human line for an agent."
        f"</title><style>{style()}</style><defs>{head('bot')}{head('person')}{head('ack')}</defs>\n"
        + "\n".join(drawn)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    FILE.write_text(picture(), encoding="utf-8")
