"""Customers the brand's site vouches for: the same person on every channel and browser, and nobody by mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from csbot.channel.imitation import Said
from tests.chain.running import ROOT, Running, platform, running, serving
from tests.documents import blocks
from tests.web.chatting import KARGO, SECRET, chat, guest, identity

PHONE = "+905321112233"


@pytest.fixture
async def csbot(tmp_path: Path) -> Any:
    async with chat(tmp_path) as started:
        yield started


async def test_a_conversation_follows_its_customer_to_another_browser(csbot: Running) -> None:
    async with guest(csbot) as one, guest(csbot) as other:
        told = await one.comes(identity=identity(csbot, id="4711", name="Ayşe Kaya"))
        assert (told["proven"], told["name"]) == (True, "Ayşe Kaya")
        await one.says(KARGO)
        await one.answered()
        assert (await other.comes(identity=identity(csbot, id="4711")))["you"] == told["you"]
        assert (await other.sees())[0]["text"] == KARGO
    [row] = (await csbot.get("conversations", identity="user:4711"))["items"]
    assert row["identities"][0]["name"] == "Ayşe Kaya"


async def test_a_proven_phone_is_the_same_customer_as_on_whatsapp(tmp_path: Path) -> None:
    web = {"kind": "webchat", "secret": SECRET}
    async with running(tmp_path, {"whatsapp": platform("whatsapp")}) as first:
        assert await first.platforms["whatsapp"].customer_says(Said(text="merhaba", user=PHONE)) < 300
        await first.quiet()
    async with serving(tmp_path, {}, {"web": web}) as csbot, guest(csbot) as visitor:
        await visitor.comes(identity=identity(csbot, id="1", phone="0532 111 22 33"))
        await visitor.says(KARGO)
        assert (await visitor.answered())[0]["text"] == KARGO, "nothing of the other channel is shown"
        assert csbot.rows("SELECT count(*) FROM customers") == [(1,)]
        assert csbot.rows("SELECT count(*) FROM lanes") == [(1,)]
        assert csbot.rows("SELECT person FROM identities WHERE channel = 'web'") == [(f"phone:{PHONE}",)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"secret": "another secret of 16"}, "genuine"),
        ({"lasts_s": -1}, "expired"),
        ({"id": ""}, '"id"'),
        ({"phone": "yok"}, '"phone"'),
    ],
)
async def test_what_cannot_be_believed_is_refused_and_the_session_stays(
    csbot: Running, wrong: dict[str, Any], said: str
) -> None:
    async with guest(csbot) as visitor:
        before = await visitor.comes()
        status, told = await visitor.post("session", {"identity": identity(csbot, **{"id": "1", **wrong})})
        assert (status, told["error"]["code"]) == (403, "identity_refused")
        assert said in told["error"]["message"]
        assert SECRET not in told["error"]["message"]
        assert await visitor.comes() == before


async def test_a_session_ends_with_its_signature(csbot: Running) -> None:
    async with guest(csbot) as visitor:
        await visitor.comes(identity=identity(csbot, id="1", lasts_s=60))
        assert (await visitor.says("x"))[0] == 202
        csbot.time_passes(61)
        assert (await visitor.says("y"))[0] == 401


async def test_who_signs_out_of_the_site_leaves_nothing_to_the_next(csbot: Running) -> None:
    async with guest(csbot) as browser:
        first = await browser.comes(framed=True, identity=identity(csbot, id="1"))
        await browser.says("benim adresim")
        await browser.answered()
        signed_out = await browser.comes(framed=True)
        assert (signed_out["proven"], signed_out["you"] != first["you"]) == (False, True)
        assert await browser.sees() == []
        other = await browser.comes(framed=True, identity=identity(csbot, id="2"))
        assert other["you"] not in {first["you"], signed_out["you"]}
        assert await browser.sees() == []


async def test_what_a_guest_wrote_is_nobodys_who_signs_in_later(csbot: Running) -> None:
    async with guest(csbot) as browser:
        await browser.says("paylaşılan bilgisayardan")
        await browser.answered()
        await browser.comes(identity=identity(csbot, id="1", phone=PHONE))
        assert await browser.sees() == []
        await browser.says("x")
        await browser.answered()
    assert csbot.rows("SELECT count(*) FROM customers") == [(2,)]


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", {"a": 1}, ["x"], 5, "x" * 10_000])
async def test_an_identity_that_is_none_breaks_nothing(csbot: Running, value: object) -> None:
    async with guest(csbot) as visitor:
        status, told = await visitor.post("session", {"identity": value})
        assert (status, told["error"]["code"]) == (403, "identity_refused")


async def test_what_the_documentation_signs_is_taken(csbot: Running) -> None:
    [snippet] = [block for block in blocks(ROOT / "docs/channels/webchat.md") if block.language == "python"]
    signing: dict[str, Any] = {}
    exec(snippet.text.rpartition("print(")[0], signing)
    async with guest(csbot) as visitor:
        told = await visitor.comes(identity=signing["identity"](SECRET, id="4711", phone=PHONE, name="Ayşe Kaya"))
        assert (told["proven"], told["name"]) == (True, "Ayşe Kaya")
