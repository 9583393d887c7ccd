"""Options every group shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Settings file. Default: CSBOT_CONFIG, else ./csbot.toml.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON, for scripts.")]
