"""Cursors of the lists of conversations: where the next page begins, as text."""

from __future__ import annotations

from csbot.errors import CursorInvalid

LAST = 2**62
"""Larger than any id or time."""


def after_newest(conversation: int) -> str:
    """The cursor of a list sorted newest first, whose page ended with this conversation."""
    return str(conversation)


def newest(cursor: str) -> int:
    """The conversation before which the next page begins; LAST for the first page. Raises CursorInvalid."""
    return _numbers(cursor, 1)[0] if cursor else LAST


def after_in_line(weight: int, since: int, conversation: int) -> str:
    """The cursor of the line, whose page ended with this place."""
    return f"{-weight}.{since}.{conversation}"


def in_line(cursor: str) -> tuple[int, int, int]:
    """The place (weight negated, waiting since, id) after which the next page begins. Raises CursorInvalid."""
    if not cursor:
        return -LAST, 0, 0
    weight, since, conversation = _numbers(cursor, 3)
    return weight, since, conversation


def _numbers(cursor: str, size: int) -> list[int]:
    try:
        numbers = [int(number) for number in cursor[:80].split(".")]
    except ValueError as error:
        raise CursorInvalid(f"not a cursor of this list: {cursor[:40]!r}") from error
    if len(numbers) != size or any(abs(number) > LAST for number in numbers):
        raise CursorInvalid(f"not a cursor of this list: {cursor[:40]!r}")
    return numbers
