"""The examples of a catalogue, as an engine learns them: words, class, name and the text as it was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from csbot.domain.content import Catalogue, Role
from csbot.nlu.tokens import tokens

Words = tuple[str, ...]

_MANNERS = (Role.GREETING, Role.THANKS, Role.GOODBYE)
"""In the order people say them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """All phrasings and titles, class by class, and the words of each class's `answers`.

    `manners` are the classes of small talk, in the order people say them. `others` are messages that were about other
    matters. `held` are messages with their class (-1: none) that thresholds are learnt from, where some are kept apart
    for it.
    """

    names: tuple[str, ...]
    words: tuple[Words, ...]
    classes: tuple[int, ...]
    texts: tuple[str, ...]
    answers: tuple[Words, ...]
    manners: tuple[int, ...] = ()
    others: tuple[Words, ...] = ()
    held: tuple[tuple[Words, int], ...] = ()

    @classmethod
    def of(cls, catalogue: Catalogue, *, others: Iterable[str] = (), held: Iterable[tuple[str, str]] = ()) -> Samples:
        """The samples of every intent and entry that has a phrasing with words in it.

        `others` come beside the catalogue's own. `held` are texts with the name they are of, which is "" for none.
        Texts without words are passed over.
        """
        names: list[str] = []
        rows: list[tuple[Words, int, str]] = []
        answers: list[Words] = []
        for name, phrases, replies in _items(catalogue):
            own = {words: phrase for phrase in phrases if (words := tokens(phrase))}
            if own:
                rows += [(words, len(names), phrase) for words, phrase in own.items()]
                names.append(name)
                answers.append(tuple(word for reply in replies for word in tokens(reply)))
        places = {name: at for at, name in enumerate(names)}
        return cls(
            names=tuple(names),
            words=tuple(words for words, _, _ in rows),
            classes=tuple(one for _, one, _ in rows),
            texts=tuple(phrase for _, _, phrase in rows),
            answers=tuple(answers),
            manners=tuple(
                places[i.id]
                for role in _MANNERS
                for i in catalogue.intents.values()
                if i.role is role and i.id in places
            ),
            others=tuple(words for text in (*catalogue.outside, *others) if (words := tokens(text))),
            held=tuple((words, places.get(name, -1)) for text, name in held if (words := tokens(text))),
        )

    def to_json(self) -> str:
        """All of it, for a process of its own."""
        # Not by asdict, which copies tens of thousands of words one by one; a server switches contents while it serves.
        return json.dumps({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def from_json(cls, text: str) -> Samples:
        """What `to_json` made."""
        kept: dict[str, Any] = json.loads(text)
        of_words: dict[str, Any] = {key: tuple(map(tuple, kept.pop(key))) for key in ("words", "answers", "others")}
        held = tuple((tuple(words), one) for words, one in kept.pop("held"))
        return cls(held=held, **{key: tuple(found) for key, found in kept.items()} | of_words)

    @property
    def exact(self) -> Mapping[Words, str]:
        """Phrasings with the name of the only class each belongs to."""
        found: dict[Words, str] = {}
        named = [(words, self.names[one]) for words, one in zip(self.words, self.classes, strict=True)]
        shared = {words for words, name in named if found.setdefault(words, name) != name}
        return {words: name for words, name in found.items() if words not in shared}

    @property
    def small_talk(self) -> list[tuple[Words, str]]:
        """Phrasings of manners with their names, what is said first coming first."""
        phrases = [(words, one) for words, one in zip(self.words, self.classes, strict=True) if one in self.manners]
        phrases.sort(key=lambda phrase: self.manners.index(phrase[1]))
        return [(words, self.names[one]) for words, one in phrases]

    @property
    def digest(self) -> str:
        """The same for the same samples."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def _items(catalogue: Catalogue) -> Iterator[tuple[str, list[str], list[str]]]:
    """The names of all intents and entries with their phrasings and titles in every language, and what they answer."""
    for entry in catalogue.entries.values():
        yield f"faq/{entry.id}", [*_all(entry.questions), *entry.title.values()], list(entry.answers.values())
    for intent in catalogue.intents.values():
        yield intent.id, [*_all(intent.examples), *intent.title.values()], []


def _all(phrases: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for of_language in phrases.values():
        yield from of_language
