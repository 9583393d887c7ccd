"""What a channel must do when it sends: ask exactly what was meant, once, and tell what became of it."""

from __future__ import annotations

import asyncio

import pytest

from csbot.channel.contract.samples import ChannelCase, OutgoingSample, PlatformError, matches_snapshot
from csbot.channel.errors import NotSent, OutcomeUnknown, RateLimited, SendError
from csbot.channel.imitation import Fault

DEADLINE_S = 5.0
"""Waits of the suite end here; nothing is expected to take that long."""


@pytest.mark.asyncio
class SendingContract:
    """Sending: requests, errors, faults."""

    async def test_an_outgoing_sample_makes_exactly_the_recorded_requests(
        self, case: ChannelCase, outgoing: OutgoingSample
    ) -> None:
        async with case.running() as bench:
            sent = await bench.channel.send(case.part(outgoing))
            shown = bench.imitation.received()
            assert sent.external_ids == tuple(s.external_id for s in shown)
            assert all(sent.external_ids)
            requests = [{"name": call.name, "fields": call.fields} for call in bench.imitation.sends]
        matches_snapshot(requests, case.folder / "requests" / f"{outgoing.name}.json")

    async def test_an_error_of_the_platform_becomes_its_send_error(
        self, case: ChannelCase, error: PlatformError
    ) -> None:
        async with case.running() as bench:
            bench.imitation.answer_next(error.status, error.body, error.headers)
            with pytest.raises(SendError) as caught:
                await bench.channel.send(case.part(case.outgoing[0]))
            assert type(caught.value) is error.error
            assert str(caught.value)
            if isinstance(caught.value, RateLimited):
                assert caught.value.after_s == error.after_s
                assert caught.value.scope == error.scope
            assert bench.imitation.calls == 1, "retries are csbot's, not the adapter's"
            await bench.channel.send(case.part(case.outgoing[0]))

    async def test_a_limit_carries_its_delay_and_its_scope(self, case: ChannelCase) -> None:
        async with case.running() as bench:
            bench.imitation.fault(Fault.LIMIT, after_s=7)
            with pytest.raises(RateLimited) as caught:
                await bench.channel.send(case.part(case.outgoing[0]))
            assert caught.value.after_s >= 1
            assert bench.imitation.calls == 1

    async def test_a_server_error_and_a_refused_connection_are_not_sent(self, case: ChannelCase) -> None:
        async with case.imitate() as imitation:
            settings = case.settings_for(imitation)
            async with case.build(settings) as channel:
                imitation.fault(Fault.ERROR)
                with pytest.raises(NotSent):
                    await channel.send(case.part(case.outgoing[0]))
                assert imitation.calls == 1
        async with case.build(settings) as channel:
            with pytest.raises(NotSent):
                await channel.send(case.part(case.outgoing[0]))

    async def test_a_call_cut_after_it_was_taken_is_unknown(self, case: ChannelCase) -> None:
        async with case.running() as bench:
            bench.imitation.fault(Fault.CUT)
            with pytest.raises(OutcomeUnknown):
                await bench.channel.send(case.part(case.outgoing[0]))
            assert bench.imitation.calls == 1

    async def test_a_hanging_call_can_be_given_up_and_the_channel_goes_on(self, case: ChannelCase) -> None:
        async with case.running() as bench:
            bench.imitation.fault(Fault.HANG)
            sending = asyncio.create_task(bench.channel.send(case.part(case.outgoing[0])))
            async with asyncio.timeout(DEADLINE_S):
                while not (bench.imitation.received() or sending.done()):  # noqa: ASYNC110 - it has no event to wait for
                    await asyncio.sleep(0.01)
            if sending.done():
                pytest.fail(f"the call came back: {await sending}")
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
            assert bench.imitation.calls == 1
            await bench.channel.send(case.part(case.outgoing[0]))
