"""Slack's markup of texts: read as its author saw it, written so that it shows as it stands. Pure.

Rules: docs.slack.dev/messaging/formatting-message-text, 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from csbot.text.clean import clean

_TOKEN = re.compile(r"<([^<>]*)>")
_SHORTNAME = re.compile(r":([\w+'-]+(?:::skin-tone-[2-6])?):", re.ASCII)
_CODE_POINT = re.compile(r"[0-9a-f]{2,5}", re.ASCII)


def readable(text: str, *, blocks: object = None, without: frozenset[str] = frozenset()) -> str:
    """The text as its author saw it: names, channels and links in words, emoji as characters, escapes undone.

    `blocks` are the message's own, which alone know the emoji. Mentions of the users `without` are left out.
    """
    if without and "<@" in text:
        text = _unmentioned(text, without)
    if ":" in text and blocks:
        emoji = dict(_emoji(blocks))
        text = _SHORTNAME.sub(lambda found: emoji.get(found[1], found[0]), text)
    return unescaped(_TOKEN.sub(_words_of, text) if "<" in text else text)


def mentions(text: str, users: frozenset[str]) -> bool:
    """One of the users is named in the text."""
    return bool(users) and "<@" in text and _mention(users).search(text) is not None


def unescaped(text: str) -> str:
    """Slack's three escapes undone."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") if "&" in text else text


def escaped(text: str) -> str:
    """Text that Slack shows as it stands."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_length(text: str) -> int:
    """How long the text will be when escaped."""
    return len(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


def link(address: str, label: str) -> str:
    """A link under a label."""
    return f"<{escaped(address).replace('|', '%7C')}|{escaped(label)}>"


@lru_cache(maxsize=16)
def _mention(users: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"<@(?:{'|'.join(map(re.escape, sorted(users)))})(?:\|[^<>]*)?>")


def _unmentioned(text: str, users: frozenset[str]) -> str:
    pieces = _mention(users).split(text)
    if len(pieces) == 1:
        return text
    if not pieces[0].strip():
        pieces[1] = re.sub(r"^\s*[:,]", "", pieces[1], count=1)
    return "".join([*(piece.rstrip(" \t") for piece in pieces[:-1]), pieces[-1]]).strip()


def _words_of(token: re.Match[str]) -> str:
    target, _, label = token[1].partition("|")
    if target.startswith(("@", "#")):
        return target[0] + (label.lstrip("@#") or target[1:])
    if target.startswith("!"):
        return "@" + target[1:] if not label or label == target[1:] else label
    if not label or target in {label, f"http://{label}", f"https://{label}"} or target.startswith(("mailto:", "tel:")):
        return label or target
    return f"{label} ({target})"


def _emoji(blocks: object) -> Iterator[tuple[str, str]]:
    """The emoji of a rich text by their short names, which is all that the plain text has of them."""
    for block in blocks if isinstance(blocks, list) else ():
        if not isinstance(block, dict):
            continue
        yield from _emoji(block.get("elements"))
        name, points = block.get("name"), block.get("unicode")
        if isinstance(name, str) and isinstance(points, str):
            codes = points.split("-")
            if all(_CODE_POINT.fullmatch(code) for code in codes):
                tone = f"::skin-tone-{block['skin_tone']}" if "skin_tone" in block else ""
                yield name + tone, clean("".join(chr(int(code, 16)) for code in codes))[0]
