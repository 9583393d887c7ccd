"""Small readings of content texts: placeholders, and when two phrasings are one."""

from __future__ import annotations

import re

from csbot.text.fold import fold

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NO_WORD = re.compile(r"[^\w]+")


def placeholders(text: str) -> frozenset[str]:
    """The names that stand in braces."""
    return frozenset(_PLACEHOLDER.findall(text))


def has_stray_brace(text: str) -> bool:
    """A brace that belongs to no placeholder."""
    rest = _PLACEHOLDER.sub("", text)
    return "{" in rest or "}" in rest


def same_phrase_key(text: str) -> str:
    """Equal for phrasings that differ only in case, accents, spaces and signs."""
    return _NO_WORD.sub(" ", fold(text)).strip() or text.strip()


_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


class OptionalParts:
    """A text with parts in [brackets], which are left out when a value in them is missing.

    `always` is what is said in any case; `problem` says what is wrong with the brackets, "" when nothing is.
    """

    def __init__(self, text: str) -> None:
        self.always = _OPTIONAL.sub("", text)
        self.problem = ""
        if "[" in self.always or "]" in self.always:
            self.problem = "a bracket [ or ] without its other half, or within another; remove it"
        elif not all(placeholders(part) for part in _OPTIONAL.findall(text)):
            self.problem = "nothing in these [brackets] can be missing; remove them"
