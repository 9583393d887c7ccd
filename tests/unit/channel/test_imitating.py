"""The mechanism all imitations share, shown on a platform of three lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import pytest
from aiohttp import ClientError, ClientSession, FormData, web

from csbot.channel.imitating import ImitatedPlatform
from csbot.channel.imitation import Call, Fault, Said, Shown, SignedRequest

DEADLINE_S = 5.0


class PigeonPost(ImitatedPlatform):
    """Says what it is given at /send; each letter of a customer's text is a webhook."""

    def name(self, method: str, path: str) -> str:
        return path.strip("/")

    def is_send(self, name: str) -> bool:
        return name == "send"

    async def answer(self, call: Call) -> web.StreamResponse:
        if call.name == "send":
            self.show(Shown(user="u", text=str(call.fields.get("text", "")), at=call.at, external_id="1"))
        return web.json_response({"ok": True})

    def refuse(self, fault: Fault, call: Call, *, after_s: float) -> web.Response:
        return web.json_response(
            {"fault": fault.value, "after_s": after_s}, status=429 if fault is Fault.LIMIT else 500
        )

    def settings(self) -> dict[str, object]:
        return {"api_base": self.base_url}

    def sign(
        self, body: bytes, *, route: str = "webhook", content_type: str = "", at: datetime | None = None
    ) -> SignedRequest:
        return SignedRequest(method="POST", path=self.path(route), headers={"x-sign": "yes"}, body=body)

    def webhooks(self, said: Said) -> Sequence[SignedRequest]:
        return [self.sign(letter.encode()) for letter in said.text]


class Csbot:
    """Takes webhooks, answering with the given statuses first and 200 after them."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.taken: list[str] = []

    async def hook(self, request: web.Request) -> web.Response:
        self.taken.append((await request.read()).decode())
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/channels/pigeon/webhook", self.hook)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


async def test_webhooks_are_posted_again_until_they_are_taken() -> None:
    csbot = Csbot(503, 500)
    async with PigeonPost() as post, csbot.serving() as url:
        post.connect(url, "pigeon")
        assert await post.customer_says(Said(text="a")) == 200
    assert csbot.taken == ["a", "a", "a"]


async def test_webhooks_wait_for_a_server_that_is_not_up_yet() -> None:
    csbot = Csbot()
    async with PigeonPost() as post:
        async with csbot.serving() as url:
            port = int(url.rpartition(":")[2])
        post.connect("https://signed.example", "pigeon", post_to=url)
        posting = asyncio.create_task(post.customer_says(Said(text="a")))
        await asyncio.sleep(0)
        async with csbot.serving(port), asyncio.timeout(DEADLINE_S):
            assert await posting == 200


async def test_a_refused_webhook_is_not_posted_again() -> None:
    csbot = Csbot(401)
    async with PigeonPost() as post, csbot.serving() as url:
        post.connect(url, "pigeon")
        assert await post.customer_says(Said(text="a")) == 401
    assert csbot.taken == ["a"]


async def test_webhooks_are_repeated_and_reordered_when_asked() -> None:
    csbot = Csbot()
    async with PigeonPost() as post, csbot.serving() as url:
        post.connect(url, "pigeon")
        post.fault(Fault.REPEAT, 1)
        await post.customer_says(Said(text="a"))
        await post.customer_says(Said(text="b"))
        post.fault(Fault.REORDER, 3)
        await post.customer_says(Said(text="cde"))
    assert csbot.taken == ["a", "a", "b", "e", "d", "c"]


async def test_faults_befall_sends_in_the_order_asked_and_then_end() -> None:
    async with PigeonPost() as post, ClientSession() as session:
        post.fault(Fault.LIMIT, 1, after_s=7)
        post.fault(Fault.ERROR, 2)
        post.fault(Fault.BLOCKED, 1)
        post.fault(Fault.BLOCKED, 0)
        statuses = []
        for path in ("send", "typing", "send", "send", "send"):
            async with session.post(f"{post.base_url}/{path}", json={"text": "a"}) as response:
                statuses.append(response.status)
        assert statuses == [429, 200, 500, 500, 200]
        assert (post.calls, len(post.log), len(post.received())) == (4, 5, 1)
        assert [call.fault for call in post.sends] == [Fault.LIMIT, Fault.ERROR, Fault.ERROR, None]


async def test_a_call_answered_by_hand_is_not_taken() -> None:
    async with PigeonPost() as post, ClientSession() as session:
        post.answer_next(418, "short and stout", {"retry-after": "3"})
        async with session.post(f"{post.base_url}/send") as response:
            assert (response.status, await response.text()) == (418, "short and stout")
            assert response.headers["retry-after"] == "3"
        assert post.received() == []


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.HANG])
async def test_a_call_is_taken_before_it_is_cut_or_hangs(fault: Fault) -> None:
    async with PigeonPost() as post, ClientSession() as session, asyncio.timeout(DEADLINE_S):
        post.fault(fault)
        with pytest.raises((ClientError, TimeoutError)):
            async with asyncio.timeout(0.3), session.post(f"{post.base_url}/send", json={"text": "a"}):
                pass
        assert [shown.text for shown in post.received("u")] == ["a"]


async def test_fields_are_read_from_query_json_forms_and_files() -> None:
    async with PigeonPost() as post, ClientSession() as session:
        await (await session.post(f"{post.base_url}/a?x=1", json={"y": [2]})).release()
        await (await session.post(f"{post.base_url}/b", data=[("m", "1"), ("m", "2"), ("n", "")])).release()
        form = FormData({"text": "ş"})
        form.add_field("file", b"\x00\xff", filename="f.bin")
        await (await session.post(f"{post.base_url}/c", data=form)).release()
        await (
            await session.post(f"{post.base_url}/d", data=b"{", headers={"content-type": "application/json"})
        ).release()
    assert [dict(call.fields) for call in post.log] == [
        {"x": "1", "y": [2]},
        {"m": ["1", "2"], "n": ""},
        {"text": "ş", "file": b"\x00\xff"},
        {},
    ]
