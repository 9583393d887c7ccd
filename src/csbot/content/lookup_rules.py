"""What must be true of lookups: what they send, what comes back, and the words for each thing that can come of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from csbot.content.file_models import EntryModel, FieldModel, IntentModel, LookupModel
from csbot.content.findings import Finding, Severity
from csbot.content.marked_yaml import Path
from csbot.content.rules import check_languages, check_placeholders
from csbot.content.structure import Parsed
from csbot.content.texts import OptionalParts, placeholders
from csbot.content.whole_rules import Item
from csbot.domain.lookup import Branch, FieldKind

_NOT_SHOWN = {FieldKind.CHOICE, FieldKind.FLAG}
"""Kinds whose values are words of the system, not of the brand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A lookup and where it stands."""

    file: Parsed
    path: Path
    model: LookupModel

    def finding(self, text: str, *at: str | int, severity: Severity = Severity.ERROR) -> Finding:
        return self.file.finding((*self.path, *at), text, severity)


def check_lookups(
    files: Sequence[Parsed], items: Sequence[Item], languages: Sequence[str], *, complete: bool
) -> Iterator[Finding]:
    """Everything about lookups and the forms that end in one. `complete`: no file was left out."""
    placed = [_Placed(file=file, path=path, model=model) for file in files for path, model in file.lookups]
    known: dict[str, _Placed] = {}
    for one in placed:
        first = known.setdefault(one.model.id, one)
        if first is not one:
            at = first.file.place((*first.path, "id"))
            yield one.finding(
                f"the lookup {one.model.id!r} is there already ({at}); ids are unique over all files", "id"
            )
    models = {id: one.model for id, one in known.items()}
    entries = {item.model.id for item in items if isinstance(item.model, EntryModel)}
    for one in placed:
        yield from _shape(one)
        yield from _words(one, models, languages)
        if complete:
            yield from _first(one, models)
            yield from _instead(one, entries)
    if complete:
        yield from _forms(items, models)
        yield from _unasked(placed, items)


def _shape(one: _Placed) -> Iterator[Finding]:
    model = one.model
    names = [field.name for field in model.fields]
    for index, field in enumerate(model.fields):
        if field.name in names[:index]:
            yield one.finding(f"two fields are named {field.name!r}; remove one", "fields", index, "name")
        if (field.kind is FieldKind.CHOICE) != bool(field.values):
            text = "a field of kind choice lists its values" if not field.values else "values belong to kind choice"
            yield one.finding(f"{field.name}: {text}", "fields", index)
        if (field.kind is FieldKind.MONEY) != bool(field.currency):
            text = "a money has its currency: TRY" if not field.currency else "currency belongs to kind money"
            yield one.finding(f"{field.name}: {text}", "fields", index)
    if model.changes and not model.personal:
        yield one.finding("what changes something is personal; remove personal: false", "personal")
    if model.changes and not model.confirm:
        yield one.finding("it changes something; add confirm, the question csbot asks before", "changes")
    if model.confirm and not model.changes:
        yield one.finding("only a lookup that changes something is confirmed; add changes: true", "confirm")
    if model.first and not model.changes:
        yield one.finding("only a lookup that changes something has one before it; remove first", "first")
    if model.refused_when and not model.first:
        yield one.finding("what first tells decides when it is refused; add first", "refused_when")
    yield from _cases(one, {field.name: field for field in model.fields})


def _cases(one: _Placed, fields: Mapping[str, FieldModel]) -> Iterator[Finding]:
    model = one.model
    if model.by is None:
        if model.cases:
            yield one.finding("cases need by, the field of kind choice that chooses among them", "cases")
        elif Branch.FOUND not in model.said():
            yield one.finding(f"{model.id}: no words for what is found; add answers.found, or by and cases")
        return
    field = fields.get(model.by)
    if field is None or field.kind is not FieldKind.CHOICE or field.optional:
        yield one.finding(f"{model.by!r} is no field of kind choice that is always there", "by")
        return
    if missing := [value for value in field.values if value not in model.cases]:
        yield one.finding(f"cases: no words for {', '.join(missing)}; add them", "cases")
    for value in model.cases:
        if value not in field.values:
            yield one.finding(f"{value!r} is no value of {model.by} ({', '.join(field.values)})", "cases", value)
    if Branch.FOUND in model.said():
        yield one.finding("cases say what is found; remove found", "answers", "found")


def _words(one: _Placed, models: Mapping[str, LookupModel], languages: Sequence[str]) -> Iterator[Finding]:
    model = one.model
    first = models.get(model.first) if model.first else None
    if first is not None:
        yield from _refusing(one, first)
    for value, texts in model.cases.items():
        yield from _texts(one, ("cases", value), texts, model.fields, languages)
    yield from _texts(one, ("each",), model.each, model.fields, languages)
    if first is not None or not model.first:
        yield from _texts(one, ("confirm",), model.confirm, first.fields if first else (), languages)
    for reason, texts in model.refusals.items():
        yield from _texts(one, ("refusals", reason), texts, (), languages)
    for branch, texts in model.said().items():
        shown = model.fields if branch is Branch.FOUND else ()
        yield from _texts(one, ("answers", branch.value), texts, shown, languages)


def _refusing(one: _Placed, first: LookupModel) -> Iterator[Finding]:
    known = _choices(first)
    for value in one.model.refused_when:
        if value not in known:
            told = ", ".join(known) or "it has no by"
            yield one.finding(f"{value!r} is no value {first.id} tells cases apart by ({told})", "refused_when", value)


def _choices(model: LookupModel) -> list[str]:
    """The values of the field that chooses among a lookup's cases."""
    return [value for field in model.fields if field.name == model.by for value in field.values]


def _texts(
    one: _Placed, at: Path, texts: Mapping[str, str], fields: Sequence[FieldModel], languages: Sequence[str]
) -> Iterator[Finding]:
    """The texts are there in each language, and what stands in braces is filled in and is always there, or may go."""
    if not texts:
        return
    path = (*one.path, *at)
    yield from check_languages(one.file, path, texts, languages, "no words", Severity.ERROR)
    hidden = {field.name for field in fields if field.kind in _NOT_SHOWN}
    blanks = [*one.model.send, *(field.name for field in fields if field.name not in hidden)]
    for language, text in texts.items():
        for name in sorted(placeholders(text) & hidden):
            yield one.finding(f"{{{name}}} is a word of the system's; customers are told by cases", *at, language)
            text = text.replace(f"{{{name}}}", "")
        yield from check_placeholders(one.file, (*path, language), text, blanks)
        parts = OptionalParts(text)
        if parts.problem:
            yield one.finding(parts.problem, *at, language)
        for field in fields:
            if field.optional and field.name in placeholders(parts.always):
                may_go = f"put the words around it in [brackets], which are left out then: [ in {{{field.name}}}]"
                yield one.finding(f"{{{field.name}}} may be missing; {may_go}", *at, language)


def _first(one: _Placed, models: Mapping[str, LookupModel]) -> Iterator[Finding]:
    name = one.model.first
    if name is None:
        return
    first = models.get(name)
    if first is None:
        yield one.finding(_no_lookup(name, models), "first")
    elif first.changes:
        yield one.finding(f"{name!r} changes something; what is asked first must not", "first")
    elif not first.personal:
        yield one.finding(f"{name!r} is not personal, so it does not show whose it is; remove personal: false", "first")
    elif first.send != one.model.send:
        text = f"{name!r} sends other slots, so a code typed for it does not count here, and another is asked for"
        yield one.finding(text, "first", severity=Severity.WARNING)


def _instead(one: _Placed, entries: set[str]) -> Iterator[Finding]:
    for index, name in enumerate(one.model.instead):
        if name not in entries:
            yield one.finding(f"there is no entry {name!r}; {_near(name, entries)}", "instead", index)


def _forms(items: Sequence[Item], models: Mapping[str, LookupModel]) -> Iterator[Finding]:
    for item in items:
        form = item.model.form if isinstance(item.model, IntentModel) else None
        if form is None or form.lookup is None:
            continue
        path = (*item.path, "form", "lookup")
        asked = models.get(form.lookup)
        if asked is None:
            yield item.file.finding(path, _no_lookup(form.lookup, models))
            continue
        slots = {slot.name for slot in form.slots}
        first = models.get(asked.first or "")
        for lookup in (asked, first) if first else (asked,):
            for name in lookup.send:
                if name not in slots:
                    yield item.file.finding(path, f"{lookup.id} sends {name!r}, which is no slot of this form; add it")


def _unasked(placed: Sequence[_Placed], items: Sequence[Item]) -> Iterator[Finding]:
    forms = [item.model.form for item in items if isinstance(item.model, IntentModel) and item.model.form]
    asked = {form.lookup for form in forms} | {one.model.first for one in placed}
    for one in placed:
        if one.model.id not in asked:
            text = f"no form asks {one.model.id!r}; write lookup: {one.model.id} in one"
            yield one.finding(text, "id", severity=Severity.WARNING)


def _no_lookup(name: str, models: Mapping[str, LookupModel]) -> str:
    return f"there is no lookup {name!r}; {_near(name, set(models)) if models else 'write it under lookups'}"


def _near(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known)) or 'none'}"
