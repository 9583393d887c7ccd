"""What must be true of all files together."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from csbot.content.file_models import EntryModel, IntentModel
from csbot.content.findings import Finding, Severity
from csbot.content.marked_yaml import Path
from csbot.content.structure import Parsed
from csbot.content.texts import same_phrase_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An intent or entry and where it stands."""

    file: Parsed
    path: Path
    model: EntryModel | IntentModel

    @property
    def phrases_key(self) -> str:
        """The key its phrasings stand under."""
        return "questions" if isinstance(self.model, EntryModel) else "examples"

    @property
    def phrases(self) -> dict[str, list[str]]:
        """Its phrasings by language."""
        return self.model.questions if isinstance(self.model, EntryModel) else self.model.examples


def items_of(files: Sequence[Parsed]) -> list[Item]:
    """All intents and entries in order of files and lines."""
    return [Item(file=file, path=path, model=model) for file in files for path, model in file.items]


def check_whole(items: Sequence[Item], *, complete: bool) -> Iterator[Finding]:
    """Ids, phrasings and titles tell all items apart. `complete`: no file was left out, so follow-ups can be judged."""
    yield from _ids(items)
    yield from _phrases(items)
    yield from _titles(items)
    if complete:
        yield from _follow_ups(items)


def _ids(items: Sequence[Item]) -> Iterator[Finding]:
    taken: dict[str, str] = {}
    for item in items:
        place = item.file.place((*item.path, "id"))
        first = taken.setdefault(item.model.id, place)
        if first != place:
            text = f"the id {item.model.id!r} is taken ({first}); ids are unique over all files"
            yield item.file.finding((*item.path, "id"), text)


def _phrases(items: Sequence[Item]) -> Iterator[Finding]:
    taken: dict[str, tuple[str, str]] = {}
    for item in items:
        for language, phrases in item.phrases.items():
            for index, phrase in enumerate(phrases):
                path = (*item.path, item.phrases_key, language, index)
                owner, place = taken.setdefault(same_phrase_key(phrase), (item.model.id, item.file.place(path)))
                if owner != item.model.id:
                    text = f"{phrase!r} stands under {item.model.id!r} and under {owner!r} ({place}); keep one"
                    yield item.file.finding(path, text)


def _titles(items: Sequence[Item]) -> Iterator[Finding]:
    taken: dict[tuple[str, str], tuple[str, str]] = {}
    for item in items:
        for language, title in item.model.title.items():
            path = (*item.path, "title", language)
            key = (language, same_phrase_key(title))
            owner, place = taken.setdefault(key, (item.model.id, item.file.place(path)))
            if owner != item.model.id:
                text = f"the title {title!r} is also that of {owner!r} ({place}); as buttons they look alike"
                yield item.file.finding(path, text, Severity.WARNING)


def _follow_ups(items: Sequence[Item]) -> Iterator[Finding]:
    entries = {item.model.id for item in items if isinstance(item.model, EntryModel)}
    for item in items:
        if not isinstance(item.model, EntryModel):
            continue
        for index, follow_up in enumerate(item.model.follow_ups):
            path = (*item.path, "follow_ups", index)
            if follow_up == item.model.id:
                yield item.file.finding(path, "an entry cannot follow itself; remove it")
            elif follow_up not in entries:
                near = difflib.get_close_matches(follow_up, sorted(entries), n=1)
                hint = f"did you mean {near[0]!r}?" if near else "write the id of an entry"
                yield item.file.finding(path, f"there is no entry {follow_up!r}; {hint}")
