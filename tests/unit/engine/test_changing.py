"""A change is made by a clear yes and by nothing else, once, and only for whom it belongs to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from csbot.domain.lookup import Branch, LookupAnswer
from csbot.domain.message import Attachment, Choice, InboundMessage, MessageKind
from csbot.domain.pause import Pause, PauseScope
from csbot.domain.ticket import Priority, Reason
from csbot.domain.turn import Turn
from csbot.evaluation.conversing import Conversing, choices_of, pressed, texts
from csbot.evaluation.systems import Scripted
from tests.unit.engine.shop import SHOP, both
from tests.unit.engine.test_consulting import FOUND, answers, asked, labels


async def asked_whether(chat: Conversing, shop: Scripted) -> Turn:
    """A change is waiting for its yes."""
    answers(shop, FOUND)
    turn = await chat.says("4711 dursun")
    assert (turn.decision, texts(turn)) == ("ask", ["stop 4711 in Ankara? tr"])
    assert labels(turn) == ["confirm_yes tr", "confirm_no tr"]
    assert asked(shop) == ["status order_number=4711"]
    return turn


CHANGED = ["status order_number=4711", "stopping order_number=4711 changes"]


@pytest.mark.parametrize("said", ["evet", "tamam", "1", "confirm_yes tr", "👍", "button"])
async def test_a_clear_yes_reads_once_more_and_changes(chat: Conversing, shop: Scripted, said: str) -> None:
    turn = await asked_whether(chat, shop)
    answers(shop, FOUND, "found")
    turn = await chat.says(pressed(choices_of(turn)[0]) if said == "button" else said)
    assert texts(turn) == ["stopped 4711 tr"]
    assert asked(shop) == CHANGED


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("hayır", ["form_cancelled tr"]),
        ("vazgeçtim", ["form_cancelled tr"]),
        ("hayır kalsın", ["form_cancelled tr"]),
        ("2", ["form_cancelled tr"]),
        ("evet ama önce", ["confirm_again tr", "stop 4711 in Ankara? tr"]),
        ("evet 4712", ["confirm_again tr", "stop 4711 in Ankara? tr"]),
        ("bilmem", ["confirm_again tr", "stop 4711 in Ankara? tr"]),
        ("evet?", ["confirm_again tr", "stop 4711 in Ankara? tr"]),
        ("robot musun", ["a robot tr", "stop 4711 in Ankara? tr"]),
        ("temsilci", ["handoff_next tr"]),
        ("avukatımla konuşun", ["handoff_priority tr", "handoff_next tr"]),
        ("süre", ["answer time tr", "stop 4711 in Ankara? tr"]),
    ],
)
async def test_anything_else_changes_nothing(chat: Conversing, shop: Scripted, said: str, told: list[str]) -> None:
    await asked_whether(chat, shop)
    assert texts(await chat.says(said)) == told
    assert shop.asked == []


async def test_after_another_question_a_yes_still_counts(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    turn = await chat.says("robot musun")
    answers(shop, FOUND, "found")
    assert texts(await chat.says(pressed(choices_of(turn)[0]))) == ["stopped 4711 tr"]


async def test_a_photo_is_no_yes(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    photo = InboundMessage(
        external_id="", kind=MessageKind.PHOTO, attachments=(Attachment(kind=MessageKind.PHOTO, ref="f"),)
    )
    assert texts(await chat.says(photo)) == ["image_only tr"]
    assert shop.asked == []


async def test_a_yes_pressed_twice_changes_once(chat: Conversing, shop: Scripted) -> None:
    yes = pressed(choices_of(await asked_whether(chat, shop))[0])
    answers(shop, FOUND, "found")
    await chat.says(yes, yes)
    assert asked(shop) == CHANGED
    await chat.says(yes)
    assert shop.asked == []


async def test_a_yes_under_an_earlier_question_is_no_yes_to_this_one(chat: Conversing, shop: Scripted) -> None:
    old = pressed(choices_of(await asked_whether(chat, shop))[0])
    await chat.says("hayır")
    await asked_whether(chat, shop)
    assert texts(await chat.says(old)) == ["confirm_again tr", "stop 4711 in Ankara? tr"]
    assert shop.asked == []


async def test_a_pressed_yes_with_other_words_is_not_clear(chat: Conversing, shop: Scripted) -> None:
    yes = pressed(choices_of(await asked_whether(chat, shop))[0])
    assert texts(await chat.says(yes, "dur bir dakika"))[0] == "confirm_again tr"
    assert shop.asked == []


async def test_after_three_unclear_answers_a_person(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    await chat.says("bilmem")
    await chat.says("bilmem")
    turn = await chat.says("bilmem")
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.team) == (Reason.FORM_FAILED, "orders")


async def test_what_was_not_shown_to_be_theirs_is_not_asked_about(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "unproven", "code")
    assert texts(await chat.says("4711 dursun")) == ["lookup_code tr"]
    answers(shop, FOUND)
    assert texts(await chat.says("482119")) == ["stop 4711 in Ankara? tr"]
    shop.asked.clear()
    answers(shop, FOUND, "found")
    assert texts(await chat.says("evet")) == ["stopped 4711 tr"]
    assert asked(shop) == [f"{one} code=482119" for one in CHANGED]


async def test_a_yes_from_another_app_does_not_go_by_the_code_typed_in_the_first(
    chat: Conversing, shop: Scripted
) -> None:
    answers(shop, "unproven", "code", FOUND)
    await chat.says("4711 dursun")
    await chat.says("482119")
    chat.identity = 2
    answers(shop, "unproven", "code")
    assert texts(await chat.says("evet")) == ["lookup_code tr"]
    assert asked(shop)[-2:] == ["status order_number=4711", "status order_number=4711 send code"]


async def test_what_was_asked_of_one_is_not_said_again_to_another_of_the_same_lane(
    chat: Conversing, shop: Scripted
) -> None:
    await asked_whether(chat, shop)
    chat.identity = 2
    answers(shop, "unproven", "code")
    assert texts(await chat.says("bilmem")) == ["lookup_code tr"]
    assert asked(shop) == ["status order_number=4711", "status order_number=4711 send code"]
    chat.identity = 1
    assert texts(await chat.says("robot musun")) == ["a robot tr"], "the code was asked of the other"
    answers(shop, FOUND)
    assert texts(await chat.says("482119")) == ["stop 4711 in Ankara? tr"], "who has the code, has it"


@pytest.mark.parametrize("said", ["robot musun", "süre"])
async def test_nor_beside_another_answer(chat: Conversing, shop: Scripted, said: str) -> None:
    await asked_whether(chat, shop)
    chat.identity = 2
    assert "stop 4711 in Ankara? tr" not in texts(await chat.says(said))
    assert "stopped" not in str(texts(await chat.says("evet")))
    assert shop.asked == []


@pytest.mark.parametrize(
    "button",
    [
        Choice(label="confirm_yes en", payload="confirm:yes:000000000000"),
        Choice(label="Evet", payload="confirm:yes:000000000000"),
        Choice(label="Evet", payload="slot:opened"),
        Choice(label="Evet", payload="whatever"),
        Choice(label="1", payload="slot:1"),
    ],
    ids=str,
)
async def test_what_stands_on_a_button_of_something_else_is_no_yes(
    chat: Conversing, shop: Scripted, button: Choice
) -> None:
    await asked_whether(chat, shop)
    assert texts(await chat.says(pressed(button))) == ["confirm_again tr", "stop 4711 in Ankara? tr"]
    assert shop.asked == []


async def test_a_change_is_named_by_the_question_and_not_by_the_yes(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    before = chat.conversation
    for said, number in (("evet", 2), ("tamam", 3)):
        answers(shop, FOUND, "found")
        chat.conversation = before
        await chat.says(said)
        first, change = shop.asked
        assert (first.request, change.request) == (f"console:m{number}:status", "console:m1:stopping")
        shop.asked.clear()


@pytest.mark.parametrize("said", ["hayır", "vazgeçtim", "bilmem", "evet"])
async def test_what_a_yes_has_come_to_is_told_whatever_is_said_since(
    chat: Conversing, shop: Scripted, said: str
) -> None:
    await asked_whether(chat, shop)
    made = LookupAnswer(request="console:m1:stopping", branch=Branch.FOUND, records=({},))
    assert texts(await chat.says("evet", said, known=(made,))) == ["stopped 4711 tr"]
    assert shop.asked == []


@pytest.mark.parametrize("gone", ["unpublished", "paused"])
async def test_what_can_no_longer_be_told_is_for_a_person(chat: Conversing, shop: Scripted, gone: str) -> None:
    await asked_whether(chat, shop)
    made = LookupAnswer(request="console:m1:stopping", branch=Branch.FOUND, records=({},))
    if gone == "paused":
        chat.pauses = (Pause(scope=PauseScope.INTENT, target="stop"),)
    else:
        chat.catalogue = replace(SHOP, lookups={})
    turn = await chat.says("evet", known=(made,))
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.OUTCOME_UNKNOWN


async def test_what_a_new_content_has_no_words_for_is_for_a_person(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    by_case = replace(SHOP.lookups["stopping"], answers={}, by="status", cases={"gone": both("gone")})
    chat.catalogue = replace(SHOP, lookups={**SHOP.lookups, "stopping": by_case})
    made = LookupAnswer(request="console:m1:stopping", branch=Branch.FOUND, records=({},))
    turn = await chat.says("evet", known=(made,))
    assert texts(turn) == ["handoff_next tr"]
    assert turn.ticket is not None


async def test_a_code_too_old_by_the_time_of_the_yes_is_asked_for_anew(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "unproven", "code", FOUND)
    await chat.says("4711 dursun")
    await chat.says("482119")
    answers(shop, "unproven", "code")
    assert texts(await chat.says("evet")) == ["lookup_code tr"]
    answers(shop, FOUND)
    assert texts(await chat.says("482120")) == ["stop 4711 in Ankara? tr"]


async def test_a_refusal_offers_what_can_be_done_instead(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    answers(shop, FOUND, "refused shipped")
    turn = await chat.says("evet")
    assert texts(turn) == ["lookup_refused tr"]
    assert labels(turn) == ["time tr", "person tr"], "an entry out of date is not offered"
    assert "refused: shipped" in turn.why
    assert texts(await chat.says("1"))[0] == "answer time tr"


async def test_a_refusal_has_words_by_its_reason(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    answers(shop, FOUND, "refused done")
    assert texts(await chat.says("evet")) == ["done already: 4711 tr"]


async def test_a_refusal_can_lead_to_a_person(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    answers(shop, FOUND, "refused")
    await chat.says("evet")
    turn = await chat.says("2")
    assert turn.ticket is not None
    assert turn.ticket.slots == (("order_number", "4711"),)


async def test_nobody_knows_whether_it_was_done(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    answers(shop, FOUND, "unknown")
    turn = await chat.says("evet")
    assert texts(turn) == ["lookup_unknown tr", "handoff_next tr"]
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.priority) == (Reason.OUTCOME_UNKNOWN, Priority.HIGH)


async def test_a_change_that_could_not_be_asked_for(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    answers(shop, FOUND, "down")
    assert texts(await chat.says("evet")) == ["lookup_away tr", "lookup_person tr"]


async def test_which_of_several_is_to_be_changed_is_for_a_person(chat: Conversing, shop: Scripted) -> None:
    answers(shop, "several status=there | status=gone")
    turn = await chat.says("4711 dursun")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.UNSURE


async def test_a_paused_intent_changes_nothing_any_more(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    chat.pauses = (Pause(scope=PauseScope.INTENT, target="stop"),)
    await chat.says("evet")
    assert shop.asked == []


async def test_what_was_told_need_not_be_told_again(chat: Conversing, shop: Scripted) -> None:
    answers(shop, FOUND, FOUND)
    await chat.says("4711 nerede")
    assert texts(await chat.says("dursun")) == ["stop 4711 in Ankara? tr"]


async def test_what_was_asked_is_remembered_once_each_with_how_it_ended(chat: Conversing, shop: Scripted) -> None:
    await asked_whether(chat, shop)
    told = [(one.name, one.branch.value) for one in chat.conversation.memory.lookups]
    assert told == [("status", "found")]
    answers(shop, FOUND, "unknown")
    turn = await chat.says("evet")
    assert turn.ticket is not None
    assert "evet" not in turn.ticket.summary, "it says nothing by itself"
    asked_of = [(one.name, dict(one.slots), one.branch.value) for one in chat.conversation.memory.lookups]
    number = {"order_number": "4711"}
    assert asked_of == [("status", number, "found"), ("stopping", number, "unknown")]
    assert all(one.at is not None for one in chat.conversation.memory.lookups)
