"""What was read of a Rasa project as items of content files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from csbot.content.own_words import LABEL_LIMIT
from csbot.content.rasa.project import ENTITIES, LANGUAGE_SLOT, LOOKUPS, PERSON, Project, listed, mapped

_NO_ID = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 40
_ROLES = {
    "greet": "greeting",
    "greeting": "greeting",
    "hello": "greeting",
    "goodbye": "goodbye",
    "bye": "goodbye",
    "thanks": "thanks",
    "thank": "thanks",
    "thankyou": "thanks",
    "thank_you": "thanks",
}
"""What Rasa projects call small talk."""

Texts = dict[str, str]


class Writer:
    """Makes entries and intents, in `files` by their families; what does not fit is left with a word about it."""

    def __init__(self, project: Project, languages: Sequence[str]) -> None:
        self.files: dict[str, dict[str, Any]] = {}
        self._project = project
        self._languages = languages
        self._ids: set[str] = set()
        self._asked: set[tuple[str, str]] = set()
        self._led_to: set[str] = {PERSON}

    def add(self, name: str) -> None:
        """The entry or intent that Rasa calls `name`."""
        retrieval, slash, key = name.partition("/")
        known = dict(self._project.metadata.get(name, {}))
        family = _slug(known.pop("family", "") or (retrieval if slash else "imported"))
        phrases = self._project.phrases[name]
        titled = name in self._project.metadata
        title = known.pop("title", None) or (None if titled else dict.fromkeys(phrases, _title(key or name)))
        begun = {"id": self._id(name), **({"title": title} if title else {})}
        if slash:
            answers, channels = self._texts(f"utter_{name}")
            if not answers:
                self._project.leave(name, "it has no response with a text, so it is left")
                return
            told = {"questions": phrases, "answers": answers, **({"channels": channels} if channels else {})}
            self._file(f"faq/{family}.yml", family, "entries").append({**begun, **told, **known})
            return
        if not titled and (role := _ROLES.get(name.lower())):
            known["role"] = role
        for key in (LOOKUPS, ENTITIES):
            self._kept(key, f"intents/{family}.yml", family, known.pop(key, ()))
        does = {} if {"form", "handoff"} & known.keys() else self._does(name)
        if "form" in known:
            self._lead_to(name)
        self._file(f"intents/{family}.yml", family, "intents").append({**begun, "examples": phrases, **known, **does})

    def leave_unsaid(self) -> None:
        """Note the responses and forms that nothing leads to."""
        for name in sorted({*self._project.responses, *self._project.forms} - self._led_to):
            self._project.leave(name, "no intent leads to it by itself")

    def _does(self, name: str) -> dict[str, Any]:
        """What csbot does when it hears the intent."""
        follows = self._project.follows.get(name, f"utter_{name}")
        if follows in self._project.forms:
            self._led_to.add(follows)
            return {"form": {"slots": [self._slot(follows, slot) for slot in self._project.forms[follows]]}}
        answer, channels = self._texts(follows)
        if channels:
            self._project.leave(follows, f"only FAQ entries have a text of their own for {', '.join(channels)}")
        if answer:
            return {"answer": answer}
        if follows != PERSON:
            self._project.leave(name, f"{follows} has no text, so a person answers")
        return {"handoff": {"priority": "normal"}}

    def _kept(self, key: str, path: str, family: str, kept: Sequence[dict[str, Any]]) -> None:
        """The lookups or entities of an intent's form; several forms may have the same."""
        for one in kept:
            if (key, one["id"]) not in self._asked:
                self._asked.add((key, one["id"]))
                self._file(path, family, key).append(one)

    def _slot(self, form: str, slot: str) -> dict[str, Any]:
        """A question of a form; what it wants to hear is not known, so any text will do."""
        asked = {"name": _slug(slot).replace("-", "_"), "kind": "text"}
        for response in (f"utter_ask_{form}_{slot}", f"utter_ask_{slot}"):
            question, _ = self._texts(response)
            if question:
                return {**asked, "question": question}
        self._project.leave(form, f"its question for {slot} is not there; write one")
        return {**asked, "question": dict.fromkeys(self._languages, _title(slot))}

    def _lead_to(self, intent: str) -> None:
        """The form and responses that `writing` made of an intent's form, which comes back from the metadata."""
        form = self._project.follows.get(intent, "")
        self._led_to |= {form, f"utter_{intent}_done"}
        self._led_to |= {f"utter_ask_{form}_{slot}" for slot in self._project.forms.get(form, ())}

    def _texts(self, response: str) -> tuple[Texts, dict[str, Texts]]:
        """A response's texts by language, and by channel and language."""
        self._led_to.add(response)
        plain: Texts = {}
        channels: dict[str, Texts] = {}
        for variation in map(mapped, self._project.responses.get(response, [])):
            conditions = [mapped(one) for one in listed(variation.get("condition"))]
            spoken = [str(one.get("value")) for one in conditions if one.get("name") == LANGUAGE_SLOT]
            text = variation.get("text")
            if not isinstance(text, str) or not text.strip() or len(spoken) < len(conditions):
                self._project.leave(response, "a variation without a text, or said on a condition, is left")
                continue
            if others := sorted(variation.keys() - {"text", "condition", "channel", "id"}):
                self._project.leave(response, f"{', '.join(others)} beside its text")
            language = spoken[0] if spoken else self._languages[0]
            texts = channels.setdefault(variation["channel"], {}) if variation.get("channel") else plain
            if language in texts:
                self._project.leave(response, "of several texts for the same the first is taken")
            texts.setdefault(language, text.strip())
        return plain, channels

    def _id(self, name: str) -> str:
        """An id as csbot wants it; once it is taken, with the retrieval intent before it, then with a number."""
        own = name.rpartition("/")[2]
        choices = [_slug(own), _slug(name), *(_slug(f"{number}-{own}") for number in range(2, 1000))]
        id = next(choice for choice in choices if choice not in self._ids)
        self._ids.add(id)
        if id != own:
            self._project.leave(name, f"it is called {id} here")
        return id

    def _file(self, path: str, family: str, key: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.files.setdefault(path, {"family": family}).setdefault(key, [])
        return items


def _slug(name: str) -> str:
    return _NO_ID.sub("-", name.lower()).strip("-")[:_LONGEST_ID].strip("-") or "unnamed"


def _title(name: str) -> str:
    return re.sub(r"[_/-]+", " ", name).strip().capitalize()[:LABEL_LIMIT].strip()
