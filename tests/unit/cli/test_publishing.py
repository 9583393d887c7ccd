"""`csbot content`: into force and back, and the conversations that stand before it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from csbot.store.sqlite import SqliteStore
from tests.unit.cli.conftest import Csbot
from tests.unit.content import brand_folder

GOES = "customer: when one\nbot: [faq/delivery-time]\nbot: {helped}\n"
ELSEWHERE = "# never\ncustomer: when two\nbot: [faq/delivery-cost]\n"


@pytest.fixture(autouse=True)
def _valid(shop: Path) -> None:
    """The small brand's answers hold on any day."""
    delivery = "\n".join(line for line in brand_folder.DELIVERY.splitlines() if "valid_" not in line)
    brand_folder.write(shop, {"faq/delivery.yml": delivery})


def writes(shop: Path, **conversations: str) -> None:
    brand_folder.write(shop, {f"conversations/{name}.chat": text for name, text in conversations.items()})


def edits(shop: Path, old: str, new: str) -> None:
    file = shop / "faq/delivery.yml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def in_force(shop: Path) -> str:
    async def ask() -> str:
        async with SqliteStore(shop / "var/csbot.db") as store:
            found = await store.published_content()
            return found[0] if found else ""

    return asyncio.run(ask())


def audited(shop: Path) -> list[tuple[str, str, str]]:
    connection = sqlite3.connect(shop / "var/csbot.db")
    try:
        return connection.execute("SELECT act, subject, detail FROM audit ORDER BY id").fetchall()
    finally:
        connection.close()


# -- conversations -----------------------------------------------------------------------------------------------------


def test_conversations_that_go_as_written_are_counted(csbot: Csbot, shop: Path) -> None:
    assert "has no golden conversations" in csbot("content", "test").out
    writes(shop, one=GOES, two=GOES)
    said = csbot("content", "test")
    assert (said.code, said.out) == (0, "2 conversations went as written\n")
    assert csbot("content", "publish").out.endswith("; 2 conversations went as written\n")


def test_one_that_goes_wrong_is_told_with_its_line_and_what_was_said(csbot: Csbot, shop: Path) -> None:
    writes(shop, one=GOES, wrong=ELSEWHERE, empty="# nothing\n")
    said = csbot("content", "test")
    assert said.code == 1
    assert "wrong conversations/wrong.chat:3: bot: [faq/delivery-cost]\n    the bot said: Three days." in said.out
    assert "conversations/empty.chat:1: " in said.out
    assert "2 of 3 conversations went wrong" in said.out
    told = json.loads(csbot("content", "test", "--json").out)
    assert told["conversations"] == 3
    assert [(one["file"], one["line"]) for one in told["wrong"]] == [
        ("conversations/empty.chat", 1),
        ("conversations/wrong.chat", 3),
    ]


def test_a_transcript_that_is_no_text_is_told(csbot: Csbot, shop: Path) -> None:
    writes(shop, one=GOES)
    (shop / "conversations/one.chat").write_bytes(b"customer: \xff\n")
    said = csbot("content", "test")
    assert (said.code, said.err) == (1, "csbot: conversations/one.chat:1: cannot be read as UTF-8 text\n")


def test_nothing_is_published_while_one_goes_wrong_unless_it_is_named(csbot: Csbot, shop: Path) -> None:
    version = json.loads(csbot("content", "publish", "--json").out)["version"]
    edits(shop, "Three days.", "Four days.")
    writes(shop, one=GOES, wrong=ELSEWHERE, other=ELSEWHERE)
    said = csbot("content", "publish", "--force", "wrong")
    assert said.code == 1
    assert "csbot: conversations/other.chat:3: " in said.err
    assert "nothing was published: mend 1 conversation, or publish all the same with --force other\n" in said.err
    assert in_force(shop) == version
    told = json.loads(csbot("content", "publish", "--force", "wrong", "--force", "other.chat", "--json").out)
    assert told == {
        "version": in_force(shop),
        "conversations": 3,
        "forced": ["conversations/other.chat", "conversations/wrong.chat"],
    }
    assert told["version"] != version
    note = "although conversations/other.chat, conversations/wrong.chat went wrong"
    assert audited(shop)[-1] == ("publish content", f"content {told['version']}", note)


# -- back --------------------------------------------------------------------------------------------------------------


def test_it_is_taken_back_one_by_one_and_forward_by_name(csbot: Csbot, shop: Path) -> None:
    versions = []
    # Days nobody else publishes: a model that is in use in this process is neither learnt nor kept again.
    for before, days in (("Three", "Seven"), ("Seven", "Eight"), ("Eight", "Nine")):
        edits(shop, f"{before} days.", f"{days} days.")
        versions.append(json.loads(csbot("content", "publish", "--json").out)["version"])
    first, second, third = versions
    models = {file.name: file.stat().st_ino for file in (shop / "var/models").iterdir()}

    said = csbot("content", "rollback")
    assert said.out == f"version {second} is published again, in place of {third}\n"
    assert in_force(shop) == second
    assert json.loads(csbot("content", "rollback", "--json").out) == {"version": first, "replaces": second}
    assert in_force(shop) == first
    said = csbot("content", "rollback")
    assert (said.code, said.err) == (1, f"csbot: nothing was published before version {first}\n")
    csbot("content", "rollback", third[:6])
    assert in_force(shop) == third

    kept = {file.name: file.stat().st_ino for file in (shop / "var/models").iterdir()}
    assert kept == models, "what was learnt is there, and not learnt again"
    assert [line for line in audited(shop) if line[0] == "take back content"] == [
        ("take back content", f"content {second}", f"in place of {third}"),
        ("take back content", f"content {first}", f"in place of {second}"),
        ("take back content", f"content {third}", f"in place of {first}"),
    ]


def test_the_history_tells_versions_times_and_people(csbot: Csbot, shop: Path) -> None:
    assert csbot("content", "history").out == "Nothing has been published yet.\n"
    first = json.loads(csbot("content", "publish", "--json").out)["version"]
    edits(shop, "Three days.", "Four days.")
    second = json.loads(csbot("content", "publish", "--json").out)["version"]
    csbot("content", "rollback")
    told = json.loads(csbot("content", "history", "--json").out)
    assert [(one["version"], one["took_back"]) for one in told] == [(first, True), (second, False), (first, False)]
    assert all(one["by"].endswith("command line") and one["at"] for one in told)
    lines = csbot("content", "history", "--limit", "2").out.splitlines()
    assert len(lines) == 3
    assert lines[1].split()[0] == first
    assert "in force, taken back to" in lines[1]
