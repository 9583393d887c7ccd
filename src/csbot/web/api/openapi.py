"""The OpenAPI 3.1 document, made from the table that also routes: served and described cannot differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

import csbot
from csbot.web.api.idempotency import HEADER, REPLAYED
from csbot.web.api.operation import PATH_ID, Operation
from csbot.web.api.problems import ConflictAnswer, ErrorAnswer

_REF = "#/components/schemas/{model}"
_REFUSALS = {
    "400": ("BadRequest", "The request cannot be read; `error.message` names each thing wrong."),
    "401": ("Unauthorized", "No bearer token, or one that is not valid."),
    "403": ("Forbidden", "The token's owner has a role that may not do this."),
    "404": ("NotFound", "There is no such conversation."),
    "413": ("TooLarge", "The body is too large."),
    "500": ("Mistake", "A mistake of csbot's own; its log tells more under the reference in `error.hint`."),
    "503": ("StoreAway", "The database does not answer; nothing was changed. Try again after `Retry-After` seconds."),
}


def document(operations: Iterable[Operation[Any]], *, base: str) -> dict[str, Any]:
    """The whole document for operations served under the path `base`."""
    table = tuple(operations)
    schemas = _schemas(table)
    paths: dict[str, dict[str, Any]] = {}
    for row in table:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(row)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "csbot",
            "version": csbot.__version__,
            "summary": "The human line of csbot: read conversations, take them over, answer, give them back.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {
                name: {"description": description, "content": _json(ErrorAnswer)}
                for name, description in _REFUSALS.values()
            },
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by `csbot user token EMAIL`; shown once, kept as a hash.",
                }
            },
        },
    }


def _schemas(table: tuple[Operation[Any], ...]) -> dict[str, Any]:
    """Every model of a body by its name, and all that these refer to."""
    answers: set[type[BaseModel]] = {*(row.answers for row in table), ErrorAnswer, ConflictAnswer}
    asked: set[type[BaseModel]] = {row.takes for row in table}
    queries: set[type[BaseModel]] = {row.takes for row in table if not row.writes}
    pairs: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "serialization") for model in answers]
    pairs += [(model, "validation") for model in asked]
    _, generated = models_json_schema(sorted(pairs, key=lambda pair: pair[0].__name__), ref_template=_REF)
    only_queries = {model.__name__ for model in queries - {row.takes for row in table if row.writes}}
    return {name: schema for name, schema in generated["$defs"].items() if name not in only_queries}


def _operation(row: Operation[Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": row.name,
        "summary": row.summary,
        "description": f"{row.description}\n\nFor: {', '.join(row.roles)}.",
        "parameters": _parameters(row),
        "responses": _responses(row),
    }
    if row.writes:
        described["requestBody"] = {"required": _needs_body(row.takes), "content": _json(row.takes)}
    return described


def _parameters(row: Operation[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if "{id}" in row.path:
        found.append(
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": f"^{PATH_ID}$"}}
        )
    if row.writes:
        found.append(
            {
                "name": HEADER,
                "in": "header",
                "required": False,
                "description": "A key made for this act, such as a UUID. The same key from the same person on the same "
                f"path gets the first answer (200 or 409) again, byte for byte, marked by the header {REPLAYED}, and "
                "nothing is done twice. Without a key each request is an act of its own.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        )
    else:
        found += _query(row.takes)
    return found


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Each field of a query model as a parameter of its own."""
    schema = model.model_json_schema(ref_template=_REF)
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": field.get("description", ""),
            "schema": _parameter(field),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _parameter(field: dict[str, Any]) -> dict[str, Any]:
    """A query has no null: what may be left out is left out."""
    described = {key: value for key, value in field.items() if key not in {"title", "description", "anyOf"}}
    for alternative in field.get("anyOf", ()):
        if alternative != {"type": "null"}:
            described |= alternative
    return {key: value for key, value in described.items() if (key, value) != ("default", None)}


def _responses(row: Operation[Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": {"description": row.answers.__doc__, "content": _json(row.answers)}}
    if row.conflicts:
        answers["409"] = {
            "description": "The conversation is in other hands, or in a state in which this cannot be done.",
            "content": _json(ConflictAnswer),
        }
    for status, (name, _) in _REFUSALS.items():
        if (status == "404" and "{id}" not in row.path) or (status == "413" and not row.writes):
            continue
        answers[status] = {"$ref": f"#/components/responses/{name}"}
    return answers


def _json(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _needs_body(model: type[BaseModel]) -> bool:
    return any(field.is_required() for field in model.model_fields.values())
