"""Everything a text names, by one mechanism: typed values, and those of the content's lists and patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import chain

from csbot.domain.content import EntityKind
from csbot.domain.ticket import Named
from csbot.engine import days, entities
from csbot.text.fold import fold, fold_with_places

_READ = 2000
"""Characters of a text that are searched."""

_ENDED = 4
"""Letters a name needs before an ending may follow it: "ankaraya" is Ankara, "vanilya" is not Van."""

_MOST = 20


def notice(text: str, *, today: date, region: str, kinds: Iterable[EntityKind] = ()) -> tuple[Named, ...]:
    """What stands in the text, in its order; where two overlap, the one that begins first, then the longer.

    Phone numbers count only with their + or 0, since numbers of orders stand in texts, too.
    """
    text = text[:_READ]
    found = chain(
        entities.emails(text),
        entities.phones(text, region, marked=True),
        entities.amounts(text),
        days.days(text, today),
        entities.order_numbers(text, marked=True),
        *(mentions(text, kind) for kind in kinds),
    )
    kept: list[Named] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept[:_MOST])


def mentions(text: str, kind: EntityKind) -> Iterator[Named]:
    """Where the text names a value of the kind, from left to right."""
    text = text[:_READ]
    if kind.pattern:
        for found in re.finditer(rf"(?<!\w)(?:{kind.pattern})(?!\w)", text):
            if found[0]:
                yield Named(kind=kind.id, value=found[0], text=found[0], start=found.start(), end=found.end())
    values = _values(kind.id, tuple(_names(kind)))
    if not values:
        return
    line, places = fold_with_places(text)
    for found in _pattern(tuple(values)).finditer(line):
        start, end = places[found.start()], places[found.end()]
        name = found["whole"] or found["ended"]
        yield Named(kind=kind.id, value=values[name], text=text[start:end], start=start, end=end)


def _names(kind: EntityKind) -> Iterator[tuple[str, str]]:
    """Every name of every value, folded, with the value."""
    for one in kind.values:
        for name in (*one.label.values(), *(name for names in one.synonyms.values() for name in names)):
            yield " ".join(fold(name).split()), one.value


@lru_cache(maxsize=64)
def _values(_id: str, names: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return dict(names)


@lru_cache(maxsize=64)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the names as whole words, the longest first; one long enough may have a Turkish ending."""
    ordered = sorted(names, key=len, reverse=True)
    any_name = "|".join(map(re.escape, ordered))
    long_name = "|".join(re.escape(name) for name in ordered if len(name) >= _ENDED) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:(?P<whole>{any_name})(?:['’]\w{{1,6}})?|(?P<ended>{long_name})\w{{1,6}})(?!\w)")
