"""What must be true of one intent or entry beyond its structure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from csbot.content.file_models import EntryModel, IntentModel, SlotModel
from csbot.content.findings import Finding, Severity
from csbot.content.marked_yaml import Path
from csbot.content.patterns import objection
from csbot.content.structure import Parsed
from csbot.content.texts import has_stray_brace, placeholders, same_phrase_key
from csbot.domain.content import Role, SlotKind

ENOUGH_PHRASINGS = 8
_LONG_ANSWER = 1200
_WITH_PATTERN = {SlotKind.TEXT, SlotKind.NUMBER, SlotKind.PHONE, SlotKind.EMAIL, SlotKind.ORDER_NUMBER}


def check_entry(file: Parsed, path: Path, entry: EntryModel, languages: Sequence[str]) -> Iterator[Finding]:
    """Everything about one FAQ entry that can be judged without the other files."""
    yield from check_languages(file, (*path, "title"), entry.title, languages, "no title", Severity.ERROR)
    yield from check_languages(file, (*path, "answers"), entry.answers, languages, "no answer", Severity.ERROR)
    yield from _phrasings(file, (*path, "questions"), entry.questions, languages)
    yield from _answers(file, (*path, "answers"), entry.answers)
    for kind, texts in entry.channels.items():
        yield from _answers(file, (*path, "channels", kind), texts)
        for language in texts.keys() - entry.answers.keys():
            text = f"a text for {kind} in {language!r} without an answer in that language"
            yield file.finding((*path, "channels", kind, language), text)
    if entry.valid_from and entry.valid_until and entry.valid_until < entry.valid_from:
        yield file.finding((*path, "valid_until"), "ends before it begins; valid_until is the last day")


def check_intent(file: Parsed, path: Path, intent: IntentModel, languages: Sequence[str]) -> Iterator[Finding]:
    """Everything about one intent that can be judged without the other files."""
    actions = [name for name in ("answer", "form", "handoff") if getattr(intent, name) is not None]
    if len(actions) != 1:
        have = " and ".join(actions) or "none of them"
        yield file.finding(path, f"{intent.id}: exactly one of answer, form, handoff is wanted; it has {have}")
    if intent.title:
        yield from check_languages(file, (*path, "title"), intent.title, languages, "no title", Severity.ERROR)
    elif intent.role is Role.NONE:
        text = f"{intent.id}: no title; customers asked what they mean would be shown {intent.id!r}"
        yield file.finding(path, text, Severity.WARNING)
    yield from _phrasings(file, (*path, "examples"), intent.examples, languages)
    if intent.answer is not None:
        yield from check_languages(file, (*path, "answer"), intent.answer, languages, "no answer", Severity.ERROR)
        yield from _answers(file, (*path, "answer"), intent.answer)
    if intent.form is not None:
        yield from _form(file, (*path, "form"), intent, languages)


def check_languages(
    file: Parsed, path: Path, texts: Mapping[str, object], languages: Sequence[str], what: str, severity: Severity
) -> Iterator[Finding]:
    """Each of the brand's languages is there; others are left over from somewhere."""
    key = path[-1]
    missing = [language for language in languages if language not in texts]
    if missing:
        yield file.finding(path, f"{key}: {what} in {', '.join(missing)}; add it", severity)
    for language in texts:
        if language not in languages:
            text = f"{key}: {language!r} is none of the brand's languages ({', '.join(languages)})"
            yield file.finding((*path, language), text, Severity.WARNING)


def check_placeholders(file: Parsed, path: Path, text: str, known: Sequence[str]) -> Iterator[Finding]:
    """Braces hold only names that csbot will fill in."""
    for name in sorted(placeholders(text) - set(known)):
        may = f"known here: {', '.join(f'{{{one}}}' for one in known)}" if known else "none are filled in here"
        yield file.finding(path, f"unknown placeholder {{{name}}}; {may}")
    if has_stray_brace(text):
        yield file.finding(path, "a brace { or } that belongs to no placeholder; remove it")


def _phrasings(
    file: Parsed, path: Path, phrasings: Mapping[str, Sequence[str]], languages: Sequence[str]
) -> Iterator[Finding]:
    yield from check_languages(file, path, phrasings, languages, "no phrasings", Severity.WARNING)
    for language, phrases in phrasings.items():
        if len(phrases) < ENOUGH_PHRASINGS:
            text = f"{path[-1]}.{language}: {len(phrases)} phrasings; {ENOUGH_PHRASINGS} or more are understood better"
            yield file.finding((*path, language), text, Severity.WARNING)
        seen: dict[str, int] = {}
        for index, phrase in enumerate(phrases):
            first = seen.setdefault(same_phrase_key(phrase), index)
            if first != index:
                text = f"{phrase!r} is the same as {phrases[first]!r}; remove one"
                yield file.finding((*path, language, index), text, Severity.WARNING)


def _answers(file: Parsed, path: Path, texts: Mapping[str, str]) -> Iterator[Finding]:
    for language, text in texts.items():
        yield from check_placeholders(file, (*path, language), text, ())
        if len(text) > _LONG_ANSWER:
            note = f"{len(text)} characters; more than {_LONG_ANSWER} do not fit one message everywhere"
            yield file.finding((*path, language), note, Severity.WARNING)


def _form(file: Parsed, path: Path, intent: IntentModel, languages: Sequence[str]) -> Iterator[Finding]:
    form = intent.form
    assert form is not None
    names = [slot.name for slot in form.slots]
    for index, slot in enumerate(form.slots):
        at: Path = (*path, "slots", index)
        if slot.name in names[:index]:
            yield file.finding((*at, "name"), f"two slots are named {slot.name!r}; give one another name")
        yield from _slot(file, at, slot, languages)
    if form.done and form.lookup:
        yield file.finding((*path, "done"), "a form with a lookup says the lookup's answers; remove done")
    if form.done:
        yield from check_languages(file, (*path, "done"), form.done, languages, "no words", Severity.ERROR)
    elif form.handoff is None and form.lookup is None:
        text = f"{intent.id}: neither done nor lookup nor handoff; nothing would follow the last question"
        yield file.finding(path, text)
    for language, text in form.done.items():
        yield from check_placeholders(file, (*path, "done", language), text, names)


def _slot(file: Parsed, path: Path, slot: SlotModel, languages: Sequence[str]) -> Iterator[Finding]:
    for key, texts in (("question", slot.question), ("error", slot.error)):
        if texts:
            yield from check_languages(file, (*path, key), texts, languages, "no words", Severity.ERROR)
        for language, text in texts.items():
            yield from check_placeholders(file, (*path, key, language), text, ())
    if slot.pattern:
        if slot.kind not in _WITH_PATTERN:
            yield file.finding((*path, "pattern"), f"a {slot.kind.value} has no pattern; remove it")
        elif why := objection(slot.pattern):
            yield file.finding((*path, "pattern"), f"pattern: {why}")
    yield from _choices(file, path, slot, languages)


def _choices(file: Parsed, path: Path, slot: SlotModel, languages: Sequence[str]) -> Iterator[Finding]:
    if slot.kind is not SlotKind.CHOICE:
        if slot.choices:
            yield file.finding((*path, "choices"), f"choices belong to kind choice, not {slot.kind.value}")
        return
    if len(slot.choices) < 2:
        yield file.finding(path, f"slot {slot.name}: kind choice wants two choices or more")
    taken: dict[tuple[str, str], int] = {}
    for index, choice in enumerate(slot.choices):
        at: Path = (*path, "choices", index)
        yield from check_languages(file, (*at, "label"), choice.label, languages, "no label", Severity.ERROR)
        labels = [(language, same_phrase_key(label)) for language, label in choice.label.items()]
        more = [("synonym", same_phrase_key(name)) for names in choice.synonyms.values() for name in names]
        for key in [("value", choice.value), *labels, *more]:
            if taken.setdefault(key, index) != index:
                yield file.finding(
                    at, f"two choices have the same {key[0]} {key[1]!r}; a customer could not tell them apart"
                )
