"""csbot's own words for content that was published before csbot had them: no start fails for a missing thank-you.

Files that are checked or published have to hold every key; what is in force already is completed and said to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from csbot.content.marked_yaml import Data, YamlProblem, parse
from csbot.content.own_words import RECOGNISE, SAY
from csbot.content.texts import same_phrase_key

_SECTIONS: Mapping[str, Mapping[str, object]] = {"say": SAY, "recognise": RECOGNISE}
_KNOWN_TO_ALL = "en"

Key = tuple[str, str]
"""A section and a key in it: ("say", "welcome")."""


def lacking(text: str) -> tuple[Key, ...]:
    """The keys a file of csbot's own words does not have; none for one that is no YAML, which is another matter."""
    try:
        return tuple(_lacking(parse(text).data))
    except YamlProblem:
        return ()


def _lacking(data: Data) -> Iterator[Key]:
    for section, keys in _SECTIONS.items():
        there = data.get(section) if isinstance(data, dict) else None
        yield from ((section, key) for key in keys if isinstance(there, dict) and key not in there)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpareWords:
    """Every word csbot has, as its own file holds them, for brands of these `languages`."""

    data: Mapping[str, Mapping[str, Mapping[str, Any]]]
    languages: tuple[str, ...]

    @classmethod
    def of(cls, text: str, languages: Sequence[str]) -> SpareWords:
        """The words of csbot's own `phrases.yml`."""
        data: Any = parse(text).data
        return cls(data=data, languages=tuple(languages))

    def complete(self, data: Data) -> frozenset[Key]:
        """Add what `data`, a file of csbot's own words, lacks; tells which keys those were."""
        added = frozenset(_lacking(data))
        if isinstance(data, dict):
            taken = {same_phrase_key(word) for word in _words(data.get("recognise", {}))}
            for section, key in added:
                there: Any = data[section]
                there[key] = {language: self._spare(section, key, language, taken) for language in self.languages}
        return added

    def _spare(self, section: str, key: str, language: str, taken: set[str]) -> Data:
        """In a language csbot has no words of its own for, English ones; heard words stay where the brand has them."""
        words: Data = self.data[section][key].get(language) or self.data[section][key][_KNOWN_TO_ALL]
        if isinstance(words, list):
            return [word for word in words if same_phrase_key(str(word)) not in taken] or words
        return words


def _words(lists: Data) -> Iterator[str]:
    if isinstance(lists, str):
        yield lists
    else:
        for one in lists.values() if isinstance(lists, dict) else lists:
            yield from _words(one)
