"""Where one message says several things: ends of sentences, words that join, the signs of a question or a wish."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from csbot.text.fold import fold

_REMEMBERED = 256
"""Texts that are kept in mind: a turn asks of one the same again and again, and customers write the same few."""

_WORD = re.compile(r"\S+")
_SHORTEST, _LONGEST = 5, 16
"""Words of a sentence that may be two questions with nothing between them; a longer one is a story."""

_END = re.compile(r"(?<=[.!?;…])\s+|\s*\n+\s*")
_LETTER = re.compile(r"\w")

_JOINS = r"ve|and|n(?=\s+(?:can|do|does|did|is|are|will|how|what|whats|when|where|which|who|i|also)\b)"
_ADDS = (
    r"b[iı]r? ?de|ayr[ıi]ca|hem de|[üu]stelik|bu arada|ek olarak"
    r"|also|plus|btw|by the way|as well as|oh and"
)
_JOINT = re.compile(
    rf",?\s+(?:(?:{_JOINS})\s+)?(?P<adds>{_ADDS})[\s,]+|,?\s+(?:{_JOINS})\s+|\s*[,&+]\s+|\s+/\s+", re.IGNORECASE
)
_ASKED = re.compile(
    rf"\sm[ıiuü](?:y[ıiuü][mz]|s[ıiuü]n(?:[ıiuü]z)?)?(?P<gap>\s+)(?!(?:{_JOINS}|{_ADDS}|acaba)\b)"
    r"(?!(?:\w+\s)?\w*[^\Wr]\sm[ıiuü](?!\w))(?=\w+\s)",
    re.IGNORECASE,
)
"""A Turkish question has ended with its particle, and two words or more follow; "black or blue?" is one question, and
its words before the particle are no verbs, which end in r.
"""

_OPENING = re.compile(rf"(?:(?:{_JOINS}|{_ADDS})\b[\s,]*)+", re.IGNORECASE)

_TURKISH_WORD = (
    r"(?:ne|nasil|nasi|neden|niye|nicin|kac|kaca|kacta|kacinci|nere\w*|nerde\w*|hangi|hangisi|kim|kimsiniz"
    r"|kimin|m[iu]|m[iu](?:yim|yum|yiz|yuz|sin|sun|siniz|sunuz)"
    r"|\w{2,}(?:r|z|k|n|t|yor)m[iu](?:yim|yum|yiz|yuz|siniz|sunuz)?)"
)
_QUESTION = re.compile(rf"\b(?:{_TURKISH_WORD}|how|hows|what|whats|when|whens|where|wheres|which|who|whos|whose|why)\b")
_VERB = r"(?:is|are|do|does|did|can|could|will|would|should|may)"
_WHOM = r"(?:i|u|you|we|it|they|there|my|your|the)"
_INQUIRY = re.compile(
    r"\b(?:ne (?:zaman|kadar|oluyor|olur|olacak)|nasil|nasi|neden|niye|nicin|kac|kaca|kacta|nere\w*|nerde\w*|hangi"
    r"|how|what|when|where|which|who|why)\b"
)
_ASKED_SO_FAR = re.compile(
    rf".*\b(?:(?:how|what|when|where|which|who|why)\b.* {_VERB}|{_VERB} {_WHOM})\b.*"
    r"(?<!\bhow)(?<!\bwhat)(?<!\bwhen)(?<!\bwhere)(?<!\bwhich)(?<!\bmuch)(?<!\bmany)(?<!\blong)"
    r"|.*\b(?:ne kadar|kac (?:para|lira|tl)|nere(?:de|ye)\w*|nerde\w*)"
    r"|.*\b(?:ne|kac|nasil|nasi|hangi|neden|niye)\b(?! kadar\b).* \w+"
)
"""Folded words that may be a whole question: an English one has its verb, a Turkish one goes on behind the word that
asks, or ends with one that needs nothing more.
"""
_ASKS_ANEW = re.compile(
    r"(?:who|how (?:much|many|long))\b.*"
    rf"|(?:(?:how|what|when|where|which|why) )?{_VERB} {_WHOM}\b.*"
    rf"|(?!(?:m[iu]|kadar)\b).*\b{_TURKISH_WORD}\b.*"
)
_ASKING_VERB = re.compile(
    r"\W*(?:can|could|do|does|did|is|are|am|was|will|would|should|may|have|has|any|got)\b(?! not\b)"
)

_WISH = re.compile(
    r"\b(?:istiyor(?:um|uz)|isti?yom|ister(?:im|iz)|lazim|gerekiyor|rica|lutfen|soyle(?:yin|r)?|yardim"
    r"|i want|we want|i wanna|i need|we need|i would like|i d like|i'd like|id like|please|pls)\b"
)
_FOLLOWS = re.compile(
    r"\W*(?:(?:e|ok|okay|tamam|anladim|hmm+|alright)\b[\s,]*)?"
    r"(?:peki|ya|ve|bir de|bi de|and|what about|how about|what if|then|so)\b[\s,]*"
)
_TOO = re.compile(r"\W*(?:\w+ ){1,3}d[ae]\b|.*\b(?:too|as well)\W*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A place where a sentence may be two: `start` to `end` belong to neither. `adds`: it says that more comes; `bare`:
    a comma and no word.
    """

    start: int
    end: int
    adds: bool
    bare: bool = False


@lru_cache(maxsize=_REMEMBERED)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text` that hold a letter or digit, with the marks at their ends."""
    return tuple(part.strip() for part in _END.split(text) if part and _LETTER.search(part))


@lru_cache(maxsize=_REMEMBERED)
def joints(sentence: str) -> tuple[Joint, ...]:
    """The places where words or signs join what may be two matters, and where one question follows another without."""
    joined = [
        Joint(start=found.start(), end=found.end(), adds=found["adds"] is not None, bare=found[0].strip() == ",")
        for found in _JOINT.finditer(sentence)
        if found.start() > 0 and found.end() < len(sentence)
    ]
    asked = [Joint(start=found.start("gap"), end=found.end("gap"), adds=False) for found in _ASKED.finditer(sentence)]
    return tuple(sorted((*joined, *asked), key=lambda joint: joint.start))


@lru_cache(maxsize=_REMEMBERED)
def seams(sentence: str) -> tuple[Joint, ...]:
    """The places where one question may begin behind another though nothing joins them."""
    spans = [found.span() for found in _WORD.finditer(sentence)]
    if not _SHORTEST <= len(spans) <= _LONGEST or _QUESTION.search(fold(sentence)) is None:
        return ()
    words = [fold(sentence[start:end]) for start, end in spans]
    return tuple(
        Joint(start=spans[at - 1][1], end=spans[at][0], adds=False)
        for at in range(2, len(words) - 1)
        if _ASKED_SO_FAR.fullmatch(" ".join(words[:at])) and _ASKS_ANEW.fullmatch(" ".join(words[at:]))
    )


def without_opening(text: str) -> str:
    """The text without the "and" or "also" it begins with; the text itself where nothing else is left."""
    found = _OPENING.match(text)
    rest = text[found.end() :] if found else text
    return rest if _LETTER.search(rest) else text


@lru_cache(maxsize=_REMEMBERED)
def opening_words(text: str) -> int:
    """How many words at its beginning say that the text goes on from what was said before: "and", "peki"."""
    # Folding may change a text's length, so what is found is counted in words.
    found = _FOLLOWS.match(fold(text))
    return len(found[0].split()) if found else 0


def adds(text: str) -> bool:
    """The text says that it comes beside another matter: by what it begins with, or by a "too"."""
    return without_opening(text) != text or _TOO.match(fold(text)) is not None


@lru_cache(maxsize=_REMEMBERED)
def asks(text: str) -> bool:
    """The text is a question, by its mark or by a word that asks; or it says that something is wanted."""
    return is_question(text) or _WISH.search(fold(text)) is not None


@lru_cache(maxsize=_REMEMBERED)
def inquires(text: str) -> bool:
    """A word stands in the text that asks for more than yes or no: when, how, "kaç"."""
    return _INQUIRY.search(fold(text)) is not None


@lru_cache(maxsize=_REMEMBERED)
def is_question(text: str) -> bool:
    """The text asks, by its mark or by a word; that something is wanted is no question."""
    line = fold(text)
    return "?" in text or _QUESTION.search(line) is not None or _ASKING_VERB.match(line) is not None
