"""What must be true of csbot's own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csbot.content.file_models import PhrasesFile
from csbot.content.findings import Finding, Severity
from csbot.content.own_words import SAY
from csbot.content.rules import check_languages, check_placeholders
from csbot.content.structure import Parsed
from csbot.content.texts import placeholders, same_phrase_key


def check_phrases(file: Parsed, phrases: PhrasesFile, languages: Sequence[str]) -> Iterator[Finding]:
    """Each word is there in each of the brand's languages, with the placeholders it needs and no others."""
    for key, texts in phrases.said().items():
        words = SAY[key]
        yield from check_languages(file, ("say", key), texts, languages, "no words", Severity.ERROR)
        for language, text in texts.items():
            path = ("say", key, language)
            yield from check_placeholders(file, path, text, words.placeholders)
            for name in sorted(set(words.needed) - placeholders(text)):
                yield file.finding(path, f"{key}: {{{name}}} is missing; without it the text is of no use")
    yield from _recognised(file, phrases, languages)


def _recognised(file: Parsed, phrases: PhrasesFile, languages: Sequence[str]) -> Iterator[Finding]:
    taken: dict[str, tuple[str, str]] = {}
    for key, lists in phrases.recognised().items():
        yield from check_languages(file, ("recognise", key), lists, languages, "no words", Severity.ERROR)
        for language, words in lists.items():
            for index, word in enumerate(words):
                path = ("recognise", key, language, index)
                first, place = taken.setdefault(same_phrase_key(word), (key, file.place(path)))
                if first != key and file.spare.isdisjoint({("recognise", first), ("recognise", key)}):
                    yield file.finding(path, f"{word!r} stands under {key} and under {first} ({place}); keep one")
