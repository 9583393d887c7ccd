"""Choices offered under a message, and which of them an answer picks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256

from csbot.domain.content import Slot
from csbot.domain.message import Choice
from csbot.engine.words import plain, words

NONE = "none"
SKIP = "-"

_NUMBER = re.compile(r"\W*(\d{1,2})\W*")
_SHORTEST = 3
"""Letters a word needs to stand for a label it begins."""


def helped(yes: str, no: str) -> tuple[Choice, ...]:
    """The vote's two choices."""
    return Choice(label=yes, payload="helped:yes"), Choice(label=no, payload="helped:no")


def yes_no(yes: str, no: str, about: str) -> tuple[Choice, ...]:
    """Yes, then no, to one question only: `about` names the turn that asked, so that an old button answers no other."""
    mark = sha256(about.encode()).hexdigest()[:12]
    return Choice(label=yes, payload=f"confirm:yes:{mark}"), Choice(label=no, payload=f"confirm:no:{mark}")


def clarify(titles: Iterable[tuple[str, str]], none: str) -> tuple[Choice, ...]:
    """One choice a candidate (name, title), then none of these."""
    offered = [Choice(label=title, payload=f"clarify:{name}") for name, title in titles]
    return (*offered, Choice(label=none, payload=f"clarify:{NONE}"))


def follow(titles: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    """Entries offered after an answer, by (name, title)."""
    return tuple(Choice(label=title, payload=f"follow:{name}") for name, title in titles)


def slot(asked: Slot, language: str, default: str, skip: str) -> tuple[Choice, ...]:
    """A slot's options, and for an optional one the choice to pass it over."""
    labels = [(one.value, one.label.get(language) or one.label.get(default) or one.value) for one in asked.choices]
    offered = [Choice(label=label, payload=f"slot:{value}") for value, label in labels]
    if asked.optional:
        offered.append(Choice(label=skip, payload=f"slot:{SKIP}"))
    return tuple(offered)


def named(payload: str) -> tuple[str, str]:
    """What a payload is about: its kind ("helped", "clarify", "follow", "slot", "confirm") and what it names."""
    kind, _, name = payload.partition(":")
    return kind, name


def pick(offered: Sequence[Choice], picked: Choice | None, text: str, *, loosely: bool = False) -> Choice | None:
    """Which of `offered` is meant: by payload, then number, then label; None when none is.

    `loosely` also takes a text that says part of one label and of no other ("iptal" for "Sipariş iptali"), or all of it
    among other words.
    """
    if picked is not None:
        by_payload = next((choice for choice in offered if choice.payload == picked.payload), None)
        if by_payload:
            return by_payload
        text = picked.label
    if not text:
        return None
    if found := _NUMBER.fullmatch(text):
        number = int(found[1])
        return offered[number - 1] if 1 <= number <= len(offered) else None
    line = plain(text)
    exact = next((choice for choice in offered if plain(choice.label) == line), None)
    if exact or not loosely:
        return exact
    said = words(text)
    near = [choice for choice in offered if _says_part(said, words(choice.label))]
    return near[0] if len(near) == 1 else None


def _says_part(said: Sequence[str], label: Sequence[str]) -> bool:
    if not said or not label:
        return False
    part = all(len(word) >= _SHORTEST and any(one.startswith(word) for one in label) for word in said)
    whole = all(any(word.startswith(one) for word in said) for one in label)
    return part or whole
