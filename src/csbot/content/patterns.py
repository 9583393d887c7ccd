"""Regular expressions from content: they must compile, and no value a customer sends may keep them busy."""

from __future__ import annotations

import re

_UNBOUNDED_LIMIT = 3
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[#<!=:PaiLmsux-]*|[()]|[*+?]|\{\d*,?\d*\}|.", re.DOTALL)


def objection(pattern: str) -> str:
    """Why the pattern cannot be used; empty when it can.

    A repeated group that repeats inside itself can take exponential time; more than three unbounded repeats take too
    long even over the 200 characters of a value that forms try a pattern on. Back-references are refused as well.
    """
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"no regular expression: {error}"
    unbounded = 0
    inner = [0]
    previous_inner = 0
    for token in _TOKEN.findall(pattern):
        if re.match(r"\\[1-9]|\(\?P=", token):
            return "back-references are not supported; write the text out"
        if token.startswith("("):
            inner.append(0)
            previous_inner = 0
        elif token == ")":
            previous_inner = inner.pop()
            inner[-1] += previous_inner
        elif token in {"*", "+"} or (token.startswith("{") and token.endswith(",}")):
            unbounded += 1
            if previous_inner:
                return "a repeat inside a repeat can take for ever; write it without the inner * or +"
            inner[-1] += 1
            previous_inner = 0
        elif token.startswith("{") and len(token) > 1:
            if previous_inner and _most(token) > 1:
                return "a repeat inside a repeat can take for ever; write it without the inner * or +"
            inner[-1] += _most(token) > 1
            previous_inner = 0
        else:
            previous_inner = 0
    if unbounded > _UNBOUNDED_LIMIT:
        return f"more than {_UNBOUNDED_LIMIT} of * and +; give the lengths, like {{4,10}}"
    return ""


def _most(bounds: str) -> int:
    """The larger number of {n} or {n,m}."""
    return max(int(number) for number in bounds.strip("{}").split(",") if number)
