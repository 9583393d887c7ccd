"""What words mean, and whether that is sure enough to answer, worth a question, or neither."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from csbot.domain.ticket import Grounds, Ranked
from csbot.domain.understanding import Understanding
from csbot.nlu.linear.explain import because, grounds
from csbot.nlu.linear.manners import Manners
from csbot.nlu.linear.model import Candidate, Model
from csbot.nlu.linear.outside import outside
from csbot.nlu.linear.samples import Samples, Words
from csbot.nlu.linear.spelling import Speller
from csbot.nlu.tokens import is_number

_CERTAIN = 0.99
_OTHER_FIRM = 0.25
_NEAR = 0.35
_OFFERED = 0.3
_TIE = 0.8
_AS_LIKE = 0.9
_LONG_NAME = 5
_ENDING = 4
_RIVAL = 0.6
_KIN = 0.93
_ENTRY = "faq/"
_MOST_NEAR = 3


class Judge:
    """Reads words by the model that was learnt from samples. `served` are the brand's languages."""

    def __init__(self, samples: Samples, model: Model, served: frozenset[str]) -> None:
        beyond = outside()
        self._samples = samples
        self._exact = samples.exact
        self._served = served
        self._classes = {name: one for one, name in enumerate(samples.names)}
        self._manners = Manners(samples.small_talk)
        self._speller = Speller(samples.words, [*beyond.texts, *((word,) for word in beyond.words | beyond.firms)])
        self._firms = beyond.firms - {word for words in samples.words for word in words}
        self._model = model

    def read(self, words: Words, spoken: str, *, expected: Sequence[str] = ()) -> Understanding:
        """What these words mean, greetings and thanks around them taken off; `spoken` is their language."""
        rest, manner = self._manners.strip(words)
        if manner and (self._manners.decorates(rest) or self._is_name(rest)):
            return _certain(manner, (), spoken, why=f"only manners: {manner}")
        wished = tuple(self._classes[name] for name in expected if name in self._classes)
        for exact in (words, rest):
            if name := self._exact.get(exact):
                others = self._candidates(exact, wished)
                found = _certain(name, self._ranked(others), spoken, why=f"an example of {name}")
                return replace(found, explain=partial(self._grounds, others, exact))
        return self._weigh(rest, self._candidates(rest, wished), spoken)

    def is_manners(self, words: Words) -> bool:
        """These words greet or thank and say nothing else."""
        rest, manner = self._manners.strip(words)
        return bool(manner) and self._manners.decorates(rest)

    def names_another_firm(self, words: Words) -> bool:
        """A firm is named that the content never speaks of: its matters are not the brand's."""
        return bool(self._firms_in(words))

    def _firms_in(self, words: Words) -> frozenset[str]:
        """The other firms that are named; the longer names with endings, too: "trendyoldan"."""
        begun = (word[:size] for word in words for size in range(max(_LONG_NAME, len(word) - _ENDING), len(word)))
        return self._firms.intersection((*words, *begun))

    def _is_name(self, words: Words) -> bool:
        """One or two words the content has never seen, beside a greeting: somebody is greeted by name."""
        names = [word for word in words if not self._manners.decorates((word,))]
        return len(names) <= 2 and not any(is_number(word) or self._knows(word) for word in names)

    def _knows(self, word: str) -> bool:
        return self._model.knows(word) or any(map(self._model.knows, self._speller.mend((word,))))

    def _unknown(self, words: Words) -> tuple[str, ...]:
        """The words that no example knows, or that speak of other matters though an example has their root."""
        strange = self._model.reader.lexicon.strange
        return tuple(
            word for word in dict.fromkeys(words) if not is_number(word) and (word in strange or not self._knows(word))
        )

    def _candidates(self, words: Words, expected: Collection[int]) -> tuple[Candidate, ...]:
        candidates = self._model.candidates(self._speller.mend(words), expected)
        if self.names_another_firm(words):
            return tuple(candidate.scaled(_OTHER_FIRM) for candidate in candidates)
        return candidates

    def _weigh(self, words: Words, candidates: tuple[Candidate, ...], spoken: str) -> Understanding:
        confidence = self._model.confidence
        best = candidates[0].probability
        offered = max(best * _NEAR, confidence.reject * _OFFERED)
        near = [one for one in candidates[:_MOST_NEAR] if one.probability >= offered]
        served = not spoken or spoken in self._served
        confident = served and best >= confidence.answer and self._stands_out(words, candidates)
        worth_asking = served and not confident and sum(one.probability for one in near) >= confidence.reject
        return Understanding(
            ranking=self._ranked(candidates),
            confident=confident,
            close=tuple(self._samples.names[one.of] for one in near) if worth_asking else (),
            language=spoken,
            unknown=self._unknown(words),
            explain=partial(self._grounds, candidates, words),
            why=because(self._samples, candidates, confidence, firms=self._firms_in(words)),
        )

    def _grounds(self, candidates: Sequence[Candidate], words: Words) -> Grounds:
        return grounds(self._samples, self._model, candidates, self._speller.mend(words))

    def _stands_out(self, words: Words, candidates: tuple[Candidate, ...]) -> bool:
        """The best meaning is clearly ahead of the next; a word alone must be its own."""
        mended = self._speller.mend(words)
        if len(mended) == 1:
            return self._model.owns(mended[0], candidates[0].of)
        if len(candidates) < 2:
            return True
        best, second = candidates[:2]
        if self._are_kin(best, second):
            return second.probability < best.probability * _KIN
        # "Gift card or gift wrap?" is as like an example of the one as of the other.
        is_as_like = second.likeness >= best.likeness * _AS_LIKE
        return second.probability < best.probability * (_RIVAL if is_as_like else _TIE)

    def _are_kin(self, one: Candidate, other: Candidate) -> bool:
        """One is a question and one a wish: near each other by nature ("how do I return", "I want to return")."""
        names = (self._samples.names[one.of], self._samples.names[other.of])
        return len({name.startswith(_ENTRY) for name in names}) == 2

    def _ranked(self, candidates: Sequence[Candidate]) -> tuple[Ranked, ...]:
        return tuple(
            Ranked(name=self._samples.names[candidate.of], score=round(min(candidate.probability, _CERTAIN), 4))
            for candidate in candidates
        )


def _certain(name: str, others: Sequence[Ranked], spoken: str, *, why: str) -> Understanding:
    """Understood beyond doubt; `others` follow with what they are worth."""
    ranking = (Ranked(name=name, score=_CERTAIN), *(ranked for ranked in others if ranked.name != name))
    return Understanding(ranking=ranking, confident=True, language=spoken, why=why)
