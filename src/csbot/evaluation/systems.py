"""The brand's systems as a transcript has them: each question gets the answer that was written for it."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from csbot.domain.lookup import Branch, FieldKind, LookupAnswer, LookupField, NeedsLookup, Value


class Unscripted(Exception):
    """A system was asked something, and what it answers is not written, or cannot be read."""


@dataclass(slots=True)
class Scripted:
    """`csbot.ports.Lookups` from a script: `answers` are given in order, `asked` tells what was asked.

    An answer is a branch and, after `found` or `several`, records: `found status=late place="Kars"`, with ` | ` between
    several; after `refused` the reason.
    """

    answers: deque[str] = field(default_factory=deque)
    asked: list[NeedsLookup] = field(default_factory=list)

    async def ask(self, need: NeedsLookup, *, now: datetime) -> LookupAnswer:
        """See `csbot.ports.Lookups`. Raises Unscripted."""
        self.asked.append(need)
        if not self.answers:
            raise Unscripted(f"asked: {shown(need)}; no line `shop:` before this says what comes of it")
        word, _, rest = self.answers.popleft().partition(" ")
        try:
            branch = Branch(word)
            told = branch in {Branch.FOUND, Branch.SEVERAL}
            records = tuple(_record(one, need.fields) for one in rest.split(" | ")) if told else ()
        except (ValueError, ArithmeticError) as error:
            raise Unscripted(f"shop: {word} {rest}: {error}") from error
        return LookupAnswer(
            request=need.request,
            branch=branch,
            records=records,
            reason="" if told else rest,
            challenge=need.request if branch is Branch.CODE else "",
        )


def shown(need: NeedsLookup) -> str:
    """A question as transcripts write it: `cancel-order order_number=4711 changes`."""
    slots = (f"{name}={value}" for name, value in need.slots)
    more = ("changes" if need.changes else "", "send code" if need.send_code else "", need.code and f"code={need.code}")
    return " ".join((need.name, *slots, *(one for one in more if one)))


def _record(written: str, fields: tuple[LookupField, ...]) -> Mapping[str, Value]:
    known = {one.name: one for one in fields}
    record: dict[str, Value] = {}
    for word in shlex.split(written):
        name, _, value = word.partition("=")
        if name not in known:
            raise ValueError(f"{name!r} is none of its fields ({', '.join(known)})")
        record[name] = _value(known[name], value)
    if missing := [one.name for one in fields if not one.optional and one.name not in record]:
        raise ValueError(f"{', '.join(missing)} is missing")
    return record


def _value(field: LookupField, written: str) -> Value:
    match field.kind:
        case FieldKind.DATE:
            return date.fromisoformat(written)
        case FieldKind.TIME:
            return datetime.fromisoformat(written)
        case FieldKind.NUMBER | FieldKind.MONEY:
            return Decimal(written)
        case FieldKind.FLAG:
            return written == "yes"
        case FieldKind.CHOICE if written not in field.values:
            raise ValueError(f"{field.name} is one of {', '.join(field.values)}")
        case _:
            return written
