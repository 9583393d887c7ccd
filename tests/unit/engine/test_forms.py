"""Forms: questions one after another, what fits them, and how they are left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from csbot.domain.content import Form, HandoffRule, Slot, SlotKind
from csbot.domain.conversation import Memory
from csbot.domain.message import Attachment, Choice, InboundMessage, MessageKind
from csbot.domain.pause import Pause, PauseScope
from csbot.domain.ticket import Priority, Reason
from csbot.evaluation.conversing import Conversing, choices_of, pressed, texts
from tests.unit.engine.shop import BY_HEART, ORDER, SHOP, STORY, ByHeart, both, intent, sure

PHOTO = InboundMessage(
    external_id="", kind=MessageKind.PHOTO, attachments=(Attachment(kind=MessageKind.PHOTO, ref="f1"),)
)
PRESSED = pressed(Choice(label="", payload="slot:late"))


@pytest.fixture
def chat() -> Conversing:
    return Conversing(catalogue=SHOP, nlu=ByHeart())


async def test_a_form_asks_its_questions_and_gives_what_it_learnt_to_a_person(chat: Conversing) -> None:
    assert texts(await chat.says("iptal")) == ["which order? tr"]
    turn = await chat.says("siparişim 4711 numaralı")
    assert texts(turn) == ["why? tr"]
    assert [choice.payload for choice in choices_of(turn)] == ["slot:late", "slot:other"]
    turn = await chat.presses("Geç geliyor")
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.team) == (Reason.FORM, "orders")
    assert turn.ticket.slots == (("order_number", "4711"), ("reason", "late"))
    assert texts(turn) == ["cancelling 4711: Geç geliyor tr", "handoff_next tr"]
    assert turn.ticket.summary == "cancel tr (4711, late)"


async def test_what_the_first_message_tells_is_not_asked(chat: Conversing) -> None:
    turn = await chat.says("12345678 iptal")
    assert (texts(turn), turn.memory and turn.memory.slots) == (["why? tr"], (("order_number", "12345678"),))


@pytest.mark.parametrize("answer", ["1", "geç geliyor", "GEC", "geç geliyor çünkü", PRESSED])
async def test_a_choice_is_picked_by_button_number_or_words(chat: Conversing, answer: str | InboundMessage) -> None:
    await chat.says("12345678 iptal")
    turn = await chat.says(answer)
    assert turn.ticket is not None
    assert dict(turn.ticket.slots)["reason"] == "late"


async def test_three_wrong_values_lead_to_a_person_with_what_is_known(chat: Conversing) -> None:
    await chat.says("iptal")
    for said in ("bilmiyorum", "12"):
        assert texts(await chat.says(said)) == ["4 to 10 digits tr\nwhich order? tr"]
    turn = await chat.says("of ya")
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.team) == (Reason.FORM_FAILED, "orders")
    assert texts(turn) == ["form_gave_up tr", "handoff_next tr"]


@pytest.mark.parametrize("said", ["vazgeçtim", "boş ver tamam", "Never mind"])
async def test_whoever_leaves_a_form_is_let_go(chat: Conversing, said: str) -> None:
    await chat.says("iptal")
    turn = await chat.says(said)
    assert (texts(turn), turn.ticket, turn.memory and turn.memory.pending) == (["form_cancelled tr"], None, None)


@pytest.mark.parametrize("said", ["cancel", "Cancel, thanks", "tamam iptal et"])
async def test_a_bare_cancel_leaves_a_form(chat: Conversing, said: str) -> None:
    await chat.says("kırık")
    assert texts(await chat.says(said)) == ["form_cancelled tr"]


async def test_a_bare_cancel_does_not_leave_a_form_about_cancelling(chat: Conversing) -> None:
    await chat.says("iptal")
    assert texts(await chat.says("cancel")) == ["4 to 10 digits tr\nwhich order? tr"]
    assert texts(await chat.says("123456")) == ["why? tr"]


async def test_another_question_inside_a_form_is_answered_and_the_form_goes_on(chat: Conversing) -> None:
    await chat.says("iptal")
    turn = await chat.says("süre")
    assert texts(turn) == ["answer time tr", "which order? tr"]
    assert choices_of(turn) == ()
    assert texts(await chat.says("teşekkürler")) == ["np tr", "which order? tr"]
    assert texts(await chat.says("123456")) == ["why? tr"]


async def test_something_else_to_be_done_takes_over_from_the_form(chat: Conversing) -> None:
    await chat.says("iptal")
    assert texts(await chat.says("kırık")) == ["what happened? tr"]
    chat = Conversing(catalogue=SHOP, nlu=ByHeart())
    await chat.says("iptal")
    turn = await chat.says("verimi silin")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.SENSITIVE


async def test_what_one_form_was_told_the_form_that_takes_over_does_not_ask(chat: Conversing) -> None:
    slots = (ORDER, STORY)
    refund = intent("refund", form=Form(slots=slots, done=both("refunding {order_number}: {story}")))
    chat.catalogue = replace(SHOP, intents={**SHOP.intents, "refund": refund})
    chat.nlu = ByHeart({**BY_HEART, "param": sure("refund")})
    await chat.says("kırık")
    assert texts(await chat.says("param")) == ["a photo? tr"]
    chat.conversation = replace(chat.conversation, memory=Memory())
    await chat.says("12345678 iptal")
    await chat.says("param")
    assert texts(await chat.says("param")) == ["what happened? tr"]
    assert texts(await chat.says("kayıp")) == ["refunding 12345678: kayıp tr"]


async def test_a_choice_answered_in_other_words_is_asked_once_more_before_another_form_takes_over(
    chat: Conversing,
) -> None:
    await chat.says("12345678 iptal")
    turn = await chat.says("kırık")
    assert (turn.decision, choices_of(turn) != ()) == ("ask", True)
    assert texts(turn) == ["form_invalid tr\nwhy? tr"]
    assert texts(await chat.says("kırık")) == ["what happened? tr"]


async def test_any_text_fits_a_text_but_a_plain_question_is_answered(chat: Conversing) -> None:
    await chat.says("kırık")
    assert texts(await chat.says("ücret?")) == ["answer cost tr", "what happened? tr"]
    turn = await chat.says("kutusu ezilmiş, süre")
    assert texts(turn) == ["a photo? tr"]
    assert dict(turn.memory.slots if turn.memory else ())["story"] == "kutusu ezilmiş, süre"


async def test_a_threat_inside_a_form_is_heard_and_the_value_kept(chat: Conversing) -> None:
    await chat.says("kırık")
    turn = await chat.says("paramparça geldi, avukatıma gidiyorum")
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.priority) == (Reason.COMPLAINT, Priority.HIGH)
    assert dict(turn.ticket.slots)["story"].startswith("paramparça")


async def test_a_wish_for_a_person_inside_a_form_keeps_what_is_known(chat: Conversing) -> None:
    await chat.says("12345678 iptal")
    turn = await chat.says("temsilci")
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.slots) == (Reason.ASKED, (("order_number", "12345678"),))
    assert turn.ticket.summary == "cancel tr “temsilci” (12345678)"


@pytest.mark.parametrize("answer", [PHOTO, "form_skip tr", "yok", "1"])
async def test_a_photo_is_taken_or_passed_over(chat: Conversing, answer: str | InboundMessage) -> None:
    await chat.says("kırık")
    turn = await chat.says("kapağı kırık çıktı")
    assert [choice.payload for choice in choices_of(turn)] == ["slot:-"]
    turn = await chat.says(answer)
    seen = "message 3" if answer is PHOTO else ""
    assert (turn.decision, texts(turn)) == ("answer", [f"noted kapağı kırık çıktı{seen} tr"])
    assert turn.memory is not None
    assert turn.memory.pending is None


async def test_an_optional_question_not_answered_three_times_is_passed_over(chat: Conversing) -> None:
    await chat.says("kırık")
    await chat.says("kapağı kırık çıktı")
    assert texts(await chat.says("çekemedim")) == ["form_photo_needed tr\na photo? tr"]
    await chat.says("olmuyor işte")
    assert (await chat.says("uff")).decision == "answer"


async def test_a_photo_sent_with_the_story_is_not_asked_for(chat: Conversing) -> None:
    await chat.says("kırık")
    turn = await chat.says(replace(PHOTO, text="kapağı kırık çıktı"))
    assert texts(turn) == ["noted kapağı kırık çıktımessage 2 tr"]


async def test_a_paused_or_withdrawn_form_is_not_gone_on_with(chat: Conversing) -> None:
    await chat.says("iptal")
    chat.pauses = (Pause(scope=PauseScope.INTENT, target="cancel"),)
    turn = await chat.says("123456")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.UNSURE
    chat = Conversing(catalogue=SHOP, nlu=ByHeart())
    await chat.says("iptal")
    chat.catalogue = replace(SHOP, intents={})
    assert texts(await chat.says("süre"))[0] == "answer time tr"


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        (SlotKind.NUMBER, "50 adet", "50"),
        (SlotKind.NUMBER, "1.500", "1500"),
        (SlotKind.NUMBER, "2,5 kg", "2.5"),
        (SlotKind.NUMBER, "50-60", ""),
        (SlotKind.NUMBER, "çok", ""),
        (SlotKind.EMAIL, "mailim ali.veli@ornek.com.tr.", "ali.veli@ornek.com.tr"),
        (SlotKind.EMAIL, "ali at ornek", ""),
        (SlotKind.PHONE, "0532 111 22 33", "+905321112233"),
        (SlotKind.PHONE, "numaram 5321112233", "+905321112233"),
        (SlotKind.PHONE, "+44 20 7946 0958", "+442079460958"),
        (SlotKind.PHONE, "1234", ""),
        (SlotKind.DATE, "12.03.2026 gibi", "2026-03-12"),
        (SlotKind.DATE, "geçen gün", ""),
        (SlotKind.ORDER_NUMBER, "TR-2026-1234", "TR-2026-1234"),
        (SlotKind.ORDER_NUMBER, "12 34 56 78", "12345678"),
        (SlotKind.ORDER_NUMBER, "bilmiyorum 12", ""),
        (SlotKind.TEXT, "  kırmızı  ", "kırmızı"),
        (SlotKind.TEXT, "👍", ""),
    ],
)
async def test_each_kind_of_question_takes_its_kind_of_value(kind: SlotKind, said: str, value: str) -> None:
    form = Form(slots=(Slot(name="x", kind=kind, question=both("x?")),), handoff=HandoffRule())
    catalogue = replace(SHOP, intents={"form": intent("form", form=form)})
    chat = Conversing(catalogue=catalogue, nlu=ByHeart({"basla": sure("form")}))
    await chat.says("basla")
    turn = await chat.says(said)
    if value:
        assert turn.ticket is not None
        assert turn.ticket.slots == (("x", value),)
    else:
        assert turn.decision == "ask"


async def test_a_pattern_is_for_the_whole_value_and_not_tried_on_endless_ones() -> None:
    slot = Slot(name="x", kind=SlotKind.TEXT, question=both("x?"), pattern="[a-z ]+")
    catalogue = replace(SHOP, intents={"form": intent("form", form=Form(slots=(slot,), done=both("{x}")))})
    chat = Conversing(catalogue=catalogue, nlu=ByHeart({"basla": sure("form")}))
    await chat.says("basla")
    assert (await chat.says("abc1")).decision == "ask"
    assert (await chat.says("a" * 201)).decision == "ask"
    assert texts(await chat.says("abc")) == ["abc tr"]
