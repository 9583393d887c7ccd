"""Bodies gone wrong in every place, and what no event may hold: the adversarial half of the contract suite."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

_WRONG: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    math.nan,
    math.inf,
    "",
    "x",
    "\x00",
    "a\ud83d",
    "9" * 400,
    [],
    [None],
    [[]],
    {},
    {"id": None},
)
_WRONG_FIELDS = ("", "x", "\x00", "9" * 400, "-1", "{}", "null", "[]", "%", "ş\U0001f600")


def mutated(body: bytes, content_type: str) -> Iterator[bytes]:
    """The body with each of its values in turn removed or replaced by what a well-behaved platform would not send."""
    if content_type == "application/json":
        whole = json.loads(body)
        for wrong in _WRONG:
            yield json.dumps(wrong).encode()
        for path in _paths(whole):
            yield json.dumps(_without(whole, path)).encode()
            for wrong in _WRONG:
                yield json.dumps(_with(whole, path, wrong)).encode()
        return
    fields = parse_qsl(body.decode(), keep_blank_values=True)
    for at, (name, _) in enumerate(fields):
        yield urlencode(fields[:at] + fields[at + 1 :]).encode()
        yield urlencode([*fields, fields[at]]).encode()
        for wrong_field in _WRONG_FIELDS:
            yield urlencode([*fields[:at], (name, wrong_field), *fields[at + 1 :]]).encode()


def unholdable(value: object, where: str = "event") -> list[str]:
    """Where in a domain value something stands that a database or page cannot hold."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [
            found
            for item in dataclasses.fields(value)
            for found in unholdable(getattr(value, item.name), f"{where}.{item.name}")
        ]
    if isinstance(value, tuple | list):
        return [found for at, item in enumerate(value) for found in unholdable(item, f"{where}[{at}]")]
    if isinstance(value, Mapping):
        return [found for key, item in value.items() for found in unholdable(item, f"{where}[{key!r}]")]
    wrong = (
        (isinstance(value, str) and any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in value))
        or (isinstance(value, int) and not -(2**63) <= value < 2**63)
        or (isinstance(value, float) and not math.isfinite(value))
        or (isinstance(value, datetime) and value.tzinfo is None)
    )
    return [f"{where} = {value!r}"] if wrong else []


def _paths(value: object) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield (key,)
            yield from ((key, *rest) for rest in _paths(item))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield (at,)
            yield from ((at, *rest) for rest in _paths(item))


def _with(whole: object, path: tuple[str | int, ...], wrong: object) -> object:
    changed = copy.deepcopy(whole)
    _parent(changed, path)[path[-1]] = wrong
    return changed


def _without(whole: object, path: tuple[str | int, ...]) -> object:
    changed = copy.deepcopy(whole)
    del _parent(changed, path)[path[-1]]
    return changed


def _parent(whole: object, path: tuple[str | int, ...]) -> dict[str | int, object]:
    at = whole
    for step in path[:-1]:
        at = at[step]  # type: ignore[index]
    return at  # type: ignore[return-value]
