"""Sending, as far as it depends on what platforms answer and when."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from csbot.channel.errors import ChannelBroken, NotSent, RateLimited, RetryScope
from csbot.domain.address import Address
from csbot.domain.conversation import ConversationState
from csbot.domain.pause import Pause, PauseScope
from csbot.metrics import REGISTRY
from csbot.workers.outbound import Outbound
from csbot.workers.pacing import BACKOFF_S
from tests.contracts.store_cases import AGENT
from tests.unit.workers.scripted import Process, process, until, working

AYSE, BORA, CANAN, DENIZ = (f"+90532999000{n}" for n in range(1, 5))


def called(made: Process, count: int, channel: str = "sms") -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return len(made.channels[channel].called) == count

    return holds


def stand(made: Process, state: str, *conversations: int) -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return set(await made.states(*conversations)) == {state}

    return holds


def too_fast(after_s: float) -> RateLimited:
    return RateLimited("too fast", after_s=after_s, scope=RetryScope.CHANNEL)


async def test_of_calls_under_way_together_the_longest_wait_counts(tmp_path: Path) -> None:
    async with process(tmp_path) as made:
        sms, whatsapp = made.channels["sms"], made.channels["whatsapp"]
        first, second = await made.answered(AYSE), await made.answered(BORA)
        sms.errors = [too_fast(60), too_fast(5)]
        whatsapp.going_on.set()
        async with working(Outbound(made.services).run):
            await until(called(made, 2), "both calls under way")
            sms.going_on.set()
            await until(stand(made, "queued", first, second), "both to wait")
            third = await made.answered(CANAN)
            made.scene.later(10)
            fourth = await made.answered(DENIZ, channel="whatsapp")
            made.services.outbound_bell.ring()
            await until(stand(made, "sent", fourth), "the other sender to go on")
            assert len(sms.called) == 2
            made.scene.later(60)
            made.services.outbound_bell.ring()
            await until(stand(made, "sent", first, second, third), "the pause to end")


async def test_a_pause_of_the_chat_holds_for_the_person_who_takes_over_in_it(tmp_path: Path) -> None:
    async with process(tmp_path) as made:
        sms = made.channels["sms"]
        for channel in made.channels.values():
            channel.going_on.set()
        sms.errors = [RateLimited("too fast", after_s=60, scope=RetryScope.CHAT)]
        conversation = await made.answered(AYSE)
        async with working(Outbound(made.services).run):
            await until(called(made, 1), "the call")
            await until(stand(made, "queued", conversation), "it to wait")
            await made.scene.own(conversation, ConversationState.HUMAN, holder=AGENT)
            await made.scene.act(conversation, "ben bakıyorum")
            elsewhere = await made.answered(BORA)
            made.services.outbound_bell.ring()
            await until(stand(made, "sent", elsewhere), "another chat to go on")

            async def is_put_back() -> bool:
                return await made.states(conversation) == ["dropped", "queued"]

            await until(is_put_back, "the person's words to wait")
            assert len(sms.called) == 2
            made.scene.later(60)
            made.services.outbound_bell.ring()
            await until(called(made, 3), "the pause to end")


@pytest.mark.parametrize("until_s", [60, None], ids=["for a time", "until lifted"])
async def test_a_pause_of_the_chat_holds_in_the_process_that_starts_after_this_one(
    tmp_path: Path, until_s: float | None
) -> None:
    async with process(tmp_path) as made:
        sms = made.channels["sms"]
        sms.going_on.set()
        first, second = await made.answered(AYSE), await made.answered(BORA)
        chat = Address(channel="sms", user=AYSE).chat
        end = None if until_s is None else made.scene.now + timedelta(seconds=until_s)
        pause = Pause(scope=PauseScope.SENDING, target=chat, until=end, by="platform")
        await made.scene.store.set_pause(pause, now=made.scene.now)
        made.services.pauses.swap(await made.scene.store.pauses(now=made.scene.now))
        async with working(Outbound(made.services).run):
            await until(stand(made, "sent", second), "the other chat to go on")
            await until(stand(made, "queued", first), "it to wait")
            assert len(sms.called) == 1
            if until_s is None:
                made.services.pauses.swap(())
            made.scene.later(61)
            made.services.outbound_bell.ring()
            await until(stand(made, "sent", first), "the pause to end")


async def test_being_asked_to_wait_is_none_of_the_tries_after_which_a_part_is_given_up(tmp_path: Path) -> None:
    async with process(tmp_path) as made:
        made.channels["sms"].going_on.set()
        conversation = await made.answered(AYSE)
        limits = len(BACKOFF_S) + 2
        made.channels["sms"].errors = [*(too_fast(1) for _ in range(limits)), NotSent("503")]
        async with working(Outbound(made.services).run):
            for count in range(1, limits + 2):
                await until(called(made, count), f"call {count}")
                await until(stand(made, "queued", conversation), "it to wait")
                if count <= limits:
                    made.scene.later(2)
                    made.services.outbound_bell.ring()
            due = await made.scene.store.next_part_due()
            assert due is not None
            first_wait = timedelta(seconds=BACKOFF_S[0])
            assert first_wait <= due - made.scene.now <= first_wait * 1.1
            made.scene.later(BACKOFF_S[0] * 1.1)
            made.services.outbound_bell.ring()
            await until(stand(made, "sent", conversation), "it to be sent")


async def test_the_alarm_of_a_broken_channel_ends_with_the_next_message_that_goes_out(tmp_path: Path) -> None:
    def alarm() -> float | None:
        return REGISTRY.get_sample_value("csbot_alarm", {"what": "channel sms"})

    async with process(tmp_path) as made:
        made.channels["sms"].going_on.set()
        made.channels["sms"].errors = [ChannelBroken("token revoked")]
        conversation = await made.answered(AYSE)
        async with working(Outbound(made.services).run):
            await until(called(made, 1), "the call")
            await until(stand(made, "queued", conversation), "it to wait")
            assert alarm() == 1
            made.scene.later(3600)
            made.services.outbound_bell.ring()
            await until(stand(made, "sent", conversation), "it to be sent")
            assert alarm() == 0
