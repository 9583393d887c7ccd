"""A start for a new kind of channel: its six files, its cases, and its lines in pyproject.toml."""

from __future__ import annotations

import keyword
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from csbot.channel import quality
from csbot.errors import CsbotError
from csbot.plugins import channel_kinds

EXAMPLE = "csbot_console"
"""The adapter a new one is put beside, wherever pyproject.toml lists them."""

DOCUMENT = Path("docs/channels.md")
SETTINGS = Path("docs/settings.md")
BEGIN, END = "<!-- The channel scale, made by `csbot channels table --write`. -->", "<!-- End of the channel scale. -->"

_SETTINGS_OF_EXAMPLE = re.compile(r'^### `kind = "console"`\n.*?(?=^##)', re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 20
_SIX = {
    "__init__.py": "init.py",
    "settings.py": "settings.py",
    "channel.py": "channel.py",
    "payloads.py": "payloads.py",
    "imitation.py": "imitation.py",
    "quality.toml": "quality.toml",
}
_TODO_WHY = "not looked at yet"


class ScaffoldError(CsbotError):
    """A new channel cannot be begun; the text says what to mend. Nothing was written."""


def new_channel(name: str, root: Path) -> tuple[Path, ...]:
    """Write the start of kind `name` into the checkout at `root`; the files written and changed, relative to it.

    Raises ScaffoldError, before anything is written, for a name that is taken or cannot be one, and for a folder that
    is no checkout of csbot.
    """
    _check_name(name)
    project = root / "pyproject.toml"
    adapters = root / "adapters"
    if not (project.is_file() and (adapters / EXAMPLE).is_dir()):
        raise ScaffoldError(f"{root.resolve()} is no checkout of csbot: there is no adapters/{EXAMPLE} in it")
    package, cases = Path("adapters") / f"csbot_{name}", Path("tests/adapters") / name
    taken = [place for place in (package, cases) if (root / place).exists()]
    if taken or name in channel_kinds():
        raise ScaffoldError(
            f"there is a channel {name!r} already{f' ({taken[0]})' if taken else ''}: take another name"
        )
    words = _words(name)
    written = {package / file: _filled(template, words) for file, template in _SIX.items()}
    written |= {
        cases / "__init__.py": "",
        cases / "cases.py": _filled("cases.py", words),
        cases / "payloads" / "text.json": _filled("text.json", words),
        Path("pyproject.toml"): with_adapter(project.read_text(encoding="utf-8"), name),
    }
    if documented := _with_settings(root / SETTINGS, _filled("settings.md", words)):
        written[SETTINGS] = documented
    for file, text in written.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text, encoding="utf-8")
    return (*written, *((DOCUMENT,) if write_table(root) else ()))


def _check_name(name: str) -> None:
    if not name:
        raise ScaffoldError("name the new kind: make channel NAME=viber (or: csbot channels new viber)")
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or keyword.iskeyword(name):
        raise ScaffoldError(
            f"{name!r} cannot be the name of a kind: take lower-case letters, digits and single underscores, beginning "
            f"with a letter, {_LONGEST} at most, and no word of Python's own"
        )


def _words(name: str) -> Mapping[str, str]:
    parts = name.split("_")
    return {
        "name": name,
        "host": "-".join(parts),
        "extra": "-".join(parts),
        "Title": " ".join(part.capitalize() for part in parts),
        "Class": "".join(part.capitalize() for part in parts),
        "rules": "\n".join(f'{rule} = {{ status = "todo", why = "{_TODO_WHY}" }}' for rule in quality.RULES),
    }


def _filled(template: str, words: Mapping[str, str]) -> str:
    return Template((files(__name__) / f"{template}.tmpl").read_text(encoding="utf-8")).substitute(words)


def _with_settings(document: Path, section: str) -> str:
    """The document of the settings with those of the new kind in it; "" where there is no place for them."""
    text = document.read_text(encoding="utf-8") if document.is_file() else ""
    found = _SETTINGS_OF_EXAMPLE.search(text)
    return f"{text[: found.end()]}{section}{text[found.end() :]}" if found else ""


# -- pyproject.toml ----------------------------------------------------------------------------------------------------


def with_adapter(project: str, name: str) -> str:
    """The text of pyproject.toml with the adapter `csbot_<name>` in every list that has EXAMPLE in it, its entry point
    and its extra. Raises ScaffoldError when one of those places is not as it is looked for.
    """
    package, extra = f"csbot_{name}", name.replace("_", "-")
    for pattern, replacement in (
        (rf'^(\w+ = "{EXAMPLE}:SPEC"\n)', rf'\g<1>{name} = "{package}:SPEC"\n'),
        (rf'^( *)"adapters/{EXAMPLE}",\n', rf'\g<0>\g<1>"adapters/{package}",\n'),
        (rf'"{EXAMPLE}"', rf'\g<0>, "{package}"'),
        (r'^(all = \["csbot\[[\w,-]+)', rf"{extra} = []\n\g<1>,{extra}"),
    ):
        project = re.sub(pattern, replacement, project, flags=re.MULTILINE)
    if missing := list(_not_named(tomllib.loads(project), name, package, extra)):
        raise ScaffoldError(f"pyproject.toml: put {package} by hand into {', '.join(missing)}, where {EXAMPLE} is")
    return project


def _not_named(project: dict[str, Any], name: str, package: str, extra: str) -> Iterable[str]:
    """The places that have to name the adapter and do not."""
    tool, linter = project["tool"], project["tool"]["importlinter"]
    if name not in project["project"]["entry-points"]["csbot.channels"]:
        yield 'project.entry-points."csbot.channels"'
    if extra not in project["project"]["optional-dependencies"]:
        yield "project.optional-dependencies"
    lists = {
        "tool.hatch.build.targets.wheel.packages": tool["hatch"]["build"]["targets"]["wheel"]["packages"],
        "tool.mypy.packages": tool["mypy"]["packages"],
        "tool.importlinter.root_packages": linter["root_packages"],
    }
    for contract in linter["contracts"]:
        for key in ("source_modules", "forbidden_modules", "modules"):
            lists[f"tool.importlinter, {contract['name']!r}, {key}"] = contract.get(key, [])
    for place, listed in lists.items():
        packages = {str(entry).removeprefix("adapters/") for entry in listed}
        if (EXAMPLE in packages or "packages" in place) and package not in packages:
            yield place


# -- the table of the documentation ------------------------------------------------------------------------------------


def table(root: Path) -> str:
    """How far each adapter of the checkout is, as a table of Markdown. Raises quality.WrongQuality."""
    found = sorted((root / "adapters").glob(f"*/{quality.FILE}"))
    return quality.table({file.parent.name.removeprefix("csbot_"): quality.read(file) for file in found})


def write_table(root: Path) -> bool:
    """Put the table into the documentation; False when there is no place for it."""
    document = root / DOCUMENT
    text = document.read_text(encoding="utf-8") if document.is_file() else ""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        return False
    document.write_text(f"{before}{BEGIN}\n\n{table(root)}\n\n{END}{after}", encoding="utf-8")
    return True
