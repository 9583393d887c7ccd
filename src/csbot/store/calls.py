"""Answers of the brand's systems as the column `lookup_calls.answer` holds them, every value with its type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from csbot.domain.lookup import Branch, LookupAnswer, NeedsLookup, Value

CALLING, DONE, UNKNOWN = "calling", "done", "unknown"
"""How a marked call stands."""

_LOAD: Mapping[str, Callable[[Any], Value]] = {
    "str": str,
    "int": int,
    "bool": bool,
    "Decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


def dump(answer: LookupAnswer) -> str:
    """The answer as JSON, without the request, which is the row's key."""
    records = [{name: _dumped(value) for name, value in record.items()} for record in answer.records]
    told = {"branch": answer.branch.value, "records": records, "reason": answer.reason, "why": answer.why}
    return json.dumps({name: value for name, value in told.items() if value})


def load(request: str, text: str) -> LookupAnswer:
    """The answer `dump` wrote."""
    told = json.loads(text)
    return LookupAnswer(
        request=request,
        branch=Branch(told["branch"]),
        records=tuple(
            {name: _LOAD[kind](value) for name, (kind, value) in record.items()} for record in told.get("records", ())
        ),
        reason=told.get("reason", ""),
        why=told.get("why", ""),
    )


def came_to(request: str, text: str | None) -> LookupAnswer:
    """What a marked call came to, whose column `answer` this is."""
    return load(request, text) if text else unknown(request)


def state_of(answer: LookupAnswer) -> str:
    """How the call stands once this is its answer."""
    return UNKNOWN if answer.branch is Branch.UNKNOWN else DONE


def unknown(request: str) -> LookupAnswer:
    """What a call came to that was begun and of which no end is known."""
    return LookupAnswer(request=request, branch=Branch.UNKNOWN, why="csbot stopped in the middle of the call")


def given_up(conversation: int, lookup: str, request: str) -> tuple[int, NeedsLookup, LookupAnswer]:
    """A call nobody waits for any more."""
    return conversation, NeedsLookup(name=lookup, request=request, changes=True), unknown(request)


def _dumped(value: Value) -> tuple[str, str | int]:
    match value:
        case datetime() | date():
            return type(value).__name__, value.isoformat()
        case Decimal():
            return "Decimal", str(value)
        case _:
            return type(value).__name__, value
