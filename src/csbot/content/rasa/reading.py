"""A Rasa 3 project as csbot's content, and all that has no place in it.

Intents of a retrieval intent (`faq/returns`) become FAQ entries, others become intents that answer, ask the questions
of the form a rule starts, or hand over to a person. What `writing` wrote comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

from csbot.content.rasa.items import Writer
from csbot.content.rasa.project import OUTSIDE, Left, Project
from csbot.errors import ContentError

_BY_ITSELF = {OUTSIDE: "csbot knows what is none of its business", "nlu_fallback": "csbot asks back by itself"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Content files by their paths, how many intents and entries are in them, and what was left out."""

    files: Mapping[str, str]
    intents: int
    entries: int
    left: tuple[Left, ...]


def read_project(files: Mapping[str, str], *, languages: Sequence[str]) -> Imported:
    """The content of these project files. A file's language is the part of its path that is one of `languages`
    (`data/nlu.tr.yml`, `data/en/nlu.yml`), else the first. Raises ContentError for a file that is no YAML.
    """
    project = Project()
    documents = [
        (file, document) for file, text in sorted(files.items()) if isinstance(document := _load(file, text), dict)
    ]
    for file, document in documents:
        project.take(file, document, _language(file, languages))
    for file, document in documents:
        project.take_rules(file, document)
    writer = Writer(project, languages)
    for name in project.phrases:
        if name in _BY_ITSELF:
            project.leave(name, _BY_ITSELF[name])
        else:
            writer.add(name)
    writer.leave_unsaid()
    return Imported(
        files={file: _yaml(document) for file, document in writer.files.items()},
        intents=sum(len(document.get("intents", ())) for document in writer.files.values()),
        entries=sum(len(document.get("entries", ())) for document in writer.files.values()),
        left=tuple(dict.fromkeys(project.left)),
    )


def _load(file: str, text: str) -> object:
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise ContentError(f"{file}:1: not YAML; nothing was imported") from error


def _language(file: str, languages: Sequence[str]) -> str:
    parts = re.split(r"[/._-]", file)
    return next((language for language in languages if language in parts), languages[0])


def _yaml(document: Mapping[str, object]) -> str:
    return yaml.safe_dump(dict(document), allow_unicode=True, sort_keys=False, width=120)
