"""What is to be learnt and what then to be asked: trials made of rows, and of the brand's own content."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from csbot.domain.content import Catalogue, Entry, Intent, Phrases
from csbot.evaluation.datasets import Row

FAQ = "faq/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Content to learn (with messages about `others`' matters, and rows `held` for thresholds), and rows to ask."""

    catalogue: Catalogue
    asked: tuple[Row, ...]
    others: tuple[str, ...] = ()
    held: tuple[Row, ...] = ()


def trial(train: Sequence[Row], asked: Sequence[Row], *, held: Sequence[Row] = (), as_faq: bool = False) -> Trial:
    """Learn rows as the content of a brand, each label an intent or, `as_faq`, an entry; and ask others."""
    return Trial(
        catalogue=_catalogue(train, as_faq=as_faq),
        asked=tuple(map(_as_entry, asked) if as_faq else asked),
        others=tuple(row.text for row in train if not row.right),
        held=tuple(map(_as_entry, held) if as_faq else held),
    )


def folds(rows: Sequence[Row], count: int, *, seed: int) -> Iterator[tuple[list[Row], list[Row]]]:
    """The rows in `count` parts of the same mixture, each once to be asked while the others are learnt."""
    chance = random.Random(seed)
    parts: list[list[Row]] = [[] for _ in range(count)]
    at = 0
    for own in _by_label(rows).values():
        chance.shuffle(own)
        for row in own:
            parts[at % count].append(row)
            at += 1
    for fold, asked in enumerate(parts):
        yield [row for other, part in enumerate(parts) if other != fold for row in part], asked


def few(rows: Sequence[Row], count: int, *, seed: int) -> tuple[list[Row], list[Row]]:
    """`count` rows of each label by chance, and the rest; messages about other matters stay with the few."""
    chance = random.Random(seed)
    chosen, rest = [], []
    for label, own in _by_label(rows).items():
        if label:
            chance.shuffle(own)
        cut = count if label else len(own)
        chosen += own[:cut]
        rest += own[cut:]
    return chosen, rest


def of_content(catalogue: Catalogue, count: int, *, seed: int) -> Iterator[Trial]:
    """The brand's phrasings in folds: each is asked of an engine that has learnt all the others."""
    rows = [
        Row(text=phrase, right=(name,), language=language)
        for name, phrasings in _phrasings(catalogue)
        for language, phrases in phrasings.items()
        for phrase in phrases
    ]
    for _, asked in folds(rows, count, seed=seed):
        yield Trial(catalogue=_without(catalogue, {(row.label, row.text) for row in asked}), asked=tuple(asked))


def _by_label(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.label].append(row)
    return found


def _catalogue(rows: Sequence[Row], *, as_faq: bool) -> Catalogue:
    phrasings: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.right:
            phrasings[row.label][row.language].append(row.text)
    intents: dict[str, Intent] = {}
    entries: dict[str, Entry] = {}
    for label, by_language in phrasings.items():
        texts = {language: tuple(found) for language, found in by_language.items()}
        title = dict.fromkeys(texts, label.replace("_", " ").replace("/", " "))
        if as_faq:
            entries[label] = Entry(id=label, title=title, questions=texts, answers={})
        else:
            intents[label] = Intent(id=label, title=title, examples=texts, answer=title)
    return Catalogue(
        version="",
        languages=tuple(sorted({row.language for row in rows})),
        intents=intents,
        entries=entries,
        phrases=Phrases(say={}, recognise={}),
    )


def _as_entry(row: Row) -> Row:
    return replace(row, right=tuple(FAQ + name for name in row.right))


def _phrasings(catalogue: Catalogue) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    for entry in catalogue.entries.values():
        yield FAQ + entry.id, entry.questions
    for intent in catalogue.intents.values():
        yield intent.id, intent.examples


def _without(catalogue: Catalogue, asked: Collection[tuple[str, str]]) -> Catalogue:
    def kept(name: str, phrasings: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {
            language: tuple(phrase for phrase in phrases if (name, phrase) not in asked)
            for language, phrases in phrasings.items()
        }

    return replace(
        catalogue,
        entries={
            id: replace(entry, questions=kept(FAQ + id, entry.questions)) for id, entry in catalogue.entries.items()
        },
        intents={id: replace(intent, examples=kept(id, intent.examples)) for id, intent in catalogue.intents.items()},
    )
