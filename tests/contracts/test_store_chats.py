"""What every store shows a customer of their own chat: all of it, and nothing else."""

from __future__ import annotations

from csbot.domain.address import Address, Sender
from csbot.domain.conversation import ConversationState
from csbot.domain.delivery import DeliveryState
from csbot.domain.reading import ChatView
from tests.contracts.store_cases import AGENT, PHONE, WHATSAPP, Scene, note

VISITOR = Address(channel="web", user="visitor:1")
SIGNED_IN = Address(channel="web", user="user:42")


async def chat(scene: Scene, who: Address = VISITOR, **more: int) -> ChatView:
    view = await scene.store.chat(who.channel, who.user, **more)
    assert view is not None
    return view


async def texts(scene: Scene, who: Address = VISITOR, **more: int) -> list[str]:
    return [message.text for message in (await chat(scene, who, **more)).messages]


async def test_who_has_said_nothing_has_no_chat(scene: Scene) -> None:
    await scene.says("merhaba", WHATSAPP)
    assert await scene.store.chat("web", WHATSAPP.user) is None
    assert await scene.store.chat("web", "visitor:1") is None


async def test_a_chat_has_both_sides_and_the_ids_its_words_came_with(scene: Scene) -> None:
    await scene.says("kargo", VISITOR, external_id="c1")
    assert (await chat(scene)).busy
    work = await scene.work()
    await scene.answer(work, "yarın")
    view = await chat(scene)
    assert [(m.text, m.direction, m.external_id) for m in view.messages] == [
        ("kargo", "in", "c1"),
        ("yarın", "out", ""),
    ]
    assert [part.state for part in view.messages[1].parts] == [DeliveryState.QUEUED]
    assert not view.busy
    assert (view.lane, view.conversation and view.conversation.id) == (work.lane, work.conversation.id)


async def test_notes_are_not_for_the_customer(scene: Scene) -> None:
    await scene.says("insan", VISITOR)
    work = await scene.work()
    await scene.hand_off(work, "bekleyin")
    await scene.own(work.conversation.id, ConversationState.HUMAN, holder=AGENT, messages=(note("zor biri"),))
    view = await chat(scene)
    assert [message.text for message in view.messages] == ["insan", "bekleyin"]
    assert view.conversation is not None
    assert view.conversation.state is ConversationState.HUMAN


async def test_words_on_another_channel_stay_there(scene: Scene) -> None:
    await scene.says("whatsapp'tan", WHATSAPP)
    await scene.answer(await scene.work(), "oraya")
    await scene.says("siteden", SIGNED_IN, sender=Sender(person=PHONE))
    work = await scene.work()
    await scene.answer(work, "buraya")
    assert len({message.channel for message in (await scene.view(work.conversation.id)).messages}) == 2
    assert await texts(scene, SIGNED_IN) == ["siteden", "buraya"]
    assert await texts(scene, WHATSAPP) == ["whatsapp'tan", "oraya"]


async def test_a_chat_goes_on_in_the_lane_its_customer_is_found_to_have(scene: Scene) -> None:
    await scene.says("önce adsız", SIGNED_IN, sender=Sender())
    await scene.answer(await scene.work(), "merhaba")
    await scene.says("telefondan", WHATSAPP)
    await scene.answer(await scene.work(), "oraya")
    await scene.says("ben buyum", SIGNED_IN, sender=Sender(person=PHONE))
    work = await scene.work()
    await scene.answer(work, "tanıdım")
    view = await chat(scene, SIGNED_IN)
    assert [message.text for message in view.messages] == ["önce adsız", "merhaba", "ben buyum", "tanıdım"]
    assert view.lane == work.lane
    assert await texts(scene, WHATSAPP) == ["telefondan", "oraya"]


async def test_a_chat_holds_earlier_conversations_and_tells_of_the_open_one_only(scene: Scene) -> None:
    await scene.says("bir", VISITOR)
    work = await scene.work()
    await scene.answer(work, "iki")
    await scene.own(work.conversation.id, ConversationState.CLOSED)
    assert (await chat(scene)).conversation is None
    await scene.says("üç", VISITOR)
    view = await chat(scene)
    assert [message.text for message in view.messages] == ["bir", "iki", "üç"]
    assert view.conversation is not None
    assert view.conversation.id != work.conversation.id


async def test_a_chat_is_read_from_its_end_or_from_where_one_was(scene: Scene) -> None:
    for n in range(5):
        await scene.says(f"{n}", VISITOR)
    view = await chat(scene)
    ids = [message.id for message in view.messages]
    assert await texts(scene, limit=2) == ["3", "4"]
    assert await texts(scene, after=0, limit=2) == ["0", "1"]
    assert await texts(scene, after=ids[0], limit=2) == ["1", "2"]
    assert await texts(scene, after=ids[-1]) == []
