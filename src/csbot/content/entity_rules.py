"""What must be true of entities: a list or a pattern, each name for one value, and slots that know theirs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from csbot.content.file_models import EntityModel, IntentModel
from csbot.content.findings import Finding, Severity
from csbot.content.marked_yaml import Path
from csbot.content.patterns import objection
from csbot.content.rules import check_languages
from csbot.content.structure import Parsed
from csbot.content.texts import same_phrase_key
from csbot.content.whole_rules import Item
from csbot.domain.content import SlotKind

_TYPED = frozenset({"email", "phone", "order_number", "date", "money"})
"""Kinds csbot knows by itself."""


def check_entities(
    files: Sequence[Parsed], items: Sequence[Item], languages: Sequence[str], *, complete: bool
) -> Iterator[Finding]:
    """Everything about entities and the slots that want one. `complete`: no file was left out."""
    taken: dict[str, str] = {}
    for file in files:
        for path, model in file.entities:
            place = file.place((*path, "id"))
            first = taken.setdefault(model.id, place)
            if first != place:
                text = f"the entity {model.id!r} is there already ({first}); ids are unique over all files"
                yield file.finding((*path, "id"), text)
            if model.id in _TYPED:
                yield file.finding((*path, "id"), f"{model.id!r} is known to csbot by itself; choose another id")
            yield from _entity(file, path, model, languages)
    for item in items if complete else ():
        yield from _slots(item, taken)


def _entity(file: Parsed, path: Path, model: EntityModel, languages: Sequence[str]) -> Iterator[Finding]:
    yield from check_languages(file, (*path, "title"), model.title, languages, "no title", Severity.ERROR)
    if bool(model.values) == bool(model.pattern):
        yield file.finding(path, f"{model.id}: either values or a pattern is wanted")
    if model.pattern and (why := objection(model.pattern)):
        yield file.finding((*path, "pattern"), f"pattern: {why}")
    taken: dict[str, str] = {}
    for index, one in enumerate(model.values):
        at: Path = (*path, "values", index)
        yield from check_languages(file, (*at, "label"), one.label, languages, "no label", Severity.ERROR)
        names = [*one.label.values(), *(name for names in one.synonyms.values() for name in names)]
        for name in names:
            owner = taken.setdefault(same_phrase_key(name), one.value)
            if owner != one.value:
                yield file.finding(at, f"{name!r} stands for {one.value!r} and for {owner!r}; keep one")


def _slots(item: Item, known: dict[str, str]) -> Iterator[Finding]:
    form = item.model.form if isinstance(item.model, IntentModel) else None
    for index, slot in enumerate(form.slots if form else ()):
        at: Path = (*item.path, "form", "slots", index)
        if slot.kind is not SlotKind.ENTITY:
            if slot.entity:
                yield item.file.finding((*at, "entity"), f"entity belongs to kind entity, not {slot.kind.value}")
        elif not slot.entity:
            yield item.file.finding(at, f"slot {slot.name}: kind entity wants the id of an entity; add entity")
        elif slot.entity not in known:
            near = difflib.get_close_matches(slot.entity, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "add it under entities"
            yield item.file.finding((*at, "entity"), f"no entity {slot.entity!r}; {hint}")
