"""`csbot content`: looked through, published."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from csbot.store.sqlite import SqliteStore
from tests.unit.cli.conftest import Csbot


def spoil(shop: Path) -> None:
    """A line an editor might leave."""
    file = shop / "faq/delivery.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("answers:", "anwsers:", 1), encoding="utf-8")


def published(shop: Path) -> str:
    async def ask() -> str:
        async with SqliteStore(shop / "var/csbot.db") as store:
            found = await store.published_content()
            return found[0] if found else ""

    return asyncio.run(ask())


def test_sound_content_is_said_to_be_sound(csbot: Csbot, shop: Path) -> None:
    said = csbot("content", "check")
    assert said.code == 0
    assert f"{shop} is sound" in said.out


def test_a_mistake_is_told_with_file_and_line_and_fails_the_command(csbot: Csbot, shop: Path) -> None:
    spoil(shop)
    said = csbot("content", "check")
    assert said.code == 1
    assert "faq/delivery.yml:8: " in said.out
    told = json.loads(csbot("content", "check", "--json").out)
    assert any(error.startswith("faq/delivery.yml:8: ") for error in told["errors"])


def test_another_folder_can_be_looked_at(csbot: Csbot, shop: Path) -> None:
    said = csbot("content", "check", "--path", "elsewhere")
    assert said.code == 1
    assert "the folder is missing" in said.out


def test_what_is_published_is_what_a_server_starts_with(csbot: Csbot, shop: Path) -> None:
    version = json.loads(csbot("content", "publish", "--json").out)["version"]
    assert published(shop) == version
    said = csbot("content", "publish")
    assert said.out == f"version {version} is published\n"


def test_broken_content_is_not_published(csbot: Csbot, shop: Path) -> None:
    version = json.loads(csbot("content", "publish", "--json").out)["version"]
    spoil(shop)
    said = csbot("content", "publish")
    assert said.code == 1
    assert "csbot: faq/delivery.yml:8: " in said.err
    assert published(shop) == version


def test_a_question_is_judged_by_the_files(csbot: Csbot) -> None:
    told = json.loads(csbot("ask", "when one", "--json").out)
    assert told["ranking"][0]["name"] == "faq/delivery-time"
    said = csbot("ask", "when one", "--why")
    assert said.code == 0
    assert said.out.startswith(told["decision"])
    assert "faq/delivery-time" in said.out
