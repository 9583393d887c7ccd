"""From sources to file models: each file has the keys and values of its kind, or a finding says where it has not."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from csbot.content import file_models, marked_yaml
from csbot.content.file_models import (
    EntityModel,
    EntryModel,
    FaqFile,
    IntentModel,
    IntentsFile,
    LookupModel,
    PhrasesFile,
)
from csbot.content.findings import Finding, Severity
from csbot.content.marked_yaml import Path, nearest_line
from csbot.content.own_words import LABEL_LIMIT, RECOGNISE, SAY
from csbot.content.sources import PHRASES, Sources
from csbot.content.spare_words import Key, SpareWords

M = TypeVar("M", bound=BaseModel)

_ITEMS = {"entities", "entries", "intents", "lookups"}
_PATTERNS = {
    "id": "lower-case words and digits joined by hyphens, like delivery-time",
    "family": "lower-case words and digits joined by hyphens, like delivery",
    "entity": "the id of an entity, like city",
    "instead": "the id of an entry, like return-how",
    "lookup": "the id of a lookup, like order-status",
    "first": "the id of a lookup, like order-status",
    "follow_ups": "the id of an entry, like delivery-time",
    "name": "lower-case letters, digits and _, starting with a letter, like order_number",
    "currency": "three capital letters, like TRY",
    "value": "letters, digits, - and _, like refund",
    "channels": "the kind of a channel, like sms",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What of one file has the structure of its kind, with the lines of its values.

    `items` are its intents or entries with their paths, `entities` and `lookups` what else it holds; `phrases` is set
    for the file of csbot's own words, of which `spare` were not in it.
    """

    file: str
    lines: Mapping[Path, int]
    items: tuple[tuple[Path, EntryModel | IntentModel], ...] = ()
    entities: tuple[tuple[Path, EntityModel], ...] = ()
    lookups: tuple[tuple[Path, LookupModel], ...] = ()
    phrases: PhrasesFile | None = None
    spare: frozenset[Key] = frozenset()

    def finding(self, path: Path, text: str, severity: Severity = Severity.ERROR) -> Finding:
        """A finding about the value at `path`."""
        return Finding(file=self.file, line=nearest_line(self.lines, path), text=text, severity=severity)

    def place(self, path: Path) -> str:
        """`file:line` of the value at `path`, for findings about two places."""
        return f"{self.file}:{nearest_line(self.lines, path)}"


def parse_file(file: str, text: str, spare: SpareWords | None = None) -> tuple[Parsed, list[Finding]]:
    """What can be used of the file, and what is wrong with the rest: a broken item hides nothing about others.

    With `spare` csbot's own words need not all be there.
    """
    nothing = Parsed(file=file, lines={})
    try:
        marked = marked_yaml.parse(text)
    except marked_yaml.YamlProblem as problem:
        return nothing, [Finding(file=file, line=problem.line, text=str(problem))]
    if marked.refused:
        return nothing, [Finding(file=file, line=line, text=text) for line, text in marked.refused]
    if marked.data == "":
        return nothing, [Finding(file=file, line=1, text="the file is empty; remove it or write something")]
    findings: list[Finding] = []
    broken: set[Path] = set()
    phrases: PhrasesFile | None = None
    added = spare.complete(marked.data) if spare and file == PHRASES else frozenset()
    try:
        whole = _kind(file).model_validate(marked.data)
        phrases = whole if isinstance(whole, PhrasesFile) else None
    except ValidationError as error:
        details = error.errors(include_url=False)
        findings = [_finding(file, marked.lines, detail) for detail in details]
        broken = {detail["loc"][:2] for detail in details}
    items = () if phrases else tuple(_items(file, marked.data, broken))
    lookups = tuple(_whole("lookups", LookupModel, marked.data, broken)) if file.startswith("intents/") else ()
    entities = tuple(_whole("entities", EntityModel, marked.data, broken)) if file.startswith("intents/") else ()
    parsed = Parsed(
        file=file, lines=marked.lines, items=items, entities=entities, lookups=lookups, phrases=phrases, spare=added
    )
    return parsed, findings


def parse_files(sources: Sources, spare: SpareWords | None = None) -> tuple[list[Parsed], list[Finding]]:
    """What can be used of all files, in order of their names, and what is wrong with the rest; `spare` as above."""
    files: list[Parsed] = []
    findings: list[Finding] = []
    for file, text in sorted(sources.yaml.items()):
        parsed, problems = parse_file(file, text, spare)
        files.append(parsed)
        findings += problems
    if PHRASES not in sources.files:
        findings.append(Finding(file=PHRASES, line=1, text="the file is missing; it holds csbot's own words"))
    return files, findings


def _kind(file: str) -> type[FaqFile | IntentsFile | PhrasesFile]:
    if file == PHRASES:
        return PhrasesFile
    return FaqFile if file.startswith("faq/") else IntentsFile


def _items(file: str, data: marked_yaml.Data, broken: set[Path]) -> Iterator[tuple[Path, EntryModel | IntentModel]]:
    if file.startswith("faq/"):
        return _whole("entries", EntryModel, data, broken)
    return _whole("intents", IntentModel, data, broken)


def _whole(key: str, model: type[M], data: marked_yaml.Data, broken: set[Path]) -> Iterator[tuple[Path, M]]:
    """What stands under `key` and has the structure of `model`."""
    listed = data.get(key) if isinstance(data, dict) else None
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        if (key, index) not in broken:
            yield (key, index), model.model_validate(item)


def _finding(file: str, lines: Mapping[Path, int], error: ErrorDetails) -> Finding:
    path = tuple(part for part in error["loc"] if part != "[key]")
    text = _explain(error, path)
    shown = _shown(path[:-1] if error["type"] in {"missing", "extra_forbidden"} else path)
    return Finding(file=file, line=nearest_line(lines, path), text=f"{shown}: {text}" if shown else text)


def _shown(path: Path) -> str:
    """The path as an author reads it: without the list of items it is in."""
    if len(path) >= 2 and path[0] in _ITEMS:
        path = path[2:]
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def _explain(error: ErrorDetails, path: Path) -> str:
    """What is wrong and how to mend it, in an author's words."""
    kind, given = error["type"], error["input"]
    if kind == "extra_forbidden":
        return unknown(str(path[-1]), _KEYS)
    if kind == "missing":
        return f"{path[-1]!r} is missing; add it"
    if given == "":
        return "is empty; write something or remove the key"
    if kind == "string_type":
        return "a text is wanted here; put quotes around it if it holds ': ' or starts with a sign such as [ or {"
    if kind == "string_too_long":
        limit = error["ctx"]["max_length"]
        because = " (it becomes a button)" if limit == LABEL_LIMIT else ""
        return f"{len(given)} characters; at most {limit} fit{because}"
    if kind == "string_pattern_mismatch":
        return _pattern(error, path)
    if kind == "list_type":
        return "a list is wanted here: [first, second] or lines that start with '- '"
    if kind in {"dict_type", "model_type"}:
        return "keys are wanted here, such as 'tr: ...' for each language"
    if kind in {"too_short", "too_long"}:
        return "is empty" if kind == "too_short" else f"at most {error['ctx']['max_length']} are allowed"
    if kind == "enum":
        return f"one of {error['ctx']['expected']} is wanted, not {given!r}"
    if kind.startswith("date"):
        return f"a day like 2026-11-01 is wanted, not {given!r}"
    if kind.startswith("bool"):
        return f"true or false is wanted, not {given!r}"
    return error["msg"]


def _pattern(error: ErrorDetails, path: Path) -> str:
    given = error["input"]
    field = next((part for part in reversed(path) if part in _PATTERNS), None)
    if error["loc"][-1] == "[key]" and field != "channels":
        return f"{given!r} is no language code; write one like tr or en"
    wanted = _PATTERNS[str(field)] if field else error["ctx"]["pattern"]
    return f"{given!r} does not fit; wanted: {wanted}"


def unknown(key: str, known: frozenset[str]) -> str:
    """An unknown key, with the known one it is probably meant to be."""
    near = difflib.get_close_matches(key.lower(), sorted(known), n=1, cutoff=0.6)
    return f"unknown key {key!r}; did you mean {near[0]!r}?" if near else f"unknown key {key!r}; remove it"


def _all_keys() -> Iterator[str]:
    for value in vars(file_models).values():
        if isinstance(value, type) and issubclass(value, BaseModel):
            yield from value.model_fields
    yield from (*SAY, *RECOGNISE)


_KEYS = frozenset(_all_keys())
