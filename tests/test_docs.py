"""The documentation is true: its blocks run, its commands, options, settings, addresses and links exist."""

from __future__ import annotations

import json
import re
import runpy
import shlex
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import typer
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from csbot import metrics
from csbot.channel.protocol import ChannelSettings
from csbot.cli.main import app
from csbot.config import PREFIX, LookupSettings, Settings
from csbot.plugins import channel_kinds, channel_spec
from csbot.web.api.routes import BASE, DOCUMENT, TABLE
from tests.documents import DOCUMENTS, ROOT, SHOWN_PORT, Block, Place, blocks, same, squeezed, tables

SETTINGS = ROOT / "docs/settings.md"
OPERATIONS = ROOT / "docs/operations.md"
COMMANDS = typer.main.get_command(app)
EVERYTHING = "\n".join(file.read_text(encoding="utf-8") for file in DOCUMENTS)
SHELL = [block for file in DOCUMENTS for block in blocks(file) if block.language == "sh"]
NO_SETTINGS = {row[0].strip("`") for row in tables(SETTINGS, r"## (Variables that are no settings)").popitem()[1]}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


# -- followed from top to bottom ---------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("file", sorted({block.file for block in SHELL if block.mark == "run"}), ids=named)
def test_what_a_document_tells_to_run_runs_and_shows_what_it_shows(file: Path, tmp_path: Path) -> None:
    followed = list(blocks(file))
    place = Place(folder=tmp_path)
    try:
        if any(SHOWN_PORT in block.text for block in followed if block.mark == "run"):
            place.serve()
        written = ""
        for block in followed:
            match block.language, block.mark:
                case "sh", "run":
                    written = place.run(block)
                case "sh", "chat":
                    place.chat(block)
                case "chat", _:
                    place.talk(block)
                case "json", _:
                    told = last_json(written)
                    assert same(json.loads(block.text), told), f"{block.place}: {json.dumps(told, indent=1)}"
                case "text", _:
                    for line in block.text.splitlines():
                        assert squeezed(line) in squeezed(written), f"{block.place}: {line!r} is not in\n{written}"
    finally:
        place.close()


def last_json(written: str) -> object:
    """The last of the JSON values a block wrote one after another, in lines of their own."""
    value: object = None
    rest = "\n".join(line for line in written.splitlines() if line.startswith("{")).strip()
    while rest:
        value, end = json.JSONDecoder().raw_decode(rest)
        rest = rest[end:].strip()
    return value


# -- commands ----------------------------------------------------------------------------------------------------------


def leaves(command: Any = COMMANDS, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command with its words."""
    if not hasattr(command, "commands"):
        yield " ".join(path), command
    for name, inner in getattr(command, "commands", {}).items():
        yield from leaves(inner, (*path, name))


LEAVES = dict(leaves())


@pytest.mark.parametrize("name", LEAVES)
def test_a_command_is_documented_and_shows_an_example_that_could_be_run(name: str) -> None:
    assert f"csbot {name}" in EVERYTHING, f"csbot {name} stands in no document"
    epilog = LEAVES[name].epilog or ""
    assert epilog.startswith("Example: "), f"csbot {name} has no example"
    assert f"csbot {name}" in epilog
    assert not list(wrong_calls(epilog.removeprefix("Example: ")))


def wrong_calls(text: str) -> Iterator[str]:
    """What is wrong with the calls of csbot in some shell: no such command, no such option."""
    for found in re.finditer(r"(?:^|[\s(|&;`])csbot((?: (?:'[^']*'|\"[^\"]*\"|[^\s|;&)<>`]+))*)", text, re.MULTILINE):
        words = shlex.split(found[1], comments=True)
        command: Any = COMMANDS
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        if hasattr(command, "commands") and words and not words[0].startswith("-"):
            yield f"csbot{found[1]}: there is no command {words[0]!r}"
        known = {option for param in command.params for option in param.opts} | {"--help"}
        yield from (
            f"csbot{found[1]}: there is no option {word!r}" for word in words if word[:1] == "-" and word not in known
        )


@pytest.mark.parametrize("block", SHELL, ids=lambda block: block.place)
def test_what_a_block_calls_exists(block: Block) -> None:
    assert not list(wrong_calls(block.text))
    assert block.mark in {"run", "chat", "network"}, f"{block.place}: say `sh run`, `sh chat` or `sh network`"


def test_what_is_named_in_passing_exists() -> None:
    named = " \n".join(re.findall(r"`(csbot [^`\n]+)`", EVERYTHING))
    assert not list(wrong_calls(named))


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    said = re.findall(r"`(?:[A-Z_]+=\S+ )?make ([a-z]+)[^`]*`", EVERYTHING)
    said += [target for block in SHELL for target in re.findall(r"^make ([a-z]+)", block.text, re.MULTILINE)]
    assert set(said) <= targets


# -- settings ----------------------------------------------------------------------------------------------------------


def fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A model's fields as they are written in csbot.toml."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def sections() -> dict[str, type[BaseModel]]:
    """The sections of csbot.toml apart from the channels."""
    found = {name: field.annotation for name, field in Settings.model_fields.items()}
    return {name: kind for name, kind in found.items() if isinstance(kind, type) and issubclass(kind, BaseModel)}


def as_shown(field: FieldInfo) -> str:
    """A default as a document shows it."""
    if field.is_required():
        return "required"
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return "none" if default is None else f"`{json.dumps(default)}`"


@pytest.mark.parametrize("section", sections())
def test_every_setting_is_documented_with_its_default(section: str) -> None:
    rows = tables(SETTINGS, r"## `\[(\w+)\]`")[section]
    assert {row[0].strip("`"): row[1] for row in rows} == {
        name: as_shown(field) for name, field in fields(sections()[section]).items()
    }


@pytest.mark.parametrize("kind", channel_kinds())
def test_every_setting_of_a_channel_is_documented_with_its_default(kind: str) -> None:
    rows = tables(SETTINGS, r'### `kind = "(\w+)"`')[kind]
    own = {
        name: as_shown(field)
        for name, field in fields(channel_spec(kind).settings).items()
        if name not in {"kind", "unsafe_unsigned"}
    }
    assert {row[0].strip("`"): row[1] for row in rows} == own


def test_what_all_channels_share_is_documented() -> None:
    rows = tables(SETTINGS, r"## `\[(channels\.<id>)\]`")["channels.<id>"]
    assert {row[0].strip("`") for row in rows} == set(fields(ChannelSettings))


def test_every_setting_of_a_lookup_is_documented_with_its_default() -> None:
    rows = tables(SETTINGS, r"## `\[(lookups\.<name>)\]`")["lookups.<name>"]
    assert {row[0].strip("`"): row[1] for row in rows} == {
        name: as_shown(field) for name, field in fields(LookupSettings).items()
    }


def known(path: tuple[str, ...], kinds: Mapping[str, str]) -> bool:
    """There is a setting of that path; `kinds` says which kind a channel is whose id is none."""
    if path[0] == "channels" and len(path) == 3:
        kind = kinds.get(path[1], path[1])
        return kind in channel_kinds() and path[2] in fields(channel_spec(kind).settings)
    if path[0] == "lookups" and len(path) == 3:
        return path[2] in fields(LookupSettings)
    return len(path) == 2 and path[0] in sections() and path[1] in fields(sections()[path[0]])


def test_every_variable_that_is_named_is_a_setting() -> None:
    for file in DOCUMENTS:
        text = file.read_text(encoding="utf-8")
        kinds = {found[1].lower(): found[2] for found in re.finditer(r"CSBOT_CHANNELS__(\w+)__KIND=(\w+)", text)}
        for name in set(re.findall(rf"\b{PREFIX}[A-Z0-9_]+\b", text)) - NO_SETTINGS:
            path = tuple(name.removeprefix(PREFIX).lower().split("__"))
            assert known(path, kinds), f"{named(file)}: {name} is no setting"


@pytest.mark.parametrize(
    "block",
    [block for file in DOCUMENTS for block in blocks(file) if block.language == "toml"],
    ids=lambda block: block.place,
)
def test_a_piece_of_a_settings_file_has_known_keys_only(block: Block) -> None:
    for section, table in tomllib.loads(block.text).items():
        for key, value in table.items():
            if section == "lookups":
                assert all(known((section, key, inner), {}) for inner in value), f"{block.place}: {key}"
            elif section == "channels":
                assert all(known((section, key, inner), {key: value["kind"]}) for inner in value), (
                    f"{block.place}: {key}"
                )
            else:
                assert known((section, key), {}), f"{block.place}: {section}.{key}"


# -- addresses, figures, links, pictures -------------------------------------------------------------------------------

SERVED = [
    "",
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    BASE,
    BASE + DOCUMENT,
    *(BASE + re.sub(r"\{\w+\}", r"[^/]+", row.path) for row in TABLE),
]


def test_every_address_that_is_asked_is_served() -> None:
    for block in SHELL:
        local = re.findall(rf"http://{re.escape(SHOWN_PORT)}([^\s\"'?]*)", block.text)
        local += [BASE + path for path in re.findall(r"\$API(/[^\s\"'?]*)", block.text)]
        for path in local:
            assert any(re.fullmatch(served, path) for served in SERVED), f"{block.place}: {path} is not served"


def test_every_webhook_address_is_one_of_its_kind() -> None:
    for id, route in re.findall(r"bot\.shop\.example/channels/(\w+)/(\w+)", EVERYTHING):
        assert route in channel_spec(id).routes


def test_every_figure_is_documented_with_its_labels() -> None:
    rows = tables(OPERATIONS, r"## (Is it well\?)").popitem()[1]
    told = {row[0].strip("`") for row in rows}
    families = {
        family.name + ("_total" if family.type == "counter" else ""): family for family in metrics.REGISTRY.collect()
    }
    assert {name.partition("{")[0] for name in told} == set(families)
    for name in told:
        labels = set(name.partition("{")[2].rstrip("}").split(","))
        collector: Any = metrics.REGISTRY._names_to_collectors[name.partition("{")[0]]
        assert labels == set(collector._labelnames)


@pytest.mark.parametrize("file", DOCUMENTS, ids=named)
def test_every_link_within_the_repository_leads_somewhere(file: Path) -> None:
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target and not target.startswith("#"):
            assert (file.parent / target.partition("#")[0]).exists(), f"{named(file)}: {target}"


def test_the_picture_is_the_one_its_code_draws() -> None:
    code = ROOT / "docs/pictures/way_of_a_message.py"
    drawn = runpy.run_path(str(code))["picture"]()
    assert code.with_suffix(".svg").read_text(encoding="utf-8") == drawn
    ElementTree.fromstring(drawn)
