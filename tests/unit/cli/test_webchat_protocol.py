"""What the terminal's web chat reads and writes, without a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csbot.cli.webchat import kept
from csbot.cli.webchat.kept import Kept
from csbot.cli.webchat.protocol import ChatError, Choice, Events, Item, Unreadable, address, news, place
from csbot.cli.webchat.shown import printable

STREAM = (
    'event: beat\ndata: \n\n: a remark\nevent: news\r\nid: 7\r\ndata: {"ş":\r\ndata: 1}\r\n\r\ndata: bare\n\n'.encode()
)
EVENTS = [("beat", ""), ("news", '{"ş":\n1}'), ("message", "bare")]


@pytest.mark.parametrize("cut", range(len(STREAM)))
def test_a_stream_is_read_wherever_it_is_cut(cut: int) -> None:
    events = Events()
    assert [*events.feed(STREAM[:cut]), *events.feed(STREAM[cut:])] == EVENTS


def test_half_an_event_is_none() -> None:
    assert list(Events().feed(b"event: news\ndata: 1\n")) == []


@pytest.mark.parametrize(
    ("url", "channel", "wanted"),
    [
        ("https://shop.example", "", "https://shop.example/chat"),
        ("https://shop.example/", "web", "https://shop.example/chat/web"),
        ("https://shop.example/chat", "web", "https://shop.example/chat/web"),
        ("https://shop.example/chat/web/", "web", "https://shop.example/chat/web"),
        ("http://[::1]:8080/chat/web?x=1#y", "", "http://[::1]:8080/chat/web"),
    ],
)
def test_the_page_meant_by_an_address(url: str, channel: str, wanted: str) -> None:
    assert address(url, channel) == wanted


@pytest.mark.parametrize(
    ("url", "channel"),
    [
        ("shop", ""),
        ("ftp://shop", ""),
        ("https://", ""),
        ("http://[x", ""),
        ("http://x/chat/a", "b"),
        ("http://x:y", ""),
    ],
)
def test_what_is_no_address_is_told(url: str, channel: str) -> None:
    with pytest.raises(ChatError):
        address(url, channel)


@pytest.mark.parametrize(
    "html", ["", "<body>", "<body data-chat='x'>", "<body data-chat='{}'>", "<body data-chat='[]'>"]
)
def test_another_page_is_no_chat(html: str) -> None:
    assert place("https://shop.example/", html) is None


@pytest.mark.parametrize("told", [None, [], {}, {"messages": [1]}, {"messages": [], "after": "x"}])
def test_what_is_no_transcript_is_told(told: object) -> None:
    with pytest.raises(Unreadable):
        news(told, "https://shop.example")


def test_what_is_kept_is_read_again_without_files(tmp_path: Path) -> None:
    words = Item(key="key-one", text="iade", choice=Choice(label="iade", payload="p"))
    photo = Item(key="key-two", file=b"x", name="x.jpg")
    Kept(base="https://x/chat/web", token="t", waiting=(words, photo)).write(tmp_path / "me")
    read = kept.read(tmp_path / "me", "https://x/chat/web")
    assert read == Kept(base="https://x/chat/web", token="t", waiting=(words,))
    assert kept.read(tmp_path / "other", "https://x/chat/web") is None
    assert json.loads((tmp_path / "me").read_text(encoding="utf-8"))["token"] == "t"


def test_what_cannot_be_kept_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for file in (tmp_path / "nowhere" / "me", tmp_path / "folder"):
        with pytest.raises(ChatError, match="cannot be written"):
            Kept(base="b", token="t").write(file)
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


def test_orders_to_the_terminal_are_left_out() -> None:
    assert printable("a\x1b]0;x\x07b\x9bc\r\td\ne\x7f👩‍💻") == "a]0;xbc\td\ne👩‍💻"
