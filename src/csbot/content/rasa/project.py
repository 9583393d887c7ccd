"""What a Rasa project says, file by file put together, and what of it has no place in csbot's content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

RETRIEVAL = "faq"
OUTSIDE = "out_of_scope"
METADATA = "csbot"
LOOKUPS = "lookups"
ENTITIES = "entities"
LANGUAGE_SLOT = "language"
PERSON = "utter_handoff"

_ANNOTATED = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})(?:\[[^\]]*\])?")
_KEPT_KEYS = {"version", "recipe", "language", "assistant_id", "session_config"}
_NOT_KEPT = {
    "stories": "csbot goes by what customers say, not by the order of a script",
    "actions": "their code stays in the action server; csbot asks the brand's systems by lookups",
    "entities": "csbot reads numbers, dates and the like by the kind of a form's question",
    "pipeline": "csbot writes its own when it trains Rasa",
    "policies": "csbot decides by its own",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something that has no place in csbot's content: in which file, what, and why or what became of it."""

    file: str
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}: {self.why}"


@dataclass(slots=True)
class Project:
    """All files together: phrasings by intent and language, responses and forms by name, what a rule lets follow."""

    phrases: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)
    responses: dict[str, list[Any]] = field(default_factory=dict)
    forms: dict[str, list[str]] = field(default_factory=dict)
    follows: dict[str, str] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    _where: dict[str, str] = field(default_factory=dict)

    def leave(self, name: str, why: str) -> None:
        """Note that something about the intent, response or form `name` is left out."""
        self.left.append(Left(file=self._where.get(name, "domain"), what=name, why=why))

    def take(self, file: str, document: Mapping[str, Any], language: str) -> None:
        """Take in everything of one file but its rules, which need all forms to be known."""
        for item in listed(document.get("nlu")):
            self._take_phrases(file, item, language)
        for name, variations in mapped(document.get("responses")).items():
            self.responses.setdefault(name, []).extend(listed(variations))
            self._where.setdefault(name, file)
        for name, form in mapped(document.get("forms")).items():
            slots = form.get("required_slots", []) if isinstance(form, dict) else form
            self.forms[name] = list(slots) if isinstance(slots, list | dict) else []
            self._where.setdefault(name, file)
        for key in document.keys() - _KEPT_KEYS - {"nlu", "responses", "forms", "rules", "intents", "slots"}:
            self.left.append(Left(file=file, what=key, why=_NOT_KEPT.get(key, "csbot has no such thing")))

    def take_rules(self, file: str, document: Mapping[str, Any]) -> None:
        """Take in what follows an intent by a rule "this intent, then this"; other rules are left."""
        for rule in map(mapped, listed(document.get("rules"))):
            steps = [step for step in listed(rule.get("steps")) if isinstance(step, dict)]
            actions = [step["action"] for step in steps if "action" in step]
            intent = steps[0].get("intent") if steps else None
            if intent and actions and "condition" not in rule and sum("intent" in step for step in steps) == 1:
                self.follows.setdefault(intent, actions[0])
                actions = [action for action in actions[1:] if action not in {"action_listen", PERSON}]
                why = f"csbot does one thing after an intent, so {', '.join(actions)} is left"
            else:
                why = "csbot lets one thing follow one intent, whatever came before"
                # The end of a form, which the form itself tells.
                actions = [] if any(action in self.forms for action in actions) else ["?"]
            if actions:
                self.left.append(Left(file=file, what=f"rule {rule.get('rule', '?')!r}", why=why))

    def _take_phrases(self, file: str, item: Any, language: str) -> None:
        name = item.get("intent") if isinstance(item, dict) else None
        if not isinstance(name, str):
            what = " ".join(map(str, next(iter(item.items())))) if isinstance(item, dict) and item else "an example"
            self.left.append(Left(file=file, what=what, why="csbot has its own spelling and reads no entities"))
            return
        self._where.setdefault(name, file)
        metadata = mapped(item.get("metadata"))
        if METADATA in metadata:
            self.metadata[name] = mapped(metadata.pop(METADATA))
        if others := sorted({*metadata, *(item.keys() - {"intent", "examples", "metadata"})}):
            self.leave(name, f"{', '.join(others)} of its examples")
        examples = list(_examples(item.get("examples")))
        plain = [_ANNOTATED.sub(r"\1", example) for example in examples]
        if plain != examples:
            self.leave(name, "entities are marked in its examples; their words stay")
        if plain:
            known = self.phrases.setdefault(name, {}).setdefault(language, [])
            known += [phrase for phrase in dict.fromkeys(plain) if phrase not in known]


def listed(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def mapped(value: Any) -> dict[str, Any]:
    """A copy of the value if it is a mapping, else an empty one."""
    return dict(value) if isinstance(value, dict) else {}


def _examples(written: Any) -> Iterator[str]:
    """Examples as a block of lines that start with "- ", or as a list of texts with metadata."""
    lines = (
        written.splitlines() if isinstance(written, str) else [mapped(one).get("text", "") for one in listed(written)]
    )
    for line in lines:
        if text := line.strip().removeprefix("-").strip():
            yield text
