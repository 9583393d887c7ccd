"""Words csbot listens for before any understanding: the wish for a person, complaints, withdrawal, yes and no."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from csbot.domain.content import Catalogue, Role
from csbot.engine.words import plain, words

_SUFFIXING = frozenset({"tr", "az"})
"""Languages that hang endings on words: "avukat" is also meant in "avukatımla"."""

_STEM = 6
"""Letters a word needs before an ending may follow it: shorter ones begin other words too ("insan", "insanlık")."""

_LONGEST_REPLY = 8
"""Words beyond which a text is no mere yes, no or withdrawal any more."""

_LEADING_REPLY = 4
"""Words up to which a text that begins with yes or no is taken for that when nothing else is understood."""

_HESITATIONS = (
    "aslında|neyse|ee|eee|şey|hmm|hmmm|ya|yaa|ay|pardon|ya da|o zaman|yine de|en iyisi|sanırım|galiba"
    "|actually|well|oh|um|uh|hm|sorry|or|then|you know what|on second thought|i guess|i think"
)
"""Words of doubt that may stand around a no."""

_ANOTHER = re.compile(r"\b(?:diger\w*|baska\w*|obur\w*|oteki\w*|ikinci|other|another|different|second)\b")
"""Folded words that set something apart from what was told before."""

_CLAUSE_END = re.compile(r"[,.!;\n]+(?=[\W_]*\w)")
_SHORT_TEXT = 80
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """What was heard in a text. `language` is that of the words for a person or a complaint.

    `withdraws`, `cancels`, `yes` and `no` mean the whole text is that, with or without thanks (`thanks`); `leans` is
    "yes" or "no" where a short text begins so. `cancels_indeed`: yes and a bare cancel, and nothing else. `moment`: the
    whole text asks for one; `behind`: what is said behind a withdrawal it begins with; `unable`: somewhere it
    says that something cannot be told or sent; `another`: somewhere it speaks of another than before.
    """

    person: bool = False
    complaint: bool = False
    withdraws: bool = False
    cancels: bool = False
    cancels_indeed: bool = False
    yes: bool = False
    no: bool = False
    thanks: bool = False
    leans: str = ""
    moment: bool = False
    behind: str = ""
    unable: bool = False
    another: bool = False
    language: str = ""

    @property
    def is_reply(self) -> bool:
        """The whole text answers a question, asked or not, and asks nothing: there is nothing to understand in it."""
        return self.withdraws or self.yes or self.no or self.moment


class Sayings:
    """A set of phrases as word by word matching needs them."""

    __slots__ = ("_openings", "phrases")

    def __init__(self, phrases: Iterable[str]) -> None:
        self.phrases = frozenset(phrases) - {""}
        longest: dict[str, int] = {}
        for phrase in self.phrases:
            first, size = phrase.partition(" ")[0], phrase.count(" ") + 1
            longest[first] = max(size, longest.get(first, 0))
        self._openings = longest

    def __or__(self, other: Sayings) -> Sayings:
        return Sayings(self.phrases | other.phrases)

    def __contains__(self, line: str) -> bool:
        return line in self.phrases

    def match(self, said: Sequence[str], at: int) -> int:
        """How many words from `at` on are the longest phrase that stands there; 0 when none does."""
        longest = min(self._openings.get(said[at], 0), len(said) - at)
        for size in range(longest, 0, -1):
            if " ".join(said[at : at + size]) in self.phrases:
                return size
        return 0


class Ears:
    """The words one catalogue listens for, made ready to be searched; of all languages at once."""

    def __init__(self, catalogue: Catalogue) -> None:
        recognise = catalogue.phrases.recognise
        self._person = {code: _anywhere(code, said) for code, said in recognise.get("person", {}).items()}
        self._complaint = {code: _anywhere(code, said) for code, said in recognise.get("complaint", {}).items()}
        self._withdraw = _phrases(recognise.get("withdraw", {}).values())
        self._cancel = _phrases(recognise.get("cancel", {}).values())
        self._yes = _phrases(recognise.get("yes", {}).values())
        self._no = _phrases(recognise.get("no", {}).values())
        self._moment = _phrases(recognise.get("moment", {}).values())
        self._unable = {code: _anywhere(code, said) for code, said in recognise.get("unable", {}).items()}
        self._greetings = _examples(catalogue, Role.GREETING)
        self._thanks = _examples(catalogue, Role.THANKS)
        # What may stand around a reply without changing it.
        self._manners = self._greetings | self._thanks
        self._beside_yes = self._manners | self._cancel
        # Who hesitates has not said a clear yes; a no or a withdrawal changes nothing, and is heard all the same.
        self._beside_no = self._manners | self._yes | _phrases([_HESITATIONS.split("|")])
        self._beside_withdrawal = self._beside_no | self._no | self._moment
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._listen)

    def listen(self, text: str) -> Cues:
        """Everything heard in `text`. The latest short texts are remembered: customers say much in the same words."""
        return self._listen(text) if len(text) > _SHORT_TEXT else self._remembered(text)

    def _listen(self, text: str) -> Cues:
        said = words(text)
        line = " ".join(said)
        withdraws = _is_only(said, self._withdraw, self._beside_withdrawal)
        person, person_in = _found(self._person, line)
        complaint, complaint_in = _found(self._complaint, line)
        yes = _is_only(said, self._yes, self._manners)
        no = _is_only(said, self._no, self._beside_no) and not yes
        return Cues(
            person=person and not withdraws,
            complaint=complaint,
            withdraws=withdraws,
            cancels=_is_only(said, self._cancel, self._beside_withdrawal),
            cancels_indeed=not yes and _is_only(said, self._yes, self._beside_yes),
            yes=yes,
            no=no,
            thanks=(yes or no) and any(self._thanks.match(said, at) for at in range(len(said))),
            leans=self._leaning(said),
            moment=not (yes or no or withdraws) and _is_only(said, self._moment, self._beside_no),
            behind="" if withdraws else self._behind(text),
            unable=_found(self._unable, line)[0],
            another=_ANOTHER.search(line) is not None,
            language=person_in or complaint_in,
        )

    def is_greeting(self, text: str) -> bool:
        """The whole text is one of the greetings customers use."""
        return plain(text) in self._greetings

    def _behind(self, text: str) -> str:
        first, *rest = _CLAUSE_END.split(text, maxsplit=1)
        return rest[0].strip() if rest and _is_only(words(first), self._withdraw, self._beside_withdrawal) else ""

    def _leaning(self, said: Sequence[str]) -> str:
        if not said or len(said) > _LEADING_REPLY:
            return ""
        if self._no.match(said, 0):
            return "no"
        return "yes" if self._yes.match(said, 0) else ""


def _anywhere(language: str, phrases: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds any of the phrases as whole words in a plain line."""
    parts = {_with_ending(plain(phrase), language) for phrase in phrases} - {""}
    if not parts:
        return None
    return re.compile(rf"(?<!\S)(?:{'|'.join(sorted(parts))})(?!\S)")


def _with_ending(phrase: str, language: str) -> str:
    last = phrase.rpartition(" ")[2]
    return re.escape(phrase) + (r"\w*" if language in _SUFFIXING and len(last) >= _STEM else "")


def _found(patterns: dict[str, re.Pattern[str] | None], line: str) -> tuple[bool, str]:
    for language, pattern in patterns.items():
        if pattern is not None and pattern.search(line):
            return True, language
    return False, ""


def _phrases(lists: Iterable[Iterable[str]]) -> Sayings:
    return Sayings(plain(phrase) for said in lists for phrase in said)


def _examples(catalogue: Catalogue, role: Role) -> Sayings:
    return _phrases(
        said for intent in catalogue.intents.values() if intent.role is role for said in intent.examples.values()
    )


def _is_only(said: Sequence[str], wanted: Sayings, fillers: Sayings) -> bool:
    """The text is made of `wanted` phrases, at least one, and `fillers`, and nothing else."""
    if len(said) > _LONGEST_REPLY:
        return False
    at, heard = 0, False
    while at < len(said):
        if taken := wanted.match(said, at):
            heard = True
        elif not (taken := fillers.match(said, at)):
            return False
        at += taken
    return heard
