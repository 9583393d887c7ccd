"""Where the brand's meanings lie too near each other, or are told in too few words, to be understood well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from csbot.content.file_models import EntryModel
from csbot.content.rules import ENOUGH_PHRASINGS
from csbot.content.sources import Sources
from csbot.content.structure import parse_files
from csbot.content.whole_rules import Item, items_of
from csbot.nlu.linear.features import Features
from csbot.nlu.linear.heads import matrix
from csbot.nlu.tokens import tokens


class Kind(StrEnum):
    """What is found, the worst first: phrasings that are one to csbot, or nearly, too few, none in a language."""

    SAME = "same"
    NEAR = "near"
    FEW = "few"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Something to look at: where, and what to do. `other` is the second place of two, `likeness` their cosine."""

    kind: Kind
    file: str
    line: int
    text: str
    other: str = ""
    likeness: float = 0.0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    """A phrasing or title, whose it is, and where it stands."""

    of: int
    name: str
    text: str
    words: tuple[str, ...]
    file: str
    line: int

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def overlaps(sources: Sources, languages: Sequence[str], *, near: float) -> list[Overlap]:
    """All there is to look at, the worst first; `near` is the cosine from which on two phrasings are nearly one.

    Files that cannot be read are passed over: `csbot content check` tells of them.
    """
    items = items_of(parse_files(sources)[0])
    phrases = [phrase for of, item in enumerate(items) for phrase in _phrases(of, item)]
    alike = sorted(_alike(phrases, near), key=lambda one: -one.likeness)
    return [
        *(one for one in alike if one.kind is Kind.SAME),
        *(one for one in alike if one.kind is Kind.NEAR),
        *(found for item in items for found in _few(item, languages)),
    ]


def _phrases(of: int, item: Item) -> Iterator[_Phrase]:
    said = [
        ((*item.path, item.phrases_key, language, at), text)
        for language, texts in item.phrases.items()
        for at, text in enumerate(texts)
    ]
    said += [((*item.path, "title", language), text) for language, text in item.model.title.items()]
    for path, text in said:
        if words := tokens(text):
            line = item.file.finding(path, "").line
            yield _Phrase(of=of, name=_name(item), text=text, words=words, file=item.file.file, line=line)


def _name(item: Item) -> str:
    return f"faq/{item.model.id}" if isinstance(item.model, EntryModel) else item.model.id


def _alike(phrases: Sequence[_Phrase], near: float) -> Iterator[Overlap]:
    """Pairs of phrasings of different meanings; each phrasing with the nearest of each other meaning only."""
    if not phrases:
        return
    words = [phrase.words for phrase in phrases]
    owners = np.array([phrase.of for phrase in phrases])
    rows = matrix(Features.of(words, owners.tolist()), words)
    cosines = (rows @ rows.T).tocoo()
    told = (cosines.data >= near) & (cosines.row < cosines.col) & (owners[cosines.row] != owners[cosines.col])
    pairs = sorted(
        zip(cosines.data[told].tolist(), cosines.row[told].tolist(), cosines.col[told].tolist(), strict=True),
        reverse=True,
    )
    seen: set[tuple[int, int]] = set()
    for likeness, first, second in pairs:
        one, other = phrases[first], phrases[second]
        same = one.words == other.words
        if not same and not {(first, other.of), (second, one.of)}.isdisjoint(seen):
            continue
        seen |= {(first, other.of), (second, one.of)}
        yield _same(one, other) if same else _near(one, other, likeness)


def _same(one: _Phrase, other: _Phrase) -> Overlap:
    text = (
        f"{one.text!r} of {one.name} is {other.text!r} of {other.name} ({other.place}) to csbot, which cannot know "
        "which is meant; keep one"
    )
    return Overlap(kind=Kind.SAME, file=one.file, line=one.line, text=text, other=other.place, likeness=1.0)


def _near(one: _Phrase, other: _Phrase, likeness: float) -> Overlap:
    text = (
        f"{one.text!r} of {one.name} is much like {other.text!r} of {other.name} ({other.place}, {likeness:.2f}); say "
        "in one of them what tells them apart, or make them one meaning"
    )
    return Overlap(
        kind=Kind.NEAR, file=one.file, line=one.line, text=text, other=other.place, likeness=round(likeness, 4)
    )


def _few(item: Item, languages: Sequence[str]) -> Iterator[Overlap]:
    for language in languages or item.phrases:
        count = len(item.phrases.get(language, ()))
        if count >= ENOUGH_PHRASINGS:
            continue
        kind = Kind.FEW if count else Kind.MISSING
        path = (*item.path, item.phrases_key, language) if count else (*item.path, item.phrases_key)
        short = f"{count} phrasings in {language}" if count else f"no phrasings in {language}"
        text = f"{_name(item)} has {short}; write {ENOUGH_PHRASINGS} or more, as customers write them"
        yield Overlap(kind=kind, file=item.file.file, line=item.file.finding(path, "").line, text=text)
