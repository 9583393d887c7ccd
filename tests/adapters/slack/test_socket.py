"""Socket mode: nothing is lost when connections come and go."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, web

from csbot.channel.errors import NotSent
from csbot.channel.imitation import Said
from csbot.channel.protocol import Pulled
from csbot.domain.events import Event, MessageReceived
from csbot.domain.message import Choice, MessageKind, OutgoingPart
from csbot_slack.customers import HELP
from csbot_slack.socket import deliveries
from tests.adapters.slack.bench import workspace

DEADLINE_S = 15.0


async def following(deliveries: AsyncIterator[Pulled], *, confirm: bool = True) -> Event:
    delivery = await anext(deliveries)
    if confirm:
        await delivery.confirm()
    [event] = delivery.events
    return event


def words(event: Event) -> str:
    assert isinstance(event.body, MessageReceived)
    return event.body.message.text


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 - the imitation has no event to wait for
        await asyncio.sleep(0.01)


async def test_events_presses_and_commands_come_through_a_socket() -> None:
    async with workspace(socket=True) as here, asyncio.timeout(DEADLINE_S):
        pulled = here.channel.pull()
        await here.slack.customer_says(Said(text="merhaba"))
        greeting = await following(pulled)
        assert words(greeting) == "merhaba"
        assert isinstance(greeting.body, MessageReceived)
        choices = (Choice(label="Evet", payload="yes"),)
        await here.answer(greeting.body.address, OutgoingPart(text="İade mi?", choices=choices))
        await here.slack.customer_says(Said(press="Evet"))
        press = await following(pulled)
        assert isinstance(press.body, MessageReceived)
        assert press.body.message.kind is MessageKind.CHOICE
        await here.slack.customer_says(Said(command="/destek", text="iade"))
        assert words(await following(pulled)) == "iade"
        await here.slack.customer_says(Said(text="ikisi bir", place=HELP, mention=True))
        twins = [await following(pulled), await following(pulled)]
        assert len({twin.key for twin in twins}) == 1
        await until(lambda: here.slack.unconfirmed == 0)


async def test_a_renewed_connection_goes_on_where_the_old_one_ended() -> None:
    async with workspace(socket=True) as here, asyncio.timeout(DEADLINE_S):
        pulled = here.channel.pull()
        await here.slack.customer_says(Said(text="bir"))
        first = await following(pulled, confirm=False)
        await here.slack.renew()
        again = await following(pulled)
        assert again.key == first.key
        await until(lambda: here.slack.unconfirmed == 0)
        await here.slack.customer_says(Said(text="iki"))
        assert words(await following(pulled)) == "iki"


async def test_what_is_confirmed_on_a_lost_connection_comes_again() -> None:
    async with workspace(socket=True) as here, asyncio.timeout(DEADLINE_S):
        pulled = here.channel.pull()
        await here.slack.customer_says(Said(text="bir"))
        delivery = await anext(pulled)
        await here.slack.hang_up()
        again = asyncio.ensure_future(following(pulled))
        await until(lambda: here.slack.connected == 1)
        await delivery.confirm()
        assert (await again).key == delivery.events[0].key


@dataclass(slots=True)
class Flaky:
    """A server of sockets: refuses, speaks nonsense and hangs up, and then tells one thing."""

    asked: int = 0
    port: int = 0

    async def address(self) -> str:
        self.asked += 1
        if self.asked == 1:
            raise NotSent("Slack cannot be reached: ClientConnectorError")
        return f"ws://127.0.0.1:{self.port}/{'link' if self.asked > 2 else 'refused'}?ticket=t1cket-{self.asked}"

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        connection = web.WebSocketResponse()
        await connection.prepare(request)
        for text in ("{", "[]", '{"type": "hello"}', '{"type": "something_new"}'):
            await connection.send_str(text)
        await connection.send_bytes(b"\x00")
        await connection.send_json({"type": "events_api", "envelope_id": "e1", "payload": {"text": "merhaba"}})
        await connection.receive()
        return connection


async def test_failures_are_waited_for_and_tickets_stay_out_of_the_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    flaky = Flaky()
    app = web.Application()
    app.router.add_get("/link", flaky.link)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    flaky.port = runner.addresses[0][1]
    read: list[object] = []

    def events(payload: object) -> tuple[Event, ...]:
        read.append(payload)
        return ()

    try:
        async with ClientSession() as session, asyncio.timeout(DEADLINE_S):
            pulled = deliveries(session, flaky.address, events, first_wait_s=0.01)
            delivery = await anext(pulled)
            assert (delivery.envelope, read, flaky.asked) == ("e1", [{"text": "merhaba"}], 3)
    finally:
        await runner.cleanup()
    output = capsys.readouterr()
    logged = caplog.text + output.out + output.err
    assert "no connection to Slack" in logged
    assert "t1cket" not in logged
    assert json.dumps("merhaba") not in logged
