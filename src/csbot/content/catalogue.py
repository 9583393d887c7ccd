"""From sources to the catalogue the engine runs on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from csbot.content.entity_rules import check_entities
from csbot.content.file_models import (
    EntityModel,
    EntityValueModel,
    EntryModel,
    FormModel,
    HandoffModel,
    IntentModel,
    LookupModel,
    PhrasesFile,
    SlotModel,
)
from csbot.content.findings import Finding, Findings
from csbot.content.lookup_rules import check_lookups
from csbot.content.outside import check_outside, outside_of
from csbot.content.phrase_rules import check_phrases
from csbot.content.rules import check_entry, check_intent
from csbot.content.sources import Sources, collect, read_sources
from csbot.content.spare_words import SpareWords
from csbot.content.structure import Parsed, parse_files
from csbot.content.whole_rules import Item, check_whole, items_of
from csbot.domain.content import (
    Catalogue,
    EntityKind,
    EntityValue,
    Entry,
    Form,
    HandoffRule,
    Intent,
    Lookup,
    Phrases,
    Slot,
    SlotChoice,
)
from csbot.domain.lookup import LookupField


def load(path: Path, languages: Sequence[str] = ()) -> Catalogue:
    """The catalogue of the files below `path`: `build` of `read_sources`. Raises ContentError."""
    return build(read_sources(path), languages)


def build(sources: Sources, languages: Sequence[str] = (), *, spare: SpareWords | None = None) -> Catalogue:
    """The catalogue of these sources. `languages` are the brand's; without them, those of csbot's own words. `spare`
    stands in for those of csbot's words that are missing.

    Raises ContentError with every error as `file:line: what is wrong and how to mend it`.
    """
    files, languages, findings = _inspect(sources, languages, spare=spare)
    Findings.of(findings).raise_errors()
    items = items_of(files)
    phrases = next(file.phrases for file in files if file.phrases)
    return Catalogue(
        version=sources.version,
        languages=tuple(languages),
        intents={item.model.id: _intent(item.model) for item in items if isinstance(item.model, IntentModel)},
        entries={item.model.id: _entry(item.model) for item in items if isinstance(item.model, EntryModel)},
        phrases=_phrases(phrases),
        outside=outside_of(sources),
        entities={model.id: _entity(model) for file in files for _, model in file.entities},
        lookups={model.id: _lookup(model) for file in files for _, model in file.lookups},
    )


def families(sources: Sources) -> dict[str, str]:
    """Which family each entry and intent is of, by the names an understanding engine uses."""
    named = (
        (f"faq/{item.model.id}" if isinstance(item.model, EntryModel) else item.model.id, Path(item.file.file).stem)
        for item in items_of(parse_files(sources)[0])
    )
    return dict(named)


def check(path: Path, languages: Sequence[str] = ()) -> Findings:
    """Every error and warning about the files below `path`; raises nothing."""
    sources, unreadable = collect(path)
    _, _, findings = _inspect(sources, languages, complete=not unreadable.items)
    return Findings.of([*unreadable.items, *findings])


def _inspect(
    sources: Sources, languages: Sequence[str], *, complete: bool = True, spare: SpareWords | None = None
) -> tuple[list[Parsed], Sequence[str], list[Finding]]:
    files, findings = parse_files(sources, spare)
    complete = complete and not findings
    languages = languages or _spoken(files)
    for file in files:
        if file.phrases:
            findings += check_phrases(file, file.phrases, languages)
    items = items_of(files)
    for item in items:
        findings += _check_item(item, languages)
    findings += check_whole(items, complete=complete)
    findings += check_entities(files, items, languages, complete=complete)
    findings += check_lookups(files, items, languages, complete=complete)
    findings += check_outside(sources, items)
    return files, languages, findings


def _spoken(files: Sequence[Parsed]) -> Sequence[str]:
    """The languages of csbot's own words; those of the items while the phrases cannot be read."""
    for file in files:
        if file.phrases:
            return tuple(dict.fromkeys(language for texts in file.phrases.said().values() for language in texts))
    return tuple(dict.fromkeys(language for item in items_of(files) for language in item.phrases))


def _check_item(item: Item, languages: Sequence[str]) -> list[Finding]:
    if isinstance(item.model, EntryModel):
        return list(check_entry(item.file, item.path, item.model, languages))
    return list(check_intent(item.file, item.path, item.model, languages))


def _entry(model: EntryModel) -> Entry:
    return Entry(
        id=model.id,
        title=model.title,
        questions={language: tuple(phrases) for language, phrases in model.questions.items()},
        answers=model.answers,
        channels=model.channels,
        follow_ups=tuple(model.follow_ups),
        valid_from=model.valid_from,
        valid_until=model.valid_until,
        sensitive=model.sensitive,
    )


def _intent(model: IntentModel) -> Intent:
    return Intent(
        id=model.id,
        title=model.title,
        examples={language: tuple(phrases) for language, phrases in model.examples.items()},
        role=model.role,
        answer=model.answer,
        form=_form(model.form) if model.form else None,
        handoff=_handoff(model.handoff) if model.handoff else None,
        sensitive=model.sensitive,
    )


def _synonyms(model: EntityValueModel) -> dict[str, tuple[str, ...]]:
    return {language: tuple(names) for language, names in model.synonyms.items()}


def _form(model: FormModel) -> Form:
    return Form(
        slots=tuple(_slot(slot) for slot in model.slots),
        done=model.done,
        lookup=model.lookup or "",
        handoff=_handoff(model.handoff) if model.handoff else None,
    )


def _slot(model: SlotModel) -> Slot:
    return Slot(
        name=model.name,
        kind=model.kind,
        question=model.question,
        pattern=model.pattern,
        error=model.error,
        optional=model.optional,
        choices=tuple(SlotChoice(value=one.value, label=one.label, synonyms=_synonyms(one)) for one in model.choices),
        entity=model.entity or "",
    )


def _entity(model: EntityModel) -> EntityKind:
    return EntityKind(
        id=model.id,
        title=model.title,
        values=tuple(
            EntityValue(
                value=one.value,
                label=one.label,
                synonyms=_synonyms(one),
            )
            for one in model.values
        ),
        pattern=model.pattern,
    )


def _lookup(model: LookupModel) -> Lookup:
    return Lookup(
        id=model.id,
        send=tuple(model.send),
        fields=tuple(
            LookupField(
                name=one.name,
                kind=one.kind,
                optional=one.optional,
                values=tuple(one.values),
                currency=one.currency or "",
            )
            for one in model.fields
        ),
        personal=model.personal,
        changes=model.changes,
        first=model.first or "",
        refused_when=model.refused_when,
        confirm=model.confirm,
        by=model.by or "",
        cases=model.cases,
        each=model.each,
        answers=model.said(),
        refusals=model.refusals,
        instead=tuple(model.instead),
        handoff=_handoff(model.handoff),
    )


def _handoff(model: HandoffModel) -> HandoffRule:
    return HandoffRule(team=model.team, priority=model.priority)


def _phrases(model: PhrasesFile) -> Phrases:
    recognised = {
        key: {language: tuple(words) for language, words in lists.items()} for key, lists in model.recognised().items()
    }
    return Phrases(say=model.said(), recognise=recognised)
