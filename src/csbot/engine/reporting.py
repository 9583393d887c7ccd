"""Words for what a lookup came to, and what is asked with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from csbot.domain.conversation import PendingQuestion
from csbot.domain.lookup import AskedLookup
from csbot.domain.message import Choice
from csbot.domain.turn import Say
from csbot.engine import choices
from csbot.engine.compose import Voice
from csbot.engine.decisions import Report, Told
from csbot.engine.forms import Slots, shown
from csbot.engine.values import fill_known, read

_MOST_REMEMBERED = 5


def report(
    decision: Report, voice: Voice, *, about: str, today: date
) -> tuple[tuple[Say, ...], PendingQuestion | None]:
    """What is said, and the question as it is remembered; `about` names the turn, whose buttons answer no other's."""
    said, pending = told(decision.told, decision.intent, decision.slots, voice, today=today), decision.asks
    if decision.offers:
        offered = choices.follow([(name, voice.title(name)) for name in decision.offers])
        return (replace(said, choices=offered),), PendingQuestion(kind="follow", choices=offered)
    if pending is None:
        return (said,), None
    match pending.kind:
        case "confirm":
            question = Say(text=said.text, choices=_yes_no(voice, about))
            return (question,), replace(pending, choices=question.choices, words=question.text)
        case "away":
            question = Say(text=voice.phrase("lookup_person"), choices=_yes_no(voice, about))
            return (said, question), replace(pending, choices=question.choices, words=question.text)
        case "code":
            return (said,), replace(pending, words=pending.words or said.text)
        case _:
            return (said,), pending


def told(words: tuple[Told, ...], intent: str, slots: Slots, voice: Voice, *, today: date) -> Say:
    """The first of these words, and the others as lines under it."""
    item = voice.catalogue.intents.get(intent)
    known = shown(item.form, slots, voice.language, voice.catalogue.entities) if item and item.form else {}
    texts = []
    for one in words:
        values = {**known, **read(one.fields, one.record, voice.language, voice.brand.timezone, today=today)}
        texts.append(fill_known(voice.own(one.text), values))
    return Say(text="\n- ".join(texts))


def remembered(
    before: tuple[AskedLookup, ...], asked: tuple[AskedLookup, ...], now: datetime
) -> tuple[AskedLookup, ...]:
    """The lookups of a conversation, the latest last; asked about the same again, one takes the place of the first."""
    known = {(one.name, one.slots): one for one in before}
    for one in asked:
        known.pop((one.name, one.slots), None)
        known[one.name, one.slots] = replace(one, at=now)
    return tuple(known.values())[-_MOST_REMEMBERED:]


def _yes_no(voice: Voice, about: str) -> tuple[Choice, ...]:
    return choices.yes_no(voice.phrase("confirm_yes"), voice.phrase("confirm_no"), about)
