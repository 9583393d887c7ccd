"""From which confidence on Rasa is sure: learnt from phrasings it has not seen, and from texts about other matters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from csbot.domain.content import Catalogue
from csbot.nlu.linear.outside import outside

FLOOR = 0.5
"""Nothing below this is sure, whatever the trials say: Rasa's confidence is that of a softmax, on the high side."""

_EVERY = 5
_FEWEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One text Rasa was asked, what it should have said ("": nothing), what it said and how sure it was."""

    text: str
    wanted: str
    said: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The threshold, and what it comes to on the trials, as shares of 1."""

    threshold: float
    answered_right: float
    answered_wrong: float
    outside_answered: float


def hold_out(catalogue: Catalogue) -> tuple[Catalogue, list[tuple[str, str]]]:
    """The catalogue without every fifth phrasing of each meaning and language, and these: (text, name)."""
    held: list[tuple[str, str]] = []

    def kept(name: str, by_language: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        left = {}
        for language, phrases in by_language.items():
            out = set(phrases[_EVERY - 1 :: _EVERY]) if len(phrases) > _FEWEST else set()
            held.extend((phrase, name) for phrase in phrases if phrase in out)
            left[language] = tuple(phrase for phrase in phrases if phrase not in out)
        return left

    entries = {
        id: replace(entry, questions=kept(f"faq/{id}", entry.questions)) for id, entry in catalogue.entries.items()
    }
    intents = {id: replace(intent, examples=kept(id, intent.examples)) for id, intent in catalogue.intents.items()}
    return replace(catalogue, entries=entries, intents=intents), held


def outside_texts() -> tuple[list[str], list[str]]:
    """Texts about other matters: those Rasa learns to refuse, and those it is tried with."""
    texts = [" ".join(words) for words in outside().texts]
    return texts[::2], texts[1::2]


def judge(trials: Sequence[Trial], *, refused: float, answered: float = 0.05) -> Verdict:
    """The threshold by these trials, the stricter of two wishes.

    `refused` is the share of right answers that may be refused to be safe; `answered` the share of texts without a
    right answer among what Rasa says, wrong ones and those about other matters, that may be answered.
    """
    right = sorted(trial.score for trial in trials if trial.wanted and trial.said == trial.wanted)
    wrong = sorted(trial.score for trial in trials if not trial.wanted or trial.said != trial.wanted)
    threshold = max(FLOOR, _quantile(right, refused), _quantile(wrong, 1 - answered))
    return Verdict(
        threshold=round(min(threshold, 0.999), 4),
        answered_right=_share(
            trial.said == trial.wanted and trial.score >= threshold for trial in trials if trial.wanted
        ),
        answered_wrong=_share(
            trial.said != trial.wanted and trial.score >= threshold for trial in trials if trial.wanted
        ),
        outside_answered=_share(trial.score >= threshold for trial in trials if not trial.wanted),
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, math.floor(len(ordered) * share))] if ordered else 0.0


def _share(claims: Iterator[bool]) -> float:
    listed = list(claims)
    return sum(listed) / len(listed) if listed else 0.0
