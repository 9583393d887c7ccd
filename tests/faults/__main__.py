"""`make faults`: every scenario, the published figures, and exit code 1 when a rule is broken."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults.databases import answers
from tests.faults.scenarios import SCENARIOS, SHORT, Plan, play
from tests.faults.stage import Outcome

MOST_SHOWN = 20
WIDTH = 132
"""What the table needs, be it more than a log says it has."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 when anything was broken."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    for name in asked.scenarios:
        if name not in SCENARIOS:
            parser.error(f"no scenario {name!r}; there are {', '.join(SCENARIOS)}")
    folder = Path(asked.folder) if asked.folder else Path(tempfile.mkdtemp(prefix="csbot-faults-"))
    if folder.exists() and any(folder.iterdir()):
        parser.error(f"{folder} is not empty, and what stands there would count")
    given = {name: getattr(asked, name) for name in ("seed", "kills", "terminations", "customers", "postgres")}
    plan = replace(SHORT if asked.short else Plan(), **{name: value for name, value in given.items() if value})
    console = Console(stderr=asked.json == "-", highlight=False)
    console.width = max(console.width, WIDTH)
    console.print(f"seed {plan.seed}, files in {folder}")
    outcomes = []
    for name in asked.scenarios or SCENARIOS:
        if SCENARIOS[name].on_postgres and not asyncio.run(answers(plan.postgres)):
            console.print(f"{name} left out: no PostgreSQL server answers (--postgres, CSBOT_TEST_POSTGRES)")
            continue
        with console.status(f"{name} ..."):
            outcomes.append(asyncio.run(play(name, plan, folder / name)))
        _tell_broken(console, outcomes[-1])
    console.print(table(outcomes))
    if asked.json:
        text = json.dumps({"seed": plan.seed, "scenarios": [asdict(outcome) for outcome in outcomes]}, indent=2)
        if asked.json == "-":
            sys.stdout.write(text + "\n")
        else:
            Path(asked.json).write_text(text + "\n", encoding="utf-8")
    return 1 if any(outcome.broken for outcome in outcomes) else 0


def table(outcomes: Sequence[Outcome]) -> Table:
    """The figures, a column a scenario."""
    shown = Table(title="csbot under faults")
    shown.add_column()
    for outcome in outcomes:
        shown.add_column(outcome.name, justify="right")
    rows: tuple[tuple[str, Callable[[Outcome], str]], ...] = (
        ("kill -9", lambda o: str(o.kills)),
        ("SIGTERM", lambda o: str(o.terminations)),
        ("messages taken", lambda o: str(o.messages)),
        ("delivered again", lambda o: str(o.redelivered)),
        ("not taken at first", lambda o: str(o.refused)),
        ("parts", lambda o: str(o.parts)),
        ("agents' words", lambda o: str(o.agents_words)),
        ("acts asked for again", lambda o: str(o.acts_repeated)),
        ("lost", lambda o: str(o.lost)),
        ("doubled", lambda o: str(o.doubled)),
        ("outcome unknown", lambda o: _counted(o.unknown)),
        ("longest recovery", lambda o: f"{o.longest_recovery_s:.1f} s"),
        ("longest drain", lambda o: f"{o.longest_drain_s:.1f} s"),
        ("slowest ack", lambda o: _slowest(o.slowest_ack_s)),
        ("also", lambda o: _counted(o.notes)),
        ("rules broken", lambda o: f"[red]{len(o.broken)}[/red]" if o.broken else "0"),
        ("took", lambda o: f"{o.seconds:.0f} s"),
    )
    for title, value in rows:
        shown.add_row(title, *(value(outcome) for outcome in outcomes))
    return shown


def _slowest(acks_s: Mapping[str, float]) -> str:
    return max(((s, f"{s:.1f} s, {channel}") for channel, s in acks_s.items()), default=(0.0, "-"))[1]


def _counted(counts: Mapping[str, float]) -> str:
    return "\n".join(f"{count:g} {what}" for what, count in counts.items()) or "0"


def _tell_broken(console: Console, outcome: Outcome) -> None:
    for violation in outcome.broken[:MOST_SHOWN]:
        console.print(f"[red]{outcome.name}[/red] {violation}", markup=True)
    if len(outcome.broken) > MOST_SHOWN:
        console.print(f"[red]{outcome.name}[/red] and {len(outcome.broken) - MOST_SHOWN} more")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument(
        "scenarios",
        nargs="*",
        metavar="scenario",
        help=f"of {', '.join(SCENARIOS)}; all when none is named",
    )
    parser.add_argument("--short", action="store_true", help="fewer stops and faults, the quickest channels")
    parser.add_argument("--seed", type=int, help="who writes what, and when csbot is stopped")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--terminations", type=int)
    parser.add_argument("--customers", type=int, help="how many write at once")
    parser.add_argument("--postgres", default="", help="the server for the scenario postgres")
    parser.add_argument("--folder", default="", help="where the databases and logs go; a temporary one when not given")
    parser.add_argument("--json", metavar="FILE", default="", help="write the figures there too; - for standard output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
