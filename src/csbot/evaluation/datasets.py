"""Reads labelled messages: CSV with a text and a label, CLINC150's JSON, xSID's conll."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csbot.errors import CsbotError

OUT_OF_SCOPE = frozenset({"", "NO_NODES_DETECTED", "oos", "out_of_scope"})
"""Labels of messages about other matters, in the data sets' own words."""

_COLUMNS = (("text", "category"), ("sentence", "label"), ("text", "label"), ("text", "intent"))


class DatasetError(CsbotError):
    """The file is none of the kinds that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A message and what is right for it: names, of which any will do; none for a message about other matters."""

    text: str
    right: tuple[str, ...] = ()
    language: str = ""

    @property
    def label(self) -> str:
        """The first right name, "" for none."""
        return self.right[0] if self.right else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Rows by what they are for. A file of one kind of rows has them as `train`; `held` is for thresholds."""

    train: tuple[Row, ...]
    held: tuple[Row, ...] = ()
    test: tuple[Row, ...] = ()


def read(path: Path, *, language: str = "en") -> Dataset:
    """The rows of a file; `language` is theirs where the file does not say. Raises DatasetError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read: {error}") from error
    if path.suffix == ".json":
        return _clinc(path, text, language)
    if path.suffix in {".conll", ".conllu"}:
        # xSID names its files by language: tr.valid.conll.
        own = path.name.split(".")[0]
        return Dataset(train=tuple(_xsid(text, own if len(own) == 2 else language)))
    return Dataset(train=tuple(_csv(path, text, language)))


def _row(text: str, label: str, language: str) -> Row:
    names = tuple(name for name in label.strip().split("|") if name not in OUT_OF_SCOPE)
    return Row(text=text, right=names, language=language)


def _csv(path: Path, text: str, language: str) -> Iterator[Row]:
    reader = csv.DictReader(text.splitlines(keepends=True))
    names = reader.fieldnames or ()
    found = next((pair for pair in _COLUMNS if set(pair) <= set(names)), None)
    if found is None:
        wanted = " or ".join(",".join(pair) for pair in _COLUMNS)
        raise DatasetError(f"{path}: the first line has to name the columns {wanted}")
    for row in reader:
        if row[found[0]]:
            yield _row(row[found[0]], row[found[1]] or "", row.get("language") or language)


def _clinc(path: Path, text: str, language: str) -> Dataset:
    try:
        parts: dict[str, Any] = json.loads(text)
        rows = {name: [_row(said, label, language) for said, label in pairs] for name, pairs in parts.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise DatasetError(f"{path} is not CLINC150's JSON: lists of [text, intent] by split") from error
    if "train" not in rows:
        raise DatasetError(f"{path} holds no split train")
    splits = (tuple(rows.get(name, []) + rows.get(f"oos_{name}", [])) for name in ("train", "val", "test"))
    train, held, test = splits
    return Dataset(train=train, held=held, test=test)


def _xsid(text: str, language: str) -> Iterator[Row]:
    said = ""
    for line in text.splitlines():
        if line.startswith("# text ="):
            said = line.partition("=")[2].strip()
        elif line.startswith("# intent =") and said:
            yield _row(said, line.partition("=")[2], language)
            said = ""
