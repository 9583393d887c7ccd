"""`csbot run` and `csbot chat`, as processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Csbot
from tests.unit.cli.test_content import spoil
from tests.unit.content import brand_folder

ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("CSBOT_")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running `csbot run`, and what it said at its start."""

    url: str
    folder: Path
    told: str

    @property
    def port(self) -> str:
        return self.url.rpartition(":")[2]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """It runs on content that was published before somebody edited the files; asked to stop, it ends well."""
    folder = brand_folder.write(tmp_path_factory.mktemp("shop"))
    csbot = [sys.executable, "-m", "csbot"]
    subprocess.run([*csbot, "content", "publish"], cwd=folder, env=ENVIRON, check=True, capture_output=True)
    file = folder / "faq/delivery.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("Three days.", "Four days."), encoding="utf-8")
    with subprocess.Popen(
        [*csbot, "run"],
        cwd=folder,
        env={**ENVIRON, "CSBOT_SERVER__PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        told = ""
        for line in process.stdout:
            told += line
            if line.lstrip().startswith("state"):
                break
        url = re.search(r"is up at (http://\S+)", told)
        assert url, told
        yield Server(url=url[1], folder=folder, told=told)
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_it_says_where_things_are(server: Server) -> None:
    assert f"{server.url}/api/v1/openapi.json" in server.told
    assert "sqlite:///var/csbot.db" in server.told
    assert "csbot user add EMAIL" in server.told


def test_the_first_admin_is_given_a_link_that_is_open(server: Server) -> None:
    link = re.search(rf"{server.url}/desk/welcome/[\w-]{{40,}}", server.told)
    assert link, server.told
    with urllib.request.urlopen(link[0], timeout=10) as answer:
        assert answer.status == 200
        assert 'name="password"' in answer.read().decode()


def test_files_edited_since_they_were_published_are_worth_a_word(server: Server) -> None:
    assert "csbot content publish puts them in force" in server.told


def test_somebody_who_opens_its_address_finds_a_signpost(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/", timeout=10) as answer:
        assert answer.headers.get_content_type() == "text/plain"
        told = answer.read().decode()
    assert "/api/v1/openapi.json" in told
    with urllib.request.urlopen(f"{server.url}/api/v1/openapi.json", timeout=10) as answer:
        assert answer.status == 200


def test_somebody_who_tries_a_webhook_in_a_browser_learns_that_it_is_reached(server: Server) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{server.url}/channels/telegram/webhook", timeout=10)
    with refused.value as answer:
        assert (answer.code, answer.headers["Allow"]) == (405, "POST")
        assert "csbot is reached here" in answer.read().decode()


def test_a_second_server_on_the_same_store_is_refused(
    server: Server, process: Csbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(server.folder)
    said = process("run", CSBOT_SERVER__PORT="0")
    assert said.code == 1
    assert said.err == (
        "csbot: another csbot server already runs on var/csbot.db; stop it first, or give this one a store of its own "
        "([store] url, CSBOT_STORE__URL)\n"
    )


@pytest.mark.parametrize("command", [("run",), ("chat", "--port")], ids=["run", "chat"])
def test_a_port_in_use_is_told_with_its_remedy(server: Server, process: Csbot, command: tuple[str, ...]) -> None:
    args = (*command, server.port) if command[0] == "chat" else command
    said = process(*args, CSBOT_SERVER__PORT=server.port)
    assert said.code == 1
    assert said.err.startswith(f"csbot: server.port: {server.port} on 127.0.0.1 is in use by another program; ")
    assert said.err.count("\n") == 1


def test_broken_content_stops_the_start_line_by_line(process: Csbot, shop: Path) -> None:
    spoil(shop)
    said = process("run", CSBOT_SERVER__PORT="0")
    assert said.code == 1
    assert "csbot: faq/delivery.yml:8: " in said.err
    assert "Traceback" not in said.err


def test_what_is_typed_is_answered_and_kept(process: Csbot, shop: Path) -> None:
    said = process("chat", "--store", "talk.db", typed="when one\nhow much two\n")
    assert said.code == 0
    assert re.search(r"export API=http://127\.0\.0\.1:\d+/api/v1 TOKEN=csbot_\S+\n", said.out)
    assert '"$API/conversations?status=waiting"' in said.out
    assert "Three days." in said.out
    assert (shop / "talk.db").exists()
    assert not (shop / "var").exists()
