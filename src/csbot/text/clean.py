"""Characters no database or page can hold."""

from __future__ import annotations

import re

_UNHOLDABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> tuple[str, int]:
    """The text without NULs and lone surrogates, and how many were dropped.

    PostgreSQL's text holds no NUL, and UTF-8 has no lone surrogates; everything else is kept exactly.
    """
    if text.isascii() and "\x00" not in text:
        return text, 0
    return _UNHOLDABLE.subn("", text)
