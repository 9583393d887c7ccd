"""The documentation of the content format says what the loader does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from csbot.content import check, load
from csbot.content.own_words import RECOGNISE, SAY
from csbot.domain.content import Role, SlotKind
from csbot.domain.lookup import Branch
from csbot.domain.ticket import Priority
from csbot.engine.consulting import OWN_WORDS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/content.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```yaml\n# file: (\S+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL))


def write(folder: Path) -> Path:
    """The documented files, with the repository's own words where the document shows none."""
    files = {"intents/phrases.yml": (ROOT / "intents/phrases.yml").read_text(encoding="utf-8"), **BLOCKS}
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_worked_files_are_right_content(tmp_path: Path) -> None:
    assert set(BLOCKS) == {"faq/delivery.yml", "intents/orders.yml", "intents/parcels.yml"}
    assert check(write(tmp_path), ("tr", "en")).items == ()


def test_the_worked_files_show_what_they_say(tmp_path: Path) -> None:
    catalogue = load(write(tmp_path), ("tr", "en"))
    form = catalogue.intents["cancel-order"].form

    assert catalogue.entries["delivery-time"].answer("en", "sms") == "Delivery takes 1-3 work days."
    assert form is not None
    assert form.slots[2].optional
    assert catalogue.intents["legal-matter"].sensitive


def test_every_word_of_csbots_own_is_documented() -> None:
    for key, words in SAY.items():
        placeholders = " ".join(f"`{{{name}}}`" for name in words.placeholders)
        limit = " At most 20 characters." if words.label else ""
        assert f"| `{key}` | {words.when}{limit} | {placeholders} |" in TEXT, key
    for key, when in RECOGNISE.items():
        assert f"| `{key}` | {when} |" in TEXT, key


def test_every_branch_of_a_lookup_is_documented() -> None:
    for branch in Branch:
        own = OWN_WORDS.get(branch)
        assert f"`{branch.value}`" in TEXT
        assert own is None or f"| `{own}` |\n" in TEXT


@pytest.mark.parametrize("kind", SlotKind)
def test_every_kind_of_slot_is_documented(kind: SlotKind) -> None:
    assert f"`{kind.value}`" in TEXT


def test_every_role_and_priority_is_documented() -> None:
    for word in (*Role, *Priority):
        assert word.value in TEXT


def test_the_schemas_named_in_the_worked_files_exist() -> None:
    named = re.findall(r"\$schema=(\S+)", TEXT)

    assert len(named) == 3
    assert all((ROOT / "faq" / name).resolve().is_file() for name in named)
