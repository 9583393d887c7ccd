"""A catalogue as a Rasa 3 project: what Rasa learns from, and the answers beside it.

What Rasa has no place for (titles, roles, validity, questions of forms, lookups) stands as `metadata` of the intent,
which Rasa passes over, so that `reading` brings back what was written. Everything of one language is in a file of its
own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

import yaml

from csbot.content.rasa.project import ENTITIES, LANGUAGE_SLOT, LOOKUPS, METADATA, OUTSIDE, PERSON, RETRIEVAL
from csbot.domain.content import Catalogue, Entry, Form, Intent

_PHRASINGS = {"questions", "examples"}
_IN_RESPONSES = {"answers", "answer", "channels"}
_LINE_BREAKS = re.compile(r"\s*\n\s*")


def write_project(
    catalogue: Catalogue,
    *,
    families: Mapping[str, str] | None = None,
    outside: Sequence[str] = (),
    transformer_layers: int = 0,
    epochs: int = 30,
) -> dict[str, str]:
    """The project's files. An FAQ entry becomes `faq/<id>` of the one retrieval intent, an intent keeps its name.

    `families` tells by an item's name which file it came from; `outside` are texts about other matters, which Rasa
    learns to refuse. Without transformer layers training and start take half the time, and little is lost on texts as
    short as these.
    """
    items = _named(catalogue)
    metadata = {name: _metadata(item, (families or {}).get(name, ""), catalogue) for name, item in items.items()}
    files = {
        "config.yml": _yaml(_config(catalogue.languages[0], transformer_layers, epochs)),
        "domain.yml": _yaml(_domain(catalogue, bool(outside))),
        "data/rules.yml": _yaml({"version": "3.1", "rules": list(_rules(catalogue))}),
    }
    for language in _languages(catalogue):
        learnt = [
            _learnt(name, item, language, metadata[name] if language == catalogue.languages[0] else {})
            for name, item in items.items()
        ]
        files[f"data/nlu.{language}.yml"] = _yaml({"version": "3.1", "nlu": [one for one in learnt if len(one) > 1]})
    if outside:
        refused = {"intent": OUTSIDE, "examples": _examples(outside)}
        files["data/outside.yml"] = _yaml({"version": "3.1", "nlu": [refused]})
    return files


def _learnt(name: str, item: Intent | Entry, language: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """One intent as its language's file has it, with what else is known of it."""
    learnt: dict[str, Any] = {"intent": name}
    if metadata:
        learnt["metadata"] = {METADATA: metadata}
    if phrases := _phrasings(item).get(language):
        learnt["examples"] = _examples(phrases)
    return learnt


def _named(catalogue: Catalogue) -> dict[str, Intent | Entry]:
    entries = {f"{RETRIEVAL}/{entry.id}": entry for entry in catalogue.entries.values()}
    return {**catalogue.intents, **entries}


def _phrasings(item: Intent | Entry) -> Mapping[str, Sequence[str]]:
    return item.questions if isinstance(item, Entry) else item.examples


def _languages(catalogue: Catalogue) -> list[str]:
    """The brand's languages, then others that phrasings are written in."""
    spoken = [language for item in _named(catalogue).values() for language in _phrasings(item)]
    return list(dict.fromkeys([*catalogue.languages, *spoken]))


def _examples(phrases: Sequence[str]) -> str:
    return "".join(f"- {_LINE_BREAKS.sub(' ', phrase)}\n" for phrase in phrases)


def _metadata(item: Intent | Entry, family: str, catalogue: Catalogue) -> dict[str, Any]:
    """Everything Rasa has no place for, with the lookups that the item's form asks and the entities it wants.

    The first intent has those with it that no form wants.
    """
    lookups = catalogue.lookups
    told = {key: value for key, value in _plain(item).items() if key not in {"id", *_PHRASINGS, *_IN_RESPONSES}}
    last = lookups.get(item.form.lookup) if isinstance(item, Intent) and item.form else None
    if last is not None:
        told[LOOKUPS] = [_plain(one) for one in (lookups.get(last.first), last) if one is not None]
    wanted = _wanted(item)
    if item is next(iter(catalogue.intents.values()), None):
        elsewhere = {id for intent in catalogue.intents.values() for id in _wanted(intent)}
        wanted += [id for id in catalogue.entities if id not in elsewhere]
    if wanted:
        told[ENTITIES] = [_plain(catalogue.entities[id]) for id in wanted]
    return {"family": family, **told} if family else told


def _wanted(item: Intent | Entry) -> list[str]:
    """The entities that the item's form asks for."""
    slots = item.form.slots if isinstance(item, Intent) and item.form else ()
    return list(dict.fromkeys(slot.entity for slot in slots if slot.entity))


def _plain(value: Any) -> Any:
    """The value in YAML's own kinds, defaults of dataclasses left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(mine)
            for field in fields(value)
            if (mine := getattr(value, field.name)) != field.default
            and (field.default_factory is MISSING or mine != field.default_factory())
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _domain(catalogue: Catalogue, refuses: bool) -> dict[str, Any]:
    forms = {name: intent.form for name, intent in catalogue.intents.items() if intent.form}
    return {
        "version": "3.1",
        "intents": [*catalogue.intents, *([RETRIEVAL] if catalogue.entries else []), *([OUTSIDE] if refuses else [])],
        "slots": {
            LANGUAGE_SLOT: {
                "type": "text",
                "influence_conversation": False,
                "initial_value": catalogue.languages[0],
                "mappings": [{"type": "custom"}],
            },
            **{
                _slot(name, slot.name): {
                    "type": "text",
                    "influence_conversation": False,
                    "mappings": [
                        {
                            "type": "from_text",
                            "conditions": [{"active_loop": _form(name), "requested_slot": _slot(name, slot.name)}],
                        }
                    ],
                }
                for name, form in forms.items()
                for slot in form.slots
            },
        },
        "forms": {
            _form(name): {"required_slots": [_slot(name, slot.name) for slot in form.slots]}
            for name, form in forms.items()
        },
        "responses": dict(_responses(catalogue, forms)),
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def _responses(catalogue: Catalogue, forms: Mapping[str, Form]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    first = catalogue.languages[0]
    for entry in catalogue.entries.values():
        yield (
            f"utter_{RETRIEVAL}/{entry.id}",
            [
                *({**one, "channel": kind} for kind, texts in entry.channels.items() for one in _said(texts, first)),
                *_said(entry.answers, first),
            ],
        )
    for name, intent in catalogue.intents.items():
        if intent.answer is not None:
            yield f"utter_{name}", _said(intent.answer, first)
    for name, form in forms.items():
        for slot in form.slots:
            yield f"utter_ask_{_form(name)}_{_slot(name, slot.name)}", _said(slot.question, first)
        if form.done:
            yield f"utter_{name}_done", _said(form.done, first)
    handed = catalogue.phrases.say.get("handoff_next", {}) or {first: "..."}
    yield PERSON, _said(handed, first)


def _said(texts: Mapping[str, str], first: str) -> list[dict[str, Any]]:
    """A variation a language, chosen by the slot; that of the first language is said when the slot fits none."""
    return [
        {"condition": [{"type": "slot", "name": LANGUAGE_SLOT, "value": language}], "text": text}
        for language, text in texts.items()
        if language != first
    ] + [{"text": text} for language, text in texts.items() if language == first]


def _rules(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """What follows an intent: an answer, a form, a person."""
    if catalogue.entries:
        yield {"rule": "answer questions", "steps": [{"intent": RETRIEVAL}, {"action": f"utter_{RETRIEVAL}"}]}
    for name, intent in catalogue.intents.items():
        if intent.form is None:
            action = f"utter_{name}" if intent.answer is not None else PERSON
            yield {"rule": name, "steps": [{"intent": name}, {"action": action}]}
            continue
        form = _form(name)
        yield {"rule": name, "steps": [{"intent": name}, {"action": form}, {"active_loop": form}]}
        after = [{"action": f"utter_{name}_done"}] if intent.form.done else []
        # Rasa by itself asks no system of the brand's, so a person does.
        after += [{"action": PERSON}] if intent.form.handoff or intent.form.lookup else []
        if after:
            ended: list[dict[str, Any]] = [{"action": form}, {"active_loop": None}, *after]
            yield {"rule": f"{name} is complete", "condition": [{"active_loop": form}], "steps": ended}


def _form(intent: str) -> str:
    return f"{intent}_form"


def _slot(intent: str, slot: str) -> str:
    return f"{intent}_{slot}"


def _config(language: str, layers: int, epochs: int) -> dict[str, Any]:
    # The selector's own sizes cost five times as much a pass as the classifier's, for texts of one kind.
    sizes = {"text": 128, "label": 20}
    network = {
        "epochs": epochs,
        "number_of_transformer_layers": layers,
        **({"transformer_size": None} if not layers else {}),
        "constrain_similarities": True,
        "random_seed": 7,
    }
    return {
        "recipe": "default.v1",
        "assistant_id": "csbot",
        "language": language,
        "pipeline": [
            {"name": "WhitespaceTokenizer"},
            {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {"name": "DIETClassifier", **network, "entity_recognition": False},
            {
                "name": "ResponseSelector",
                "retrieval_intent": RETRIEVAL,
                **network,
                "hidden_layers_sizes": {"text": [], "label": []},
                "dense_dimension": sizes,
                "concat_dimension": sizes,
            },
        ],
        "policies": [{"name": "RulePolicy"}],
    }


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, the way people write them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _block)


def _yaml(document: Mapping[str, Any]) -> str:
    return yaml.dump(dict(document), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
