"""Reads a text by the understanding engine: as one, in its parts, and with the question before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from csbot.domain.understanding import Part, Understanding
from csbot.engine.situation import FAQ
from csbot.ports import Nlu
from csbot.text.clauses import Joint, adds, asks, joints, opening_words, seams, sentences, without_opening
from csbot.text.fold import fold

_MOST_PARTS = 3
_MOST_SENTENCES = 6
_MOST_JOINTS = 6
_LONGEST = 600
"""Characters of a text that is read in parts; a longer one is a story."""

_WORD = re.compile(r"(?<!\w)[^\W\d_]{2,}(?!\w)")
_LONGEST_FOLLOW = 7
"""Words of a text that may go on from the question before it."""

_BARE = 4
_PLAIN = 0.9
"""So few words, less sure than this, may be about what was asked before though they sound like something."""

_QUITE = 0.75
"""As sure as this each of two questions has to be that nothing joins, and a wish beside a comma."""

_LEAST_ASKED = 3
"""Words that make a question of its own of what is not clear."""

_POINTING = re.compile(r"\b(?:or(?:a|da|dan|ada|adan|aya)|(?:from|over|to|up|out) there)\b")
"""Folded words for a place that was named before."""

_OWN = 0.6
"""What a word beside "and" is worth at least as a matter of its own."""

_ASKING = re.compile(
    r"how|long|much|many|do|does|did|is|are|be|can|could|will|would|wld|cost|hell|heck|fuck|fuckin|fucking|damn|i|u|we"
    r"|you|your|my|the|an?|to|of|for|what|whats|when|where"
    r"|which|who|why|there|have|has|get|take|please|hi|hello|and|ne|kadar|zaman|hangi|kac|nasil|nerede|var|bir|bu|su|o|bunun|onun|bunu|onu|it|its|this|that|these|those|merhaba|selam|acaba|peki|ya|ok|thanks|tesekkurler"
    r"|m[iu](?:yim|yum|yiz|yuz|sin|sun|siniz|sunuz)?|(?:yap|ol|ed|al|ver|gel|gid|cik)(?:iyor|uyor|ar|ur|ir|er)(?:sunuz|siniz|um|uz|lar)?"
    r"|ucret|ucreti|ekstra|extra|fee|fiyat|fiyati|aliyor?(?:sunuz|nuz)?|ucretli|ucretsiz|parali|bedava|free"
    r"|gun(?:de|u)?|saat(?:te)?|hafta(?:da)?|ay(?:da)?|yil|days?|weeks?|hours?|months?|years?"
)
"""Folded words that ask and name nothing, and what is counted by them or free of charge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The question answered before: its words, what was answered, and what is offered to go on with.

    `looked_up`: a system of the brand's answered, about something that is the customer's own; "when?" is about that
    rather than about anybody's.
    """

    words: str = ""
    answered: str = ""
    follow_ups: tuple[str, ...] = ()
    looked_up: bool = False


async def read(
    text: str, *, nlu: Nlu, language: str, expected: Sequence[str] = (), earlier: Earlier | None = None
) -> Understanding:
    """What `text` means. See `Understanding` for what a text of several parts, or one that goes on, comes to."""
    whole = await nlu.understand(text, language=language, expected=expected)
    reader = _PartReader(nlu, whole.language or language)
    if parts := await reader.parts(text):
        return replace(whole, parts=parts)
    if earlier is not None and earlier.words:
        return await _going_on(text, whole, earlier, nlu=nlu, language=language)
    return whole


async def _going_on(text: str, alone: Understanding, earlier: Earlier, *, nlu: Nlu, language: str) -> Understanding:
    """The text with the question before it, where that is clearer; else the text alone.

    Words of no content's make it another matter. What was just answered is no new answer; but it is what a bare "how
    much is it?" asks about, rather than what those few words sound like.
    """
    opening = opening_words(text)
    words = text.split()
    turns = bool(alone.language and language) and alone.language != language
    rest = words[opening:]
    if not _WORD.search(" ".join(rest)) or alone.unknown or turns or len(words) > _LONGEST_FOLLOW:
        return alone
    if opening:
        alone = _surer(alone, await nlu.understand(" ".join(rest), language=language))
    asking = len(rest) <= _BARE and not _naming(rest)
    bare = asking or (len(words) <= _BARE and alone.confident and alone.ranking[0].score < _PLAIN)
    points = _points(text)
    if alone.confident and not opening and not bare and not points:
        return alone
    # A word alone, not clear by itself, is about what was asked before: a town, a day.
    goes_on = bare or opening > 0 or len(words) == 1 or asks(text)
    best, same = alone, alone
    # "And returns?" is no more of what was just answered, though which of several matters it is has to be asked.
    names_its_own = bool(alone.close or alone.best) and alone.ranking[0].score >= _OWN and bool(_naming(rest))
    line, *named = _subjects(earlier.words)
    for before in (line, *named):
        joint = f"{before} {' '.join(rest)}"
        heard = await nlu.understand(joint, language=language, expected=earlier.follow_ups)
        again = heard.best == earlier.answered
        # Words that name nothing are about what was answered, whatever they sound like.
        free = points or (again and asking and best.ranking[0].score < _PLAIN)
        if not heard.best or (best.confident and not free and heard.ranking[0].score <= best.ranking[0].score):
            continue
        why = f"read with the question before it as {joint!r}; {heard.why}"
        found = replace(heard, why=why, read=joint, language=alone.language)
        if again and (before == line or not bare):
            # The whole question before, and a few words more: of course that is like the question before.
            same = same if same.read or names_its_own else found
            if earlier.looked_up and goes_on:
                return same
            if before != line:
                break
            continue
        best = found
    return same if same.read and goes_on and not best.read else best


def _surer(heard: Understanding, without: Understanding) -> Understanding:
    """The text, or what it says without the words that only go on."""
    return replace(without, language=heard.language) if without.best and not heard.best else heard


def _points(text: str) -> bool:
    """The text speaks of a place that was named before."""
    return _POINTING.search(fold(text)) is not None


def _subjects(words: str) -> list[str]:
    """What the question before was about: its words, those that name something, and the first of these."""
    line = re.sub(r"[?!.\s]+$", "", words)
    naming = _naming(line.split())
    return list(dict.fromkeys([line, *([" ".join(naming)] if naming else []), *naming[:1]]))


def _naming(words: Sequence[str]) -> list[str]:
    """The words that name something, and do not only ask."""
    return [word for word in words if not _ASKING.fullmatch(fold(word).strip("?!.,'"))]


class _PartReader:
    """Finds the parts of a text by what each of them means."""

    def __init__(self, nlu: Nlu, language: str) -> None:
        self._nlu = nlu
        self._language = language

    async def parts(self, text: str) -> tuple[Part, ...]:
        """The parts of a text that says several things; empty for one that does not."""
        if len(text) > _LONGEST:
            return ()
        said = sentences(text)
        if len(said) > _MOST_SENTENCES or (len(said) == 1 and not joints(said[0]) and not seams(said[0])):
            return ()
        found: list[Part] = []
        for place, sentence in enumerate(said):
            found += [replace(part, sentence=place) for part in await self._split(sentence, found[-1:])]
        return tuple(found) if len(found) > 1 else ()

    async def _split(self, sentence: str, before: Sequence[Part]) -> list[Part]:
        """The sentence in parts that are all sure, at most three; else as one."""
        places = joints(sentence)[:_MOST_JOINTS]
        if len(places) == _MOST_PARTS - 1 and (found := self._sure(await self._cut(sentence, places))):
            return found
        pairs = [await self._cut(sentence, [place]) for place in places]
        if sure := [
            pair for place, pair in zip(places, pairs, strict=True) if self._sure(pair) and _stands(place, pair)
        ]:
            return max(sure, key=_weakest)
        for place, pair in zip(places, pairs, strict=True):
            if place.adds and any(part.understanding.best for part in pair):
                return pair
        if half := next(filter(_half_is_open, pairs), None):
            return [replace(part, alone=True, added=part.added or not part.understanding.best) for part in half]
        if not places and (parts := await self._unjoined(sentence)):
            return parts
        return [await self._part(sentence, before)]

    async def _unjoined(self, sentence: str) -> list[Part]:
        """The two questions a sentence is with nothing between them, where both are quite sure; else nothing."""
        pairs = [await self._cut(sentence, [place]) for place in seams(sentence)]
        sure = [pair for pair in pairs if self._sure(pair) and _weakest(pair) >= _QUITE]
        return max(sure, key=_weakest, default=[])

    async def _cut(self, sentence: str, places: Sequence[Joint]) -> list[Part]:
        starts = [0, *(place.end for place in places)]
        ends = [*(place.start for place in places), len(sentence)]
        added = [False, *(place.adds for place in places)]
        parts: list[Part] = []
        for start, end, more in zip(starts, ends, added, strict=True):
            part = await self._part(sentence[start:end], parts[-1:])
            parts.append(replace(part, alone=more or (not parts and places[0].adds), added=more or part.added))
        return parts

    async def _part(self, text: str, before: Sequence[Part] = ()) -> Part:
        """A part, read with the one `before` it where that is clearer: "is there a warranty and how long?"."""
        words = without_opening(text)
        heard = await self._nlu.understand(words, language=self._language)
        for one in before:
            earlier = Earlier(words=one.text, answered=one.understanding.best)
            # What names a matter of its own and is clear is another one.
            if earlier.answered and (_points(words) or not (heard.best and _naming(words.split()))):
                heard = await _going_on(words, heard, earlier, nlu=self._nlu, language=self._language)
        return Part(text=words, understanding=heard, asks=asks(words), added=adds(text))

    @staticmethod
    def _sure(parts: list[Part]) -> list[Part]:
        """The parts where each of them surely means something, and no two the same."""
        names = {part.understanding.best for part in parts}
        return parts if "" not in names and len(names) == len(parts) else []


def _stands(place: Joint, parts: Sequence[Part]) -> bool:
    """The joint parts two matters: of a mere comma, what would have something done has to be quite sure."""
    wishes = [part.understanding for part in parts if not part.understanding.best.startswith(FAQ)]
    return not place.bare or all(one.ranking[0].score >= _QUITE for one in wishes)


def _half_is_open(parts: Sequence[Part]) -> bool:
    """All ask, and what one of them asks is not clear: not to be passed over in silence."""
    unclear = [part for part in parts if not part.understanding.best]
    return len(unclear) == 1 and all(part.asks for part in parts) and _is_a_question(unclear[0])


def _is_a_question(part: Part) -> bool:
    words = part.text.split()
    return len(words) >= _LEAST_ASKED and bool(_naming(words))


def _weakest(parts: Sequence[Part]) -> float:
    return min(part.understanding.ranking[0].score for part in parts)
