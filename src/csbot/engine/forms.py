"""Forms: what fits a slot, what stands in the first message already, and what is asked next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from csbot.domain.content import EntityKind, EntityValue, Form, Slot, SlotKind
from csbot.domain.ticket import Named
from csbot.engine import days, entities
from csbot.engine.choices import SKIP, named
from csbot.engine.hearing import Said
from csbot.engine.noticing import mentions, notice

TEXT_LIMIT = 1000
"""Characters of a text kept as a slot's value; the transcript has it all."""

ATTEMPTS = 3
"""Wrong values after which a person takes over."""

_IN_VALUES = re.compile(r"[\d@]")
"""What every typed value holds one of."""

Slots = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What reading a value depends on: the day in the brand's time zone, and that zone, whose country's phone numbers
    are read without a country code; and the content's own kinds of entities.
    """

    today: date
    timezone: str
    kinds: Mapping[str, EntityKind] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """The country."""
        return entities.region_of(self.timezone)

    def value(self, slot: Slot, said: Said) -> str:
        """The value of `slot` in an answer to its question; empty when it does not fit.

        Choices offered are picked by `csbot.engine.choices`; here by what else they are called.
        """
        text = said.text.strip()
        match slot.kind:
            case SlotKind.PHOTO:
                return _photos(said)
            case SlotKind.CHOICE:
                return _named_choice(slot, text)
            case SlotKind.DATE:
                day = days.day(text, self.today)
                return day.isoformat() if day else ""
            case SlotKind.ENTITY:
                return self._entity(slot, text)
            case SlotKind.ORDER_NUMBER:
                return entities.order_number(text, slot.pattern)
            case SlotKind.EMAIL:
                value = entities.email(text)
            case SlotKind.PHONE:
                value = entities.phone(said.phone or text, self.region)
            case SlotKind.NUMBER:
                value = entities.number(text)
            case SlotKind.TEXT:
                value = text[:TEXT_LIMIT] if re.search(r"\w", text) else ""
        return value if value and (not slot.pattern or entities.fits(slot.pattern, value)) else ""

    def prefilled(self, form: Form, filled: Slots, said: Said) -> Slots:
        """`filled` and what else stands in a message that was not asked for it, of the kinds their form tells apart.

        One value a kind: of two order numbers asked for, the second is asked.
        """
        known = dict(filled)
        kinds = {(slot.kind, slot.entity) for slot in form.slots if slot.name in known}
        for slot in form.slots:
            kind = (slot.kind, slot.entity)
            if slot.name not in known and kind not in kinds and (value := self._found(slot, said)):
                known[slot.name] = value
                kinds.add(kind)
        return tuple(known.items())

    def noticed(self, said: Said, known: Slots) -> Slots:
        """`known` and the typed values of any message, under the names of their kinds: worth telling a person."""
        if not said.phone and _IN_VALUES.search(said.text) is None:
            return known
        found = (
            ("email", entities.email(said.text)),
            ("phone", entities.phone(said.phone or said.text, self.region, marked=not said.phone)),
            ("order_number", entities.order_number(said.text, marked=True)),
        )
        told = dict(known)
        for name, value in found:
            # A phone number's digits would be told again as an order's.
            if value and name not in told and not any(_bare(value) in _bare(old) for old in told.values()):
                told[name] = value
        return tuple(told.items())

    def named(self, text: str) -> tuple[Named, ...]:
        """Everything a text names: typed values and the content's own, with their places."""
        return notice(text, today=self.today, region=self.region, kinds=self.kinds.values())

    def _entity(self, slot: Slot, text: str) -> str:
        kind = self.kinds.get(slot.entity)
        return next((one.value for one in mentions(text, kind)), "") if kind else ""

    def _found(self, slot: Slot, said: Said) -> str:
        match slot.kind:
            case SlotKind.PHOTO:
                return _photos(said)
            case SlotKind.ENTITY:
                return self._entity(slot, said.text)
            case SlotKind.CHOICE:
                return _named_choice(slot, said.text)
            case SlotKind.ORDER_NUMBER:
                return entities.order_number(said.text, slot.pattern, marked=True)
            case SlotKind.EMAIL:
                value = entities.email(said.text)
            case SlotKind.PHONE:
                value = entities.phone(said.text, self.region, marked=True)
            case SlotKind.DATE:
                day = days.day(said.text, self.today)
                return day.isoformat() if day else ""
            case _:
                return ""
        return value if value and (not slot.pattern or entities.fits(slot.pattern, value)) else ""


def _named_choice(slot: Slot, text: str) -> str:
    """The one option that is named; "" for none or several."""
    values = tuple(EntityValue(value=one.value, label=one.label, synonyms=one.synonyms) for one in slot.choices)
    named = {one.value for one in mentions(text, EntityKind(id=slot.name, title={}, values=values))}
    return named.pop() if len(named) == 1 else ""


def next_slot(form: Form, filled: Slots) -> Slot | None:
    """The first question not yet answered or passed over; None when the form is complete."""
    known = dict(filled)
    return next((slot for slot in form.slots if slot.name not in known), None)


def with_value(filled: Slots, slot: Slot, value: str) -> Slots:
    """The slots with one more answered; a slot passed over holds ""."""
    return (*((name, old) for name, old in filled if name != slot.name), (slot.name, value))


def picked_value(payload: str) -> str:
    """The value a picked choice stands for; "" passes the slot over."""
    value = named(payload)[1]
    return "" if value == SKIP else value


def shown(form: Form, filled: Slots, language: str, kinds: Mapping[str, EntityKind]) -> Mapping[str, str]:
    """The values as the customer reads them: choices and entities by their labels, dates day first."""
    slots = {slot.name: slot for slot in form.slots}
    return {name: _shown(slots[name], value, language, kinds) for name, value in filled if name in slots}


def _shown(slot: Slot, value: str, language: str, kinds: Mapping[str, EntityKind]) -> str:
    if slot.kind is SlotKind.ENTITY and slot.entity in kinds:
        return next((one.label.get(language, value) for one in kinds[slot.entity].values if one.value == value), value)
    if slot.kind is SlotKind.CHOICE:
        return next((c.label.get(language, value) for c in slot.choices if c.value == value), value)
    if slot.kind is SlotKind.DATE and value:
        return date.fromisoformat(value).strftime("%d.%m.%Y")
    return value


def _photos(said: Said) -> str:
    return ", ".join(f"message {message}" for message in said.photos)


def _bare(value: str) -> str:
    return re.sub(r"\W", "", value)
