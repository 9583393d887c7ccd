"""What is Telegram's own in the channel: groups, polling, files, findings, settings."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import ValidationError

from csbot.channel.errors import MediaUnavailable, Undeliverable, WebhookForbidden, WebhookRejected
from csbot.channel.imitation import Said
from csbot.channel.protocol import BuildContext, Channel, Pulled
from csbot.channel.testing import Bench, OutgoingSample, as_request
from csbot.domain.address import Address
from csbot.domain.events import MessageReceived
from csbot.domain.message import Attachment, Choice, MessageKind, OutgoingPart
from csbot_telegram import SPEC
from csbot_telegram.imitation import ImitatedTelegram
from csbot_telegram.payloads import ASKED
from csbot_telegram.settings import TelegramSettings
from tests.adapters.telegram.cases import GROUPS, POLLED, PRIVATE

TOKEN = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcK"
DEADLINE_S = 5.0


def test_announcing_the_kind_imports_no_sdk() -> None:
    code = "import sys, csbot_telegram; sys.exit('aiogram' in sys.modules or 'aiohttp' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode
        == 0
    )


@pytest.mark.parametrize(
    "wrong",
    [{"token": "AAFD39kk"}, {"secret": "şifre"}, {"secret": "a" * 257}, {"api_base": "ftp://x"}, {"mode": "push"}],
)
def test_a_wrong_setting_is_named_and_not_shown(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        TelegramSettings.model_validate({"token": TOKEN, "secret": "s", **wrong})
    [(name, value)] = wrong.items()
    assert name in str(caught.value)
    assert value not in str(caught.value)


def test_a_channel_is_signed_by_its_secret_or_by_asking_itself() -> None:
    def signed(**settings: object) -> bool:
        return SPEC.signing(TelegramSettings.model_validate({"token": TOKEN, **settings}))

    assert signed(secret="s")
    assert signed(mode="polling")
    assert not signed()


async def test_without_a_secret_nothing_is_genuine_unless_asked_for_by_name() -> None:
    request = as_request(ImitatedTelegram().sign(b"{}"), public_url=PRIVATE.public_url, received_at=PRIVATE.now)
    with pytest.raises(WebhookRejected):
        built(token=TOKEN).verify(request)
    built(token=TOKEN, unsafe_unsigned=True).verify(request)
    with pytest.raises(WebhookForbidden):
        built(token=TOKEN, mode="polling", unsafe_unsigned=True).verify(request)


# -- groups ------------------------------------------------------------------------------------------------------------


async def test_in_groups_the_bot_learns_its_name_and_hears_replies_without_it() -> None:
    async with GROUPS.running() as bench:
        assert [call.name for call in bench.imitation.log] == ["getMe"]
    async with replace(GROUPS, settings={"username": "@akin_yardim_bot"}).running() as bench:
        assert bench.imitation.log == []
    async with replace(GROUPS, settings={"token": "1:other"}).running() as bench:
        samples = {sample.name: sample for sample in GROUPS.samples}
        assert bench.channel.parse(bench.signed(samples["mention"])).events == ()


# -- polling -----------------------------------------------------------------------------------------------------------


async def test_polling_goes_on_after_telegram_was_away_or_in_conflict() -> None:
    async with POLLED.running() as bench, asyncio.timeout(DEADLINE_S):
        telegram(bench).set_webhook(url="https://elsewhere.example/hook")
        polling = asyncio.create_task(first_of(bench.channel.pull()))
        while not bench.imitation.log:  # noqa: ASYNC110 - the imitation has no event to wait for
            await asyncio.sleep(0.01)
        telegram(bench).set_webhook(url="")
        await bench.imitation.customer_says(Said(text="orada mısınız?"))
        delivery = await polling
    assert [e.body.message.text for e in delivery.events if isinstance(e.body, MessageReceived)] == ["orada mısınız?"]


async def test_updates_that_are_nothing_to_csbot_are_confirmed_all_the_same() -> None:
    async with POLLED.running() as bench, asyncio.timeout(DEADLINE_S):
        deliveries = aiter(bench.channel.pull())
        await bench.imitation.customer_says(Said(text="grup içi", place="-100777"))
        ignored = await anext(deliveries)
        assert ignored.events == ()
        await ignored.confirm()
        await bench.imitation.customer_says(Said(text="özelden"))
        assert len((await anext(deliveries)).events) == 1
        offsets = [call.fields.get("offset") for call in bench.imitation.log]
    assert offsets == [None, "881002"]


# -- sends that are not made -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "to"),
    [
        (OutgoingPart(text="kime?"), Address(channel="telegram", user="+905321112233")),
        (OutgoingPart(attachments=(Attachment(kind=MessageKind.PHOTO, ref="ME1", channel="whatsapp"),)), None),
        (OutgoingPart(attachments=(Attachment(kind=MessageKind.STICKER, ref="CAA", channel="telegram"),)), None),
        (OutgoingPart(attachments=(Attachment(kind=MessageKind.PHOTO, ref="A"),) * 2), None),
    ],
    ids=["no_chat", "file_of_another_channel", "sticker", "two_files"],
)
async def test_what_telegram_has_no_call_for_is_undeliverable_without_a_call(
    body: OutgoingPart, to: Address | None
) -> None:
    async with PRIVATE.running() as bench:
        with pytest.raises(Undeliverable):
            await bench.channel.send(PRIVATE.part(OutgoingSample(name="wrong", body=body, to=to)))
        assert bench.imitation.calls == 0


@pytest.mark.parametrize(
    "body",
    [
        OutgoingPart(text=" "),
        OutgoingPart(text="ş" * 4097),
        OutgoingPart(text="📦" * 2049),
        OutgoingPart(text="?", choices=(Choice(label="evet", payload="ş" * 33),)),
        OutgoingPart(text="ş" * 1025, attachments=(Attachment(kind=MessageKind.PHOTO, ref="A"),)),
    ],
    ids=["nothing", "too_long", "too_long_in_utf16", "payload_too_long", "caption_too_long"],
)
async def test_what_telegram_refuses_is_undeliverable(body: OutgoingPart) -> None:
    async with PRIVATE.running() as bench:
        with pytest.raises(Undeliverable):
            await bench.channel.send(PRIVATE.part(OutgoingSample(name="wrong", body=body)))
        assert bench.imitation.received() == []


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", ["unknown", "gone_before_download"])
async def test_a_file_that_cannot_be_had_is_told_without_the_token(lost: str) -> None:
    attachment = Attachment(kind=MessageKind.PHOTO, ref="AgAC", channel="telegram")
    async with PRIVATE.running() as bench:
        if lost == "gone_before_download":
            telegram(bench).lose("AgAC")
        with pytest.raises(MediaUnavailable) as caught:
            assert not [chunk async for chunk in bench.channel.fetch(attachment)]
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert TOKEN not in repr(caught.value.__context__)


# -- doctor ------------------------------------------------------------------------------------------------------------


async def test_findings_say_what_to_mend() -> None:
    async with PRIVATE.running() as bench:
        assert await mends(bench) == [
            f"it is not set; set it: curl {telegram(bench).base_url}/bot$TOKEN/setWebhook"
            " -d url=https://csbot.example/channels/telegram/webhook -d secret_token=$SECRET"
            f" -d 'allowed_updates={json.dumps(ASKED)}'"
        ]
        telegram(bench).set_webhook(url="https://csbot.example/channels/telegram/webhook")
        [without_reactions] = await mends(bench)
        assert without_reactions.startswith("without message_reaction;")
        telegram(bench).set_webhook(
            url="https://csbot.example/channels/telegram/webhook",
            allowed_updates=list(ASKED),
        )
        assert await mends(bench) == []
        telegram(bench).set_webhook(last_error_message="Wrong response from the webhook: 502 Bad Gateway")
        assert await mends(bench) == ["its last failure: Wrong response from the webhook: 502 Bad Gateway"]
    async with replace(PRIVATE, public_url="").running() as bench:
        [nowhere] = await mends(bench)
        assert "public_url" in nowhere
    async with replace(PRIVATE, settings={"token": "1:other"}).running() as bench:
        [token] = await mends(bench)
        assert "Unauthorized" in token


async def test_findings_of_a_polled_bot_want_no_webhook() -> None:
    async with POLLED.running() as bench:
        assert await mends(bench) == []
        telegram(bench).set_webhook(url="https://elsewhere.example/hook")
        assert await mends(bench) == [f"curl {telegram(bench).base_url}/bot$TOKEN/deleteWebhook"]


async def first_of(deliveries: AsyncIterator[Pulled]) -> Pulled:
    return await anext(deliveries)


def telegram(bench: Bench) -> ImitatedTelegram:
    assert isinstance(bench.imitation, ImitatedTelegram)
    return bench.imitation


async def mends(bench: Bench) -> list[str]:
    return [check.mend for check in await bench.channel.check() if not check.ok]


def built(**settings: object) -> Channel:
    return SPEC.build(BuildContext(id="telegram"), TelegramSettings.model_validate(settings))
