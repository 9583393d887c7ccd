"""The OpenAPI document: valid, complete, and the same as what is served."""

from __future__ import annotations

import re
from typing import Any

from jsonschema import Draft202012Validator

from csbot.web.api.routes import BASE, DOCUMENT, TABLE
from csbot.web.app import build
from tests.web.line import Line

# https://spec.openapis.org/oas/v3.1.1, operation and parameter objects (2026-11)
OPERATION = {"operationId", "summary", "description", "parameters", "requestBody", "responses"}
PARAMETER = {"name", "in", "required", "description", "schema"}
VERB = re.compile(r"get|post|put|patch|delete")


def references(value: Any) -> set[str]:
    """Every $ref below a value."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(below) for below in value.values()))
    if isinstance(value, list):
        return set().union(*(references(below) for below in value))
    return set()


async def test_it_describes_every_route_of_the_application_and_no_other(api: Line) -> None:
    served = {
        (route.method.lower(), route.resource.canonical.removeprefix(BASE))
        for route in build(api.services).router.routes()
        if route.resource is not None and route.resource.canonical.startswith(BASE) and route.method != "HEAD"
    }
    described = {
        (method, path)
        for path, operations in api.document["paths"].items()
        for method in operations
        if VERB.match(method)
    }

    assert described == served - {("get", DOCUMENT)}
    assert described == {(row.method.lower(), row.path) for row in TABLE}


async def test_it_needs_no_token_and_says_that_the_rest_does(api: Line) -> None:
    answer = await api.ask("GET", "openapi.json")

    assert answer.status == 200
    assert answer.json["openapi"] == "3.1.0"
    assert answer.json["servers"] == [{"url": BASE}]
    assert answer.json["security"] == [{"token": []}]
    assert answer.json["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


async def test_every_schema_is_a_schema_and_every_reference_leads_somewhere(api: Line) -> None:
    components = api.document["components"]

    for schema in components["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for reference in references(api.document):
        _, place, kind, name = reference.split("/")
        assert (place, name in components[kind]) == ("components", True), reference
    assert {r.rpartition("/")[2] for r in references(api.document)} == {
        *components["schemas"],
        *components["responses"],
    }


async def test_every_operation_says_what_it_takes_and_answers(api: Line) -> None:
    names = set()
    for path, operations in api.document["paths"].items():
        for method, told in operations.items():
            names.add(told["operationId"])
            assert set(told) <= OPERATION
            assert all(set(parameter) <= PARAMETER for parameter in told["parameters"])
            assert told["summary"]
            assert told["description"]
            assert {"200", "400", "401", "403", "503"} <= set(told["responses"])
            assert ("404" in told["responses"]) == ("{id}" in path)
            parameters = {(parameter["in"], parameter["name"]) for parameter in told["parameters"]}
            assert (("path", "id") in parameters) == ("{id}" in path)
            assert (("header", "Idempotency-Key") in parameters) == (method == "post") == ("requestBody" in told)
            for parameter in told["parameters"]:
                Draft202012Validator.check_schema(parameter["schema"])
    assert len(names) == len(TABLE)


async def test_words_are_required_where_there_are_words_to_say(api: Line) -> None:
    paths = api.document["paths"]
    required = {
        path: operations["post"]["requestBody"]["required"]
        for path, operations in paths.items()
        if "post" in operations
    }

    assert required == {
        "/conversations/{id}/claim": False,
        "/conversations/{id}/messages": True,
        "/conversations/{id}/notes": True,
        "/conversations/{id}/return": False,
        "/conversations/{id}/close": False,
        "/understand": True,
    }
    assert api.document["components"]["schemas"]["Question"]["required"] == ["text"]
