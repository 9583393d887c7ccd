"""Reading JSON that may be anything: a field of another type than promised reads as an empty one. Pure.

Texts come cleaned of what no database holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from csbot.text.clean import clean

Json: TypeAlias = Mapping[str, object]

_TS = re.compile(r"(\d{1,11})\.(\d{1,6})", re.ASCII)


def as_object(value: object) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def object_at(told: Json, key: str) -> Json:
    """The object under the key."""
    return as_object(told.get(key))


def objects_at(told: Json, key: str) -> list[Json]:
    """The objects in the list under the key."""
    value = told.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def cleaned_at(told: Json, key: str) -> tuple[str, int]:
    """The text under the key, and how many characters were dropped from it."""
    value = told.get(key)
    return clean(value) if isinstance(value, str) else ("", 0)


def text_at(told: Json, key: str) -> str:
    """The text under the key."""
    return cleaned_at(told, key)[0]


def texts_at(told: Json, key: str) -> list[str]:
    """The texts in the list under the key."""
    value = told.get(key)
    return [clean(item)[0] for item in value if isinstance(item, str)] if isinstance(value, list) else []


def first(*texts: str) -> str:
    """The first text that is not empty."""
    return next(filter(None, texts), "")


def digest(value: object) -> str:
    """The same for the same JSON, whatever its spacing and order."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def microseconds(ts: str) -> int:
    """Slack's time of a message ("1595926230.009600"), which is its order in its channel; 0 where it is none."""
    found = _TS.fullmatch(ts)
    return int(found[1]) * 1_000_000 + int(found[2].ljust(6, "0")) if found else 0


def time(ts: str) -> datetime | None:
    """Slack's time of a message, to the second; None where it is none."""
    found = _TS.fullmatch(ts)
    return datetime.fromtimestamp(int(found[1]), UTC) if found else None
