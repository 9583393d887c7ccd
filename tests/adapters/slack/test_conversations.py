"""Whole exchanges with the imitated Slack: where words come from, and where the answers go."""

from __future__ import annotations

import pytest

from csbot.channel.errors import ChannelBroken, Gone, Undeliverable
from csbot.channel.imitation import Fault, Said
from csbot.domain.address import Address
from csbot.domain.events import MessageEdited, Reacted
from csbot.domain.message import Attachment, Choice, MessageKind, OutgoingPart
from csbot_slack.customers import HELP
from tests.adapters.slack.bench import workspace

YES_NO = OutgoingPart(
    text="Yardımcı oldu mu?",
    choices=(Choice(label="Evet & teşekkürler", payload="yes"), Choice(label="Hayır", payload="no")),
)


async def test_a_direct_message_is_answered_where_it_was_written() -> None:
    async with workspace() as here:
        heard = here.message(Said(text="Kargom <nerede> & ne zaman? https://shop.example/?a=1&b=2"))
        assert heard.message.text == "Kargom <nerede> & ne zaman? https://shop.example/?a=1&b=2"
        assert not heard.address.is_shared
        await here.answer(heard.address, OutgoingPart(text="Yarın <b>&</b> <!channel>"))
        [shown] = here.slack.received("U0AYSE")
        assert (shown.text, shown.place, shown.thread) == ("Yarın <b>&</b> <!channel>", "", "")


async def test_a_direct_message_in_a_thread_is_answered_in_the_thread_of_the_same_private_lane() -> None:
    async with workspace() as here:
        first = here.message(Said(text="merhaba"))
        reply = here.message(Said(text="1042", reply_to=first.message.external_id))
        assert (first.address.user, first.address.is_shared) == (reply.address.user, reply.address.is_shared)
        await here.answer(reply.address, OutgoingPart(text="Baktım."))
        [shown] = here.slack.received()
        assert shown.thread == first.message.external_id.partition(":")[2]


async def test_a_mention_and_its_twin_are_one_message_and_open_a_thread() -> None:
    async with workspace() as here:
        said = Said(text="iade nasıl olur?", place="C0GENEL", mention=True)
        assert len(here.slack.webhooks(said)) == 2
        heard = here.message(said)
        assert heard.message.text == "iade nasıl olur?"
        ts = heard.message.external_id.partition(":")[2]
        assert (heard.address.place, heard.address.thread) == ("C0GENEL", ts)
        await here.answer(heard.address, OutgoingPart(text="Şöyle."))
        [shown] = here.slack.received("U0AYSE")
        assert (shown.place, shown.thread) == ("C0GENEL", ts)


async def test_threads_of_one_channel_are_lanes_of_their_own() -> None:
    async with workspace() as here:
        one = here.message(Said(text="bir", place=HELP))
        other = here.message(Said(text="iki", place=HELP))
        reply = here.message(Said(text="bire ek", place=HELP, thread=one.address.thread))
        assert one.address.chat != other.address.chat
        assert one.address.chat == reply.address.chat


async def test_what_is_said_among_others_is_not_heard() -> None:
    async with workspace() as here:
        assert here.hears(Said(text="öğlen ne yiyoruz", place="C0GENEL")) == []


async def test_a_button_answers_with_its_payload_under_its_label() -> None:
    async with workspace() as here:
        for said in (Said(text="merhaba"), Said(text="merhaba", place="C0GENEL", mention=True)):
            asked = here.message(said)
            shown_id = await here.answer(asked.address, YES_NO)
            heard = here.message(Said(press="Evet & teşekkürler", place=said.place))
            assert heard.message.kind is MessageKind.CHOICE
            assert heard.message.choice == Choice(label="Evet & teşekkürler", payload="yes")
            assert heard.message.reply_to == shown_id
            assert heard.address.chat == asked.address.chat
            assert heard.address.destination == asked.address.destination


async def test_a_command_typed_in_a_channel_is_answered_in_private() -> None:
    async with workspace() as here:
        heard = here.message(Said(command="/destek", text="iade & değişim", place="C0GENEL"))
        assert heard.message.text == "iade & değişim"
        assert not heard.address.is_shared
        assert await here.answer(heard.address, OutgoingPart(text="On dört gün."))
        [shown] = here.slack.received("U0AYSE")
        assert shown.place == ""
        assert heard.address.user == here.message(Said(text="sağ olun")).address.user
        assert here.hears(Said(command="/destek")) == []


async def test_a_customer_of_another_company_brings_it_along() -> None:
    async with workspace() as here:
        heard = here.message(Said(text="toplu sipariş", user="T0PARTNER:U0ELIF", name="Elif Kaya", place=HELP))
        assert heard.sender.organisation == "slack:T0PARTNER"
        assert (heard.sender.name, heard.address.user) == ("Elif Kaya", "T0PARTNER:U0ELIF")
        assert here.message(Said(text="merhaba")).sender.organisation == ""


async def test_files_are_kept_by_their_id_and_brought_with_the_apps_token() -> None:
    file = Attachment(kind=MessageKind.PHOTO, ref="F0KIRIK", name="kırık.jpg", size=5)
    async with workspace() as here:
        heard = here.message(Said(text="Kırık geldi", attachments=(file,)))
        assert heard.message.kind is MessageKind.PHOTO
        [kept] = heard.message.attachments
        assert (kept.ref, kept.name, kept.size) == ("F0KIRIK", "kırık.jpg", 5)
        here.slack.hold("F0KIRIK", b"\xff\xd8jpg")
        assert b"".join([chunk async for chunk in here.channel.fetch(kept)]) == b"\xff\xd8jpg"


async def test_edits_deletions_and_reactions_are_told_of_their_message() -> None:
    async with workspace() as here:
        heard = here.message(Said(text="Sipariş 1024"))
        id = heard.message.external_id
        [edited] = here.hears(Said(text="Sipariş 1042", edits=id))
        assert edited.body == MessageEdited(address=heard.address, external_id=id, text="Sipariş 1042")
        [deleted] = here.hears(Said(deletes=id))
        assert deleted.body == MessageEdited(address=heard.address, external_id=id, text=None)
        [reacted] = here.hears(Said(reaction=":tada:", reply_to=id))
        assert reacted.body == Reacted(address=heard.address, external_id=id, emoji=":tada:")
        assert here.hears(Said(text="Sipariş 1042", edits=id)) == [], "a link preview changes no word"


async def test_what_slack_has_no_word_for_is_kept_as_such() -> None:
    async with workspace() as here:
        assert here.message(Said(kind=MessageKind.UNSUPPORTED)).message.kind is MessageKind.UNSUPPORTED


@pytest.mark.parametrize(
    ("fault", "error"), [(Fault.BLOCKED, Gone), (Fault.REFUSED, ChannelBroken)], ids=["blocked", "refused"]
)
async def test_faults_of_the_platform_are_told_apart(fault: Fault, error: type[Exception]) -> None:
    async with workspace() as here:
        here.slack.fault(fault)
        with pytest.raises(error):
            await here.answer(here.message(Said(text="merhaba")).address, OutgoingPart(text="Merhaba!"))
        assert here.slack.received() == []


@pytest.mark.parametrize(
    "body",
    [
        OutgoingPart(),
        OutgoingPart(text="x" * 40_001),
        OutgoingPart(text="Hangisi?", choices=(Choice(label="x" * 76, payload="a"),)),
        OutgoingPart(text="Hangisi?", choices=(Choice(label="", payload="a"),)),
        OutgoingPart(text="Hangisi?", choices=tuple(Choice(label=str(n), payload=str(n)) for n in range(26))),
    ],
    ids=["nothing", "too_long", "label_too_long", "no_label", "too_many"],
)
async def test_what_slack_would_not_take_the_imitation_does_not_take_either(body: OutgoingPart) -> None:
    async with workspace() as here:
        with pytest.raises(Undeliverable):
            await here.answer(Address(channel="slack", user="T0CSBOT:U0AYSE", target="D0AYSE"), body)


async def test_a_lost_channel_is_no_lost_customer() -> None:
    async with workspace() as here:
        with pytest.raises(Undeliverable, match="channel_not_found"):
            await here.answer(Address(channel="slack", user="T1:U1", place="nowhere"), OutgoingPart(text="?"))
        with pytest.raises(Gone, match="channel_not_found"):
            await here.answer(Address(channel="slack", user="T1:U1", target="nowhere"), OutgoingPart(text="?"))
