"""What a customer has told in one conversation, so that no form asks for it again. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from csbot.domain.content import Form, SlotKind
from csbot.domain.conversation import Memory
from csbot.engine import entities
from csbot.engine.decisions import Ask, Complete, Decision, HandOff, Report, Several
from csbot.engine.forms import Slots
from csbot.engine.situation import Situation

_SAME_IN_ANY_FORM = frozenset({SlotKind.ORDER_NUMBER, SlotKind.EMAIL, SlotKind.PHONE})
"""Kinds of values that mean the same whatever they were told for."""

_ASKS_A_VALUE = frozenset({"form", "code"})
"""Kinds of questions whose answers are read by what was asked: a postcode in an address is the number of no order."""


def recall(s: Situation, form: Form, filled: Slots) -> Slots:
    """`filled` and what was told before of what the form would ask for: in the words that a clarifying question was
    about, and by the same customer since the bot has the conversation. Nothing of that for another of the kind.
    """
    pending = s.memory.pending
    if pending is not None and pending.kind == "clarify":
        filled = s.reader.prefilled(form, filled, replace(s.said, text=pending.asked_about))
    if s.cues.another or s.memory.told_by != s.access.sender:
        return filled
    told, known = dict(s.memory.told), dict(filled)
    kinds = Counter(slot.kind for slot in form.slots)
    for slot in form.slots:
        # Where a form asks for two of a kind, nothing tells which of them was told.
        if slot.name in known or slot.kind not in _SAME_IN_ANY_FORM or kinds[slot.kind] > 1:
            continue
        if value := s.reader.value(slot, replace(s.said, text=told.get(slot.kind, ""), phone="")):
            known[slot.name] = value
    return tuple(known.items())


def remember(s: Situation, decision: Decision, memory: Memory) -> Memory:
    """The memory with what was told by now, the latest of each kind; without what turned out to be nothing."""
    told = dict(s.memory.told) if s.memory.told_by == s.access.sender else {}
    pending = s.memory.pending
    heard = pending is None or pending.kind not in _ASKS_A_VALUE
    if heard:
        told |= s.reader.noticed(s.said, ())
    intent, slots = _filled(decision)
    form = s.catalogue.intents[intent].form if intent in s.catalogue.intents else None
    kinds = {slot.name: slot.kind for slot in form.slots} if form else {}
    values = {str(kinds[name]): value for name, value in slots if value and kinds.get(name) in _SAME_IN_ANY_FORM}
    told |= values
    if isinstance(decision, Report) and decision.kept is not None:
        gone = {value for name, value in slots if name not in dict(decision.kept)}
        told = {kind: value for kind, value in told.items() if value not in gone}
    if heard and len({one.value for one in entities.order_numbers(s.said.text, marked=True)}) > 1:
        # Nothing tells which of several orders is meant by what is wanted next.
        told.pop(SlotKind.ORDER_NUMBER, None)
    kept, told_by = tuple(told.items()), s.access.sender if told else 0
    same = kept == memory.told and told_by == memory.told_by
    return memory if same else replace(memory, told=kept, told_by=told_by)


def _filled(decision: Decision | None) -> tuple[str, Slots]:
    """The intent a decision is about, and what of its form is known."""
    match decision:
        case Ask() | Complete() | Report():
            return decision.intent, decision.slots
        case HandOff():
            return decision.done or decision.subject, decision.slots or ()
        case Several():
            return _filled(decision.then)
        case _:
            return "", ()
