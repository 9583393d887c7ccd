"""Every kind of message through a running server: kept by reference, answered fittingly, in the right place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from csbot.channel.imitation import Fault
from csbot.domain.message import Attachment, Contact, Location, MessageKind
from tests.chain.customers import Customer, newcomer
from tests.chain.running import Running

pytestmark = pytest.mark.asyncio(loop_scope="package")

ANSWERS = {
    MessageKind.PHOTO: "image_only",
    MessageKind.DOCUMENT: "file_only",
    MessageKind.VIDEO: "file_only",
    MessageKind.VOICE: "voice_only",
    MessageKind.AUDIO: "voice_only",
    MessageKind.STICKER: "sticker_only",
}
MIME = {
    MessageKind.PHOTO: "image/jpeg",
    MessageKind.DOCUMENT: "application/pdf",
    MessageKind.VIDEO: "video/mp4",
    MessageKind.VOICE: "audio/ogg",
    MessageKind.AUDIO: "audio/mpeg",
    MessageKind.STICKER: "image/webp",
}
CARRIED = {
    "telegram": tuple(ANSWERS),
    "polled": tuple(ANSWERS),
    "slack": tuple(kind for kind in ANSWERS if kind is not MessageKind.STICKER),
    "socket": (MessageKind.PHOTO, MessageKind.DOCUMENT),
    "whatsapp": tuple(kind for kind in ANSWERS if kind is not MessageKind.STICKER),
    "sms": (MessageKind.PHOTO, MessageKind.VIDEO, MessageKind.DOCUMENT),
}


def a_file(kind: MessageKind) -> Attachment:
    return Attachment(kind=kind, ref=f"FILE{kind.name}", name=f"{kind}.bin", mime=MIME[kind])


async def last_said(customer: Customer) -> dict[str, Any]:
    """The customer's last line of the transcript."""
    return [line for line in await customer.transcript() if line["direction"] == "in"][-1]


@pytest.mark.parametrize(("channel", "kind"), [(channel, kind) for channel in CARRIED for kind in CARRIED[channel]])
async def test_a_file_is_kept_by_reference_and_answered_politely(
    csbot: Running, channel: str, kind: MessageKind
) -> None:
    customer = newcomer(csbot, channel)
    customer.platform.hold(f"FILE{kind.name}", b"the bytes of the file")
    await customer.says(kind=kind, attachments=(a_file(kind),))
    assert csbot.words(ANSWERS[kind]) in await customer.hears()
    said = await last_said(customer)
    assert (said["kind"], said["text"]) == (kind, "")
    [file] = said["attachments"]
    assert file["kind"] == kind
    assert "://" not in file["ref"], "such addresses carry tokens"
    async with csbot.client.get(csbot.url + file["link"].removeprefix("http://csbot.test")) as answer:
        assert (answer.status, await answer.read()) == (200, b"the bytes of the file")


@pytest.mark.parametrize("channel", ["telegram", "slack", "whatsapp"])
async def test_a_caption_is_what_is_asked(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    await customer.says("Taksit var mı?", kind=MessageKind.PHOTO, attachments=(a_file(MessageKind.PHOTO),))
    assert csbot.answer("instalments", kind=customer.kind) in await customer.hears()
    said = await last_said(customer)
    assert (said["kind"], said["text"]) == ("photo", "Taksit var mı?")


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_a_location_keeps_its_place_and_name(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    place = Location(latitude=41.0082, longitude=28.9784, label="Kadıköy")
    await customer.says(kind=MessageKind.LOCATION, location=place)
    assert csbot.words("location_only") in await customer.hears()
    said = await last_said(customer)
    assert (said["kind"], said["location"]) == (
        "location",
        {"latitude": 41.0082, "longitude": 28.9784, "label": "Kadıköy"},
    )


async def test_a_contact_card_keeps_name_and_number(csbot: Running) -> None:
    customer = newcomer(csbot, "telegram")
    await customer.says(kind=MessageKind.CONTACT, contact=Contact(name="Elif", phone="+905321112233"))
    assert csbot.words("contact_only") in await customer.hears()
    said = await last_said(customer)
    assert (said["kind"], said["contact"]) == ("contact", {"name": "Elif", "phone": "+905321112233"})


async def test_a_contact_card_by_whatsapp_is_a_file(csbot: Running) -> None:
    customer = newcomer(csbot, "whatsapp")
    card = Attachment(kind=MessageKind.CONTACT, ref="CARD", mime="text/vcard")
    await customer.says(kind=MessageKind.CONTACT, attachments=(card,))
    assert csbot.words("contact_only") in await customer.hears()
    assert (await last_said(customer))["kind"] == "contact"


@pytest.mark.parametrize("channel", ["telegram", "slack", "whatsapp"])
async def test_what_the_channel_has_no_word_for_stands_in_the_transcript_and_is_answered(
    csbot: Running, channel: str
) -> None:
    customer = newcomer(csbot, channel)
    await customer.says(kind=MessageKind.UNSUPPORTED)
    await customer.hears()
    assert (await last_said(customer))["kind"] == "unsupported"


@pytest.mark.parametrize(("text", "phrase"), [("👍👍", "emoji_only"), ("   ", "empty_text"), ("...", "empty_text")])
@pytest.mark.parametrize("channel", ["telegram", "sms"])
async def test_words_that_are_none_get_a_polite_answer(csbot: Running, channel: str, text: str, phrase: str) -> None:
    customer = newcomer(csbot, channel)
    await customer.says(text)
    assert csbot.words(phrase) in await customer.hears()
    assert (await last_said(customer))["text"] == text


@pytest.mark.parametrize("channel", ["telegram", "polled"])
async def test_an_album_is_one_turn(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    pictures = tuple(Attachment(kind=MessageKind.PHOTO, ref=f"album-{number}") for number in range(3))
    await customer.says("Taksit var mı?", kind=MessageKind.PHOTO, attachments=pictures)
    assert csbot.answer("instalments", kind="telegram") in await customer.hears()
    await customer.hears_nothing()
    said = [line for line in await customer.transcript() if line["direction"] == "in"]
    assert [line["attachments"][0]["ref"] for line in said] == ["album-0", "album-1", "album-2"]
    assert [line["text"] for line in said] == ["Taksit var mı?", "", ""]


@pytest.mark.parametrize("channel", ["telegram", "slack"])
async def test_an_edit_changes_the_transcript_and_makes_no_turn(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    written = await customer.writes("Taksit var mi?")
    await customer.hears()
    await customer.says("Kargo kaç günde gelir?", edits=written)
    await customer.hears_nothing()
    said = await last_said(customer)
    assert (said["text"], said["edited"]) == ("Kargo kaç günde gelir?", True)


async def test_a_deletion_is_marked_and_makes_no_turn(csbot: Running) -> None:
    customer = newcomer(csbot, "slack")
    written = await customer.writes("Taksit var mı?")
    await customer.hears()
    await customer.says(deletes=written)
    await customer.hears_nothing()
    assert (await last_said(customer))["deleted"] is True


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_a_reply_names_what_it_answers(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    await customer.says("merhaba")
    [greeted] = await customer.reads()
    await customer.says("Taksit var mı?", reply_to=greeted.external_id)
    await customer.hears()
    assert (await last_said(customer))["reply_to"] == greeted.external_id


@pytest.mark.parametrize(("channel", "emoji"), [("telegram", "👍"), ("slack", ":thumbsup:")])
async def test_a_reaction_is_kept_on_its_message_and_makes_no_turn(csbot: Running, channel: str, emoji: str) -> None:
    customer = newcomer(csbot, channel)
    await customer.says("Taksit var mı?")
    [answered] = await customer.reads()
    await customer.part("sent")
    await customer.says(reaction=emoji, reply_to=answered.external_id)
    await customer.hears_nothing()
    assert [line["reaction"] for line in await customer.transcript()] == ["", emoji]


async def test_slashes_of_telegram_open_the_chat_and_ask_for_help(csbot: Running) -> None:
    customer = newcomer(csbot, "telegram")
    await customer.says(command="start")
    assert csbot.words("welcome") in await customer.hears()
    await customer.says(command="soru", text="Taksit var mı?")
    assert csbot.answer("instalments", kind="telegram") in await customer.hears()


async def test_a_slash_command_of_slack_is_answered_in_private(csbot: Running) -> None:
    customer = newcomer(csbot, "slack")
    await customer.says("Taksit var mı?", command="/csbot", place="C0SALES")
    [shown] = await customer.reads()
    assert (shown.user, shown.place) == (customer.user, "")
    assert csbot.answer("instalments", kind="slack") in shown.text


async def test_who_blocked_the_bot_is_not_written_to_until_they_unblock_it(csbot: Running) -> None:
    customer = newcomer(csbot, "telegram")
    await customer.says("temsilci")
    await customer.hears()
    await customer.platform.block(customer.user)
    await customer.is_helped_by()
    calls = customer.platform.calls
    _, taken = await customer.acts("messages", "Merhaba")
    assert taken["warnings"], "the agent is told"
    assert (await customer.part("gone"))["reason"]
    assert customer.platform.calls == calls
    [identity] = (await customer.conversation())["identities"]
    assert identity["reachable"] is False
    await customer.platform.block(customer.user, blocked=False)
    await customer.acts("messages", "Yeniden merhaba")
    assert await customer.hears() == "Yeniden merhaba"


async def test_a_block_the_platform_did_not_tell_of_is_learnt_from_its_refusal(csbot: Running) -> None:
    customer = newcomer(csbot, "whatsapp")
    customer.platform.fault(Fault.BLOCKED)
    await customer.says("Taksit var mı?")
    await customer.part("gone")
    [identity] = (await customer.conversation())["identities"]
    assert identity["reachable"] is False


async def test_a_link_to_a_file_expires_and_a_forged_one_is_refused(csbot: Running) -> None:
    customer = newcomer(csbot, "telegram")
    customer.platform.hold("INVOICE", b"%PDF")
    await customer.says(kind=MessageKind.DOCUMENT, attachments=(Attachment(kind=MessageKind.DOCUMENT, ref="INVOICE"),))
    await customer.hears()
    [file] = (await last_said(customer))["attachments"]
    link = csbot.url + file["link"].removeprefix("http://csbot.test")

    async def status(address: str) -> int:
        async with csbot.client.get(address) as answer:
            await answer.read()
            return answer.status

    payload, _, signature = link.rpartition("/")[2].partition(".")
    assert await status(link) == 200
    for forged in (f"{payload}.{signature[::-1]}", f"{payload[:-4]}AAAA.{signature}", payload, "ş.ş"):
        assert await status(f"{csbot.url}/media/{forged}") == 403
    csbot.clock.ahead = timedelta(hours=2)
    try:
        assert await status(link) == 403
    finally:
        csbot.clock.ahead = timedelta()
