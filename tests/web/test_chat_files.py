"""Photos and files: looked into, kept once, given to agents by signed links, and never shown as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from csbot.config import MediaSettings
from tests.chain import running as chain
from tests.chain.running import Running
from tests.web.chatting import chat, guest

PIXELS = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.fixture
async def csbot(tmp_path: Path) -> Any:
    async with chat(tmp_path) as started:
        yield started


async def test_a_photo_is_one_message_and_reaches_agents_by_a_signed_link(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        assert await visitor.hands_in(PIXELS, name='<img src=x onerror="x">.png', key="photo-one") == (
            202,
            {"id": "photo-one"},
        )
        assert (await visitor.hands_in(PIXELS, name="again.png", key="photo-one"))[0] == 202
        [sent, *_] = await visitor.answered()
        [file] = sent["files"]
        assert (sent["key"], file["kind"], file["size"]) == ("photo-one", "photo", len(PIXELS))
        assert "<" not in file["name"]
        [row] = (await csbot.get("conversations"))["items"]
        [shown] = (await csbot.get(f"conversations/{row['id']}"))["transcript"][0]["attachments"]
        link = shown["link"].replace(csbot.services.public_url, csbot.url)
        for address in (link, csbot.url + file["href"]):
            async with csbot.client.get(address) as answer:
                assert await answer.read() == PIXELS
                assert answer.content_type == "application/octet-stream"
                assert answer.headers["Content-Disposition"].startswith("attachment; filename")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Content-Security-Policy"] == "sandbox"
        async with csbot.client.get(csbot.url + file["href"][:-2]) as answer:
            assert answer.status == 403
    assert len(list((csbot.folder / "media" / "uploads").iterdir())) == 1


async def test_a_page_handed_in_as_text_is_never_one_of_ours(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        assert (await visitor.hands_in(b"<script>alert(1)</script>", name="x.html"))[0] == 202
        [sent, *_] = await visitor.answered()
        assert sent["files"][0]["name"] == "x.html.txt"


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00\x03", b"PK\x03\x04\x00", b"\x00" * 10])
async def test_other_kinds_are_refused_and_nothing_is_kept(csbot: Running, content: bytes) -> None:
    async with guest(csbot) as visitor:
        status, told = await visitor.hands_in(content, name="photo.png")
        assert (status, told["error"]["code"]) == (415, "not_taken")
    assert not (csbot.folder / "media").exists()
    assert csbot.rows("SELECT count(*) FROM events") == [(0,)]


async def test_a_file_too_large_is_refused_before_it_is_all_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = chain.settings
    small = MediaSettings(link_ttl_s=3600, upload_bytes=1000)
    monkeypatch.setattr(chain, "settings", lambda *a, **k: given(*a, **k).model_copy(update={"media": small}))
    async with chat(tmp_path) as csbot, guest(csbot) as visitor:
        assert (await visitor.hands_in(PIXELS))[0] == 202
        status, told = await visitor.hands_in(PIXELS + bytes(1000))
        assert (status, told["error"]["code"]) == (413, "too_large")


async def test_a_form_that_is_none_is_refused(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        address, headers = f"{csbot.url}/chat/web/files", {"Origin": csbot.url}

        async def status_of(**more: Any) -> int:
            async with visitor.http.post(address, headers=headers | more.pop("headers", {}), **more) as answer:
                return answer.status

        def form(**fields: str | bytes) -> FormData:
            made = FormData()
            for name, value in fields.items():
                made.add_field(name, value, filename="x" if name == "file" else None, content_type="text/plain")
            return made

        assert await status_of(json={}) == 415
        assert await status_of(data=form(id="message-1")) in {415, 422}
        assert await status_of(data=form(id="x", file=b"text")) == 422
        assert await status_of(data=form(file=b"text")) == 422
        assert await status_of(data=b"junk", headers={"Content-Type": "multipart/form-data"}) == 400
        assert await status_of(data=b"junk", headers={"Content-Type": "multipart/form-data; boundary=x"}) in {400, 422}
    async with guest(csbot, come=False) as nobody:
        assert (await nobody.hands_in(PIXELS))[0] == 401
    assert csbot.rows("SELECT count(*) FROM events") == [(0,)]


async def test_files_count_towards_the_pace(tmp_path: Path) -> None:
    async with chat(tmp_path, pace=1) as csbot, guest(csbot) as visitor:
        assert (await visitor.hands_in(PIXELS))[0] == 202
        assert (await visitor.hands_in(PIXELS))[0] == 429
