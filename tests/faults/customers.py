"""Who writes during a run, and what: visits of customers, each with a burst or a few of the brand's own questions."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from csbot.channel.imitation import Call
from csbot.content.catalogue import build
from csbot.content.sources import read_sources

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("tr", "en")
PHONE_KINDS = ("sms", "whatsapp")

Phrasings = Mapping[str, Sequence[Sequence[str]]]
"""By language, the ways to ask for each thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """What customers write about: FAQ entries, and what only a person does."""

    questions: Phrasings
    wishes: Phrasings


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One message a customer is about to send. No two of one customer on one channel have the same text."""

    channel: str
    user: str
    text: str


Visit = tuple[tuple[Words, ...], ...]
"""One customer's bursts, in order; the messages of a burst are posted together."""

Visits = Callable[[int], Visit]
"""The visit of each customer of a run, by number."""


def sample_matters() -> Matters:
    """The matters of the sample brand, as its content files have them."""
    catalogue = build(read_sources(ROOT), languages=LANGUAGES)
    entries = catalogue.entries.values()
    intents = [intent for intent in catalogue.intents.values() if intent.handoff]
    return Matters(
        questions={language: [entry.questions[language] for entry in entries] for language in LANGUAGES},
        wishes={language: [intent.examples[language] for intent in intents] for language in LANGUAGES},
    )


def visit(number: int, *, seed: int, channels: Sequence[str], matters: Matters) -> Visit:
    """The `number`-th customer of a run: always the same for the same seed. One in four wants a person in the end.

    Channels are named by their kinds. Who writes by SMS may go on by WhatsApp: one number, one customer.
    """
    chance = random.Random(f"{seed}/{number}")
    channel = chance.choice(list(channels))
    language = chance.choice(LANGUAGES)
    asked = [chance.choice(phrasings) for phrasings in chance.sample(list(matters.questions[language]), 8)]
    bursts: list[tuple[Words, ...]] = []
    for _ in range(chance.randint(1, 4)):
        if channel in PHONE_KINDS and chance.random() < 0.3:
            channel = chance.choice([kind for kind in channels if kind in PHONE_KINDS])
        size = chance.choices((1, 2, 3), (7, 2, 1))[0]
        texts, asked = asked[:size], asked[size:]
        if texts:
            bursts.append(tuple(Words(channel=channel, user=_user(channel, number), text=text) for text in texts))
    if chance.random() < 0.25:
        wish = chance.choice(chance.choice(list(matters.wishes[language])))
        bursts.append((Words(channel=channel, user=_user(channel, number), text=wish),))
    return tuple(bursts)


def _user(channel: str, number: int) -> str:
    if channel in PHONE_KINDS:
        return f"+90532{number:07d}"
    return f"T0CSBOT:U{number:07d}" if channel == "slack" else f"{5_000_000 + number}"


_FIELDS = {
    "slack": ("channel", "text"),
    "sms": ("To", "Body"),
    "telegram": ("chat_id", "text"),
    "whatsapp": ("To", "Body"),
}


def told(channel: str, call: Call) -> tuple[str, str]:
    """Where a send was to go, and its text."""
    to, text = (str(call.fields.get(field, "")) for field in _FIELDS[channel])
    return to.removeprefix("whatsapp:"), unescape(text) if channel == "slack" else text
