"""What is wrong with content files, as values that say file, line and remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from csbot.errors import ContentError


class Severity(StrEnum):
    """An error keeps the content from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One problem: what is wrong at `file:line` and how to mend it. `line` counts from 1."""

    file: str
    line: int
    text: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All problems of one content folder, by file and line."""

    items: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, items: Iterable[Finding]) -> Findings:
        """The findings in order, each once."""
        return cls(items=tuple(sorted(set(items))))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended before the content can be used."""
        return tuple(item for item in self.items if item.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What works but serves customers badly."""
        return tuple(item for item in self.items if item.severity is Severity.WARNING)

    def raise_errors(self) -> None:
        """Raise ContentError with one line an error; do nothing when there is none."""
        if self.errors:
            raise ContentError("\n".join(str(error) for error in self.errors))
