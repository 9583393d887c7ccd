"""The schemas editors use say the same as the loader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from csbot.content.schema_files import FOLDER, SCHEMAS, schema_text, write_schemas
from tests.unit.content.brand_folder import DELIVERY, ORDERS, PHRASES

RIGHT = {"faq": DELIVERY, "intents": ORDERS, "phrases": PHRASES}


def _errors(name: str, text: str) -> list[str]:
    schema: Any = yaml.safe_load(schema_text(name))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = yaml.load(text, Loader=yaml.CBaseLoader)
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(document)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_the_one_the_models_make(name: str) -> None:
    committed = (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")

    assert committed == schema_text(name), "run: python -m csbot.content.schema_files"


def test_schemas_are_written_where_asked(tmp_path: Path) -> None:
    assert [file.name for file in write_schemas(tmp_path)] == [f"{name}.schema.json" for name in SCHEMAS]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_right_file_fits_its_schema(name: str) -> None:
    # Every scalar is read as a text here, so only the truth value of `sensitive` is given to editors as another type.
    assert _errors(name, RIGHT[name].replace("    sensitive: true\n", "")) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("faq", "    answers:\n", "    anwsers:\n"),
        ("faq", "title: {tr: Kargo ücreti", "title: {tr: Kargo ücretleri ne kadar"),
        ("intents", "    answer: {tr: Merhaba., en: Hello.}\n", ""),
        ("intents", "kind: choice", "kind: choise"),
        ("phrases", "  clarify: {", "  clarfy: {"),
    ],
)
def test_an_editor_sees_what_the_loader_refuses(name: str, old: str, new: str) -> None:
    assert _errors(name, RIGHT[name].replace("    sensitive: true\n", "").replace(old, new))
