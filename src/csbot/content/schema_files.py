"""JSON Schemas of the content format, for editors; made from the models that read the files."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from csbot.content.file_models import FaqFile, IntentsFile, PhrasesFile

SCHEMAS: dict[str, type[BaseModel]] = {"faq": FaqFile, "intents": IntentsFile, "phrases": PhrasesFile}
FOLDER = Path(__file__).parent / "schemas"


def schema_text(name: str) -> str:
    """The text of `schemas/<name>.schema.json`; `name` is one of SCHEMAS."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **SCHEMAS[name].model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path = FOLDER) -> list[Path]:
    """Write all schemas into `folder`; what was written."""
    written: list[Path] = []
    for name in SCHEMAS:
        file = folder / f"{name}.schema.json"
        file.write_text(schema_text(name), encoding="utf-8")
        written.append(file)
    return written


if __name__ == "__main__":
    for path in write_schemas():
        print(path)
