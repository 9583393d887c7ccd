"""What callers send: bodies and queries, checked field by field before anything is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, TypeVar

from multidict import MultiMapping
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from csbot.domain.conversation import ConversationState
from csbot.text.clean import clean
from csbot.web.api.problems import Problem

TEXT_LIMIT = 10_000
PAGE_LIMIT = 200

M = TypeVar("M", bound=BaseModel)


def _holdable(value: object) -> object:
    return clean(value)[0] if isinstance(value, str) else value


def _showing(text: str) -> str:
    if not any(letter.isprintable() and not letter.isspace() for letter in text):
        raise ValueError("has nothing that shows")
    return text


def _dialled(value: object) -> object:
    # A plus sign that was not escaped in a query arrives as a space; no address begins with one.
    return f"+{value[1:]}" if isinstance(value, str) and value.startswith(" ") else value


Holdable = BeforeValidator(_holdable)
"""Without the characters that no database or page can hold: NUL and lone surrogates."""


class _Asked(BaseModel):
    # Inputs are hidden in errors: what was sent is the caller's and need not come back, or stand in a log.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Nothing(_Asked):
    """An empty body, or `{}`; for a query, no parameters."""


class Words(_Asked):
    """Something to be said or noted."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LIMIT), Holdable, AfterValidator(_showing)] = (
        Field(
            description="Plain text with at least one character that shows. It is cut into as many messages as the "
            "customer's channel needs.",
            examples=["Merhaba, siparişinize bakıyorum."],
        )
    )


class Question(_Asked):
    """A text to be understood, as if a customer had written it."""

    text: Annotated[str, StringConstraints(max_length=TEXT_LIMIT), Holdable] = Field(
        description="What a customer might write; may be empty.", examples=["kargom nerede kaldı"]
    )
    language: Annotated[str, StringConstraints(pattern="^([a-z]{2,3})?$")] | None = Field(
        default=None,
        description="The language of the conversation so far; empty or left out: find out.",
        examples=["tr"],
    )


class ListQuery(_Asked):
    """Which conversations, and from where on."""

    status: ConversationState | None = Field(default=None, description="Only those in this state.")
    identity: Annotated[str, StringConstraints(max_length=255), Holdable, BeforeValidator(_dialled)] = Field(
        default="",
        description="Only those of the customer with this address on any channel, such as a telephone number.",
        examples=["+905321112233"],
    )
    cursor: Annotated[str, StringConstraints(max_length=1024)] = Field(
        default="", description="The `next` of the page before, with the same filters."
    )
    limit: int = Field(default=50, ge=1, le=PAGE_LIMIT, description="How many at most.")


def read_body(raw: bytes, model: type[M]) -> M:
    """The body as `model`; an empty one counts as `{}`. Raises Problem 400 with each thing wrong.

    It is read as JSON whatever its Content-Type says, since a caller without one is common and nothing else is
    taken here.
    """
    try:
        value = json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno} column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Problem(
            400, "bad_json", f"the body is not readable JSON{where}", hint=f"send {_shape(model)} in UTF-8"
        ) from error
    if not isinstance(value, dict):
        raise Problem(400, "bad_request", "the body is not a JSON object", hint=f"send {_shape(model)}")
    return _checked(value, model, "body")


def read_query(query: MultiMapping[str], model: type[M]) -> M:
    """The query as `model`; an empty parameter counts as left out. Raises Problem 400 with each thing wrong."""
    if repeated := sorted({name for name in query if len(query.getall(name)) > 1}):
        raise Problem(400, "bad_request", f"query: {', '.join(repeated)}: given more than once", hint="give it once")
    return _checked({name: value for name, value in query.items() if value}, model, "query")


def _checked(value: Mapping[str, object], model: type[M], place: str) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        problems = [_told(problem["loc"], problem["type"], problem["msg"]) for problem in found]
        raise Problem(
            400, "bad_request", f"{place}: {'; '.join(problems)}", hint=f"{place} takes {_shape(model)}"
        ) from error


def _told(loc: tuple[int | str, ...], kind: str, message: str) -> str:
    name = _shown(".".join(str(step) for step in loc))
    if kind == "extra_forbidden":
        return f"{name}: unknown"
    if kind == "missing":
        return f"{name}: missing, and required"
    reason = message.removeprefix("Value error, ")
    return f"{name}: {reason[:1].lower()}{reason[1:]}"


def _shown(name: str) -> str:
    """A name of the caller's own, short and printable enough to be said back."""
    held = clean(name)[0]
    return held if len(held) <= 60 else held[:60] + "..."


def _shape(model: type[BaseModel]) -> str:
    """The fields a model takes, optional ones with a question mark: {text, language?}."""
    names = [name if field.is_required() else f"{name}?" for name, field in model.model_fields.items()]
    return "{" + ", ".join(names) + "}" if names else "nothing, or {}"
