"""The embedded engine: one model of all languages, made from the catalogue in a moment, asked in microseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from csbot.domain.content import Catalogue
from csbot.domain.ticket import Ranked
from csbot.domain.understanding import Understanding
from csbot.errors import SettingsError
from csbot.nlu.language import LanguageDetector
from csbot.nlu.linear.explain import because
from csbot.nlu.linear.learning import Wishes, learn_model
from csbot.nlu.linear.manners import Manners
from csbot.nlu.linear.model import Candidate
from csbot.nlu.linear.outside import outside
from csbot.nlu.linear.samples import Samples
from csbot.nlu.linear.spelling import Speller
from csbot.nlu.tokens import is_number, sentences, tokens

_CERTAIN = 0.99
_OTHER_FIRM = 0.25
_NEAR = 0.35
_MOST_NEAR = 3
_MOST_SENTENCES = 8
_EMPTY = Understanding(ranking=(), confident=False, why="no words to understand")

Words = tuple[str, ...]


def build(catalogue: Catalogue, settings: Mapping[str, object]) -> LinearNlu:
    """An engine for this catalogue.

    Settings: `in_scope_refused`, the share of good questions rather refused than risked, and `outside_answered`, the
    share of questions about other matters that may be answered; both 0 to 1, default 0.05. Others are not its own.
    Raises SettingsError for a value that is no share.
    """
    wishes = Wishes(refused=_share(settings, "in_scope_refused"), answered=_share(settings, "outside_answered"))
    return LinearNlu(catalogue, wishes)


def _share(settings: Mapping[str, object], key: str) -> float:
    value = settings.get(key, 0.05)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise SettingsError(f"understanding.{key}: a share from 0 up to 1 is wanted, not {value!r}")
    return float(value)


class LinearNlu:
    """The `Nlu` port over one catalogue."""

    def __init__(self, catalogue: Catalogue, wishes: Wishes) -> None:
        samples = Samples.of(catalogue)
        beyond = outside()
        self._samples = samples
        self._classes = {name: one for one, name in enumerate(samples.names)}
        self._detector = LanguageDetector(catalogue)
        self._manners = Manners(samples.manners)
        self._speller = Speller(samples.words, [*beyond.texts, *((word,) for word in beyond.words | beyond.firms)])
        self._firms = beyond.firms - {word for words in samples.words for word in words}
        self._served = frozenset(catalogue.languages)
        self._model = learn_model(samples.words, samples.classes, beyond, wishes) if samples.words else None

    async def understand(self, text: str, *, language: str = "", expected: Sequence[str] = ()) -> Understanding:
        """See `csbot.ports.Nlu`. Does no I/O and never waits."""
        spoken = self._detector.detect(text)
        words = tokens(text)
        if self._model is None or all(map(is_number, words)):
            return Understanding(ranking=(), confident=False, language=spoken, why=_EMPTY.why)
        wished = tuple(self._classes[name] for name in expected if name in self._classes)
        best = self._read(words, wished, spoken)
        if not best.confident:
            for sentence in self._sentences(text, words):
                other = self._read(sentence, wished, spoken)
                if other.confident and (not best.confident or other.ranking[0].score > best.ranking[0].score):
                    best = other
        return best

    def _sentences(self, text: str, words: Words) -> list[Words]:
        """The sentences of a text of several, without those that hold no word."""
        parts = [tokens(part) for part in sentences(text)[:_MOST_SENTENCES]]
        parts = [part for part in parts if part and part != words and not all(map(is_number, part))]
        return [part for part in parts if not self._is_manners(part)]

    def _is_manners(self, words: Words) -> bool:
        rest, manner = self._manners.strip(words)
        return bool(manner) and self._manners.decorates(rest)

    def _read(self, words: Words, expected: Sequence[int], spoken: str) -> Understanding:
        """What these words mean, without the manners around them."""
        rest, manner = self._manners.strip(words)
        if manner and (self._manners.decorates(rest) or self._is_name(rest)):
            ranking = (Ranked(name=manner, score=_CERTAIN),)
            return Understanding(ranking=ranking, confident=True, language=spoken, why=f"only manners: {manner}")
        for exact in (words, rest):
            if exact in self._samples.exact:
                return self._known(exact, expected, spoken)
        return self._judge(rest, self._candidates(rest, expected), spoken)

    def _is_name(self, words: Words) -> bool:
        """One or two words the content has never seen, beside a greeting: somebody is greeted by name."""
        names = [word for word in words if not self._manners.decorates((word,))]
        return len(names) <= 2 and not any(map(self._knows, names))

    def _knows(self, word: str) -> bool:
        assert self._model is not None
        return is_number(word) or self._model.knows(self._speller.mend(word))

    def _known(self, words: Words, expected: Sequence[int], spoken: str) -> Understanding:
        name = self._samples.exact[words]
        others = [ranked for ranked in self._ranked(self._candidates(words, expected)) if ranked.name != name]
        ranking = (Ranked(name=name, score=_CERTAIN), *others[: len(others)])
        return Understanding(ranking=ranking, confident=True, language=spoken, why=f"an example of {name}")

    def _candidates(self, words: Words, expected: Sequence[int]) -> tuple[Candidate, ...]:
        assert self._model is not None
        mended = tuple(map(self._speller.mend, words))
        candidates = self._model.candidates(mended, expected)
        if self._firms.isdisjoint(words):
            return candidates
        return tuple(candidate.scaled(_OTHER_FIRM) for candidate in candidates)

    def _judge(self, words: Words, candidates: tuple[Candidate, ...], spoken: str) -> Understanding:
        assert self._model is not None
        confidence = self._model.confidence
        best = candidates[0].probability
        served = not spoken or spoken in self._served
        confident = served and best >= confidence.answer
        close: tuple[str, ...] = ()
        if served and not confident and best >= confidence.reject:
            near = [one for one in candidates[:_MOST_NEAR] if one.probability >= best * _NEAR]
            close = tuple(self._samples.names[one.of] for one in near)
        return Understanding(
            ranking=self._ranked(candidates),
            confident=confident,
            close=close,
            language=spoken,
            why=because(self._samples, candidates, confidence, firms=self._firms.intersection(words)),
        )

    def _ranked(self, candidates: Sequence[Candidate]) -> tuple[Ranked, ...]:
        return tuple(
            Ranked(name=self._samples.names[candidate.of], score=round(candidate.probability, 4))
            for candidate in candidates
        )
