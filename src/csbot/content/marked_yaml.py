"""YAML as content files use it: texts, lists and mappings, with the line of every value.

Every scalar stays the text that was written, so `no` is the word no and `0850` keeps its zero. What could surprise or
harm is refused: duplicate keys, anchors and aliases (a few lines of them can stand for gigabytes), tags, deep nesting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

Data = str | list["Data"] | dict[str, "Data"]
Path = tuple[str | int, ...]
"""Where a value is: keys and indexes from the top of the file."""

DEPTH_LIMIT = 12
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlProblem(Exception):
    """The text is no YAML; `line` counts from 1."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


@dataclass(slots=True, kw_only=True)
class MarkedYaml:
    """The data of one file with lines, and what was refused on the way as (line, text)."""

    data: Data = ""
    lines: dict[Path, int] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest thing around it that exists."""
        return nearest_line(self.lines, path)


def nearest_line(lines: Mapping[Path, int], path: Path) -> int:
    """The line of the longest prefix of `path` that has one; 1 when none has."""
    for length in range(len(path), -1, -1):
        if (line := lines.get(path[:length])) is not None:
            return line
    return 1


def parse(text: str) -> MarkedYaml:
    """Read one YAML document. Raises YamlProblem where the text is not YAML or nests deeper than DEPTH_LIMIT."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlProblem(mark.line + 1 if mark else 1, _reason(error)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlProblem(line, f"a character that YAML cannot hold: {error.reason}") from error
    except UnicodeError as error:
        raise YamlProblem(1, "the text holds half a character (a lone surrogate)") from error
    return builder.result


def _reason(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "cannot be read"
    hint = (
        "; indent with spaces, and put quotes around a text that holds ': ' or starts with a sign such as [ { * & ! % @"
    )
    return f"not YAML: {problem}{hint}"


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    path: Path
    items: list[Data] | dict[str, Data]
    key: str | None = None
    skipping: bool = False


class _Builder:
    """Turns parser events into data; iterative, so no input can exhaust the stack."""

    def __init__(self) -> None:
        self.result = MarkedYaml()
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents == 2:
                self._refuse(line, "a second document; one file holds one document, remove the line with '---'")
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(line, f"an alias (*{event.anchor}); write the text again instead")
            self._place("", line)
        elif isinstance(event, yaml.ScalarEvent):
            self._check_node(event, line)
            self._scalar(event.value, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._check_node(event, line)
            if len(self._open) >= DEPTH_LIMIT:
                raise YamlProblem(line, f"nested deeper than {DEPTH_LIMIT} levels")
            items: list[Data] | dict[str, Data] = {} if isinstance(event, yaml.MappingStartEvent) else []
            self._open.append(_Open(path=self._place(items, line), items=items))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()

    def _check_node(self, event: Any, line: int) -> None:
        if event.anchor:
            self._refuse(line, f"an anchor (&{event.anchor}); write the text where it is needed instead")
        if event.tag and not event.tag.startswith("tag:yaml.org,2002:str"):
            self._refuse(line, f"a tag ({event.tag}); content is plain text, remove it")

    def _scalar(self, value: str, line: int) -> None:
        top = self._open[-1] if self._open else None
        if top is None or isinstance(top.items, list) or top.key is not None:
            self._place(value, line)
            return
        top.key = value
        if value in top.items:
            first = nearest_line(self.result.lines, (*top.path, value))
            self._refuse(line, f"the key {value!r} stands here twice (first in line {first}); remove one of them")
            top.skipping = True
        elif value == "<<":
            self._refuse(line, "a merge key (<<); write the values out instead")
            top.skipping = True
        else:
            self.result.lines[(*top.path, value)] = line

    def _place(self, value: Data, line: int) -> Path:
        """Put a finished or just opened value where it belongs; return its path."""
        if not self._open:
            if self._documents == 1:
                self.result.data = value
                self.result.lines.setdefault((), line)
            return ()
        top = self._open[-1]
        if isinstance(top.items, list):
            path: Path = (*top.path, len(top.items))
            top.items.append(value)
            self.result.lines[path] = line
            return path
        if top.key is None:
            self._refuse(line, "a list or mapping as a key; a key is one word")
            top.key, top.skipping = "", True
            return (*top.path, "")
        path = (*top.path, top.key)
        if not top.skipping:
            top.items[top.key] = value
        top.key, top.skipping = None, False
        return path

    def _refuse(self, line: int, text: str) -> None:
        self.result.refused.append((line, text))
