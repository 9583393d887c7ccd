"""What the commands do about lookups: the sample shop beside csbot, and whether the brand's systems answer."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from csbot.bootstrap import lookups, now, unset_lookups
from csbot.bootstrap.folders import sample_folder
from csbot.config import LookupSettings, Settings, load
from csbot.content.catalogue import load as load_content
from csbot.domain.lookup import Branch
from csbot.sampleshop.beside import beside
from csbot.sampleshop.shop import CANCEL, STATUS
from tests.unit.cli.conftest import Csbot
from tests.unit.lookups.questions import about

ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("CSBOT_")}
SECRET = "a secret of sixteen and more"


def write(shop: Path, text: str) -> None:
    (shop / "csbot.toml").write_text(text, encoding="utf-8")


@contextmanager
def sample_shop(*options: str) -> Iterator[dict[str, str]]:
    """`csbot sample-shop` as a process; what it tells."""
    command = [sys.executable, "-m", "csbot", "sample-shop", "--port", "0", "--json", *options]
    with subprocess.Popen(command, env=ENVIRON, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors


async def test_the_sample_shop_is_started_for_the_lookups_that_ask_it_and_no_others() -> None:
    other = LookupSettings(url="https://shop.example", secret=SECRET)
    settings = Settings(lookups={STATUS: LookupSettings(url="sample-shop"), "invoice": other})
    async with beside(settings) as (found, page):
        assert found.lookups["invoice"] == other
        assert found.lookups[STATUS].url.startswith(page)
        async with lookups(found) as systems:
            answer = await systems.ask(about("4711"), now=now())
            assert (answer.branch, answer.records[0]["place"]) == (Branch.FOUND, "Bolu")
        shown = await asyncio.to_thread(urllib.request.urlopen, page, timeout=10)
        with shown:
            assert "4711" in shown.read().decode()
    async with beside(Settings(lookups={"invoice": other})) as (found, page):
        assert (found.lookups, page) == ({"invoice": other}, "")


async def test_without_a_settings_file_the_sample_brand_has_its_shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with beside(load(environ={})) as (found, page):
        assert set(found.lookups) == {STATUS, CANCEL}
        assert page
        assert unset_lookups(found, load_content(sample_folder(), ("tr", "en"))) == []
    async with beside(load(environ={"CSBOT_CONTENT__PATH": str(tmp_path)})) as (found, page):
        assert (found.lookups, page) == ({}, ""), "another brand's customers are told nothing made up"


async def test_where_it_has_not_been_started_its_lookups_are_down() -> None:
    async with lookups(Settings(lookups={STATUS: LookupSettings(url="sample-shop")})) as systems:
        assert (await systems.ask(about("4711"), now=now())).branch is Branch.DOWN


def test_doctor_asks_each_system_whether_it_takes_the_signature(csbot: Csbot, shop: Path) -> None:
    with sample_shop() as told:
        good, bad = ("[lookups." + name + f']\nurl = "{told["url"]}"\nsecret = "' for name in ("invoice", "points"))
        write(shop, f'{good}{told["secret"]}"\n{bad}{SECRET}"\n[lookups.{STATUS}]\nurl = "sample-shop"\n')
        said = csbot("doctor")
    assert said.code == 1
    assert "ok   lookup invoice: answers, and takes csbot's signature" in said.out
    assert "mend lookup points: refuses csbot's signature (401)" in said.out
    assert f"ok   lookup {STATUS}: is answered by the sample shop" in said.out
    assert told["secret"] not in said.out


def test_doctor_says_what_is_not_there(csbot: Csbot, shop: Path) -> None:
    write(shop, f'[lookups.invoice]\nurl = "http://127.0.0.1:1/"\nsecret = "{SECRET}"\n')
    said = csbot("doctor")
    assert said.code == 1
    assert "mend lookup invoice: cannot be reached (ClientConnectorError)" in said.out
    assert "-> see [lookups.invoice] and docs/lookups.md" in said.out


def test_a_shop_that_fails_fails_each_question(csbot: Csbot, shop: Path) -> None:
    with sample_shop("--fault", "500", "--secret", SECRET) as told:
        assert told["secret"] == SECRET
        write(shop, f'[lookups.invoice]\nurl = "{told["url"]}"\nsecret = "{SECRET}"\n')
        assert "mend lookup invoice: answers 500" in csbot("doctor").out


def test_a_short_secret_is_refused(csbot: Csbot) -> None:
    said = csbot("sample-shop", "--secret", "short")
    assert said.code == 2
    assert "at least 16 characters" in said.err
