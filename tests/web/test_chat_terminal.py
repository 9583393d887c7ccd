"""The web chat in the terminal: the same conversation as on its page, for people and for scripts."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import shutil
import ssl
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from csbot.channel.imitation import Said
from csbot_twilio.imitation import TwilioImitation
from tests.chain.running import Running, serving, until
from tests.web.between import between
from tests.web.chatting import KARGO, UNKNOWN, chat, taken
from tests.web.terminal import ENVIRON, scripted, terminal


@pytest.fixture
async def csbot(tmp_path: Path) -> Any:
    async with chat(tmp_path) as running:
        yield running


def received(csbot: Running, text: str) -> int:
    """How often the customer has said it."""
    [(count,)] = csbot.rows("SELECT count(*) FROM messages WHERE direction = 'in' AND text = ?", text)
    return int(count)


@pytest.mark.parametrize("path", ["/chat/web", "/chat", ""])
async def test_what_is_piped_in_is_answered(csbot: Running, path: str) -> None:
    code, seen, errors = await scripted("--url", csbot.url + path, typed=(KARGO,))
    assert (code, errors) == (0, "")
    assert seen.index(f"you: {KARGO}") < seen.index("Lale: ") < seen.index("iş günü")
    assert csbot.rows("SELECT DISTINCT channel FROM messages") == [("web",)]


async def test_a_script_gets_one_object_a_message(csbot: Running) -> None:
    code, seen, errors = await scripted(
        "--url", csbot.url, "--channel", "web", "--json", typed=(KARGO, "taksit var mi")
    )
    assert code == 0
    told = [json.loads(line) for line in seen.splitlines()]
    assert [one["from"] for one in told] == ["you", "bot", "you", "bot"], "each is answered before the next is sent"
    assert told[0]["text"] == KARGO
    assert told[1]["name"] == "Lale"
    assert told[1]["choices"][0].keys() == {"label", "payload"}
    assert all(one["at"] and isinstance(one["id"], int) for one in told)
    assert "You are talking to Lale" in errors, "what nobody has said goes elsewhere"


async def test_an_answer_is_picked_by_its_number(csbot: Running) -> None:
    code, seen, _ = await scripted("--url", csbot.url, typed=("iade", "1"))
    assert code == 0
    label = seen.partition("  1  ")[2].partition("\n")[0]
    assert f"you: {label}\n" in seen
    [(kind, text)] = csbot.rows("SELECT kind, text FROM messages WHERE direction = 'in' ORDER BY id DESC LIMIT 1")
    assert (kind, text) == ("choice", label)


async def test_a_number_nobody_offered_is_a_number(csbot: Running) -> None:
    await scripted("--url", csbot.url, typed=("77", "0", "²"))
    assert [received(csbot, said) for said in ("77", "0", "²")] == [1, 1, 1]


async def test_commands_hand_in_save_and_begin_anew(csbot: Running, tmp_path: Path) -> None:
    photo, saved = tmp_path / "fatura.txt", tmp_path / "saved.txt"
    photo.write_text("fatura", encoding="utf-8")
    typed = (KARGO, f"/file {photo}", f"/save {saved}", "/new", "/help", "/quit", "never sent")
    code, seen, errors = await scripted("--url", csbot.url, typed=typed)
    assert (code, errors) == (0, "")
    assert f"  [fatura.txt] {csbot.url}/media/" in seen
    assert f"You: {KARGO}" in saved.read_text(encoding="utf-8")
    assert "A new conversation begins here." in seen
    assert "/save PATH" in seen
    assert received(csbot, "never sent") == 0
    assert csbot.rows("SELECT count(*) FROM conversations WHERE state = 'closed'") == [(1,)]


async def test_a_script_ends_badly_when_something_was_not_done(csbot: Running, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("kept", encoding="utf-8")
    typed = ("x" * 5000, f"/save {tmp_path / 'there'}", f"/file {tmp_path / 'nowhere'}", UNKNOWN, "/new")
    code, seen, errors = await scripted("--url", csbot.url, typed=typed)
    assert code == 1
    assert "at most 4,000 characters" in seen
    assert "File exists" in seen
    assert "No such file" in seen
    assert "with a person now" in seen
    assert errors == "csbot: not done: 4 of what was typed\n"
    assert (tmp_path / "there").read_text(encoding="utf-8") == "kept"


async def test_a_conversation_can_be_gone_on_with(csbot: Running, tmp_path: Path) -> None:
    file = tmp_path / "me.json"
    await scripted("--url", csbot.url, "--keep", file, typed=(KARGO,))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".me.json")]
    code, seen, _ = await scripted("--url", csbot.url, "--keep", file, typed=("taksit var mi",))
    assert code == 0
    assert f"you: {KARGO}" in seen
    assert csbot.rows("SELECT count(*) FROM customers") == [(1,)]
    code, seen, _ = await scripted("--url", csbot.url)
    assert KARGO not in seen, "without --keep everybody is a newcomer"
    spoilt = json.loads(file.read_text(encoding="utf-8")) | {"chat": "https://elsewhere.example/chat/web"}
    for content, why in ((json.dumps(spoilt), "keeps a conversation at https://elsewhere"), ("{}", "has not written")):
        file.write_text(content, encoding="utf-8")
        code, _, errors = await scripted("--url", csbot.url, "--keep", file)
        assert code == 1
        assert why in errors


async def test_what_is_typed_while_the_server_is_away_is_sent_once_when_it_is_back(tmp_path: Path) -> None:
    folder, file = tmp_path / "store", tmp_path / "me.json"
    folder.mkdir()
    async with chat(folder) as csbot:
        port = int(csbot.url.rpartition(":")[2])
        run = terminal("--url", csbot.url, "--keep", file)
        shown = await run.__aenter__()
        shown.types(KARGO)
        await shown.sees("iş günü")
    try:
        shown.types("taksit var mi")
        await shown.sees("[The server is away")
        await until(lambda: "taksit var mi" in file.read_text(encoding="utf-8"), "the words to be kept")
        async with chat(folder, port=port) as csbot:
            await shown.sees("[The server is back.]")
            await shown.sees("taksit", times=2)
            assert await shown.ends() == 0
            assert received(csbot, "taksit var mi") == 1
            assert "taksit var mi" not in file.read_text(encoding="utf-8")
    finally:
        await run.__aexit__(None, None, None)


async def test_words_kept_by_an_earlier_run_are_sent_by_the_next(csbot: Running, tmp_path: Path) -> None:
    file = tmp_path / "me.json"
    await scripted("--url", csbot.url, "--keep", file)
    kept = json.loads(file.read_text(encoding="utf-8"))
    kept["waiting"] = [{"id": "a-key-of-before", "text": KARGO, "choice": None}]
    for typed in ((), ("/help",)):
        file.write_text(json.dumps(kept), encoding="utf-8")
        code, _, errors = await scripted("--url", csbot.url, "--keep", file, typed=typed)
        assert (code, errors) == (0, "")
    assert received(csbot, KARGO) == 1


async def test_words_whose_answer_was_lost_are_sent_again_and_taken_once(csbot: Running) -> None:
    async with between(csbot.url) as gate, terminal("--url", gate.url) as shown:
        await shown.sees("You are talking to")
        gate.lose.append("messages")
        shown.types(KARGO)
        await shown.sees("iş günü")
        assert await shown.ends() == 0
        assert gate.passed.count("POST messages 202") >= 1
        assert gate.lose == []
    assert received(csbot, KARGO) == 1


async def test_a_script_does_not_wait_for_ever(csbot: Running) -> None:
    async with between(csbot.url) as gate, terminal("--url", gate.url, "--wait", 1) as shown:
        await shown.sees("You are talking to")
        gate.refuse.add("messages")
        shown.types(KARGO)
        assert await shown.ends() == 1
        assert "no answer within 1 s: the server is away" in shown.errors


async def test_without_a_stream_it_asks(csbot: Running) -> None:
    async with between(csbot.url) as gate, terminal("--url", gate.url) as shown:
        gate.refuse.add("stream")
        shown.types(UNKNOWN)
        await shown.sees("[A person will be with you.]")
        conversation = await taken(csbot)
        await shown.sees("[You are talking to Agent.]")
        await csbot.post(f"conversations/{conversation}/messages", {"text": "Bur\x1b[2Jadayım"})
        await shown.sees("Agent: Bur[2Jadayım")
        assert "\x1b" not in shown.seen, "nobody gives orders to the terminal"
        assert not any("stream" in one for one in gate.passed)
        assert await shown.ends() == 0


async def test_with_a_stream_it_need_not_ask(csbot: Running) -> None:
    async with between(csbot.url) as gate, terminal("--url", gate.url) as shown:
        shown.types(UNKNOWN)
        await shown.sees("[A person will be with you.]")
        conversation = await taken(csbot)
        await shown.sees("[You are talking to Agent.]")
        asked = gate.passed.count("GET messages 200")
        await csbot.post(f"conversations/{conversation}/messages", {"text": "Buradayım"})
        await shown.sees("Agent: Buradayım")
        await until(lambda: "POST seen 202" in gate.passed, "it to be told that somebody has looked")
        await until(lambda: ("read",) in csbot.rows("SELECT state FROM parts"), "the agent's words to count as read")
        await csbot.post(f"conversations/{conversation}/close")
        await shown.sees("[The conversation is closed.]")
        assert gate.passed.count("GET messages 200") == asked
        assert "GET stream 200" in gate.passed


async def test_who_goes_on_in_an_app_is_told_so(tmp_path: Path) -> None:
    web = {"kind": "webchat"}
    async with TwilioImitation("whatsapp") as whatsapp:
        channels = {"web": web, "whatsapp": {**whatsapp.settings(), "rate": 0}}
        async with serving(tmp_path, {"whatsapp": whatsapp}, channels) as csbot, terminal("--url", csbot.url) as shown:
            shown.types("/app")
            await shown.sees("[Write something here first.]")
            shown.types(UNKNOWN, "/app")
            await shown.sees("[WhatsApp: https://wa.me/")
            link = shown.seen.partition("[WhatsApp: ")[2].partition("]")[0]
            [text] = parse_qs(urlsplit(link).query)["text"]
            assert await whatsapp.customer_says(Said(text=text)) < 300
            await shown.sees("[You go on by WhatsApp; answers reach you there.")
            assert await shown.ends() == 1, "for the first /app there was nothing to show"


async def test_a_person_types_at_a_prompt_and_ends_it_with_ctrl_d(csbot: Running) -> None:
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "csbot", "chat", "--url", csbot.url, stdin=theirs, stdout=theirs, env=ENVIRON
    )
    os.close(theirs)
    seen = bytearray()

    def read() -> None:
        try:
            seen.extend(os.read(ours, 65536))
        except OSError:
            asyncio.get_running_loop().remove_reader(ours)

    asyncio.get_running_loop().add_reader(ours, read)
    try:
        await until(lambda: b"you> " in seen, "a prompt")
        os.write(ours, f"{KARGO}\n".encode())
        await until(lambda: "iş günü".encode() in seen, "an answer")
        assert seen.decode().count(KARGO) == 1, "the terminal has shown it already"
        assert seen.rstrip().endswith(b"you>")
        os.write(ours, b"taksit var mi\n\x04")
        async with asyncio.timeout(15):
            assert await process.wait() == 0
        await csbot.quiet()
        assert received(csbot, "taksit var mi") == 1, "the last word is let go first"
    finally:
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("shop.example", "is no address; write it like https://"),
        ("http://127.0.0.1:1", "nobody answers there: Connection refused"),
        ("{url}/desk", "this is no web chat of csbot's"),
        ("{url}/healthz", "this is no web chat of csbot's"),
        ("{url}/chat/nope", "has no web chat of that name"),
        ("{secure}/chat", "no trusted connection (TLS)"),
    ],
)
async def test_a_wrong_address_is_told_with_what_is_there(csbot: Running, address: str, why: str) -> None:
    url = address.format(url=csbot.url, secure=csbot.url.replace("http:", "https:"))
    code, seen, errors = await scripted("--url", url, typed=("x",))
    assert code == 1
    assert why in errors
    assert errors.count("\n") == 1
    assert seen == ""


def make_certificate(key: Path, certificate: Path) -> None:
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*new, "-keyout", key, "-out", certificate], check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make_certificate(key, certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        code, _, errors = await scripted("--url", f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/chat/web")
    assert code == 1
    assert "no trusted connection (TLS): " in errors
    assert "certificate" in errors


async def test_a_server_that_goes_by_another_name_refuses_and_that_is_told(csbot: Running) -> None:
    async with between(csbot.url) as gate:
        gate.host = "inside.example"
        code, _, errors = await scripted("--url", gate.url, typed=("x",))
    assert code == 1
    assert "[server] public_url" in errors


@pytest.mark.parametrize(
    "args", [("--json",), ("--keep", "x"), ("--channel", "web"), ("--url", "http://127.0.0.1:1", "--store", "x.db")]
)
async def test_options_that_do_not_go_together_are_refused(args: tuple[str, ...]) -> None:
    code, _, errors = await scripted(*args)
    assert code == 2
    assert "--url" in errors
