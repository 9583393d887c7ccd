"""The ticket: what only the engine knows when it gives a conversation to a person."""

from __future__ import annotations

from csbot.domain.address import Identity
from csbot.domain.brand import Brand
from csbot.domain.content import Catalogue
from csbot.domain.conversation import Memory
from csbot.domain.ticket import Evidence, Named, Ranked, Ticket
from csbot.engine.decisions import HandOff
from csbot.engine.forms import Slots
from csbot.engine.situation import FAQ
from csbot.text.names import looks_like_a_name

SUMMARY_LIMIT = 200
MOST_RANKED = 5
_LIKELY = 0.5
"""Score from which the best candidate is worth naming in the summary though csbot was not sure of it."""


def ticket(
    decision: HandOff,
    *,
    brand: Brand,
    catalogue: Catalogue,
    identity: Identity,
    memory: Memory,
    subject: str,
    question: str,
    slots: Slots,
    ranking: tuple[Ranked, ...],
    evidence: tuple[Evidence, ...],
    entities: tuple[Named, ...],
    language: str,
) -> Ticket:
    """A place in the line. `subject` names what it is surely about, if anything; `question` is what was last asked.

    The summary is one line in the desk's language: who, about what, in whose words, with the values known.
    """
    ranking = ranking[:MOST_RANKED]
    about = subject or _likely(ranking) or (FAQ + memory.faq_tried[-1] if memory.faq_tried else "")
    name = identity.name if looks_like_a_name(identity.name) else ""
    title = catalogue.title(about, brand.default_language) if about else ""
    words = " ".join(question.split())
    told = ", ".join(value for _, value in slots if value)
    who_and_what = ": ".join(part for part in (name, title) if part)
    room = SUMMARY_LIMIT - len(who_and_what) - min(len(told), SUMMARY_LIMIT // 2) - 8
    parts = (who_and_what, f"“{_cut(words, room)}”" if words else "", f"({told})" if told else "")
    return Ticket(
        reason=decision.reason,
        priority=decision.priority,
        team=decision.team,
        summary=_cut(" ".join(part for part in parts if part), SUMMARY_LIMIT),
        ranking=ranking,
        evidence=evidence,
        entities=entities,
        faq_tried=memory.faq_tried,
        slots=tuple((key, value) for key, value in slots if value),
        language=language,
    )


def _likely(ranking: tuple[Ranked, ...]) -> str:
    return ranking[0].name if ranking and ranking[0].score >= _LIKELY else ""


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - 1)].rstrip() + "…"
