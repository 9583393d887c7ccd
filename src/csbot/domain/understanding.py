"""What an understanding engine says about a text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from csbot.domain.ticket import Evidence, Grounds, Ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """The ranking (best first; an FAQ entry is named "faq/<id>"), scores calibrated to 0..1.

    `confident`: the best may be answered as it stands. `close`: the two or three worth asking about, empty when there
    is nothing worth asking. `language` is the language the text is written in ("" when the text does not tell), one of
    the brand's or any other code. `why` explains it to a person. `unknown` are words that none of the content has.

    `parts` are the several things a text says, in order, where the policy may want to answer more than one; empty for a
    text that says one. `read` is what was read instead of the text: with the question before it. `explain` tells what
    spoke for the ranking, when somebody asks; None where the engine does not tell.
    """

    ranking: tuple[Ranked, ...]
    confident: bool
    close: tuple[str, ...] = ()
    language: str = ""
    why: str = ""
    unknown: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    read: str = ""
    explain: Callable[[], Grounds] | None = field(default=None, compare=False, repr=False)

    @property
    def grounds(self) -> Grounds | None:
        """What spoke for the ranking."""
        return self.explain() if self.explain else None

    def evidence(self, text: str) -> tuple[Evidence, ...]:
        """What `text`, whose understanding this is, was understood as: one for each part of it."""
        if self.parts:
            return tuple(one for part in self.parts for one in part.understanding.evidence(part.text))
        read = self.read or text
        return (Evidence(text=read, ranking=self.ranking, confident=self.confident, grounds=self.grounds),)

    @property
    def best(self) -> str:
        """What is surely meant, "" when nothing is sure."""
        return self.ranking[0].name if self.confident and self.ranking else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of several things a text says. `asks`: it is a question or a wish; `alone`: it is a sentence of its own, or
    something is added to it; `added`: it says itself that it comes beside another matter. `sentence` counts from 0.
    """

    text: str
    understanding: Understanding
    asks: bool = False
    alone: bool = True
    added: bool = False
    sentence: int = 0
