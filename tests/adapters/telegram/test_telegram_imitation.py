"""The imitated Telegram says what Telegram would: each thing a customer can do is read back as that."""

from __future__ import annotations

import asyncio

import pytest

from csbot.channel.errors import Gone
from csbot.channel.imitation import Said
from csbot.channel.testing import Bench, OutgoingSample
from csbot.domain.events import EventBody, MessageEdited, MessageReceived, ReachabilityChanged, Reacted
from csbot.domain.message import Attachment, Choice, Contact, Location, MessageKind, OutgoingPart
from tests.adapters.telegram.cases import GROUPS, POLLED, PRIVATE

DEADLINE_S = 5.0
CHOICES = (Choice(label="Evet", payload="yes"), Choice(label="Hayır", payload="no"))


def read(bench: Bench, said: Said) -> list[EventBody]:
    requests = [bench.request(signed) for signed in bench.imitation.webhooks(said)]
    for request in requests:
        bench.channel.verify(request)
    return [event.body for request in requests for event in bench.channel.parse(request).events]


async def only(said: Said) -> MessageReceived:
    async with PRIVATE.running() as bench:
        [body] = read(bench, said)
    assert isinstance(body, MessageReceived)
    return body


async def test_words_come_from_whom_they_are_said() -> None:
    body = await only(Said(text="kargom nerede?", user="77", name="Ali Veli"))
    assert (body.address.user, body.sender.name, body.message.text) == ("77", "Ali Veli", "kargom nerede?")


async def test_a_command_is_a_command() -> None:
    body = await only(Said(command="start", text="kod7"))
    assert (body.message.kind, body.message.text) == (MessageKind.COMMAND, "/start kod7")


async def test_places_and_cards_are_shared() -> None:
    place = Location(latitude=41.0, longitude=29.0)
    card = Contact(name="Ali", phone="+905321112233")
    assert (await only(Said(location=place))).message.location == place
    named = await only(Said(location=Location(latitude=41.0, longitude=29.0, label="Ev")))
    assert named.message.location == Location(latitude=41.0, longitude=29.0, label="Ev")
    assert (await only(Said(contact=card))).message.contact == card
    assert (await only(Said(kind=MessageKind.UNSUPPORTED))).message.kind is MessageKind.UNSUPPORTED


@pytest.mark.parametrize("kind", ["photo", "document", "voice", "video", "audio", "sticker"])
async def test_a_file_of_each_kind_is_sent(kind: str) -> None:
    file = Attachment(kind=MessageKind(kind), ref="F1")
    body = await only(Said(text="bakın", attachments=(file,)))
    assert body.message.kind == kind
    assert [(a.kind, a.ref, a.channel) for a in body.message.attachments] == [(kind, "F1", "telegram")]
    assert body.message.text == "bakın"


async def test_several_files_are_one_album() -> None:
    files = tuple(Attachment(kind=MessageKind.PHOTO, ref=f"F{n}") for n in range(3))
    async with PRIVATE.running() as bench:
        bodies = read(bench, Said(text="üçü de ezik", attachments=files))
    messages = [body.message for body in bodies if isinstance(body, MessageReceived)]
    assert [m.text for m in messages] == ["üçü de ezik", "", ""]
    assert len({m.album for m in messages}) == 1
    assert messages[0].album


async def test_what_the_bot_said_can_be_pressed_answered_and_reacted_to() -> None:
    async with PRIVATE.running() as bench:
        part = OutgoingSample(name="", body=OutgoingPart(text="Oldu mu?", choices=CHOICES))
        sent = await bench.channel.send(PRIVATE.part(part))
        user = PRIVATE.customer.user
        [press] = read(bench, Said(press="Hayır", user=user))
        [answer] = read(bench, Said(text="neye evet?", reply_to=sent.external_ids[0], user=user))
        [reaction] = read(bench, Said(reaction="👍", reply_to=sent.external_ids[0], user=user))
        with pytest.raises(ValueError, match="Belki"):
            bench.imitation.webhooks(Said(press="Belki", user=user))
    assert isinstance(press, MessageReceived)
    assert press.message.choice == CHOICES[1]
    assert isinstance(answer, MessageReceived)
    assert (press.message.reply_to, answer.message.reply_to) == (sent.external_ids[0],) * 2
    assert reaction == Reacted(address=PRIVATE.customer, external_id=sent.external_ids[0], emoji="👍")


async def test_an_edit_names_its_message_and_a_deletion_is_not_told() -> None:
    async with PRIVATE.running() as bench:
        [edit] = read(bench, Said(text="yarın", edits="4411:101"))
        assert read(bench, Said(deletes="4411:101")) == []
    assert isinstance(edit, MessageEdited)
    assert (edit.external_id, edit.text) == ("4411:101", "yarın")


async def test_in_a_group_the_bot_is_spoken_to_by_name() -> None:
    async with GROUPS.running() as bench:
        [body] = read(bench, Said(text="fiyat nedir?", place="-100777", thread="5", mention=True))
        assert read(bench, Said(text="akşam maç var", place="-100777")) == []
    assert isinstance(body, MessageReceived)
    assert (body.address.place, body.address.thread, body.message.text) == ("-100777", "5", "fiyat nedir?")


async def test_a_customer_who_blocked_the_bot_is_gone_until_back() -> None:
    async with POLLED.running() as bench, asyncio.timeout(DEADLINE_S):
        text = OutgoingSample(name="", body=OutgoingPart(text="Orada mısınız?"))
        await bench.imitation.block(POLLED.customer.user)
        with pytest.raises(Gone):
            await bench.channel.send(POLLED.part(text))
        await bench.imitation.block(POLLED.customer.user, blocked=False)
        await bench.channel.send(POLLED.part(text))
        told = [event.body for event in (await anext(aiter(bench.channel.pull()))).events]
    assert [body.reachable for body in told if isinstance(body, ReachabilityChanged)] == [False, True]
