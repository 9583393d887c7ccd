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
_TIE = 0.8
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
        whole = self._read(words, wished, spoken)
        return whole if whole.confident else self._settled(whole, text, words, spoken)

    def _settled(self, whole: Understanding, text: str, words: Words, spoken: str) -> Understanding:
        """What one sentence says clearly, if the whole text points there too; else the whole."""
        pointed = {ranked.name: ranked.score for ranked in whole.ranking}
        clear = [
            part
            for part in (self._read(sentence, (), spoken) for sentence in self._sentences(text, words))
            if part.confident and part.ranking[0].name in pointed
        ]
        return max(clear, key=lambda part: part.ranking[0].score * pointed[part.ranking[0].name], default=whole)

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
        near = [one for one in candidates[:_MOST_NEAR] if one.probability >= best * _NEAR]
        served = not spoken or spoken in self._served
        confident = served and best >= confidence.answer and self._stands_out(words, candidates)
        worth_asking = served and not confident and sum(one.probability for one in near) >= confidence.reject
        return Understanding(
            ranking=self._ranked(candidates),
            confident=confident,
            close=tuple(self._samples.names[one.of] for one in near) if worth_asking else (),
            language=spoken,
            why=because(self._samples, candidates, confidence, firms=self._firms.intersection(words)),
        )

    def _stands_out(self, words: Words, candidates: tuple[Candidate, ...]) -> bool:
        """The best meaning is clearly ahead of the next; a word alone must be its own."""
        assert self._model is not None
        if len(words) == 1:
            return self._model.owns(self._speller.mend(words[0]), candidates[0].of)
        return len(candidates) < 2 or candidates[1].probability < candidates[0].probability * _TIE

    def _ranked(self, candidates: Sequence[Candidate]) -> tuple[Ranked, ...]:
        return tuple(
            Ranked(name=self._samples.names[candidate.of], score=round(candidate.probability, 4))
            for candidate in candidates
        )
