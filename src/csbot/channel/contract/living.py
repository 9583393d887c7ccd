"""What else a channel must keep: its secrets, its word about what it can do, and its manners when opened and closed."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator, Awaitable, Iterator, Sequence

import pytest
from pydantic import SecretStr

from csbot.channel.contract.choosing import needs
from csbot.channel.contract.samples import ChannelCase
from csbot.channel.contract.sending import DEADLINE_S
from csbot.channel.errors import SendError, WindowClosed
from csbot.channel.imitation import Fault, Said
from csbot.channel.protocol import ChannelSettings
from csbot.domain.capabilities import Arrival
from csbot.domain.events import DeliveryUpdate, Event, EventBody, MessageEdited, MessageReceived, Reacted


@pytest.mark.asyncio
class LivingContract:
    """Secrets, capabilities, opening and closing."""

    async def test_no_secret_shows_in_logs_traces_or_reprs(
        self, case: ChannelCase, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
    ) -> None:
        caplog.set_level(logging.DEBUG)
        told: list[str] = []
        async with case.imitate() as imitation:
            settings = case.settings_for(imitation)
            async with case.build(settings) as channel:
                told += [repr(channel), str(channel), repr(settings), str(settings)]
                for error in case.errors:
                    imitation.answer_next(error.status, error.body, error.headers)
                    told.append(await _trace_of(channel.send(case.part(case.outgoing[0]))))
                for fault in (Fault.LIMIT, Fault.ERROR, Fault.CUT, Fault.REFUSED):
                    imitation.fault(fault)
                    told.append(await _trace_of(channel.send(case.part(case.outgoing[0]))))
                told += [repr(check) for check in await channel.check()]
        async with case.build(settings) as channel:
            told.append(await _trace_of(channel.send(case.part(case.outgoing[0]))))
            told += [repr(check) for check in await channel.check()]
        output = capsys.readouterr()
        told += [caplog.text, output.out, output.err]
        for secret in secrets_of(settings):
            assert not [text for text in told if secret in text]

    async def test_every_capability_claimed_has_a_sample_and_no_other_is_shown(self, case: ChannelCase) -> None:
        can = case.capabilities
        bodies: list[EventBody] = []
        async with case.running() as bench:
            assert bench.channel.capabilities == can
            for sample in case.samples:
                bodies += [event.body for event in bench.channel.parse(bench.signed(sample)).events]
        parts = [outgoing.body for outgoing in case.outgoing]
        shared = [b for b in bodies if isinstance(b, MessageReceived) and b.address.is_shared]
        shown = {
            "choices": (can.choices > 0, any(part.choices for part in parts)),
            "edits": (can.edits, any(isinstance(b, MessageEdited) for b in bodies)),
            "reactions": (can.reactions, any(isinstance(b, Reacted) for b in bodies)),
            "receipts": (can.receipts, any(isinstance(b, DeliveryUpdate) for b in bodies)),
            "shared_places": (can.shared_places, bool(shared)),
            "fetch": (can.fetch, case.file is not None),
            "window_s": (can.window_s is not None, any(e.error is WindowClosed for e in case.errors)),
            "template_fallback": (can.template_fallback, any(o.template for o in case.outgoing)),
        }
        assert {name for name, (claimed, seen) in shown.items() if claimed != seen} == set()
        assert can.media == frozenset(a.kind for part in parts for a in part.attachments)
        assert not can.inbound or any(isinstance(b, MessageReceived) for b in bodies)
        assert all(len(part.choices) <= can.choices for part in parts)

    @needs(lambda can: can.acknowledge)
    async def test_a_pressed_button_is_acknowledged_to_the_platform(self, case: ChannelCase) -> None:
        async with case.running() as bench:
            pressed = [e for s in case.samples for e in bench.channel.parse(bench.signed(s)).events if _is_press(e)]
            assert pressed
            before = len(bench.imitation.log)
            await bench.channel.acknowledge(pressed[0])
            assert len(bench.imitation.log) == before + 1
            assert bench.imitation.calls == 0

    @needs(lambda can: can.typing)
    async def test_typing_is_shown_without_saying_anything(self, case: ChannelCase) -> None:
        async with case.running() as bench:
            before = len(bench.imitation.log)
            await bench.channel.typing(case.customer)
            assert len(bench.imitation.log) == before + 1
            assert bench.imitation.calls == 0

    @needs(lambda can: can.fetch)
    async def test_a_file_is_fetched_by_its_reference(self, case: ChannelCase) -> None:
        assert case.file is not None
        content = bytes(range(256)) * 1024
        async with case.running() as bench:
            bench.imitation.hold(case.file.ref, content)
            assert b"".join([chunk async for chunk in bench.channel.fetch(case.file)]) == content

    @needs(lambda can: Arrival.PULL in can.arrival)
    async def test_what_is_pulled_comes_again_until_it_is_confirmed(self, case: ChannelCase) -> None:
        async with case.imitate() as imitation, asyncio.timeout(DEADLINE_S):
            settings = case.settings_for(imitation)
            await imitation.customer_says(Said(text="bir"))
            unconfirmed = await _pull_one(case, settings, confirm=False)
            again = await _pull_one(case, settings, confirm=True)
            assert [e.key for e in again] == [e.key for e in unconfirmed]
            await imitation.customer_says(Said(text="iki"))
            following = await _pull_one(case, settings, confirm=True)
            assert not {e.key for e in following} & {e.key for e in again}
            assert [e.body.message.text for e in following if isinstance(e.body, MessageReceived)] == ["iki"]

    async def test_opening_and_closing_twice_is_harmless(self, case: ChannelCase) -> None:
        async with case.imitate() as imitation:
            channel = case.build(case.settings_for(imitation))
            async with channel, channel:
                await channel.send(case.part(case.outgoing[0]))
            await channel.__aexit__(None, None, None)
            async with channel:
                await channel.send(case.part(case.outgoing[0]))


def secrets_of(settings: ChannelSettings) -> Iterator[str]:
    """The values of all SecretStr fields that are set."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr) and value.get_secret_value():
            yield value.get_secret_value()


async def _trace_of(sending: Awaitable[object]) -> str:
    try:
        return repr(await sending)
    except SendError as error:
        return "".join(traceback.format_exception(error))


def _is_press(event: Event) -> bool:
    return isinstance(event.body, MessageReceived) and event.body.message.choice is not None


async def _pull_one(case: ChannelCase, settings: ChannelSettings, *, confirm: bool) -> Sequence[Event]:
    """The events of the first delivery that has any, on a channel opened for it."""
    async with case.build(settings) as channel:
        deliveries = channel.pull()
        async for delivery in deliveries:
            if confirm or not delivery.events:
                await delivery.confirm()
            if delivery.events:
                if isinstance(deliveries, AsyncGenerator):
                    await deliveries.aclose()
                return delivery.events
    raise AssertionError("pull() ended")
