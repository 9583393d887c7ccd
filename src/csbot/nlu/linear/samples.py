"""The examples of a catalogue, as an engine learns them: words, class, name and the text as it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from csbot.domain.content import Catalogue
from csbot.nlu.tokens import tokens

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """All phrasings and titles, class by class. `exact` names the only class a phrasing belongs to; `manners` is small
    talk with its name."""

    names: tuple[str, ...]
    words: tuple[Words, ...]
    classes: tuple[int, ...]
    texts: tuple[str, ...]
    exact: Mapping[Words, str]
    manners: tuple[tuple[Words, str], ...]

    @classmethod
    def of(cls, catalogue: Catalogue) -> Samples:
        """The samples of every intent and entry that has a phrasing with words in it."""
        names: list[str] = []
        rows: list[tuple[Words, int, str]] = []
        for name, phrases in _items(catalogue):
            own = {words: phrase for phrase in phrases if (words := tokens(phrase))}
            if own:
                rows += [(words, len(names), phrase) for words, phrase in own.items()]
                names.append(name)
        exact: dict[Words, str] = {}
        shared = {words for words, one, _ in rows if exact.setdefault(words, names[one]) != names[one]}
        small = {intent.id for intent in catalogue.intents.values() if intent.role.is_small_talk}
        return cls(
            names=tuple(names),
            words=tuple(words for words, _, _ in rows),
            classes=tuple(one for _, one, _ in rows),
            texts=tuple(phrase for _, _, phrase in rows),
            exact={words: name for words, name in exact.items() if words not in shared},
            manners=tuple((words, names[one]) for words, one, _ in rows if names[one] in small),
        )


def _items(catalogue: Catalogue) -> Iterator[tuple[str, list[str]]]:
    """The names of all intents and entries with their phrasings and titles in every language."""
    for entry in catalogue.entries.values():
        yield f"faq/{entry.id}", [*_all(entry.questions), *entry.title.values()]
    for intent in catalogue.intents.values():
        yield intent.id, [*_all(intent.examples), *intent.title.values()]


def _all(phrases: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for of_language in phrases.values():
        yield from of_language
