"""The inbox of every store: each event once, with what it brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from csbot.domain.address import Address, Consent, Sender
from csbot.domain.events import MessageEdited, Overheard, ReachabilityChanged, Reacted, Unreadable
from csbot.domain.message import Attachment, Choice, Direction, InboundMessage, Location, MessageKind
from tests.contracts.store_cases import OTHER, SMS, START, TELEGRAM, WHATSAPP, Scene


async def test_an_event_delivered_again_is_counted_and_not_written(scene: Scene) -> None:
    first = await scene.says("nerede bu kargo", key="SM1")
    again = await scene.says("nerede bu kargo", key="SM1")
    assert (first.new, first.duplicates) == (1, 0)
    assert (again.new, again.duplicates, again.due_at) == (0, 1, None)
    work = await scene.work()
    assert [heard.body.text for heard in work.heard] == ["nerede bu kargo"]


async def test_twins_within_one_call_are_one(scene: Scene) -> None:
    twins = [scene.words("bir", key="SM1"), scene.words("bir", key="SM1"), scene.words("iki", key="SM2")]
    appended = await scene.store.append(twins, now=scene.now)
    assert (appended.new, appended.duplicates) == (2, 1)
    assert len((await scene.work()).heard) == 2


async def test_the_same_key_on_another_channel_is_another_event(scene: Scene) -> None:
    await scene.says("sms", SMS, key="1")
    appended = await scene.says("whatsapp", WHATSAPP, key="1")
    assert appended.new == 1


async def test_deliveries_at_the_same_time_are_written_once(
    scene: Scene, open_scene: Callable[..., Awaitable[Scene]]
) -> None:
    other = await open_scene(worker="w2")
    results = await asyncio.gather(
        *(stage.says(f"mesaj {n}", key=f"SM{n}") for n in range(10) for stage in (scene, other, scene))
    )
    assert sum(result.new for result in results) == 10
    assert sum(result.duplicates for result in results) == 20
    assert len((await scene.work()).heard) == 10
    assert len(await scene.rows("SELECT id FROM customers")) == 1


async def test_a_message_is_kept_exactly_as_it_came(scene: Scene) -> None:
    sent_at = scene.now
    await scene.says(
        "  Şu ürün\n\tkırık 😡 ",
        kind=MessageKind.PHOTO,
        attachments=(Attachment(kind=MessageKind.PHOTO, ref="ME1", mime="image/jpeg", size=12, channel="sms"),),
        choice=Choice(label="Evet", payload="yes"),
        location=Location(latitude=41.01, longitude=28.97, label="İstanbul"),
        reply_to="out-7",
        sequence=12,
        sent_at=sent_at,
        dropped=2,
    )
    [heard] = (await scene.work()).heard
    body = heard.body
    assert body.text == "  Şu ürün\n\tkırık 😡 "
    assert (body.kind, body.attachments[0].ref, body.attachments[0].size) == (MessageKind.PHOTO, "ME1", 12)
    assert body.choice == Choice(label="Evet", payload="yes")
    assert body.location == Location(latitude=41.01, longitude=28.97, label="İstanbul")
    assert (body.reply_to, body.sequence, body.sent_at, body.dropped) == ("out-7", 12, sent_at, 2)
    assert heard.received_at == START


async def test_a_message_stands_in_the_transcript_at_once(scene: Scene) -> None:
    await scene.says("merhaba")
    [row], _ = await scene.store.conversations(state=None)
    [line] = (await scene.view(row.conversation.id)).messages
    assert (line.direction, line.text, line.channel, line.at) == (Direction.IN, "merhaba", "sms", START)


async def test_what_cannot_be_read_is_kept_raw_and_starts_nothing(scene: Scene) -> None:
    appended = await scene.append(Unreadable(body='{"poll": 1}', reason="unknown kind"), key="raw1")
    assert (appended.new, appended.due_at) == (1, None)
    assert await scene.store.conversations(state=None) == ([], "")
    [(body,)] = await scene.rows("SELECT body FROM events")
    assert '{\\"poll\\": 1}' in body


async def test_an_edit_changes_the_transcript_and_the_words_still_waiting(scene: Scene) -> None:
    await scene.says("kırmızı istiyorum", external_id="m1")
    appended = await scene.append(MessageEdited(address=SMS, external_id="m1", text="mavi istiyorum"))
    assert appended.noted == ()
    work = await scene.work()
    assert [heard.body.text for heard in work.heard] == ["mavi istiyorum"]
    [line] = (await scene.view(work.conversation.id)).messages
    assert (line.text, line.edited, line.deleted) == ("mavi istiyorum", True, False)


async def test_a_deleted_message_starts_no_turn_but_stays_marked(scene: Scene) -> None:
    await scene.says("yanlış yazdım", external_id="m1")
    await scene.append(MessageEdited(address=SMS, external_id="m1", text=None))
    scene.later(10)
    assert await scene.claim() == []
    assert await scene.store.next_lane_due() is None
    [row], _ = await scene.store.conversations(state=None)
    [line] = (await scene.view(row.conversation.id)).messages
    assert line.deleted


async def test_an_edit_after_the_turn_is_no_new_turn(scene: Scene) -> None:
    await scene.says("bir", external_id="m1")
    await scene.answer(await scene.work(), "cevap")
    await scene.append(MessageEdited(address=SMS, external_id="m1", text="iki"))
    scene.later(10)
    assert await scene.claim() == []


async def test_a_reaction_is_kept_on_its_message_and_can_be_taken_back(scene: Scene) -> None:
    await scene.says("bir", external_id="m1")
    work = await scene.work()
    await scene.answer(work, "cevap")
    [part] = await scene.take()
    await scene.settle(part)
    await scene.append(Reacted(address=SMS, external_id="m1", emoji="👍"))
    await scene.append(Reacted(address=SMS, external_id=f"out-{part.id}", emoji="❤️"))
    assert [line.reaction for line in (await scene.view(work.conversation.id)).messages] == ["👍", "❤️"]
    await scene.append(Reacted(address=SMS, external_id="m1", emoji=""))
    assert [line.reaction for line in (await scene.view(work.conversation.id)).messages] == ["", "❤️"]
    scene.later(10)
    assert await scene.claim() == []


@pytest.mark.parametrize(
    "body",
    [
        MessageEdited(address=SMS, external_id="nowhere", text="yeni"),
        MessageEdited(address=SMS, external_id="nowhere", text=None),
        Reacted(address=SMS, external_id="nowhere", emoji="👍"),
    ],
    ids=lambda body: body.kind,
)
async def test_what_finds_nothing_to_act_on_is_noted(scene: Scene, body: MessageEdited | Reacted) -> None:
    appended = await scene.append(body, key="e1")
    assert appended.new == 1
    assert len(appended.noted) == 1
    [(kept,)] = await scene.rows("SELECT body FROM events")
    assert kept.startswith("{")
    assert await scene.rows("SELECT id FROM identities") == []


async def test_a_customer_who_blocked_before_writing_is_known_to_be_out_of_reach(scene: Scene) -> None:
    appended = await scene.append(ReachabilityChanged(address=TELEGRAM, reachable=False), channel="telegram")
    assert (appended.new, appended.noted) == (1, ())
    assert await scene.rows("SELECT address, reachable FROM identities") == [(TELEGRAM.user, False)]
    assert await scene.rows("SELECT id FROM lanes") == []
    await scene.says("ben geldim", TELEGRAM)
    work = await scene.work()
    assert work.identity.reachable


async def test_overheard_words_go_on_a_conversation_of_their_speaker_only(scene: Scene) -> None:
    thread = Address(channel="slack", user="T1:U1", place="C1", thread="1.1")
    colleague = Address(channel="slack", user="T1:U2", place="C1", thread="1.1")

    async def overhear(address: Address, key: str) -> int:
        said = Overheard(address=address, message=InboundMessage(external_id=key, text=key))
        return (await scene.append(said, channel="slack", key=key)).new

    assert await overhear(thread, "before") == 0
    await scene.says("asked", thread, key="before")  # its twin tells that csbot was meant
    assert await overhear(colleague, "colleague") == 0
    assert await overhear(thread, "after") == 1
    assert await overhear(thread, "after") == 0
    work = await scene.work()
    assert [heard.body.text for heard in work.heard] == ["asked", "after"]
    assert await scene.rows("SELECT count(*) FROM identities") == [(1,)]


async def test_blocking_and_writing_again_change_reachability(scene: Scene) -> None:
    await scene.says("merhaba", TELEGRAM)
    work = await scene.work()
    await scene.append(ReachabilityChanged(address=TELEGRAM, reachable=False), channel="telegram")
    [identity] = (await scene.view(work.conversation.id)).row.identities
    assert not identity.reachable
    await scene.append(ReachabilityChanged(address=TELEGRAM, reachable=True), channel="telegram")
    [identity] = (await scene.view(work.conversation.id)).row.identities
    assert identity.reachable
    await scene.append(ReachabilityChanged(address=TELEGRAM, reachable=False), channel="telegram")
    scene.later(5)
    await scene.says("ben geldim", TELEGRAM, sender=Sender(name="Ayşe"))
    [identity] = (await scene.view(work.conversation.id)).row.identities
    assert (identity.reachable, identity.last_in_at, identity.name) == (True, scene.now, "Ayşe")


async def test_a_nameless_message_does_not_wipe_a_known_name(scene: Scene) -> None:
    await scene.says("bir", TELEGRAM, sender=Sender(name="Ayşe"))
    await scene.says("iki", TELEGRAM)
    assert (await scene.work()).identity.name == "Ayşe"


async def test_consent_words_change_the_sender_and_start_no_turn(scene: Scene) -> None:
    stopped = await scene.says("STOP", consent=Consent.OUT)
    assert (stopped.new, stopped.due_at) == (1, None)
    await scene.says("merhaba", OTHER)
    scene.later(10)
    [work] = await scene.claim()
    assert work.identity.address == OTHER.user
    [row] = (await scene.store.conversations(state=None, identity=SMS.user))[0]
    assert row.identities[0].consent is Consent.OUT
    assert await scene.texts(row.conversation.id) == ["STOP"]
    await scene.says("START", consent=Consent.IN)
    [row] = (await scene.store.conversations(state=None, identity=SMS.user))[0]
    assert row.identities[0].consent is Consent.IN


async def test_consent_on_one_sender_says_nothing_about_another(scene: Scene) -> None:
    await scene.says("merhaba", WHATSAPP)
    await scene.says("STOP", SMS, consent=Consent.OUT)
    [row], _ = await scene.store.conversations(state=None)
    assert {i.channel: i.consent for i in row.identities} == {"whatsapp": Consent.UNSAID, "sms": Consent.OUT}


async def test_other_words_of_an_opted_out_customer_wait_for_their_turn(scene: Scene) -> None:
    await scene.says("STOP", consent=Consent.OUT)
    await scene.says("ama siparişim gelmedi")
    work = await scene.work()
    assert work.identity.consent is Consent.OUT
    assert [heard.body.text for heard in work.heard] == ["ama siparişim gelmedi"]
