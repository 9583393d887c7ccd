"""`make bench`: the whole chain against a bare server, over an empty and a full store; memory and time to ready.

Every figure is the median of interleaved runs on this machine, and the ratios are what counts: they are taken in one
run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks import chain, million, questions
from benchmarks.processes import cores, free_port, pinned, python, resident_mb, wait_ready
from csbot.channel.imitation import Imitation
from csbot.plugins import channel_spec

GOALS = {"chain_per_bare": 0.09, "chain_1m_ratio": 0.8}
CEILINGS = {"rss_mb": 130.0, "ready_s": 3.0, "rss_all_channels_mb": 320.0, "ready_all_s": 10.0}
OUT = Path("var/bench.json")


def main() -> int:
    """Measure, print a table, write var/bench.json; exit 1 when a goal is missed."""
    options = _options()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="csbot-bench-", dir=options.folder) as name:
        figures = measure(Path(name), options, console)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n")
    return _report(figures, console)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="interleaved runs each (default 3)")
    parser.add_argument("--seconds", type=float, default=8.0, help="load of one run (default 8)")
    parser.add_argument("--connections", type=int, default=64, help="connections of wrk (default 64)")
    parser.add_argument("--messages", type=int, default=1_000_000, help="stored messages of the full store")
    parser.add_argument("--folder", default=None, help="where to keep the databases of the run (default: temporary)")
    parser.add_argument("--skip-million", action="store_true", help="leave the full store out")
    return parser.parse_args()


def measure(folder: Path, options: argparse.Namespace, console: Console) -> dict[str, float]:
    """All figures, by name."""
    load = {"seconds": options.seconds, "connections": options.connections}
    bare_rps: list[float] = []
    chain_mps: list[float] = []
    full_mps: list[float] = []
    asked: list[float] = []
    steps = options.runs * (2 if options.skip_million else 3) + 3
    with Progress(console=console) as progress, chain.platform() as platform:
        bar = progress.add_task("signing", total=steps)
        port = free_port()
        file = folder / "requests"
        questions.write_requests(_signer(port), questions.answered_questions(), round(5000 * options.seconds), file)
        filled = None
        if not options.skip_million:
            progress.update(bar, description="filling a store")
            filled = folder / "million.db"
            million.fill(filled, options.messages)
        progress.advance(bar)
        for _ in range(options.runs):
            progress.update(bar, description="bare")
            bare_rps.append(chain.bare(file, **load))
            progress.advance(bar)
            progress.update(bar, description="chain")
            one = chain.run(platform, file, folder / "chain", port=port, filled=None, **load)
            chain_mps.append(one.mps)
            asked.append(one.replies / one.posted.requests)
            progress.advance(bar)
            if filled is not None:
                progress.update(bar, description="chain over a full store")
                full_mps.append(chain.run(platform, file, folder / "full", port=port, filled=filled, **load).mps)
                progress.advance(bar)
        progress.update(bar, description="memory and time to ready")
        rss, ready = weigh(folder / "small", ("console",))
        progress.advance(bar)
        rss_all, ready_all = weigh(folder / "all", ("console", "telegram", "slack", "sms", "whatsapp"))
        progress.advance(bar)
    figures = {
        "bare_rps": statistics.median(bare_rps),
        "chain_mps": statistics.median(chain_mps),
        "chain_per_bare": statistics.median(chain_mps) / statistics.median(bare_rps),
        "replies_per_message": statistics.median(asked),
        "rss_mb": rss,
        "ready_s": ready,
        "rss_all_channels_mb": rss_all,
        "ready_all_s": ready_all,
    }
    if full_mps:
        figures["chain_1m_mps"] = statistics.median(full_mps)
        figures["chain_1m_ratio"] = statistics.median(full_mps) / statistics.median(chain_mps)
    return {name: round(figure, 4) for name, figure in figures.items()}


def _signer(port: int) -> Imitation:
    """The customers' side of the platform, signing for the server under measurement; imitations share their secrets."""
    spec = channel_spec("sms")
    assert spec.imitation is not None
    signer = spec.imitation()
    signer.connect(f"http://127.0.0.1:{port}", "sms")
    return signer


def weigh(folder: Path, kinds: tuple[str, ...]) -> tuple[float, float]:
    """(resident MB, seconds to ready) of a server with these kinds of channels, at its second start."""
    folder.mkdir(parents=True)
    channels: dict[str, dict[str, object]] = {}
    for kind in kinds:
        spec = channel_spec(kind)
        channels[kind] = {"kind": kind, **(spec.imitation().settings() if spec.imitation else {})}
    port = free_port()
    file = chain.write_settings(folder, port, channels)
    command = python("-m", "csbot", "run", "--config", str(file))
    for _ in range(2):
        with pinned(cores()[0], *command, log=folder / "server.log") as process:
            ready = wait_ready(port, process)
            rss = resident_mb(process)
    return rss, ready


def _report(figures: dict[str, float], console: Console) -> int:
    table = Table("figure", "value", "goal")
    missed = 0
    for name, value in figures.items():
        goal, well = "", True
        if name in GOALS:
            goal, well = f">= {GOALS[name]:g}", value >= GOALS[name]
        elif name in CEILINGS:
            goal, well = f"<= {CEILINGS[name]:g}", value <= CEILINGS[name]
        missed += not well
        table.add_row(name, f"{value:,.4g}", goal if well else f"[red]{goal}[/red]")
    console.print(table)
    console.print(f"{OUT}; Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
