"""The house keeps its shape: directions of imports, the six files of an adapter, and what is loaded when."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from csbot.plugins import channel_kinds, channel_spec

ROOT = Path(__file__).resolve().parent.parent
SDKS = ("aiogram", "slack_sdk", "slack_bolt", "twilio")
ADAPTERS = sorted(path for path in (ROOT / "adapters").iterdir() if (path / "__init__.py").exists())
SIX = {"__init__.py", "settings.py", "channel.py", "payloads.py", "imitation.py", "quality.toml"}


def loaded_by(code: str) -> set[str]:
    """The top-level packages a fresh Python has loaded after running `code`."""
    report = f"{code}\nimport sys; print('\\n'.join({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_imports_keep_to_the_arrows() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda path: path.name)
def test_every_adapter_has_the_same_files(adapter: Path) -> None:
    # A terminal and pages of csbot's own have no platform to imitate.
    wanted = SIX if adapter.name not in {"csbot_console", "csbot_webchat"} else SIX - {"imitation.py"}
    assert wanted <= {path.name for path in adapter.iterdir()}


def test_announcing_the_channels_loads_no_sdk() -> None:
    code = "from csbot.plugins import channel_kinds, channel_spec\nfor kind in channel_kinds(): channel_spec(kind)"
    assert not loaded_by(code) & set(SDKS)


def test_the_command_line_loads_no_sdk_and_no_schema_library() -> None:
    assert not loaded_by("import csbot.cli") & {*SDKS, "sqlalchemy", "alembic", "asyncpg", "sklearn", "scipy"}


@pytest.mark.parametrize("kind", channel_kinds())
def test_a_kind_names_its_settings_and_routes(kind: str) -> None:
    spec = channel_spec(kind)
    assert spec.kind == kind
    assert spec.settings.model_config.get("extra") == "forbid"
    assert spec.title


def test_the_core_never_asks_for_a_kind_by_name() -> None:
    kinds = set(channel_kinds())
    guilty = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "src" / "csbot").rglob("*.py")
        if "cli" not in path.parts  # the terminal's own command names the terminal's channel
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Constant) and side.value in kinds
    ]
    assert guilty == []
