"""Going on in another app, by every store: who has shown a pass, where they go on, and what follows them there."""

from __future__ import annotations

from datetime import timedelta

from csbot.domain.address import Address, Consent
from csbot.domain.changes import Changes, Committed
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.events import DeliveryUpdate, ReachabilityChanged
from csbot.domain.following import followed
from csbot.domain.message import MessageKind
from csbot.domain.passes import BY_PASS, digest, written
from csbot.domain.reading import UnreadAnswer
from csbot.domain.turn import LaneWork
from tests.contracts.store_cases import AGENT, OTHER, WHATSAPP, Scene, message, once

VISITOR = Address(channel="web", user="visitor:1")
STRANGER = Address(channel="web", user="visitor:2")
CODE = "7KQ2M9XBTD"
SHOWN = f"Buradan devam edelim. ({written(CODE)})"


async def issue(scene: Scene, code: str = CODE, who: Address = VISITOR, *, minutes: float = 60) -> bool:
    expires_at = scene.now + timedelta(minutes=minutes)
    return await scene.store.issue_pass(
        digest(code), channel=who.channel, user=who.user, now=scene.now, expires_at=expires_at
    )


async def waits(scene: Scene, who: Address = VISITOR) -> LaneWork:
    """The customer asks for a person and waits in the line."""
    await scene.says("insan istiyorum", who)
    work = await scene.work()
    await scene.hand_off(work, "bekleyin")
    return work


async def heard_kinds(scene: Scene) -> list[MessageKind]:
    return [heard.body.kind for heard in (await scene.work()).heard]


async def test_who_waits_goes_on_where_they_show_their_pass(scene: Scene) -> None:
    asked = await waits(scene)
    assert await issue(scene)
    await scene.says(SHOWN, WHATSAPP)
    work = await scene.work()
    assert work.conversation.id == asked.conversation.id
    assert work.conversation.state is ConversationState.WAITING
    assert work.reply_to == WHATSAPP
    assert [heard.body.kind for heard in work.heard] == [MessageKind.ARRIVAL]
    channels = {one.channel: one.linked_how for one in (await scene.view(work.conversation.id)).row.identities}
    assert channels == {"web": "first message", "whatsapp": BY_PASS}
    await scene.act(work.conversation.id, "buyurun")
    assert [part.to for part in await scene.take(web=10, whatsapp=10)] == [VISITOR, WHATSAPP]


async def test_an_older_customer_goes_on_in_the_conversation_that_waits(scene: Scene) -> None:
    await scene.says("eski soru", WHATSAPP)
    before = await scene.work()
    await scene.answer(before, "eski cevap")
    asked = await waits(scene)
    await issue(scene)
    await scene.says(SHOWN, WHATSAPP)
    work = await scene.work()
    assert work.lane == before.lane
    assert work.conversation.id == asked.conversation.id
    assert (await scene.view(before.conversation.id)).row.conversation.state is ConversationState.CLOSED
    assert await scene.rows(
        f"SELECT state, reason FROM owner_changes WHERE conversation_id = {before.conversation.id}"
    ) == [("closed", f"goes on in conversation {asked.conversation.id}")]
    line, _ = await scene.store.conversations(state=ConversationState.WAITING)
    assert [row.conversation.id for row in line] == [asked.conversation.id]
    assert line[0].channel == "whatsapp"
    await scene.answer(work)
    await scene.says("bir de şu", WHATSAPP)
    assert (await scene.work()).conversation.id == asked.conversation.id


async def test_words_waiting_on_either_side_are_heard_once_in_the_conversation_that_goes_on(scene: Scene) -> None:
    await scene.says("eski", WHATSAPP)
    await scene.answer(await scene.work())
    asked = await waits(scene)
    await scene.says("telefonda bekleyen", WHATSAPP)
    await scene.says("sayfada bekleyen", VISITOR)
    await issue(scene)
    await scene.says(SHOWN, WHATSAPP)
    work = await scene.work()
    assert [heard.body.text for heard in work.heard] == ["telefonda bekleyen", "sayfada bekleyen", SHOWN]
    assert (await scene.texts(asked.conversation.id))[-3:] == ["telefonda bekleyen", "sayfada bekleyen", SHOWN]
    await scene.answer(work)
    scene.later(60)
    assert await scene.claim() == []


async def test_a_turn_under_way_is_written_although_its_conversation_has_moved(scene: Scene) -> None:
    await scene.says("eski", WHATSAPP)
    await scene.answer(await scene.work())
    await waits(scene)
    await scene.says("ek", VISITOR)
    under_way = await scene.work()
    await issue(scene)
    await scene.says(SHOWN, WHATSAPP)
    await scene.answer(under_way, "duydum")
    assert await heard_kinds(scene) == [MessageKind.ARRIVAL]


async def test_two_conversations_with_people_both_stay(scene: Scene) -> None:
    phone = await waits(scene, WHATSAPP)
    page = await waits(scene)
    await issue(scene)
    await scene.says(SHOWN, WHATSAPP)
    assert (await scene.work()).conversation.id == phone.conversation.id
    line, _ = await scene.store.conversations(state=ConversationState.WAITING)
    assert {row.conversation.id for row in line} == {phone.conversation.id, page.conversation.id}


async def test_the_page_shows_where_answers_go_and_nothing_that_is_said_there(scene: Scene) -> None:
    await waits(scene)
    before = await scene.store.chat(VISITOR.channel, VISITOR.user)
    assert before is not None
    assert before.elsewhere == ""
    await issue(scene)
    await scene.says(SHOWN, WHATSAPP)
    view = await scene.store.chat(VISITOR.channel, VISITOR.user)
    assert view is not None
    assert view.elsewhere == "whatsapp"
    assert [one.text for one in view.messages] == ["insan istiyorum", "bekleyin"]
    await scene.says("yine buradayım", VISITOR)
    view = await scene.store.chat(VISITOR.channel, VISITOR.user)
    assert view is not None
    assert view.elsewhere == ""


async def test_who_looks_at_either_lane_is_told_of_what_happens_after(scene: Scene) -> None:
    await scene.says("eski", WHATSAPP)
    phone = await scene.work()
    await scene.answer(phone)
    page = await waits(scene)
    await issue(scene)
    await scene.says(SHOWN, WHATSAPP)
    lanes = [phone.lane, page.lane]
    before = await scene.store.pulses(lanes)
    scene.later(1)
    await scene.act(page.conversation.id, "buyurun")
    after = await scene.store.pulses(lanes)
    assert [before[lane] != after[lane] for lane in lanes] == [True, True]


async def test_a_pass_works_once(scene: Scene) -> None:
    await waits(scene)
    await issue(scene)
    await scene.says(SHOWN, WHATSAPP)
    assert await heard_kinds(scene) == [MessageKind.ARRIVAL]
    await scene.says(SHOWN, OTHER)
    scene.later(60)
    [stranger] = [work for work in await scene.claim() if work.reply_to == OTHER]
    assert [heard.body.kind for heard in stranger.heard] == [MessageKind.TEXT]
    assert len({one.customer for one in (await scene.view(stranger.conversation.id)).row.identities}) == 1
    assert stranger.conversation.state is ConversationState.BOT


async def test_the_same_message_again_is_no_second_arrival(scene: Scene) -> None:
    await waits(scene)
    await issue(scene)
    await scene.says(SHOWN, WHATSAPP, key="wa-1")
    again = await scene.says(SHOWN, WHATSAPP, key="wa-1")
    assert (again.new, again.duplicates) == (0, 1)
    assert await heard_kinds(scene) == [MessageKind.ARRIVAL]


async def test_a_pass_past_its_time_is_words(scene: Scene) -> None:
    asked = await waits(scene)
    await issue(scene, minutes=60)
    scene.later(60 * 60)
    await scene.says(SHOWN, WHATSAPP)
    work = await scene.work()
    assert [heard.body.kind for heard in work.heard] == [MessageKind.TEXT]
    assert work.conversation.id != asked.conversation.id


async def test_a_pass_read_over_a_shoulder_is_of_no_use_on_its_own_channel(scene: Scene) -> None:
    await waits(scene)
    await issue(scene)
    await scene.says(SHOWN, STRANGER)
    assert await heard_kinds(scene) == [MessageKind.TEXT]
    await scene.says(SHOWN, WHATSAPP)
    assert await heard_kinds(scene) == [MessageKind.ARRIVAL]


async def test_a_pass_shown_where_others_read_is_words(scene: Scene) -> None:
    await waits(scene)
    await issue(scene)
    await scene.says(SHOWN, Address(channel="slack", user="T1:U1", place="C1", thread="1.1"))
    assert await heard_kinds(scene) == [MessageKind.TEXT]


async def test_nobody_has_a_pass_who_has_said_nothing(scene: Scene) -> None:
    assert not await issue(scene)
    await scene.says(SHOWN, WHATSAPP)
    assert await heard_kinds(scene) == [MessageKind.TEXT]


async def test_passes_are_forgotten_when_they_are_over(scene: Scene) -> None:
    await waits(scene)
    await issue(scene, minutes=60)
    await scene.store.forget(before=scene.now)
    assert await scene.rows("SELECT count(*) FROM passes") == [(1,)]
    await scene.store.forget(before=scene.later(2 * 60 * 60))
    assert await scene.rows("SELECT count(*) FROM passes") == [(0,)]


# -- answers nobody has read ------------------------------------------------------------------------------------------


async def answered_on_the_page(scene: Scene) -> LaneWork:
    """A customer known on WhatsApp too has got an agent's answer on the page."""
    await waits(scene)
    await issue(scene)
    await scene.says(SHOWN, WHATSAPP)
    await scene.answer(await scene.work())
    await scene.says("sayfaya döndüm", VISITOR)
    work = await scene.work()
    await scene.answer(work)
    await scene.own(work.conversation.id, ConversationState.HUMAN, holder=AGENT)
    await scene.act(work.conversation.id, "cevabınız")
    while parts := await scene.take(web=10, whatsapp=10):
        await scene.settle(*parts)
    return work


async def unread(scene: Scene, *, minutes: float = 10, window_h: float = 24) -> list[UnreadAnswer]:
    return await scene.store.unread_answers(
        on=["web"],
        sent_from=scene.now - timedelta(hours=24),
        sent_before=scene.now - timedelta(minutes=minutes),
        reaching={"whatsapp": scene.now - timedelta(hours=window_h), "sms": scene.now - timedelta(days=365)},
    )


async def test_an_answer_nobody_reads_can_follow_to_where_the_customer_was_last(scene: Scene) -> None:
    work = await answered_on_the_page(scene)
    assert await unread(scene) == []
    scene.later(11 * 60)
    [found] = await unread(scene)
    assert (found.text, found.author_name, found.conversation.id) == ("cevabınız", AGENT, work.conversation.id)
    assert (found.to.channel, found.to.address) == (WHATSAPP.channel, WHATSAPP.user)


async def test_what_has_followed_does_not_follow_again(scene: Scene) -> None:
    await answered_on_the_page(scene)
    scene.later(11 * 60)
    [found] = await unread(scene)
    following = Changes(
        conversation=found.conversation.id,
        lane=found.conversation.lane,
        expected_epoch=found.conversation.epoch,
        to=Address(channel=found.to.channel, user=found.to.address),
        messages=(message("cevabınız"),),
        idempotency=once(followed(found.message), ""),
    )
    assert isinstance(await scene.commit(following), Committed)
    assert not isinstance(await scene.commit(following), Committed)
    assert await unread(scene) == []
    assert [part.to for part in await scene.take(web=10, whatsapp=10)] == [WHATSAPP]


async def test_what_has_been_read_stays_where_it_is(scene: Scene) -> None:
    work = await answered_on_the_page(scene)
    part = next(p for one in (await scene.view(work.conversation.id)).messages for p in one.parts if "cev" in one.text)
    await scene.receipt(part.id, DeliveryState.READ)
    scene.later(11 * 60)
    assert [one.text for one in await unread(scene)] == ["cevabınız"]  # a receipt of another channel is none
    await scene.append(DeliveryUpdate(external_id=f"out-{part.id}", state=DeliveryState.READ), channel="web")
    assert await unread(scene) == []


async def test_nothing_follows_to_who_has_said_stop_or_cannot_be_reached(scene: Scene) -> None:
    await answered_on_the_page(scene)
    scene.later(11 * 60)
    await scene.append(ReachabilityChanged(address=WHATSAPP, reachable=False), channel="whatsapp")
    assert await unread(scene) == []
    await scene.append(ReachabilityChanged(address=WHATSAPP, reachable=True), channel="whatsapp")
    assert len(await unread(scene)) == 1
    await scene.says("DUR", WHATSAPP, consent=Consent.OUT)
    assert await unread(scene) == []


async def test_nothing_follows_into_a_window_that_has_closed(scene: Scene) -> None:
    await answered_on_the_page(scene)
    scene.later(11 * 60)
    assert await unread(scene, window_h=0.1) == []
    assert len(await unread(scene, window_h=24)) == 1
