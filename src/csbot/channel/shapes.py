"""Reading JSON of any shape: what is optional reads as absent when it is misshapen, what is needed raises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from csbot.text.clean import clean

Json = Mapping[str, object]

_LIMIT = 2**63


class Misshapen(Exception):
    """Something an update cannot be understood without is missing or of another shape."""


def item(parent: Json, key: str) -> Json | None:
    """The object under `key`; None when there is none."""
    value = parent.get(key)
    return value if isinstance(value, dict) else None


def items(parent: Json, key: str) -> Iterator[Json]:
    """The objects in the list under `key`."""
    value = parent.get(key)
    return (entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else iter(())


def need(parent: Json, key: str) -> Json:
    """The object under `key`; raises Misshapen."""
    value = parent.get(key)
    if not isinstance(value, dict):
        raise Misshapen(f"{key} is missing")
    return value


def text(parent: Json, key: str) -> str:
    """The text under `key`, cleaned; empty when there is none."""
    value = parent.get(key)
    return clean(value)[0] if isinstance(value, str) else ""


def raw_text(parent: Json, key: str) -> str:
    """The text under `key` exactly as it came; empty when there is none."""
    value = parent.get(key)
    return value if isinstance(value, str) else ""


def integer(parent: Json, key: str) -> int:
    """The whole number under `key`; 0 when there is none a database can hold."""
    value = parent.get(key)
    return value if type(value) is int and -_LIMIT <= value < _LIMIT else 0


def need_integer(parent: Json, key: str) -> int:
    """The whole number under `key`; raises Misshapen."""
    value = parent.get(key)
    if type(value) is not int or not -_LIMIT <= value < _LIMIT:
        raise Misshapen(f"{key} is missing")
    return value


def number(parent: Json, key: str) -> float | None:
    """The finite number under `key`; None when there is none."""
    value = parent.get(key)
    if type(value) not in (int, float):
        return None
    return float(value) if -1e15 < value < 1e15 else None  # type: ignore[operator, arg-type]
