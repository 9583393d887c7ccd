"""`csbot doctor`: what is wrong, what to mend, which address to enter where."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from csbot.plugins import channel_spec
from tests.unit.cli.conftest import Csbot
from tests.unit.cli.test_content import spoil

SLACK = '[channels.slack]\nkind = "slack"\nbot_token = "xoxb-1"\nsigning_secret = "s3cret"\n'
PUBLIC = '[server]\npublic_url = "https://bot.shop.example"\n'


def write(shop: Path, text: str) -> None:
    (shop / "csbot.toml").write_text(text, encoding="utf-8")


def test_a_fresh_folder_has_nothing_to_mend(csbot: Csbot) -> None:
    said = csbot("doctor")
    assert said.code == 0
    assert "mend" not in said.out.replace("nothing to mend", "")


def test_a_channel_is_told_the_addresses_to_enter(csbot: Csbot, shop: Path) -> None:
    write(shop, PUBLIC + SLACK)
    said = csbot("doctor")
    assert said.code == 0
    assert "https://bot.shop.example/channels/slack/webhook" in said.out


def test_without_a_public_address_a_webhook_has_to_be_mended(csbot: Csbot, shop: Path) -> None:
    write(shop, SLACK)
    said = csbot("doctor")
    assert said.code == 1
    assert "-> set [server] public_url" in said.out
    assert "1 to mend" in said.out


def test_a_channel_that_is_connected_to_needs_none(csbot: Csbot, shop: Path) -> None:
    write(shop, SLACK + 'mode = "socket"\napp_token = "xapp-1"\n')
    assert csbot("doctor").code == 0


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[server]\nprot = 1\n", "server.prot: unknown key; did you mean 'port'?"),
        ('[store]\nurl = "sqlite:///csbot.toml/x.db"\n', "see [store] url"),
        ('[store]\nspool = "csbot.toml/spool"\n', "csbot does not start without its spool"),
        ('[content]\npath = "elsewhere"\n', "the folder is missing"),
        (f"{PUBLIC}{SLACK}unsafe_unsigned = true\n", "accepts unsigned webhooks"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_mend(csbot: Csbot, shop: Path, toml: str, words: str) -> None:
    write(shop, toml)
    said = csbot("doctor")
    assert said.code == 1
    assert words in said.out
    found = json.loads(csbot("doctor", "--json").out)
    assert not all(finding["ok"] for finding in found)


def test_broken_content_is_shown_line_by_line(csbot: Csbot, shop: Path) -> None:
    spoil(shop)
    said = csbot("doctor")
    assert said.code == 1
    assert "faq/delivery.yml:8: " in said.out


def test_files_edited_since_they_were_published_are_worth_a_word(csbot: Csbot, shop: Path) -> None:
    csbot("content", "publish")
    assert "content publish" not in csbot("doctor").out
    file = shop / "faq/delivery.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("Three days.", "Four days."), encoding="utf-8")
    said = csbot("doctor")
    assert said.code == 0
    assert "csbot content publish puts them in force" in said.out


def test_a_package_that_is_not_installed_is_named_with_its_extra(process: Csbot, shop: Path) -> None:
    write(shop, PUBLIC + SLACK)
    said = process("doctor", prelude="import sys; sys.modules['slack_sdk'] = None")
    assert said.code == 1
    assert 'pip install "csbot[slack]"' in said.out


async def test_the_platform_is_asked_when_wanted(shop: Path) -> None:
    make = channel_spec("slack").imitation
    assert make is not None
    async with make() as platform:
        lines = [f"{key} = {json.dumps(value)}" for key, value in platform.settings().items()]
        write(shop, PUBLIC + "[channels.slack]\n" + "\n".join(lines) + "\n")
        asked = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "csbot", "doctor", "--live", "--json", stdout=asyncio.subprocess.PIPE
        )
        out, _ = await asked.communicate()
    assert asked.returncode == 0
    found = {finding["what"]: finding["ok"] for finding in json.loads(out)}
    assert found["bot_token"]
    assert found["scopes of the app"]
