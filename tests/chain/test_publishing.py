"""Content's way into force while csbot runs: published and taken back beside it, damaged, and older than csbot."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from csbot.bootstrap import now
from csbot.content.sources import Sources, read_sources, sources_to_json
from csbot.nlu.linear import artefact
from csbot.store.sqlite import SqliteStore
from tests.chain.customers import newcomer
from tests.chain.running import OTHER, Running, platform, running, until
from tests.unit.content import brand_folder

pytestmark = pytest.mark.asyncio(loop_scope="package")

ONLY = {"telegram": platform("telegram")}


def written(folder: Path, *, days: str = "Three") -> Path:
    """The small brand, with an answer that tells its version and holds on any day, and settings for commands."""
    lines = [line for line in brand_folder.DELIVERY.splitlines() if "valid_" not in line]
    delivery = "\n".join(lines).replace("Three days.", f"{days} days.")
    brand_folder.write(folder, {**brand_folder.FILES, "faq/delivery.yml": delivery})
    settings = f"""
[store]
url = "sqlite:///{folder}/csbot.db"
[content]
path = "{folder}"
"""
    (folder / "csbot.toml").write_text(settings, encoding="utf-8")
    return folder


async def command(folder: Path, *args: str) -> str:
    """A command in a process of its own, beside the server; its answer."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CSBOT_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "csbot", *args, "--config", str(folder / "csbot.toml"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=folder, env=environ,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


def in_force(csbot: Running) -> str:
    return csbot.services.knowledge.now.catalogue.version


async def answers(csbot: Running, days: str) -> None:
    """A new customer is answered by the content of those days, and what is recorded says so."""
    customer = newcomer(csbot, "telegram")
    await customer.says("when one")
    assert f"{days} days." in await customer.hears()
    said = [one for one in (await customer.conversation())["packet"]["transcript"] if one["author"] == "bot"]
    assert {one["content_version"] for one in said} == {in_force(csbot)}


async def test_a_running_server_switches_to_what_the_command_learnt_and_back(tmp_path: Path) -> None:
    folder = written(tmp_path)
    async with running(folder, ONLY, content=folder) as csbot:
        first = in_force(csbot)
        await answers(csbot, "Three")
        written(folder, days="Four")
        version = json.loads(await command(folder, "content", "publish", "--json"))["version"]
        made = {file.name: file.stat().st_ino for file in folder.glob("models/*")}
        await until(lambda: in_force(csbot) == version, "the content to be switched")
        await answers(csbot, "Four")
        assert {file.name: file.stat().st_ino for file in folder.glob("models/*")} == made, "learnt once"
        assert made
        await command(folder, "content", "rollback")
        await until(lambda: in_force(csbot) == first, "the content to be taken back")
        await answers(csbot, "Three")


def _cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _flipped(whole: bytes) -> bytes:
    place = len(whole) // 2
    return whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :]


# A model that is in use is not read again, so each has content of its own.
@pytest.mark.parametrize(("damaged", "days"), [(_cut, "Five"), (_flipped, "Six")])
async def test_a_damaged_model_is_told_and_made_anew_before_anybody_is_answered_by_it(
    damaged: Callable[[bytes], bytes], days: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path)
    async with running(folder, ONLY, content=folder) as csbot:
        before = set(folder.glob("models/*"))
        written(folder, days=days)
        await command(folder, "ask", "when one")
        [model] = set(folder.glob("models/*")) - before
        whole = model.read_bytes()
        model.unlink()
        model.write_bytes(damaged(whole))
        sources = read_sources(folder)
        await csbot.services.store.publish_content(
            sources.version, sources_to_json(sources), by=OTHER, now=csbot.clock()
        )
        await until(lambda: in_force(csbot) == sources.version, "the content to be switched")
        assert "a model is made anew" in "".join(capfd.readouterr())
        await answers(csbot, days)
        artefact.read(model)


async def test_content_of_an_older_csbot_is_served_with_words_of_the_sample(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path)
    files = dict(read_sources(folder).files)
    lines = [line for line in files["intents/phrases.yml"].splitlines() if not line.startswith("  helped_thanks:")]
    older = Sources(files={**files, "intents/phrases.yml": "\n".join(lines) + "\n"})
    async with SqliteStore(folder / "csbot.db") as store:
        await store.publish_content(older.version, sources_to_json(older), by=OTHER, now=now())
    async with running(folder, ONLY, content=folder) as csbot:
        told = "".join(capfd.readouterr())
        assert "say.helped_thanks" in told
        assert "csbot content publish" in told
        assert in_force(csbot) == older.version
        customer = newcomer(csbot, "telegram")
        await customer.says("when one")
        [shown] = await customer.reads()
        await customer.says(press=shown.choices[0])
        assert "Great! Just write if you have another question." in await customer.hears()
