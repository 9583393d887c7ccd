"""Systems that fail: every failure is a branch, says why, quotes nothing, and is no answer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
from structlog.testing import capture_logs

from csbot import metrics
from csbot.domain.lookup import Branch
from csbot.lookups.systems import BrandSystems
from csbot.sampleshop.orders import Status
from csbot.sampleshop.shop import CANCEL, STATUS, Fault, SampleShop
from tests.unit.lookups.questions import NOW, Ticking, about, cancel, system


@pytest.mark.parametrize(
    ("fault", "branch", "why"),
    [
        (Fault.HANG, Branch.LATE, "no answer within 0.4 s"),
        (Fault.ERROR, Branch.DOWN, "answers 500"),
        (Fault.BUSY, Branch.DOWN, "answers 503"),
        (Fault.CUT, Branch.DOWN, "the connection broke (ServerDisconnectedError)"),
        (
            Fault.LIE,
            Branch.WRONG,
            f"records[0].fields.status is none of {', '.join(Status)}",
        ),
        (Fault.GARBAGE, Branch.WRONG, "the reply is not JSON"),
        (Fault.HUGE, Branch.WRONG, "the reply is larger than 64 kB"),
        (Fault.REDIRECT, Branch.WRONG, "answers 307: redirects are not followed"),
    ],
)
async def test_every_failure_is_a_branch_and_says_why(
    systems: BrandSystems, shop: SampleShop, fault: Fault, branch: Branch, why: str
) -> None:
    shop.fault(fault, times=9)
    with capture_logs() as logs:
        answer = await systems.ask(about("4711"), now=NOW)
    assert (answer.branch, answer.why, answer.records) == (branch, why, ())
    told = [line for line in logs if line["event"] == "asked"]
    assert [(line["branch"], line["why"], line["log_level"]) for line in told] == [(branch.value, why, "warning")]
    assert "4711" not in str(logs)
    assert "5321112233" not in str(logs)


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.BUSY, Fault.CUT])
async def test_what_changes_nothing_is_tried_again_within_the_deadline(
    systems: BrandSystems, shop: SampleShop, fault: Fault
) -> None:
    shop.fault(fault)
    assert (await systems.ask(about("4711"), now=NOW)).branch is Branch.FOUND
    first, second = shop.asked
    assert first == second


async def test_nobody_there_is_down_even_for_a_change() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    async with BrandSystems([system(STATUS, url), system(CANCEL, url)]) as systems:
        for need in (about("4711"), cancel("4713"), cancel("4713", personal=False)):
            answer = await systems.ask(need, now=NOW)
            assert answer.branch is Branch.DOWN
            assert answer.why == "cannot be reached (ClientConnectorError)"


async def test_where_no_connection_comes_about_nothing_was_sent_and_a_change_not_made() -> None:
    async with AsyncExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):  # who accepts nobody has a short queue, and then lets all others wait
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"
        systems = await stack.enter_async_context(BrandSystems([system(CANCEL, url)]))
        answer = await systems.ask(cancel("4713", personal=False), now=NOW)
    assert (answer.branch, answer.why) == (Branch.LATE, "no answer within 0.4 s")


async def test_a_reply_cut_in_the_middle_is_none() -> None:
    half = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"result":"none"'
    async with saying(half) as url, BrandSystems([system(STATUS, url), system(CANCEL, url)]) as systems:
        assert (await systems.ask(about("4711"), now=NOW)).branch is Branch.DOWN
        assert (await systems.ask(cancel("4713", personal=False), now=NOW)).branch is Branch.UNKNOWN


async def test_a_wrong_secret_is_said_to_be_mended(shop: SampleShop) -> None:
    async with BrandSystems([system(STATUS, shop.url, secret=b"another secret of mine")]) as systems:
        with capture_logs() as logs:
            answer = await systems.ask(about("4711"), now=NOW)
        assert answer.branch is Branch.WRONG
        assert "refuses csbot's signature (401)" in await systems.ping(STATUS, now=NOW)
    assert [line["lookup"] for line in logs if line["log_level"] == "error"] == [STATUS]


async def test_a_lookup_without_settings_is_down_and_says_so(systems: BrandSystems) -> None:
    answer = await systems.ask(about("4711", name="invoice"), now=NOW)
    assert (answer.branch, answer.why) == (Branch.DOWN, "invoice is not among the settings: [lookups.invoice]")
    assert await systems.ping("invoice", now=NOW) == "not among the settings"


async def test_a_system_that_answers_well_is_said_to(systems: BrandSystems, shop: SampleShop) -> None:
    assert await systems.ping(STATUS, now=NOW) == ""
    assert shop.asked[0]["ping"]


async def test_who_keeps_failing_rests_and_is_tried_again(
    systems: BrandSystems, shop: SampleShop, clock: Ticking
) -> None:
    shop.fault(Fault.ERROR, times=99)
    for _ in range(5):
        await systems.ask(about("4711"), now=NOW)
    asked = len(shop.asked)
    resting = await systems.ask(about("4711"), now=NOW)
    assert (resting.branch, resting.why) == (Branch.DOWN, "is not asked for a while")
    assert len(shop.asked) == asked
    assert metrics.REGISTRY.get_sample_value("csbot_alarm", {"what": "lookup order-status"}) == 1
    shop.fault(Fault.ERROR, times=0)
    clock.at += 10
    assert (await systems.ask(about("4711"), now=NOW)).branch is Branch.FOUND
    assert metrics.REGISTRY.get_sample_value("csbot_alarm", {"what": "lookup order-status"}) == 0


@asynccontextmanager
async def saying(*words: bytes) -> AsyncIterator[str]:
    """A server that says these words, a while after one another, whatever it is asked; gives its address."""
    talks: set[asyncio.Task[None]] = set()

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            for word in words:
                writer.write(word)
                await writer.drain()
                await asyncio.sleep(0.05 if len(words) > 1 else 0)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.ensure_future(say(reader, writer)))

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        await asyncio.gather(*talks)


async def test_a_reply_that_comes_drop_by_drop_is_late() -> None:
    drops = [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[b" "] * 20]
    async with saying(*drops) as url, BrandSystems([system(STATUS, url), system(CANCEL, url)]) as systems:
        assert (await systems.ask(about("4711"), now=NOW)).branch is Branch.LATE
        assert (await systems.ask(cancel("4713", personal=False), now=NOW)).branch is Branch.UNKNOWN


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_what_is_no_reply_of_the_protocol_is_wrong(answer: bytes) -> None:
    async with saying(answer) as url, BrandSystems([system(STATUS, url)]) as systems:
        assert (await systems.ask(about("4711"), now=NOW)).branch is Branch.WRONG
