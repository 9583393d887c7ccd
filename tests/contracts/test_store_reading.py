"""What every store shows: lists, transcripts, the line, and what a brand set by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from csbot.domain.address import Address
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.message import Attachment, Author, Choice, MessageKind
from csbot.domain.pause import Pause, PauseScope
from csbot.domain.reading import Excerpt, User
from csbot.domain.ticket import Priority
from csbot.errors import CursorInvalid
from tests.contracts.store_cases import AGENT, OTHER, SMS, TELEGRAM, WHATSAPP, Scene, note

OpenScene = Callable[..., Awaitable[Scene]]
BOT, WAITING, HUMAN, CLOSED = (
    ConversationState.BOT,
    ConversationState.WAITING,
    ConversationState.HUMAN,
    ConversationState.CLOSED,
)


def customer(n: int) -> Address:
    return Address(channel="sms", user=f"+9053200000{n:02d}")


async def pages(scene: Scene, state: ConversationState | None, *, limit: int, **more: str) -> list[list[int]]:
    """The ids of each page, following the cursors to the end."""
    after, found = "", []
    while True:
        rows, after = await scene.store.conversations(state=state, after=after, limit=limit, **more)
        found.append([row.conversation.id for row in rows])
        if not after:
            return found


async def test_an_empty_store_has_empty_pages(scene: Scene) -> None:
    for state in (None, BOT, WAITING):
        assert await scene.store.conversations(state=state) == ([], "")
    assert await scene.store.conversation(1) is None
    assert await scene.store.lane_work(1) is None


async def test_conversations_come_newest_first_page_by_page(scene: Scene) -> None:
    for n in range(7):
        await scene.says("merhaba", customer(n))
    [newest, *_] = (await scene.store.conversations(state=BOT))[0]
    assert await pages(scene, BOT, limit=3) == [[7, 6, 5], [4, 3, 2], [1]]
    assert await pages(scene, None, limit=7) == [[7, 6, 5, 4, 3, 2, 1]]
    assert (newest.channel, newest.identities[0].address) == ("sms", customer(6).user)


async def test_a_page_keeps_its_place_when_new_conversations_come(scene: Scene) -> None:
    for n in range(4):
        await scene.says("merhaba", customer(n))
    first, after = await scene.store.conversations(state=None, limit=2)
    await scene.says("yeni", customer(9))
    second, _ = await scene.store.conversations(state=None, after=after, limit=2)
    assert [row.conversation.id for row in (*first, *second)] == [4, 3, 2, 1]


async def test_the_line_is_sorted_by_priority_then_by_the_longest_wait(scene: Scene) -> None:
    priorities = (Priority.NORMAL, Priority.URGENT, Priority.NORMAL, Priority.HIGH, Priority.URGENT, Priority.LOW)
    for n, priority in enumerate(priorities):
        await scene.says("insan", customer(n))
        await scene.hand_off(await scene.work(), priority=priority)
    assert await pages(scene, WAITING, limit=2) == [[2, 5], [4, 1], [3, 6]]
    assert await pages(scene, WAITING, limit=10) == [[2, 5, 4, 1, 3, 6]]
    [first, *_], _ = await scene.store.conversations(state=WAITING, limit=1)
    assert (first.priority, first.reason) == ("urgent", "asked for a person")
    assert (first.summary, first.last_words) == ("wants a person", "insan")


async def test_conversations_are_found_by_who_holds_them(scene: Scene) -> None:
    states = (BOT, WAITING, HUMAN, CLOSED)
    for n, state in enumerate(states):
        await scene.says("merhaba", customer(n))
        work = await scene.work()
        if state is WAITING:
            await scene.hand_off(work)
        else:
            await scene.answer(work)
        if state in (HUMAN, CLOSED):
            await scene.own(work.conversation.id, state, holder=AGENT if state is HUMAN else "")
    for n, state in enumerate(states):
        [row], _ = await scene.store.conversations(state=state)
        assert (row.conversation.id, row.conversation.state) == (n + 1, state)


async def test_a_conversation_a_person_has_tells_since_when_they_owe_a_word(scene: Scene) -> None:
    async def owed() -> tuple[datetime | None, bool]:
        [row] = (await scene.store.conversations(state=None))[0]
        return row.unanswered_since, row.wrote_again

    await scene.says("insan")
    work = await scene.work()
    handed_off = scene.now
    await scene.hand_off(work, "bir kişi yazacak")
    assert await owed() == (None, False), "nobody has it yet"
    scene.later(60)
    await scene.says("orada mısınız")
    await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    assert await owed() == (handed_off, False)
    scene.later(60)
    await scene.act(work.conversation.id, messages=(note("kargoya sordum"),))
    assert await owed() == (handed_off, False), "a note is no word to the customer"
    await scene.act(work.conversation.id, "ben Ayşe")
    assert await owed() == (None, False)
    written = scene.later(60)
    await scene.says("bir şey daha")
    scene.later(60)
    await scene.says("hemen lütfen")
    assert await owed() == (written, True)
    await scene.act(work.conversation.id, "bakıyorum")
    assert await owed() == (None, False)
    await scene.says("teşekkürler")
    await scene.own(work.conversation.id, CLOSED)
    assert await owed() == (None, False)


@pytest.mark.parametrize("cursor", ["x", "1.2.3.4", "1.2", "9" * 40, "1;DROP TABLE lanes"])
async def test_a_cursor_of_another_list_is_refused(scene: Scene, cursor: str) -> None:
    for state in (None, BOT, WAITING):
        with pytest.raises(CursorInvalid):
            await scene.store.conversations(state=state, after=cursor)


async def test_a_customer_s_conversations_are_found_by_any_of_their_addresses(scene: Scene) -> None:
    await scene.says("bir", SMS)
    await scene.says("iki", WHATSAPP)
    await scene.says("başkası", OTHER)
    await scene.says("üç", TELEGRAM, person="phone:" + SMS.user)
    mine = [[1]]
    assert await pages(scene, None, limit=5, identity=SMS.user) == mine
    assert await pages(scene, BOT, limit=5, identity=TELEGRAM.user) == mine
    assert await pages(scene, WAITING, limit=5, identity=SMS.user) == [[]]
    assert await pages(scene, None, limit=5, identity="+900000") == [[]]


async def test_a_customer_is_found_in_shared_places_and_in_lanes_that_were_merged(scene: Scene) -> None:
    thread = Address(channel="slack", user="T1:U1", place="C1", thread="1.1")
    await scene.says("ortak", thread)
    await scene.says("özel", Address(channel="slack", user="T1:U1"))
    await scene.says("whatsapp", WHATSAPP)
    await scene.says("telegram", TELEGRAM)
    await scene.says("numaram", TELEGRAM, person="phone:" + WHATSAPP.user)
    assert await pages(scene, None, limit=5, identity="T1:U1") == [[2, 1]]
    assert await pages(scene, None, limit=5, identity=WHATSAPP.user) == [[4, 3]]
    [shared] = [row for row in (await scene.store.conversations(state=None))[0] if row.conversation.id == 1]
    assert [identity.address for identity in shared.identities] == ["T1:U1"]


async def test_a_transcript_shows_everything_in_order_of_arrival(scene: Scene) -> None:
    picture = Attachment(kind=MessageKind.PHOTO, ref="ME1", mime="image/png", channel="sms")
    await scene.says("kırık", kind=MessageKind.PHOTO, attachments=(picture,))
    await scene.says("Evet", kind=MessageKind.CHOICE, choice=Choice(label="Evet", payload="y"))
    work = await scene.work()
    await scene.hand_off(work, "yazacağız")
    await scene.own(work.conversation.id, HUMAN, holder=AGENT)
    await scene.act(work.conversation.id, "ben Ayşe", parts=2)
    [part] = await scene.take()
    await scene.settle(part)
    view = await scene.view(work.conversation.id)
    photo, choice, notice, agent = view.messages
    assert (photo.kind, photo.attachments, photo.author) == (MessageKind.PHOTO, (picture,), Author.CUSTOMER)
    assert (choice.kind, choice.choice) == (MessageKind.CHOICE, Choice(label="Evet", payload="y"))
    assert [part.state for part in notice.parts] == [DeliveryState.DROPPED]
    assert [(p.state, p.external_ids) for p in agent.parts] == [
        (DeliveryState.SENT, (f"out-{part.id}",)),
        (DeliveryState.QUEUED, ()),
    ]
    assert (view.row.conversation.holder, view.row.channel) == (AGENT, "sms")
    assert view.last_in_at == work.identity.last_in_at
    assert view.row.updated_at == scene.now


async def test_of_a_long_transcript_some_are_shown_and_what_comes_before_is_told(scene: Scene) -> None:
    for n in range(7):
        await scene.says(f"{n}")
    work = await scene.work()
    await scene.hand_off(work, "bir kişi yazacak")
    whole = await scene.view(work.conversation.id)
    ids = [message.id for message in whole.messages]

    async def shown(**of: int) -> tuple[list[int], bool]:
        view = await scene.store.conversation(work.conversation.id, messages=Excerpt(**of))
        assert view is not None
        assert list(view.messages) == [message for message in whole.messages if message in view.messages]
        return [message.id for message in view.messages], view.goes_back

    assert (len(ids), whole.goes_back) == (8, False)
    assert await shown(newest=3) == (ids[-3:], True)
    assert await shown(newest=3, before=ids[-3]) == (ids[-6:-3], True)
    assert await shown(newest=3, before=ids[2]) == (ids[:2], False)
    assert await shown(newest=8) == (ids, False)
    assert await shown(since=ids[5]) == (ids[5:], True)
    assert await shown(since=ids[0]) == (ids, False)
    assert await shown(newest=0) == ([], True)
    assert await shown(before=ids[0]) == ([], False)


async def test_an_agent_s_act_stands_on_what_the_conversation_is_now(scene: Scene) -> None:
    await scene.says("bir")
    work = await scene.work()
    standing = await scene.store.lane_work(work.conversation.id)
    assert standing == replace(work, heard=())
    await scene.answer(work, greeted=True)
    standing = await scene.store.lane_work(work.conversation.id)
    assert standing is not None
    assert not standing.first_contact
    await scene.own(work.conversation.id, CLOSED)
    standing = await scene.store.lane_work(work.conversation.id)
    assert standing is not None
    assert standing.conversation.state is CLOSED


async def test_gauges_count_what_waits(scene: Scene) -> None:
    zero = {"waiting": 0, "parked": 0, "queued": 0, "unknown": 0, "due_lanes": 0}
    assert dict(await scene.store.counts()) == zero
    await scene.says("bir")
    await scene.hand_off(await scene.work(), "a", "b", "c")
    [part] = await scene.take()
    await scene.settle(part, state=DeliveryState.UNKNOWN)
    [part] = await scene.take()
    await scene.settle(part, state=DeliveryState.PARKED)
    await scene.says("iki", OTHER)
    assert dict(await scene.store.counts()) == {"waiting": 1, "parked": 1, "queued": 1, "unknown": 1, "due_lanes": 1}


async def test_a_pause_holds_until_its_time_and_can_be_replaced_and_lifted(scene: Scene) -> None:
    until = scene.now + timedelta(minutes=5)
    sending = Pause(scope=PauseScope.CHANNEL, target="sms", until=until, note="30001", by="platform")
    banner = Pause(scope=PauseScope.ANNOUNCEMENT, note="Kargo gecikiyor", by=AGENT)
    await scene.store.set_pause(sending, now=scene.now)
    await scene.store.set_pause(banner, now=scene.now)
    assert set(await scene.store.pauses(now=scene.now)) == {sending, banner}
    longer = replace(sending, until=until + timedelta(minutes=5))
    await scene.store.set_pause(longer, now=scene.now)
    assert set(await scene.store.pauses(now=scene.now)) == {longer, banner}
    assert await scene.store.pauses(now=scene.now + timedelta(minutes=10)) == (banner,)
    await scene.store.set_pause(replace(banner, until=scene.now), now=scene.now)
    assert await scene.store.pauses(now=scene.now) == (longer,)
    assert await scene.rows("SELECT actor, act, subject FROM audit ORDER BY id") == [
        ("platform", "set pause", "channel sms"),
        (AGENT, "set pause", "announcement"),
        ("platform", "set pause", "channel sms"),
        (AGENT, "lift pause", "announcement"),
    ]


async def test_pauses_that_are_over_leave_the_store_with_the_next_one_set(scene: Scene) -> None:
    def asked(chat: str, seconds: float) -> Pause:
        until = scene.now + timedelta(seconds=seconds)
        return Pause(scope=PauseScope.SENDING, target=chat, until=until, by="platform")

    short, long, lasting = asked("slack:T1:U1", 5), asked("slack:T1:U2", 60), Pause(scope=PauseScope.BOT, by=AGENT)
    for pause in (short, long, lasting):
        await scene.store.set_pause(pause, now=scene.now)
    scene.later(10)
    assert set(await scene.store.pauses(now=scene.now)) == {long, lasting}
    assert len(await scene.rows("SELECT * FROM pauses")) == 3
    again = asked("slack:T1:U1", 5)
    await scene.store.set_pause(again, now=scene.now)
    scene.later(10)
    await scene.store.set_pause(asked("slack:T1:U3", 5), now=scene.now)
    kept = await scene.rows("SELECT scope, target FROM pauses ORDER BY scope, target")
    assert kept == [("bot", ""), ("sending", "slack:T1:U2"), ("sending", "slack:T1:U3")]


async def test_the_published_content_is_the_last_one_published(scene: Scene) -> None:
    assert await scene.store.published_content() is None
    await scene.store.publish_content("v1", '{"faq": 1}', by=AGENT, now=scene.now)
    await scene.store.publish_content("v2", '{"faq": "ş"}', by=AGENT, now=scene.now)
    assert await scene.store.published_content() == ("v2", '{"faq": "ş"}')
    await scene.store.publish_content("v1", '{"faq": 1}', by=AGENT, now=scene.now)
    assert await scene.store.published_content() == ("v1", '{"faq": 1}')


async def test_every_publication_is_kept_with_who_when_and_what_it_took_back_to(scene: Scene) -> None:
    store = scene.store
    assert await store.publications(limit=5) == []
    at = [scene.now]
    await store.publish_content("v1", "one", by=AGENT, now=scene.now)
    scene.later(60)
    at.append(scene.now)
    await store.publish_content("v2", "two", by=AGENT, now=scene.now, note="forced")
    [second, first] = await store.publications(limit=5)
    assert (first.version, first.by, first.at, first.source) == ("v1", AGENT, at[0], first.id)
    assert (second.version, second.at, second.restores) == ("v2", at[1], 0)
    await store.publish_content("v1", "one", by="csbot", now=scene.now, restores=first.id)
    [third] = await store.publications(limit=1)
    assert (third.version, third.by, third.restores, third.source) == ("v1", "csbot", first.id, first.id)
    assert await store.publication_body(second.id) == "two"
    assert await store.publication_body(third.id) == "one"
    assert await store.publication_body(third.id + 1) is None
    assert await scene.rows("SELECT actor, act, subject, detail FROM audit ORDER BY id") == [
        (AGENT, "publish content", "content v1", ""),
        (AGENT, "publish content", "content v2", "forced"),
        ("csbot", "take back content", "content v1", ""),
    ]


async def test_a_user_is_known_by_their_tokens(scene: Scene) -> None:
    made = await scene.store.add_user(AGENT, role="agent", now=scene.now)
    assert made == User(id=made.id, email=AGENT, role="agent")
    assert await scene.store.add_user(AGENT, role="admin", now=scene.now) == replace(made, role="admin")
    assert await scene.store.add_token(AGENT, "digest-1", now=scene.now)
    assert await scene.store.add_token(AGENT, "digest-2", now=scene.now)
    assert await scene.store.user_by_token("digest-1") == replace(made, role="admin")
    assert await scene.store.user_by_token("digest-2") == replace(made, role="admin")
    assert await scene.store.user_by_token("digest-3") is None
    assert not await scene.store.add_token("nobody@example.com", "digest-4", now=scene.now)
    assert await scene.store.user_by_token("digest-4") is None
    assert (await scene.rows("SELECT act, subject FROM audit ORDER BY id"))[:2] == [
        ("set role", f"user {AGENT}"),
        ("set role", f"user {AGENT}"),
    ]


async def test_the_store_answers_a_ping_and_keeps_nothing_of_it(scene: Scene) -> None:
    await scene.store.ping()
    await scene.store.ping()
    assert await scene.store.pauses(now=scene.now) == ()


async def test_what_was_written_is_there_after_a_restart(scene: Scene, open_scene: OpenScene) -> None:
    await scene.says("bir")
    work = await scene.work()
    await scene.answer(work, "cevap")
    reopened = await open_scene()
    assert await reopened.texts(work.conversation.id) == ["bir", "cevap"]
