"""Characters no database or page can hold, and those that nobody sees."""

from __future__ import annotations

import re

_UNSEEN = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Control characters, and those that turn the words around them or are not seen; joiners of letters stay."""

_UNHOLDABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> tuple[str, int]:
    """The text without NULs and lone surrogates, and how many were dropped.

    PostgreSQL's text holds no NUL, and UTF-8 has no lone surrogates; everything else is kept exactly.
    """
    if text.isascii() and "\x00" not in text:
        return text, 0
    return _UNHOLDABLE.subn("", text)


def shown(text: str) -> str:
    """The text as one line that cannot change how the words around it look; empty when nothing of it is seen."""
    return " ".join(_UNSEEN.sub("", clean(text)[0]).split())
