"""What is asked of Slack beside sending: files, tokens, checks."""

from __future__ import annotations

import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from csbot.channel.errors import MediaUnavailable
from csbot.channel.protocol import BuildContext, Channel
from csbot.domain.message import Attachment, MessageKind
from csbot_slack import SPEC
from tests.adapters.slack.bench import workspace

FILE = Attachment(kind=MessageKind.DOCUMENT, ref="F0EK", channel="slack")


@asynccontextmanager
async def pointing_at(address: str) -> AsyncIterator[Channel]:
    """A channel whose Slack says that every file lies at `address`; "" stands for Slack itself."""

    async def info(request: web.Request) -> web.Response:
        own = f"http://{request.host}/elsewhere"
        return web.json_response({"ok": True, "file": {"id": "F0EK", "url_private": address or own}})

    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.1:1/login")

    app = web.Application()
    app.router.add_post("/api/files.info", info)
    app.router.add_get("/elsewhere", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    settings = {"bot_token": "xoxb-1", "signing_secret": "s", "api_base": f"http://127.0.0.1:{runner.addresses[0][1]}"}
    settings["api_base"] += "/api"
    try:
        async with SPEC.build(BuildContext(id="slack"), SPEC.settings.model_validate(settings)) as channel:
            yield channel
    finally:
        await runner.cleanup()


async def bytes_of(channel: Channel) -> bytes:
    return b"".join([chunk async for chunk in channel.fetch(FILE)])


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/private",
        "https://files.slack.com.evil.example/x",
        "http://files.slack.com/x",
        "https://evil.example/slack.com",
        "https://user@evil.example:443/",
        "file:///etc/passwd",
        "http://[",
        "not an address",
    ],
)
async def test_the_token_is_carried_to_slack_only(address: str) -> None:
    async with pointing_at(address) as channel:
        with pytest.raises(MediaUnavailable, match="not kept by Slack"):
            await bytes_of(channel)


async def test_the_token_follows_no_redirect() -> None:
    async with pointing_at("") as channel:
        with pytest.raises(MediaUnavailable, match="302"):
            await bytes_of(channel)


async def test_a_file_that_is_gone_is_said_to_be() -> None:
    async with workspace() as here:
        with pytest.raises(MediaUnavailable, match="file_not_found"):
            await bytes_of(here.channel)


async def test_a_file_cannot_be_had_while_slack_is_away() -> None:
    async with workspace(api_base=f"http://127.0.0.1:{free_port()}/api/") as here:
        with pytest.raises(MediaUnavailable, match="cannot be reached"):
            await bytes_of(here.channel)


def free_port() -> int:
    with sockets.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
async def test_a_check_asks_whether_the_tokens_work(socket: bool) -> None:
    async with workspace(socket=socket) as here:
        checks = {check.what: check for check in await here.channel.check()}
        assert all(check.ok for check in checks.values())
        assert set(checks) == {"bot_token", "scopes of the app"} | ({"app_token"} if socket else set())


async def test_a_check_says_which_token_to_mend() -> None:
    async with workspace(socket=True, bot_token="xoxb-wrong", app_token="xapp-wrong") as here:
        checks = {check.what: check for check in await here.channel.check()}
        assert [name for name, check in checks.items() if not check.ok] == ["bot_token", "app_token"]
        assert all("invalid_auth" in check.mend for check in checks.values())


async def test_a_check_finds_slack_away() -> None:
    async with workspace(api_base=f"http://127.0.0.1:{free_port()}/") as here:
        [check] = await here.channel.check()
        assert (check.what, check.ok) == ("api_base", False)
