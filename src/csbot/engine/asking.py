"""The policy inside a form: which question is next, and what an answer to it comes to. Pure."""

from __future__ import annotations

from csbot.domain.content import Entry, Form, Intent, Slot, SlotKind
from csbot.domain.conversation import PendingQuestion
from csbot.domain.ticket import Priority, Reason
from csbot.engine import choices
from csbot.engine.beside import aside, elsewhere, leaves
from csbot.engine.consulting import consult, in_public, who_goes_on
from csbot.engine.decisions import Answer, Ask, Complete, Decision, HandOff, Leave
from csbot.engine.forms import ATTEMPTS, Slots, next_slot, picked_value, with_value
from csbot.engine.remembering import recall
from csbot.engine.situation import Situation
from csbot.text.clauses import inquires, is_question


def begin(s: Situation, intent: Intent, why: str) -> Decision:
    """Start the form of `intent` with what the message tells already, and what was told before."""
    assert intent.form is not None
    if (public := in_public(s, intent)) is not None:
        return public
    filled = recall(s, intent.form, s.reader.prefilled(intent.form, (), s.said))
    return _go_on(s, intent, intent.form, filled, why)


def answer_in_form(s: Situation, pending: PendingQuestion) -> Decision | None:
    """What an answer to a form's question comes to; None when it is none and something else decides.

    None also when the form or its question is no longer published, or paused.
    """
    intent = s.catalogue.intents.get(pending.subject)
    form = intent.form if intent else None
    slot = next((one for one in form.slots if one.name == pending.name), None) if form else None
    if intent is None or form is None or slot is None or intent.id in s.blocked:
        return None
    value = _value(s, slot, pending)
    if value is None and leaves(s, intent):
        return Leave(why=f"the customer left {intent.id}")
    if value is None and slot.optional and s.cues.no:
        value = ""
    if value is not None:
        filled = s.reader.prefilled(form, with_value(s.memory.slots, slot, value), s.said)
        if s.cues.complaint:
            # The value is kept, and what else was said is heard as well.
            return HandOff(
                reason=Reason.COMPLAINT,
                priority=Priority.HIGH,
                lead=("handoff_priority",),
                slots=filled,
                why="a complaint in the answer to a form's question",
            )
        return _go_on(s, intent, form, filled, f"{slot.name} answered")
    return _misfit(s, intent, form, slot, pending)


def _value(s: Situation, slot: Slot, pending: PendingQuestion) -> str | None:
    """The slot's value, "" to pass it over, or None when the answer is none."""
    picked = choices.pick(pending.choices, s.said.picked, s.said.text, loosely=slot.kind is SlotKind.CHOICE)
    if slot.kind is SlotKind.TEXT:
        if picked is not None:
            return picked_value(picked.payload)
        if (
            s.said.picked
            or s.cues.withdraws
            or s.cues.behind
            or s.cues.cancels
            or (slot.optional and s.cues.no)
            or _asks_something_else(s)
        ):
            return None
        return s.reader.value(slot, s.said) or None
    if slot.kind is SlotKind.CHOICE and s.said.picked is None and _asks_which(s):
        return None
    # Any other kind is told by its form: "2" is a number before it is the second choice.
    if value := s.reader.value(slot, s.said):
        return value
    return None if picked is None else picked_value(picked.payload)


def _asks_something_else(s: Situation) -> bool:
    """Any text would fit, so only a plain question about something known counts as one."""
    return is_question(s.said.text) and _means_an_entry(s)


def _asks_which(s: Situation) -> bool:
    """A question about something known that asks more than whether; it may hold the word for a choice all the same."""
    return inquires(s.said.text) and _means_an_entry(s)


def _means_an_entry(s: Situation) -> bool:
    return bool(s.best) and isinstance(s.item(s.best), Entry)


def _misfit(s: Situation, intent: Intent, form: Form, slot: Slot, pending: PendingQuestion) -> Decision | None:
    if s.cues.complaint:
        return None
    if s.cues.unable and slot.kind is SlotKind.PHOTO and not slot.optional:
        rule = who_goes_on(s, form)
        why = f"the customer cannot send {slot.name}"
        return HandOff(reason=Reason.FORM, team=rule.team, priority=rule.priority, lead=("photo_later",), why=why)
    other = elsewhere(s, intent.id)
    if s.role(s.best).is_small_talk:
        return Answer(name=s.best, aside=True, why=f"{s.best} said inside {intent.id}")
    if s.cues.unable and slot.optional and (slot.kind is SlotKind.PHOTO or not other):
        return _go_on(s, intent, form, with_value(s.memory.slots, slot, ""), f"{slot.name} cannot be given")
    if s.cues.behind:
        return None  # what comes after "forget it" is answered, and the form is over
    if other and not _is_a_reason(s, slot, pending, other):
        return aside(s, other, intent.id)
    attempts = pending.attempts + 1
    if attempts < ATTEMPTS:
        why = f"the answer does not fit {slot.name}"
        return Ask(intent=intent.id, slot=slot.name, slots=s.memory.slots, attempts=attempts, why=why)
    if slot.optional:
        return _go_on(s, intent, form, with_value(s.memory.slots, slot, ""), f"{slot.name} passed over")
    team = who_goes_on(s, form).team
    why = f"{ATTEMPTS} answers did not fit {slot.name}"
    return HandOff(reason=Reason.FORM_FAILED, team=team, lead=("form_gave_up",), why=why)


def _is_a_reason(s: Situation, slot: Slot, pending: PendingQuestion, other: str) -> bool:
    """A choice answered in one's own words may sound like another request ("it never came" to "why do you cancel?").

    So the question is asked once more before another form takes over from this one.
    """
    item = s.item(other)
    is_form = isinstance(item, Intent) and item.form is not None
    return slot.kind is SlotKind.CHOICE and is_form and not s.chosen and pending.attempts == 0


def _go_on(s: Situation, intent: Intent, form: Form, filled: Slots, why: str) -> Decision:
    slot = next_slot(form, filled)
    if slot is not None:
        return Ask(intent=intent.id, slot=slot.name, slots=filled, why=why)
    if form.lookup:
        return consult(s, intent, form, filled, why)
    if form.handoff is None:
        return Complete(intent=intent.id, slots=filled, why=f"{why}; the form is complete")
    return HandOff(
        reason=Reason.FORM,
        team=form.handoff.team,
        priority=form.handoff.priority,
        slots=filled,
        done=intent.id,
        why=f"{why}; the form is complete",
    )
