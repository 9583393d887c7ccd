"""What is said around an answer: first contact, announcements, the vote, the notice of a handoff, the ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from csbot.domain.brand import Brand, parse_business_hours
from csbot.domain.changes import Vote
from csbot.domain.message import Choice
from csbot.domain.pause import Pause, PauseScope
from csbot.domain.ticket import Ranked, Reason
from csbot.domain.turn import Line
from csbot.evaluation.conversing import START, Conversing, choices_of, pressed, texts
from tests.unit.engine.shop import SHOP, ByHeart

VOTE = (Choice(label="helped_yes tr", payload="helped:yes"), Choice(label="helped_no tr", payload="helped:no"))


@pytest.fixture
def chat() -> Conversing:
    return Conversing(catalogue=SHOP, nlu=ByHeart())


async def test_first_contact_stands_in_front_of_the_first_words_only() -> None:
    brand = Brand(name="Lale", privacy_url="https://lale.example/kvkk")
    chat = Conversing(catalogue=SHOP, nlu=ByHeart(), brand=brand, first_contact=True)
    turn = await chat.says("süre")
    assert turn.greeted
    assert texts(turn) == ["welcome Lale https://lale.example/kvkk tr", "answer time tr", "helped tr"]
    turn = await chat.says("ücret?")
    assert (turn.greeted, texts(turn)[0]) == (False, "answer cost tr")


async def test_first_contact_is_said_before_a_handoff_too_and_without_a_privacy_page() -> None:
    chat = Conversing(catalogue=SHOP, nlu=ByHeart(), first_contact=True)
    assert texts(await chat.says("temsilci")) == ["welcome Lale tr", "handoff_next tr"]


async def test_a_greeting_at_first_contact_is_answered_by_the_welcome() -> None:
    chat = Conversing(catalogue=SHOP, nlu=ByHeart(), first_contact=True, greeting_hold_s=0)
    assert texts(await chat.says("merhaba")) == ["welcome Lale tr"]


async def test_the_language_sticks_until_a_text_clearly_tells_another(chat: Conversing) -> None:
    turns = [await chat.says(said) for said in ("how long", "ok", "ücret?", "temsilci")]
    assert [turn.language for turn in turns] == ["en", None, "tr", None]
    assert texts(turns[1]) == ["helped_thanks en"]


async def test_a_wish_for_a_person_tells_the_language_where_nothing_else_does(chat: Conversing) -> None:
    turn = await chat.says("agent")
    assert (turn.language, texts(turn)) == ("en", ["handoff_next en"])


async def test_announcements_stand_in_front_of_answers_but_not_of_small_talk(chat: Conversing) -> None:
    chat.pauses = (
        Pause(scope=PauseScope.ANNOUNCEMENT, note="kargo gecikiyor", target="tr"),
        Pause(scope=PauseScope.ANNOUNCEMENT, note="delays", target="en"),
        Pause(scope=PauseScope.ANNOUNCEMENT, note="over", until=START),
    )
    assert texts(await chat.says("süre"))[:2] == ["kargo gecikiyor", "answer time tr"]
    assert texts(await chat.says("teşekkürler")) == ["np tr"]


async def test_a_channels_own_text_is_preferred() -> None:
    chat = Conversing(catalogue=SHOP, nlu=ByHeart(), channel="sms")
    assert texts(await chat.says("süre"))[0] == "short time tr"


async def test_did_this_help_is_asked_once_and_follow_ups_are_offered_afterwards(chat: Conversing) -> None:
    assert choices_of(await chat.says("ücret?")) == VOTE
    turn = await chat.says("süre")
    # "gone" is no longer valid and "cost" was answered already.
    assert (texts(turn), choices_of(turn)) == (["answer time tr"], ())
    chat = Conversing(catalogue=SHOP, nlu=ByHeart())
    chat.conversation = replace(chat.conversation, memory=replace(chat.conversation.memory, helped_asked=True))
    assert choices_of(await chat.says("süre")) == (Choice(label="cost tr", payload="follow:faq/cost"),)
    assert texts(await chat.says("1"))[0] == "answer cost tr"


@pytest.mark.parametrize("yes", ["evet", "1", "👍🏽", "Tamam teşekkürler", pressed(VOTE[0])])
async def test_a_yes_is_kept_with_entry_version_and_language_and_thanked(chat: Conversing, yes: str) -> None:
    await chat.says("süre")
    turn = await chat.says(yes)
    assert turn.votes == (Vote(entry="time", helped=True, language="tr", content_version="v1"),)
    assert (turn.decision, texts(turn)) == ("vote", ["helped_thanks tr"])


@pytest.mark.parametrize("no", ["hayır", "2", "yok olmadı ki", "helped_no tr", pressed(VOTE[1])])
async def test_a_no_is_kept_and_leads_to_a_person(chat: Conversing, no: str) -> None:
    await chat.says("süre")
    turn = await chat.says(no)
    assert [vote.helped for vote in turn.votes] == [False]
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.faq_tried) == (Reason.NOT_HELPED, ("time",))
    assert texts(turn) == ["helped_sorry tr", "handoff_next tr"]


async def test_a_new_question_instead_of_a_vote_is_simply_answered(chat: Conversing) -> None:
    await chat.says("süre")
    turn = await chat.says("ücret?")
    assert (turn.votes, turn.ticket, texts(turn)) == ((), None, ["answer cost tr"])


async def test_a_new_question_behind_a_no_is_answered_and_the_vote_counts(chat: Conversing) -> None:
    await chat.says("süre")
    turn = await chat.says("hayır ücret?")
    assert [vote.helped for vote in turn.votes] == [False]
    assert texts(turn)[0] == "answer cost tr"


async def test_an_old_vote_button_counts_for_the_answer_it_stood_under_and_only_once(chat: Conversing) -> None:
    await chat.says("süre")
    await chat.says("ücret?")
    turn = await chat.says(pressed(VOTE[0]))
    assert [vote.entry for vote in turn.votes] == ["time"]
    again = await chat.says(pressed(VOTE[0]))
    assert (again.votes, texts(again)) == ((), ["helped_thanks tr"])


async def test_an_old_button_is_still_what_it_names(chat: Conversing) -> None:
    await chat.says("süre mi ücret mi")
    await chat.says("teşekkürler")
    assert texts(await chat.presses("cost tr"))[0] == "answer cost tr"
    assert texts(await chat.says(pressed(Choice(label="süre", payload="old:17"))))[0] == "answer time tr"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (Line(), "handoff_next tr"),
        (Line(waiting=2), "place 3 wait 15 min tr tr"),
        (Line(waiting=0, wait_s=30), "place 1 wait 1 min tr tr"),
        (Line(waiting=4, wait_s=601), "place 5 wait 11 min tr tr"),
        (Line(waiting=4, wait_s=3600), "place 5 wait 1 h tr tr"),
        (Line(waiting=9, wait_s=3601), "place 10 wait 2 h tr tr"),
    ],
)
async def test_the_customer_is_told_their_place_and_the_wait(chat: Conversing, line: Line, says: str) -> None:
    chat.line = line
    assert texts(await chat.says("temsilci")) == [says]


@pytest.mark.parametrize(
    ("now", "said", "says"),
    [
        (datetime(2026, 11, 23, 12, tzinfo=UTC), "temsilci", "handoff_next tr"),
        (datetime(2026, 11, 23, 15, tzinfo=UTC), "temsilci", "closed until Salı 09:30 tr"),
        (datetime(2026, 11, 28, 12, tzinfo=UTC), "agent", "closed until Monday 09:00 en"),
    ],
)
async def test_outside_opening_hours_the_next_opening_is_told(now: datetime, said: str, says: str) -> None:
    hours = parse_business_hours({"mon": "09:00-18:00", "tue": "09:30-18:00"})
    brand = Brand(name="Lale", business_hours=hours)
    chat = Conversing(catalogue=SHOP, nlu=ByHeart(), brand=brand, now=now - timedelta(seconds=1.5))
    assert texts(await chat.says(said)) == [says]


async def test_the_ticket_says_who_wants_what_in_one_line_of_the_desks_language() -> None:
    chat = Conversing(catalogue=SHOP, nlu=ByHeart(), name="Ayşe Yılmaz")
    await chat.says("how long")
    turn = await chat.says("my order 12345678\nneeds a real person, ayse@example.com")
    assert turn.ticket is not None
    assert turn.ticket.summary == (
        "Ayşe Yılmaz: time tr “my order 12345678 needs a real person, ayse@example.com” (ayse@example.com, 12345678)"
    )
    assert dict(turn.ticket.slots) == {"order_number": "12345678", "email": "ayse@example.com"}
    assert (turn.ticket.language, turn.ticket.faq_tried) == ("en", ("time",))


@pytest.mark.parametrize("name", ["🔥 xX 99 Xx 🔥", "user", "+90 532"])
async def test_a_profile_name_that_is_no_name_is_left_out(name: str) -> None:
    chat = Conversing(catalogue=SHOP, nlu=ByHeart(), name=name)
    turn = await chat.says("hukuk")
    assert turn.ticket is not None
    assert turn.ticket.summary == "legal tr “hukuk”"


async def test_a_long_question_is_cut_in_the_summary_only(chat: Conversing) -> None:
    turn = await chat.says("temsilci " + "çok uzun " * 100)
    assert turn.ticket is not None
    assert len(turn.ticket.summary) <= 200
    assert turn.ticket.summary.endswith("…”")


async def test_what_was_understood_goes_into_turn_and_ticket(chat: Conversing) -> None:
    turn = await chat.says("hukuk")
    assert turn.ticket is not None
    assert turn.ranking == turn.ticket.ranking == (Ranked(name="legal", score=0.9),)
    assert turn.why == "confident of legal; by heart"


async def test_a_burst_is_understood_as_one_text_in_order_without_its_greeting(chat: Conversing) -> None:
    await chat.says("merhaba", "kargom", "nerede acaba")
    assert isinstance(chat.nlu, ByHeart)
    assert chat.nlu.asked[0] == ("kargom\nnerede acaba", "", ())
    assert len(chat.turns) == 1
