"""Several things said in one message: which of them are answered, and which were not understood. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from csbot.domain.content import Entry, Intent
from csbot.domain.understanding import Part
from csbot.engine.situation import Situation

_MOST_ANSWERS = 3
_CLEARLY = 0.9
_BRIEF = 4
"""Words of a part that names a matter though it asks nothing ("kargo ücreti ve teslimat süresi")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """`answers` can be said at once, in order; `wishes` begin something or need a person, `one_by_one` if each of them
    is asked for; `near` may be meant by a part that is not clear; `lost` are the words of parts that mean nothing csbot
    knows.
    """

    answers: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    one_by_one: bool = False
    near: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def is_several(self) -> bool:
        """There is more in it than one matter."""
        clear = len(self.answers) + len(self.wishes)
        return clear > 1 or bool(clear and (self.near or self.lost))


def sort(s: Situation) -> Sorted:
    """The parts of what was said. Nothing in it for a text that tells one story, however many sentences that takes."""
    heard = s.understanding
    if heard is None or not heard.parts:
        return Sorted()
    parts = _matters(s, heard.parts)
    answers = _distinct(part.understanding.best for part in parts if _is_answer(s, part, parts))
    wishes = [part for part in parts if _is_wish(s, part)]
    open_ = [part for part in parts if part.alone and part.asks and not part.understanding.best]
    # Where the whole is clear, an open "what should I do?" belongs to it, unless it comes beside the rest.
    unclear = [part for part in open_ if part.understanding.close and (part.added or not heard.best)]
    # One unclear part is asked about, unless a form asks something else.
    beyond = unclear if wishes else unclear[1:]
    lost = [part for part in open_ if part in beyond or not part.understanding.close]
    # "My parcel has not come. The refund hasn't, too": nothing is asked, and yet they are two.
    adds = any(part.added for part in wishes)
    asked = _distinct(part.understanding.best for part in wishes if part.asks or adds)
    return Sorted(
        answers=answers[:_MOST_ANSWERS],
        wishes=asked if len(asked) > 1 else _wished(heard.best, wishes),
        one_by_one=len(asked) > 1,
        near=_near(s, unclear[0], answers) if unclear and not wishes else (),
        lost=tuple(part.text for part in lost),
    )


def _matters(s: Situation, parts: tuple[Part, ...]) -> list[Part]:
    """The parts without greetings and thanks; what is left of a sentence without them is a sentence of its own."""
    left = [part for part in parts if not s.role(part.understanding.best).is_small_talk]
    counts = Counter(part.sentence for part in left)
    return [part if counts[part.sentence] > 1 else replace(part, alone=True) for part in left]


def _near(s: Situation, part: Part, answers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in part.understanding.close if s.may_answer(name) and name not in answers)


def _wished(best: str, parts: list[Part]) -> tuple[str, ...]:
    """What is wished for; "It came broken. I want to send it back" is one matter, and the whole tells which."""
    names = _distinct(part.understanding.best for part in parts)
    return (best,) if best in names else names


def _is_answer(s: Situation, part: Part, parts: list[Part]) -> bool:
    """The part asks for an answer; beside others that ask, what only tells something does not, save for what the whole
    is about and where a part says itself that it comes beside the rest.
    """
    item = s.item(part.understanding.best)
    if not isinstance(item, Entry) and (item is None or item.answer is None):
        return False
    if (
        part.asks
        or any(one.added for one in parts)
        or (s.understanding is not None and part.understanding.best == s.understanding.best)
    ):
        return True
    return len(part.text.split()) <= _BRIEF and not any(other.asks or _is_wish(s, other) for other in parts)


def _is_wish(s: Situation, part: Part) -> bool:
    """The part wants something done; half a sentence that tells something has to sound very much like it."""
    item = s.item(part.understanding.best)
    if not isinstance(item, Intent) or item.answer is not None:
        return False
    return part.asks or part.alone or part.added or part.understanding.ranking[0].score >= _CLEARLY


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
