"""The embedded engine: one model of all languages, learnt from the catalogue in seconds, asked in microseconds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from csbot.domain.content import Catalogue
from csbot.domain.understanding import Understanding
from csbot.errors import SettingsError
from csbot.nlu.language import LanguageDetector
from csbot.nlu.linear.judge import Judge
from csbot.nlu.linear.learning import Lesson, learnt
from csbot.nlu.linear.model import Model
from csbot.nlu.linear.samples import Samples, Words
from csbot.nlu.linear.wishes import Wishes
from csbot.nlu.tokens import is_number, sentences, tokens

_MOST_SENTENCES = 8
_SHORT = 80
_REMEMBERED = 4096


def build(catalogue: Catalogue, settings: Mapping[str, object]) -> LinearNlu:
    """An engine for this catalogue.

    Settings: `in_scope_refused`, the share of good questions rather refused than risked, and `outside_answered`, the
    share of questions about other matters that may be answered; both 0 to 1, default 0.05 and 0.03; `models`, the
    folder where models are kept, without which each is learnt anew; `told`, called with the steps of learning that are
    done and all there are; `encoder`, a folder with a sentence encoder. Others are not its own.
    Raises SettingsError for a value that is no share and an encoder that cannot be used, TrainingError when the model
    could not be learnt.
    """
    wishes = Wishes(
        refused=_share(settings, "in_scope_refused", 0.05), answered=_share(settings, "outside_answered", 0.03)
    )
    folder, told = settings.get("models"), settings.get("told")
    samples = Samples.of(catalogue)
    encoder = settings.get("encoder")
    lesson = Lesson(samples=samples, wishes=wishes, encoder=Path(str(encoder)) if encoder else None)
    kept = Path(str(folder)) if folder else None
    model = learnt(lesson, kept, told if callable(told) else None) if samples.words else None
    return LinearNlu(catalogue, samples, model)


def _share(settings: Mapping[str, object], key: str, usual: float) -> float:
    value = settings.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise SettingsError(f"understanding.{key}: a share from 0 up to 1 is wanted, not {value!r}")
    return float(value)


class LinearNlu:
    """The `Nlu` port over one catalogue and the model of its samples, None for no samples.

    The lane's language changes nothing: one model reads all languages.
    """

    def __init__(self, catalogue: Catalogue, samples: Samples, model: Model | None) -> None:
        self._detector = LanguageDetector(catalogue)
        self._judge = Judge(samples, model, frozenset(catalogue.languages)) if model else None
        self._takes_long = model is not None and model.takes_long
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._understand)

    async def understand(self, text: str, *, language: str = "", expected: Sequence[str] = ()) -> Understanding:
        """See `csbot.ports.Nlu`. Does no I/O; waits for an encoder alone, which works in a thread beside the loop.

        Customers ask much in the same few words, so the latest short texts are remembered as they were understood.
        """
        understand = self._understand if len(text) > _SHORT else self._remembered
        if self._takes_long:
            return await asyncio.to_thread(understand, text, tuple(expected))
        return understand(text, tuple(expected))

    def _understand(self, text: str, expected: tuple[str, ...]) -> Understanding:
        spoken = self._detector.detect(text)
        words = tokens(text)
        if self._judge is None or all(map(is_number, words)):
            return Understanding(ranking=(), confident=False, language=spoken, why="no words to understand")
        whole = self._judge.read(words, spoken, expected=expected)
        if whole.confident or self._judge.names_another_firm(words):
            return whole
        return _settled(self._judge, whole, _sentences(text, words), spoken)


def _settled(judge: Judge, whole: Understanding, parts: Sequence[Words], spoken: str) -> Understanding:
    """What one sentence says clearly, if the whole text points there too; else the whole."""
    pointed = {ranked.name: ranked.score for ranked in whole.ranking}
    clear = [
        part
        for part in (judge.read(words, spoken) for words in parts if not judge.is_manners(words))
        if part.confident and part.ranking[0].name in pointed
    ]
    return max(clear, key=lambda part: part.ranking[0].score * pointed[part.ranking[0].name], default=whole)


def _sentences(text: str, words: Words) -> list[Words]:
    """The sentences of a text of several that hold a word."""
    parts = [tokens(part) for part in sentences(text)[:_MOST_SENTENCES]]
    return [part for part in parts if part != words and not all(map(is_number, part))]
