"""What is said in the middle of something that is being asked, and is no answer to it."""

from __future__ import annotations

from csbot.domain.content import Entry, Intent
from csbot.engine import choices
from csbot.engine.decisions import Answer
from csbot.engine.situation import Situation
from csbot.engine.words import words
from csbot.text.clauses import asks

_SHORTEST = 4
"""Letters a word needs to stand for a name it begins a word of."""


def leaves(s: Situation, intent: Intent) -> bool:
    """The customer leaves what is asked for `intent`: a bare "cancel" does not leave a form about cancelling."""
    behind = s.cues.behind
    drops = bool(behind) and not s.best and not asks(behind)
    return s.cues.withdraws or drops or (s.cues.cancels and not is_named(intent, s.said.text))


def elsewhere(s: Situation, subject: str) -> str:
    """What else than `subject` is surely meant: a name of the catalogue, "none", or ""."""
    other = s.chosen or s.best
    return "" if other == subject else other


def aside(s: Situation, other: str, subject: str) -> Answer | None:
    """The answer to another question, after which what was asked for `subject` is asked again.

    None when `other` is more than a question, and something else decides.
    """
    item = s.item(other)
    if item is None or other == choices.NONE or item.sensitive or not s.may_answer(other):
        return None
    answers = isinstance(item, Entry) or item.answer is not None
    if not answers or other == s.memory.last_answer:
        return None
    return Answer(name=other, aside=True, why=f"{other} asked inside {subject}")


def is_named(intent: Intent, text: str) -> bool:
    """A word of the text stands in the intent's own name: "iptal" under "Sipariş iptali"."""
    named = [one for title in intent.title.values() for one in words(title)]
    return any(one.startswith(word) for word in words(text) if len(word) >= _SHORTEST for one in named)
