"""The channel scale: what may be asked of a channel, and how far each adapter is, in its `quality.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from csbot.errors import CsbotError

FILE = "quality.toml"

RULES: Mapping[str, str] = {
    "text": "words both ways; long ones are cut at word ends",
    "choices": "offered answers, and the picked one read",
    "media": "files both ways, kept by reference",
    "signed-webhooks": "forged, tampered and stale posts are refused",
    "pulling": "deliveries are fetched where there is no public address",
    "delivery-receipts": "what became of what was sent",
    "errors": "each refusal of the platform is told apart: wait, gone, opted out, unknown",
    "edits": "changed and deleted words",
    "reactions": "emoji put on a message",
    "typing": "that an answer is being written",
    "shared-places": "groups, channels and threads, each a lane of its own",
    "consent": "opting out and in",
    "reply-window": "the time after a customer's word in which free text may be sent",
    "imitation": "the platform imitated, for tests, benchmarks and faults",
}
"""Each rule, and what it asks."""


class WrongQuality(CsbotError):
    """A quality.toml that cannot be taken; the text names the file and the rule."""


class Status(StrEnum):
    """`exempt`: the platform has no such thing, so there is nothing to do."""

    DONE = "done"
    TODO = "todo"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an adapter stands with one rule. `why` is there for all that is not done, and may be for what is."""

    status: Status
    why: str = ""


def read(file: Path) -> Mapping[str, Standing]:
    """How an adapter stands with each rule, in the order of RULES. Raises WrongQuality."""
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8")).get("rules", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongQuality(f"{file}: cannot be read: {error}") from error
    wrong = [f"no rule of the scale is called {name!r}" for name in written if name not in RULES]
    wrong += [f"{name} is missing" for name in RULES if name not in written]
    if wrong:
        raise WrongQuality(f"{file}: {'; '.join(wrong)}")
    return {name: _standing(file, name, written[name]) for name in RULES}


def _standing(file: Path, name: str, written: object) -> Standing:
    table = written if isinstance(written, dict) else {"status": written}
    try:
        standing = Standing(status=Status(str(table.get("status"))), why=str(table.get("why", "")))
    except ValueError as error:
        raise WrongQuality(f"{file}: {name}: write done, todo or exempt") from error
    if standing.status is not Status.DONE and not standing.why:
        raise WrongQuality(f"{file}: {name}: {standing.status} needs a why")
    return standing


def table(adapters: Mapping[str, Mapping[str, Standing]]) -> str:
    """The scale as a table of Markdown: one row a rule, one column an adapter."""
    lines = [f"| | {' | '.join(adapters)} |", f"|---|{'---|' * len(adapters)}"]
    for rule, asks in RULES.items():
        cells = (_cell(standings[rule]) for standings in adapters.values())
        lines.append(f"| **{rule}**: {asks} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(standing: Standing) -> str:
    sign = {Status.DONE: "✓", Status.TODO: "to do", Status.EXEMPT: "–"}[standing.status]
    return f"{sign} {standing.why.replace('|', '/')}".rstrip()
