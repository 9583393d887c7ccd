"""What the API answers when it cannot do what was asked: always JSON, always saying what, where and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, Field

from csbot.errors import StoreError, StoreFull
from csbot.log import get_logger, new_reference

log = get_logger("api")

RETRY_S = 5

SAFE_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""On every answer: customers' words stay out of caches, and no browser takes them for a page."""


class ErrorDetail(BaseModel):
    """What went wrong."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(description="Stable name of the problem, for programs.")
    message: str = Field(description="What is wrong and where, for people.")
    hint: str | None = Field(default=None, description="What to do about it.")


class ErrorAnswer(BaseModel):
    """The body of every answer that is not a success."""

    model_config = ConfigDict(frozen=True)

    error: ErrorDetail


class ConflictAnswer(ErrorAnswer):
    """The body of a 409: who stands in the way."""

    holder: str | None = Field(description="E-mail of the agent who holds the conversation; null when nobody does.")


class Problem(Exception):
    """An answer that is no success, on its way out of a handler."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        hint: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self._detail = ErrorDetail(code=code, message=message, hint=hint or None)

    @property
    def answer(self) -> ErrorAnswer:
        """The body."""
        return ErrorAnswer(error=self._detail)

    def response(self) -> web.Response:
        """The whole answer."""
        return respond(self.status, body(self.answer), self.headers)


class Conflict(Problem):
    """409: the conversation is not in a state, or not in the hands, that this act needs."""

    def __init__(self, code: str, message: str, *, holder: str, hint: str = "") -> None:
        super().__init__(409, code, message, hint=hint)
        self._holder = holder

    @property
    def answer(self) -> ConflictAnswer:
        """The body, which names the holder beside the error."""
        return ConflictAnswer(error=self._detail, holder=self._holder or None)


def not_found(what: str) -> Problem:
    """404 for something that is named in the path and not there."""
    return Problem(404, "not_found", f"there is no {what}")


def body(answer: BaseModel) -> str:
    """An answer as it goes out; the same answer is the same text, byte for byte."""
    return answer.model_dump_json()


def respond(status: int, text: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """A JSON response with the headers every answer of the API has."""
    return web.Response(
        status=status, text=text, content_type="application/json", headers={**SAFE_HEADERS, **(headers or {})}
    )


@web.middleware
async def answered_in_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever happens under it, the caller gets JSON, and nothing of csbot's inside.

    The router's own refusals (404, 405) and an oversized body (413) keep their status. A store that does not answer is
    503 with Retry-After. A mistake of ours is 500 with a reference that stands in the log beside it.
    """
    try:
        return await handler(request)
    except Problem as problem:
        return problem.response()
    except web.HTTPException as refusal:
        return _of_refusal(refusal, request).response()
    except StoreError as error:
        log.warning("API call not served, the store is away", path=request.path, error=str(error))
        full = isinstance(error, StoreFull)
        return Problem(
            503,
            "store_full" if full else "store_busy",
            "csbot cannot write: its disk is full" if full else "csbot's database does not answer",
            hint="nothing was changed; send the same request again, with the same Idempotency-Key",
            headers={"Retry-After": str(RETRY_S)},
        ).response()
    except Exception:
        # The one broad catch of the API: the caller is told, the operator finds it by its reference.
        reference = new_reference()
        log.exception("API call failed", path=request.path, reference=reference)
        return Problem(
            500, "internal", "csbot made a mistake", hint=f"its operator finds it in the log by {reference}"
        ).response()


def _of_refusal(refusal: web.HTTPException, request: web.Request) -> Problem:
    if isinstance(refusal, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(refusal.allowed_methods))
        return Problem(
            405,
            "method_not_allowed",
            f"{request.method} is not served here",
            hint=f"use {allowed}",
            headers={"Allow": allowed},
        )
    if isinstance(refusal, web.HTTPRequestEntityTooLarge):
        return Problem(413, "too_large", "the request body is too large", hint="send less in one request")
    if isinstance(refusal, web.HTTPNotFound):
        return Problem(404, "not_found", "nothing is served under this path", hint="see /api/v1/openapi.json")
    return Problem(refusal.status, "refused", refusal.reason)
