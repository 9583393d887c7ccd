"""Reading Slack's fields, whatever they hold. Pure; see `csbot.channel.shapes`."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime

from csbot.channel.shapes import Json, item
from csbot.text.clean import clean

_TS = re.compile(r"(\d{1,11})\.(\d{1,6})", re.ASCII)


def as_object(value: object) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def object_at(told: Json, key: str) -> Json:
    """The object under the key, else an empty one."""
    return item(told, key) or {}


def cleaned_at(told: Json, key: str) -> tuple[str, int]:
    """The text under the key, and how many characters were dropped from it."""
    value = told.get(key)
    return clean(value) if isinstance(value, str) else ("", 0)


def texts_at(told: Json, key: str) -> list[str]:
    """The texts in the list under the key."""
    value = told.get(key)
    return [clean(entry)[0] for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


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
