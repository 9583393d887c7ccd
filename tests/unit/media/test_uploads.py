"""Files customers hand in: what is in them counts, they stay what they were, and nobody else reads them."""

from __future__ import annotations

from pathlib import Path
from stat import S_IMODE

import pytest

from csbot.channel.errors import MediaUnavailable
from csbot.domain.message import MessageKind
from csbot.media.uploads import PDF, PNG, TEXT, FileRefused, FileType, Uploads, fit_name, type_of

PIXELS = b"\x89PNG\r\n\x1a\n" + bytes(40)


def uploads(folder: Path, limit_bytes: int = 1000) -> Uploads:
    return Uploads(folder / "media", limit_bytes=limit_bytes)


async def content(made: Uploads, ref: str) -> bytes:
    return b"".join([chunk async for chunk in made.read(ref)])


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (PIXELS, "image/png"),
        (b"GIF89a....", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        ("Sipariş no: ABC\r\n\tşğı".encode(), "text/plain"),
    ],
)
def test_a_file_is_what_its_content_shows(content: bytes, mime: str) -> None:
    found = type_of(content)
    assert found is not None
    assert found.mime == mime


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00\x03",
        b"\x7fELF",
        b"PK\x03\x04",
        b"text\x00with a nul",
        "ş".encode("utf-16"),
        b"RIFF\x00\x00\x00\x00AVI ",
    ],
)
def test_what_is_none_of_the_known_kinds_is_not_taken(content: bytes) -> None:
    assert type_of(content) is None


@pytest.mark.parametrize(
    ("name", "found", "shown"),
    [
        ("fatura.pdf", PDF, "fatura.pdf"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("C:\\Users\\me\\foto.PNG", PNG, "foto.PNG"),
        ("page.html", TEXT, "page.html.txt"),
        ("photo.exe", PNG, "photo.exe.png"),
        ("", PNG, "photo.png"),
        ("...", PDF, "document.pdf"),
        ('<img src=x onerror="alert(1)">.png', PNG, "img src=x onerror= alert(1) .png"),
        ("gpj.\u202egnp.exe", PNG, "gpj. gnp.exe.png"),
        ("x" * 300 + ".png", PNG, "x" * 96 + ".png"),
    ],
)
def test_a_name_tells_the_truth(name: str, found: FileType, shown: str) -> None:
    assert fit_name(name, found) == shown


async def test_a_file_is_kept_for_its_reference_and_read_by_csbot_alone(tmp_path: Path) -> None:
    made = uploads(tmp_path)
    file = await made.keep(PIXELS, name="a.png", owner="visitor:1", key="k1", channel="web")
    assert (file.kind, file.mime, file.size, file.channel) == (MessageKind.PHOTO, "image/png", len(PIXELS), "web")
    assert await content(made, file.ref) == PIXELS
    [kept] = (tmp_path / "media").iterdir()
    assert S_IMODE(kept.stat().st_mode) == 0o600
    assert "a.png" not in kept.name


async def test_a_file_that_was_sent_stays_what_it_was(tmp_path: Path) -> None:
    made = uploads(tmp_path)
    first = await made.keep(PIXELS, name="a.png", owner="visitor:1", key="k1", channel="web")
    again = await made.keep(PIXELS + b"other", name="a.png", owner="visitor:1", key="k1", channel="web")
    assert again.ref == first.ref
    assert await content(made, first.ref) == PIXELS
    others = [
        await made.keep(PIXELS, name="a.png", owner=owner, key=key, channel="web")
        for owner, key in (("visitor:2", "k1"), ("visitor:1", "k2"))
    ]
    assert len({first.ref, *(other.ref for other in others)}) == 3
    assert not [file for file in (tmp_path / "media").iterdir() if file.name.startswith(".")]


async def test_too_large_and_unknown_files_leave_nothing(tmp_path: Path) -> None:
    made = uploads(tmp_path, limit_bytes=50)
    for wrong, too_large in ((PIXELS + bytes(10), True), (b"MZ\x90\x00", False)):
        with pytest.raises(FileRefused) as caught:
            await made.keep(wrong, name="x", owner="v", key="k", channel="web")
        assert caught.value.too_large is too_large
    assert not (tmp_path / "media").exists()


@pytest.mark.parametrize("ref", ["", "../csbot.db", "0" * 64, ".half", "a/b"])
async def test_only_files_that_are_kept_can_be_read(tmp_path: Path, ref: str) -> None:
    with pytest.raises(MediaUnavailable):
        await content(uploads(tmp_path), ref)
