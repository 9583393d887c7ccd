"""Words for what was decided: csbot's own phrases and the brand's answers, in the lane's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from babel.core import Locale
from babel.dates import get_day_names

from csbot.domain.brand import Brand
from csbot.domain.content import Catalogue, Entry, Intent, Slot, SlotKind, Text
from csbot.domain.pause import Pause, PauseScope
from csbot.domain.turn import Line, Say
from csbot.engine import choices

_HOUR_S = 3600
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How csbot speaks in one turn: one language, the default language where a text has none in it."""

    catalogue: Catalogue
    brand: Brand
    language: str
    channel_kind: str

    def phrase(self, key: str, **values: str) -> str:
        """One of csbot's own words; raises KeyError for a key the catalogue does not have."""
        return fill(self.own(self.catalogue.phrases.say[key]), values)

    def own(self, text: Text) -> str:
        """A text in this language, else the default one, else any."""
        return text.get(self.language) or text.get(self.brand.default_language) or next(iter(text.values()), "")

    def language_name(self, code: str) -> str:
        """What this language calls the language `code`: "German", "Almanca"; the code where it has no name for it."""
        return str(Locale.parse(self.language).languages.get(code, code))

    def title(self, name: str) -> str:
        """The label of an intent or entry."""
        return self.catalogue.title(name, self.language)

    def welcome(self) -> Say:
        """First contact: what csbot is, the privacy notice, how to reach a person."""
        key = "welcome" if self.brand.privacy_url else "welcome_short"
        return Say(text=self.phrase(key, brand=self.brand.name, privacy_url=self.brand.privacy_url))

    def announcements(self, pauses: tuple[Pause, ...], now: datetime) -> tuple[Say, ...]:
        """What is pinned in front of answers now; one whose target is a language is said in that language only."""
        return tuple(
            Say(text=pause.note)
            for pause in pauses
            if pause.scope is PauseScope.ANNOUNCEMENT
            and pause.note
            and pause.target in ("", self.language)
            and (pause.until is None or pause.until > now)
        )

    def answer(self, item: Entry | Intent) -> str:
        """The published answer for this channel's kind; empty where the item has none."""
        if isinstance(item, Intent):
            return self.own(item.answer) if item.answer else ""
        fallback = self.brand.default_language
        return (
            item.answer(self.language, self.channel_kind)
            or item.answer(fallback, self.channel_kind)
            or self.own(item.answers)
        )

    def vote(self) -> Say:
        """Did this help?"""
        offered = choices.helped(self.phrase("helped_yes"), self.phrase("helped_no"))
        return Say(text=self.phrase("helped"), choices=offered)

    def clarify(self, names: tuple[str, ...]) -> Say:
        """Did you mean one of these?"""
        offered = choices.clarify([(name, self.title(name)) for name in names], self.phrase("clarify_none"))
        return Say(text=self.phrase("clarify"), choices=offered)

    def question(self, slot: Slot, *, again: bool = False) -> Say:
        """A form's question; `again` after an answer that did not fit."""
        offered = choices.slot(slot, self.language, self.brand.default_language, self.phrase("form_skip"))
        text = self.own(slot.question)
        if again:
            generic = "form_photo_needed" if slot.kind is SlotKind.PHOTO else "form_invalid"
            text = f"{self.own(slot.error) or self.phrase(generic)}\n{text}"
        return Say(text=text, choices=offered)

    def handoff(self, line: Line, now: datetime, *, usual_wait_s: float) -> Say:
        """A person will answer: the place in the line and the expected wait, or when the brand opens."""
        hours = self.brand.business_hours
        if hours is not None and not hours.is_open(now, self.brand.timezone):
            opening = hours.next_opening(now, self.brand.timezone)
            days = get_day_names("wide", locale=self.language)
            return Say(text=self.phrase("handoff_closed", hours=f"{days[opening.weekday()]} {opening:%H:%M}"))
        place = line.waiting + 1
        if line.wait_s is None and place == 1:
            return Say(text=self.phrase("handoff_next"))
        wait_s = usual_wait_s * place if line.wait_s is None else line.wait_s
        return Say(text=self.phrase("handoff_waiting", place=str(place), wait=self._wait(wait_s)))

    def _wait(self, wait_s: float) -> str:
        if wait_s >= _HOUR_S:
            return self.phrase("wait_hour", n=str(-int(-wait_s // _HOUR_S)))
        return self.phrase("wait_minutes", n=str(max(1, -int(-wait_s // 60))))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its {placeholders} replaced; a value passed over leaves nothing."""
    # Not str.format: a customer's value or a stray brace must stay what it is.
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)
