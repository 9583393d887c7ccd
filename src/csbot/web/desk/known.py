"""What the bot has found out, in the reader's words: values it was told, what systems said, why it understood so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from csbot.domain.content import Catalogue, EntityValue, SlotChoice, SlotKind, Text
from csbot.domain.lookup import AskedLookup, Branch
from csbot.domain.ticket import Evidence, Named, Ranked
from csbot.web.desk.words import BRANCHES, VALUES
from csbot.web.languages import text
from csbot.web.rendering import Page

WORTH_A_LINE = 0.01
"""A meaning with less of a chance says nothing to a person."""

DONE = (text("done"), "good")
"""A change that was found to be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLookup:
    """A question to one of the brand's systems: about what, and what it came to, in words and colour."""

    title: str
    about: Sequence[tuple[str, str]]
    words: str
    kind: str
    reason: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMeaning:
    """What a text may mean, how likely, and the phrasing of it that is nearest ("" where none is told)."""

    title: str
    score: float
    phrase: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvidence:
    """What was made of a text, or of a part of one; a threshold of 0 is not told."""

    text: str
    meanings: Sequence[ShownMeaning]
    answer_from: float
    ask_from: float
    words: Sequence[tuple[str, float]]


def values(page: Page, catalogue: Catalogue, slots: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the customer has told, each with what it is called; the label of a choice stands for its value."""
    return [_value(page, catalogue, name, value) for name, value in slots if value]


def noticed(
    page: Page, catalogue: Catalogue, named: Iterable[Named], known: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """What else the last text names, each once."""
    told = {value for _, value in known}
    found = dict.fromkeys((one.kind, one.value) for one in named if one.value not in told)
    return [_value(page, catalogue, kind, value) for kind, value in found]


def lookup(page: Page, catalogue: Catalogue, asked: AskedLookup) -> ShownLookup:
    """A lookup as agents read it; no value of a record is in it."""
    words, kind = DONE if asked.changes and asked.branch is Branch.FOUND else BRANCHES[asked.branch]
    # A lookup has no title of its own; whoever fills in its form asks for what the intent is called.
    by_form = (one.id for one in catalogue.intents.values() if one.form and one.form.lookup == asked.name)
    return ShownLookup(
        title=catalogue.title(next(by_form, asked.name), page.language),
        about=values(page, catalogue, asked.slots),
        words=page.text(words),
        kind=kind,
        reason=asked.reason.replace("_", " "),
        at=asked.at,
    )


def meanings(page: Page, catalogue: Catalogue, ranking: Iterable[Ranked]) -> list[tuple[str, float]]:
    """The likeliest first, without those that say nothing."""
    return [(catalogue.title(one.name, page.language), one.score) for one in ranking if one.score >= WORTH_A_LINE]


def evidence(page: Page, catalogue: Catalogue, found: Iterable[Evidence]) -> list[ShownEvidence]:
    """Why each part of the last text was understood so; nothing of a part of which the engine tells nothing."""
    shown = []
    for one in found:
        if one.grounds is None:
            continue
        nearest = {phrase.name: phrase for phrase in one.grounds.phrases}
        shown.append(
            ShownEvidence(
                text=one.text,
                meanings=[
                    ShownMeaning(
                        title=catalogue.title(ranked.name, page.language),
                        score=ranked.score,
                        phrase=nearest[ranked.name].text if ranked.name in nearest else "",
                        likeness=nearest[ranked.name].likeness if ranked.name in nearest else 0.0,
                    )
                    for ranked in one.ranking
                    if ranked.score >= WORTH_A_LINE
                ],
                answer_from=one.grounds.answer_from,
                ask_from=one.grounds.ask_from,
                words=[(word.text, word.share) for word in one.grounds.words],
            )
        )
    return shown


def _value(page: Page, catalogue: Catalogue, name: str, value: str) -> tuple[str, str]:
    forms = (intent.form for intent in catalogue.intents.values() if intent.form)
    slot = next((slot for form in forms for slot in form.slots if slot.name == name), None)
    # What was only noticed stands under the name of its kind.
    kind = (slot.entity or slot.kind.value) if slot else name
    if own := catalogue.entities.get(kind):
        return _label(page, own.title, name), _said(page, own.values, value)
    if kind == SlotKind.DATE and value:
        value = page.long_date(date.fromisoformat(value))
    title = page.text(VALUES[kind]) if kind in VALUES else name.replace("_", " ").capitalize()
    return title, _said(page, slot.choices if slot else (), value)


def _said(page: Page, known: Iterable[SlotChoice | EntityValue], value: str) -> str:
    """The label of one of the known values; any other as it is."""
    return next((_label(page, one.label, value) for one in known if one.value == value), value)


def _label(page: Page, texts: Text, otherwise: str) -> str:
    return texts.get(page.language) or next(iter(texts.values()), otherwise)
