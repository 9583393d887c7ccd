"""Structured logs with personal data masked and secrets never in them.

Per-message lines are debug: the message path pays for none by default.
"""

from __future__ import annotations

import io
import logging
import re
import secrets
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

_PERSONAL = frozenset({"text", "name", "address", "user", "phone", "email", "identity"})
_PHONE = re.compile(r"\+?\d[\d ()-]{6,}\d")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_REFERENCE_LETTERS = "bcdfghjkmnpqrstvwxz"
_REFERENCE_LENGTH = 12

_processors: list[structlog.typing.Processor] = []
"""One list for good, so that loggers already in use go by the latest settings."""


def new_reference() -> str:
    """A name by which one line of the log is found again; of letters alone, since digits in a row are masked as a phone
    number.
    """
    return "".join(secrets.choice(_REFERENCE_LETTERS) for _ in range(_REFERENCE_LENGTH))


def mask(value: str) -> str:
    """Enough of a personal value to tell two apart in a log, not to know whose it is."""
    return f"{value[:2]}***{value[-2:]}" if len(value) > 6 else "***"


def _mask_event(logger: Any, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    for key, value in event.items():
        if not isinstance(value, str):
            continue
        if key in _PERSONAL:
            event[key] = mask(value)
        elif key not in {"event", "timestamp", "level"}:
            event[key] = _EMAIL.sub("***@***", _PHONE.sub(lambda m: mask(m[0]), value))
    return event


class _Unfailing(io.TextIOBase):
    """Writes a line to standard error or loses it: with the disk full or nobody reading, what is logged must not stop
    what is done.
    """

    def write(self, text: str) -> int:
        with suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()
        return len(text)


def configure(*, level: str = "info", masked: bool = True, as_json: bool | None = None) -> None:
    """Set up logging for this process; `as_json` None means JSON unless a person is watching a terminal."""
    if as_json is None:
        as_json = not sys.stderr.isatty()
    threshold = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        # Not the pretty tracebacks, which show the values of local variables: customers' words, credentials.
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    _processors[:] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([_mask_event] if masked else []),
        structlog.processors.format_exc_info if as_json else _keep,
        renderer,
    ]
    structlog.configure(
        processors=_processors,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Unfailing())),
        cache_logger_on_first_use=True,
    )
    # The libraries' own logs may carry URLs with tokens (Telegram's do): only their warnings, and masked of those.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(_TokenFilter())


def _keep(logger: Any, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return event


class _TokenFilter(logging.Filter):
    _TOKEN = re.compile(r"(bot)?\d{6,}:[\w-]{20,}|xox[a-z]-[\w-]+|xapp-[\w-]+")

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = self._TOKEN.sub("[secret]", message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True


def get_logger(area: str) -> structlog.typing.FilteringBoundLogger:
    """A logger for one room of the house."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(area=area)
    return logger
