"""`csbot channels new`: a start that is red where it must be filled in, green once it is, and touches nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from csbot.channel import quality
from csbot.cli import scaffold
from csbot.plugins import channel_kinds

ROOT = Path(__file__).resolve().parents[3]
FINISHED = Path(__file__).parent / "finished_pretend"
LONG = "a_name_as_long_as_20"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of csbot's tree as a new channel touches, or needs in order to be looked at."""
    for folder in ("adapters", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("tests/contracts", "tests/adapters"):
        (tmp_path / folder).mkdir(parents=True)
    for file in (
        "README.md",
        "Makefile",
        "pyproject.toml",
        "tests/__init__.py",
        "tests/adapters/__init__.py",
        "tests/contracts/__init__.py",
        "tests/contracts/test_channels.py",
        "tests/documents.py",
        "tests/test_architecture.py",
        "tests/test_docs.py",
    ):
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "src").symlink_to(ROOT / "src")
    return tmp_path


def environ(**more: str) -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if not name.startswith("CSBOT_")}, **more}


def run(checkout: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A tool of the project, at work in the checkout."""
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=checkout, env=environ(**more), capture_output=True, text=True
    )


def contract_suite(checkout: Path, **more: str) -> tuple[int, dict[str, str]]:
    """How many of its tests there are, and of those that fail the first line of why."""
    report = checkout / "report.xml"
    run(checkout, "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", "tests/contracts", **more)
    cases = list(ElementTree.parse(report).iter("testcase"))
    red = {
        case.get("name", ""): trouble.get("message", "").splitlines()[0]
        for case in cases
        for trouble in (*case.findall("failure"), *case.findall("error"))
    }
    return len(cases), red


def test_a_new_channel_is_red_only_where_it_must_be_filled_in_and_says_what_to_do(checkout: Path) -> None:
    before = {file: file.read_bytes() for file in checkout.rglob("*") if file.is_file()}
    written = scaffold.new_channel("pretend", checkout)
    count, red = contract_suite(checkout)
    assert count > 30
    assert len(red) > 20
    places = re.compile(
        r"NotImplementedError: adapters/csbot_pretend/(channel|payloads)\.py, (verify|events|send): \S+"
    )
    assert [why for why in red.values() if not places.match(why)] == []
    assert {match[2] for why in red.values() if (match := places.match(why))} == {"verify", "events", "send"}
    changed = {file.relative_to(checkout) for file, content in before.items() if file.read_bytes() != content}
    assert changed == {Path("pyproject.toml"), scaffold.DOCUMENT, scaffold.SETTINGS}
    assert {file for file in written if (checkout / file) not in before} == set(written) - changed


def test_filled_in_it_is_green(checkout: Path) -> None:
    scaffold.new_channel("pretend", checkout)
    for file in ("channel.py", "payloads.py"):
        shutil.copy(FINISHED / f"{file}.txt", checkout / "adapters/csbot_pretend" / file)
    _, unrecorded = contract_suite(checkout)
    assert unrecorded
    assert all("CSBOT_SNAPSHOT=1" in why for why in unrecorded.values())
    contract_suite(checkout, CSBOT_SNAPSHOT="1")
    count, red = contract_suite(checkout)
    assert (count > 30, red) == (True, {})


@pytest.mark.parametrize("name", ["pretend", LONG])
def test_what_is_written_passes_the_checks_of_the_house(checkout: Path, name: str) -> None:
    assert len(name) <= 20
    scaffold.new_channel(name, checkout)
    paths = f"{checkout}/src:{checkout}/adapters"
    for command in (
        ("ruff", "format", "--check", f"adapters/csbot_{name}", f"tests/adapters/{name}"),
        ("ruff", "check", f"adapters/csbot_{name}", f"tests/adapters/{name}"),
        ("mypy", "-p", f"csbot_{name}"),
    ):
        done = run(checkout, *command, PYTHONPATH=paths)
        assert done.returncode == 0, done.stdout + done.stderr
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=checkout,
        env=environ(PYTHONPATH=paths),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_new_kind_can_be_named_in_the_settings_once_it_is_installed(checkout: Path) -> None:
    scaffold.new_channel("pretend", checkout)
    project = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]
    # What installing it writes, for a Python that knows this checkout only.
    lines = [f"{kind} = {spec}" for kind, spec in project["entry-points"]["csbot.channels"].items()]
    installed = checkout / "site/pretend-1.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: pretend\nVersion: 1\n")
    (installed / "entry_points.txt").write_text("\n".join(["[csbot.channels]", *lines, ""]))
    (checkout / "csbot.toml").write_text('[channels.pretend]\ntoken = "t"\n')
    paths = f"{checkout}/src:{checkout}/adapters:{checkout}/site"
    listed = run(checkout, "csbot", "channels", "list", PYTHONPATH=paths)
    assert "pretend" in listed.stdout
    told = run(checkout, "csbot", "doctor", PYTHONPATH=paths)
    assert "channels.pretend.secret: missing, and required" in told.stdout + told.stderr
    # What else the house asks of a kind is there from the start.
    of_kinds = "every_adapter or setting_of_a_channel or kind or sdk or is_named"
    asked = run(
        checkout, "pytest", "-q", "tests/test_architecture.py", "tests/test_docs.py", "-k", of_kinds, PYTHONPATH=paths
    )
    assert asked.returncode == 0, asked.stdout


def test_the_same_name_again_is_refused_and_changes_nothing(checkout: Path) -> None:
    scaffold.new_channel("pretend", checkout)
    before = {file: file.read_bytes() for file in checkout.rglob("*") if file.is_file()}
    with pytest.raises(scaffold.ScaffoldError, match="already"):
        scaffold.new_channel("pretend", checkout)
    assert {file: file.read_bytes() for file in checkout.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("name", channel_kinds())
def test_a_kind_there_is_cannot_be_begun_anew(checkout: Path, name: str) -> None:
    with pytest.raises(scaffold.ScaffoldError, match="already"):
        scaffold.new_channel(name, checkout)


@pytest.mark.parametrize(
    "name", ["Viber", "web-chat", "1st", "a__b", "_x", "x_", "türk", "../up", "class", "a b", "x" * 21, "pretend\n"]
)
def test_a_name_that_can_be_no_kind_is_refused_with_what_can_be(checkout: Path, name: str) -> None:
    with pytest.raises(scaffold.ScaffoldError, match="lower-case letters"):
        scaffold.new_channel(name, checkout)


def test_without_a_name_the_command_is_told(checkout: Path) -> None:
    with pytest.raises(scaffold.ScaffoldError, match="make channel NAME=viber"):
        scaffold.new_channel("", checkout)


def test_elsewhere_than_in_a_checkout_nothing_is_begun(tmp_path: Path) -> None:
    done = run(tmp_path, "csbot", "channels", "new", "pretend")
    assert done.returncode == 1
    assert done.stderr.startswith("csbot: ")
    assert "is no checkout of csbot" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_project_file_of_another_shape_is_left_alone_with_what_to_do_by_hand(checkout: Path) -> None:
    project = checkout / "pyproject.toml"
    spoilt = project.read_text().replace('"adapters/csbot_console",', "'adapters/csbot_console',")
    project.write_text(spoilt)
    with pytest.raises(scaffold.ScaffoldError, match=r"put csbot_pretend by hand into tool\.hatch"):
        scaffold.new_channel("pretend", checkout)
    assert project.read_text() == spoilt
    assert not (checkout / "adapters/csbot_pretend").exists()


# -- the channel scale -------------------------------------------------------------------------------------------------


def test_the_table_of_the_documentation_is_what_the_adapters_say() -> None:
    text = (ROOT / scaffold.DOCUMENT).read_text(encoding="utf-8")
    shown = text.partition(scaffold.BEGIN)[2].partition(scaffold.END)[0].strip()
    assert shown == scaffold.table(ROOT), "csbot channels table --write"


def test_a_rule_that_is_not_done_needs_its_reason(tmp_path: Path) -> None:
    lines = [f'{rule} = "done"' for rule in quality.RULES]
    file = tmp_path / "quality.toml"
    for wrong, told in (
        ('text = "todo"', "text: todo needs a why"),
        ('text = "perhaps"', "write done, todo or exempt"),
        ("", "text is missing"),
        ('text = "done"\ntelepathy = "done"', "no rule of the scale is called 'telepathy'"),
        ("text =", "cannot be read"),
    ):
        file.write_text("\n".join(["[rules]", wrong, *lines[1:], ""]))
        with pytest.raises(quality.WrongQuality, match=re.escape(told)):
            quality.read(file)
