"""What a channel must do with what reaches it: refuse forgeries, read everything else, and break on nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from csbot.channel.contract.choosing import needs
from csbot.channel.contract.mutations import mutated, unholdable
from csbot.channel.contract.samples import Bench, ChannelCase, Garbage, Sample, matches_snapshot
from csbot.channel.errors import WebhookRejected, WebhookUnreadable
from csbot.channel.http import WebhookRequest
from csbot.domain.capabilities import Arrival
from csbot.domain.events import Event

webhooks = needs(lambda can: Arrival.WEBHOOK in can.arrival)


@pytest.mark.asyncio
class ReceivingContract:
    """Webhooks: verifying and parsing."""

    # -- webhooks: genuine or not ----------------------------------------------------------------------------------

    @webhooks
    async def test_a_genuine_webhook_is_accepted(self, case: ChannelCase, sample: Sample) -> None:
        async with case.running() as bench:
            bench.channel.verify(bench.signed(sample))

    @webhooks
    async def test_a_webhook_with_a_tampered_missing_or_non_ascii_signature_is_refused(self, case: ChannelCase) -> None:
        assert case.signature_headers
        async with case.running() as bench:
            genuine = bench.signed(case.samples[0])
            for header in case.signature_headers:
                value = genuine.header(header)
                assert value, f"the imitation sends no {header}"
                middle = len(value) // 2
                other = "0" if value[middle] != "0" else "1"
                forged = [
                    value[:middle] + other + value[middle + 1 :],
                    value[:-1],
                    value + "A",
                    "",
                    "imzasız",
                    value + "\udce9",
                    "\udcff",
                    "٣" * len(value),
                ]
                for bad in forged:
                    refused(bench, _with_headers(genuine, {header: bad}), f"{header}: {bad!r}")
                refused(bench, _with_headers(genuine, {header: None}), f"without {header}")
            refused(bench, _with_headers(genuine, dict.fromkeys(case.signature_headers)), "unsigned")

    @webhooks
    async def test_a_body_changed_after_signing_is_refused(self, case: ChannelCase) -> None:
        async with case.running() as bench:
            for sample in case.samples if case.signs_body else ():
                genuine = bench.signed(sample)
                body = genuine.body.replace(b"1", b"2") if b"1" in genuine.body else genuine.body + b" "
                refused(bench, dataclasses.replace(genuine, body=body), sample.name)

    @webhooks
    async def test_a_stale_signature_is_refused(self, case: ChannelCase) -> None:
        async with case.running() as bench:
            genuine = bench.signed(case.samples[0])
            if case.stale_after_s is None:
                bench.channel.verify(dataclasses.replace(genuine, received_at=case.now + timedelta(days=1)))
                return
            for age_s in (case.stale_after_s + 5, -case.stale_after_s - 5):
                late = dataclasses.replace(genuine, received_at=case.now + timedelta(seconds=age_s))
                refused(bench, late, f"{age_s} s old")

    # -- webhooks: what they come to -------------------------------------------------------------------------------

    @webhooks
    async def test_signed_garbage_is_unreadable(self, case: ChannelCase, garbage: Garbage) -> None:
        async with case.running() as bench:
            signed = bench.imitation.sign(garbage.body, content_type=garbage.content_type, at=case.now)
            request = bench.request(signed)
            with pytest.raises(WebhookUnreadable) as caught:
                _take(bench, request)
            assert caught.value.status == 400

    @webhooks
    async def test_a_sample_comes_to_its_snapshot(self, case: ChannelCase, sample: Sample) -> None:
        async with case.running() as bench:
            receipt = bench.channel.parse(bench.signed(sample))
        assert 200 <= receipt.reply.status < 300
        assert (receipt.events == ()) == (sample.name in case.ignored)
        for event in receipt.events:
            assert event.channel == case.customer.channel
            assert event.received_at == case.now
            assert unholdable(event) == []
        matches_snapshot(receipt, sample.snapshot)

    @webhooks
    async def test_a_redelivered_event_keeps_its_key(self, case: ChannelCase, sample: Sample) -> None:
        async with case.running() as bench:
            first = bench.signed(sample)
            again = dataclasses.replace(first, received_at=case.now + timedelta(hours=1))
            assert [e.key for e in bench.channel.parse(first).events] == [
                e.key for e in bench.channel.parse(again).events
            ]

    @webhooks
    async def test_keys_tell_events_apart_and_know_twins(self, case: ChannelCase) -> None:
        async with case.running() as bench:
            keys = {s.name: tuple(e.key for e in bench.channel.parse(bench.signed(s)).events) for s in case.samples}
        twins = {name: min(group) for group in case.twins for name in group}
        for group in case.twins:
            assert len({keys[name] for name in group}) == 1, f"{sorted(group)} are one event"
        seen: dict[str, str] = {}
        for name, told in keys.items():
            for key in told:
                assert key
                assert seen.setdefault(key, twins.get(name, name)) == twins.get(name, name), (
                    f"{key}: {name}, {seen[key]}"
                )

    @webhooks
    async def test_no_shape_of_a_body_breaks_parsing(self, case: ChannelCase, sample: Sample) -> None:
        async with case.running() as bench:
            for body in mutated(sample.body, sample.content_type):
                signed = bench.imitation.sign(body, route=sample.route, content_type=sample.content_type, at=case.now)
                try:
                    events = _take(bench, bench.request(signed))
                except WebhookUnreadable:
                    continue
                for event in events:
                    assert unholdable(event) == [], body


def refused(bench: Bench, request: WebhookRequest, why: str) -> None:
    """Assert that the channel does not take the request for genuine."""
    try:
        bench.channel.verify(request)
    except WebhookRejected as error:
        status = error.status
    else:
        pytest.fail(f"accepted: {why}")
    assert status in {401, 403}, why


def _take(bench: Bench, request: WebhookRequest) -> Sequence[Event]:
    bench.channel.verify(request)
    return bench.channel.parse(request).events


def _with_headers(request: WebhookRequest, changed: Mapping[str, str | None]) -> WebhookRequest:
    headers = {**request.headers, **changed}
    return dataclasses.replace(request, headers={name: value for name, value in headers.items() if value is not None})
