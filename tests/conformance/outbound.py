"""Outgoing calls against the platforms' own descriptions of their APIs."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft4Validator

from csbot.channel.imitation import Call
from tests.conformance.samples import FOLDER

_TYPES: dict[str, tuple[type, ...]] = {"Integer": (int,), "String": (str,), "Boolean": (bool,), "Float": (int, float)}


def problems(platform: str, call: Call) -> list[str]:
    """What the platform's description says against a call; empty when it is well."""
    return {"telegram": _telegram, "slack": _slack, "twilio": _twilio}[platform](call)


@cache
def _description(file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "outbound" / file).read_text(encoding="utf-8"))
    return found


def _telegram(call: Call) -> list[str]:
    method = _description("telegram_api.json")["methods"].get(call.name)
    if method is None:
        return [] if call.method == "GET" else [f"{call.name}: no such method"]
    known = {field["name"]: field for field in method.get("fields", [])}
    found = [f"{call.name}: unknown field {name}" for name in call.fields if name not in known]
    for name, field in known.items():
        if name not in call.fields:
            if field["required"]:
                found.append(f"{call.name}: {name} is required")
            continue
        if not _fits(call.fields[name], field["types"]):
            found.append(f"{call.name}: {name} is no {' or '.join(field['types'])}: {call.fields[name]!r}")
    return found


def _fits(value: object, types: list[str]) -> bool:
    # A form carries everything as text: numbers and structures are JSON in it.
    if "String" in types and isinstance(value, str):
        return True
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return False
    for name in types:
        if name in _TYPES and isinstance(value, _TYPES[name]):
            return True
        if name.startswith("Array of") and isinstance(value, list):
            return True
        if name not in _TYPES and isinstance(value, dict):
            required = _description("telegram_api.json")["types"].get(name, {}).get("fields", [])
            return all(field["name"] in value for field in required if field["required"])
    return False


def _twilio(call: Call) -> list[str]:
    if not call.path.endswith("/Messages.json") or call.method != "POST":
        return []
    description = _description("twilio_messages_prism_strict.json")
    path = description["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]
    schema = path["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    fields: dict[str, object] = dict(call.fields)
    for name, rule in schema["properties"].items():
        if rule.get("type") == "array" and name in fields and not isinstance(fields[name], list):
            fields[name] = [fields[name]]
    return _against({**schema, "components": description["components"]}, fields)


def _slack(call: Call) -> list[str]:
    path = _description("slack_web_oas3_prism.json")["paths"].get(f"/{call.name}")
    if path is None or "post" not in path:
        return []
    content = path["post"].get("requestBody", {}).get("content", {})
    return [problem for body in list(content.values())[:1] for problem in _against(body["schema"], dict(call.fields))]


def _against(schema: dict[str, Any], fields: dict[str, object]) -> list[str]:
    return [
        f"{'/'.join(map(str, error.path))}: {error.message}" for error in Draft4Validator(schema).iter_errors(fields)
    ]
