"""The policy as a table: what was said, in which situation, and what is decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from csbot.domain.address import Consent
from csbot.domain.content import Form, Slot, SlotKind
from csbot.domain.conversation import ConversationState, Memory
from csbot.domain.message import Attachment, Choice, Contact, InboundMessage, Location, MessageKind
from csbot.domain.pause import Pause, PauseScope
from csbot.domain.ticket import Priority, Reason
from csbot.evaluation.conversing import START, Conversing, choices_of, pressed, texts
from tests.unit.engine.shop import ORDER, SHOP, ByHeart, both, intent, sure, torn


@pytest.fixture
def chat() -> Conversing:
    return Conversing(catalogue=SHOP, nlu=ByHeart())


SORRY = ["handoff_priority tr", "handoff_next tr"]
PRESSED = pressed(Choice(label="x", payload="clarify:faq/cost"))


def of(kind: MessageKind, text: str = "", **more: object) -> InboundMessage:
    return InboundMessage(external_id="", kind=kind, text=text, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "decision", "first_words"),
    [
        ("süre", "answer", "answer time tr"),
        ("how long", "answer", "answer time en"),
        ("robot musun", "answer", "a robot tr"),
        ("teşekkürler", "smalltalk", "np tr"),
        ("iptal", "ask", "which order? tr"),
        ("süre mi ücret mi", "clarify", "clarify tr"),
    ],
)
async def test_what_is_understood_is_answered_in_its_language(
    chat: Conversing, said: str, decision: str, first_words: str
) -> None:
    turn = await chat.says(said)
    assert (turn.decision, texts(turn)[0]) == (decision, first_words)
    assert turn.owner is None
    assert turn.why


@pytest.mark.parametrize(
    ("said", "reason", "priority", "team", "says"),
    [
        ("temsilci", Reason.ASKED, Priority.NORMAL, "care", ["handoff_next tr"]),
        ("TEMSİLCİYE bağla", Reason.ASKED, Priority.NORMAL, "care", ["handoff_next tr"]),
        ("I want a REAL person!", Reason.ASKED, Priority.NORMAL, "care", ["handoff_next en"]),
        ("biri baksın", Reason.ASKED, Priority.NORMAL, "care", ["handoff_next tr"]),
        (
            "temsilci yoksa avukatıma giderim",
            Reason.ASKED,
            Priority.HIGH,
            "care",
            SORRY,
        ),
        (
            "avukatımla görüşeceğim",
            Reason.COMPLAINT,
            Priority.URGENT,
            "care",
            SORRY,
        ),
        (
            "TÜKETİCİ HAKEM HEYETİNE",
            Reason.COMPLAINT,
            Priority.URGENT,
            "care",
            SORRY,
        ),
        ("dolandirici misiniz", Reason.COMPLAINT, Priority.URGENT, "care", SORRY),
        ("this is a scam", Reason.COMPLAINT, Priority.URGENT, "care", ["handoff_priority en", "handoff_next en"]),
        ("rezil oldum", Reason.COMPLAINT, Priority.URGENT, "care", SORRY),
        ("hukuk", Reason.INTENT, Priority.HIGH, "legal", SORRY),
        ("verimi silin", Reason.SENSITIVE, Priority.NORMAL, "data", ["handoff_next tr"]),
        ("gizli", Reason.SENSITIVE, Priority.NORMAL, "", ["handoff_next tr"]),
        ("geçmiş", Reason.UNSURE, Priority.NORMAL, "", ["handoff_next tr"]),
        ("qwerty", Reason.UNSURE, Priority.NORMAL, "", ["handoff_next tr"]),
        ("wann kommt es", Reason.LANGUAGE, Priority.NORMAL, "", ["language_unknown en", "handoff_next en"]),
    ],
)
async def test_a_person_gets_what_csbot_must_not_or_cannot_answer(
    chat: Conversing, said: str, reason: Reason, priority: Priority, team: str, says: list[str]
) -> None:
    turn = await chat.says(said)
    assert turn.ticket is not None
    assert turn.owner is not None
    assert (turn.decision, turn.owner.state, turn.owner.reason) == ("handoff", ConversationState.WAITING, reason)
    assert (turn.ticket.reason, turn.ticket.priority, turn.ticket.team) == (reason, priority, team)
    assert texts(turn) == says


@pytest.mark.parametrize("said", ["insanlık hali", "my travel agency", "scampi", "yok", "personel"])
async def test_words_that_only_begin_alike_are_not_taken_for_a_wish_or_a_threat(chat: Conversing, said: str) -> None:
    turn = await chat.says(said)
    assert turn.ticket is None or turn.ticket.reason is Reason.UNSURE


@pytest.mark.parametrize("state", [ConversationState.HUMAN, ConversationState.CLOSED, ConversationState.WAITING])
async def test_the_bot_listens_while_the_word_is_not_its_own(chat: Conversing, state: ConversationState) -> None:
    chat.conversation = replace(chat.conversation, state=state)
    for said in ("süre", "temsilci", "avukat", "vazgeçtim ama neyse süre?"):
        turn = await chat.says(said)
        assert (turn.decision, turn.says, turn.owner, turn.memory) == ("listen", (), None, None)


@pytest.mark.parametrize("said", ["vazgeçtim", "Boş ver, teşekkürler", "tamam vazgectim", "never mind"])
async def test_whoever_no_longer_wants_to_wait_is_back_with_the_bot(chat: Conversing, said: str) -> None:
    await chat.says("temsilci")
    turn = await chat.says(said)
    assert turn.owner is not None
    assert (turn.decision, turn.owner.state, turn.close_ticket) == ("withdraw", ConversationState.BOT, True)
    assert texts(turn) == ["withdrawn tr"]
    assert (await chat.says("süre")).decision == "answer"


async def test_an_opted_out_customer_reaches_the_line_without_a_word(chat: Conversing) -> None:
    chat.consent, chat.first_contact = Consent.OUT, True
    turn = await chat.says("süre")
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.says, turn.greeted) == (Reason.OPTED_OUT, (), False)
    assert turn.ticket.summary == "“süre”"
    assert (await chat.says("vazgeçtim")).decision == "listen"


@pytest.mark.parametrize(
    ("pause", "reason"),
    [
        (Pause(scope=PauseScope.BOT), Reason.PAUSED),
        (Pause(scope=PauseScope.CHANNEL, target="console"), Reason.PAUSED),
        (Pause(scope=PauseScope.CHAT, target="console|u|"), Reason.PAUSED),
        (Pause(scope=PauseScope.ENTRY, target="time"), Reason.PAUSED),
        (Pause(scope=PauseScope.CHANNEL, target="sms"), None),
        (Pause(scope=PauseScope.BOT, until=START), None),
        (Pause(scope=PauseScope.INTENT, target="time"), None),
    ],
)
async def test_what_is_paused_goes_to_a_person(chat: Conversing, pause: Pause, reason: Reason | None) -> None:
    chat.pauses = (pause,)
    turn = await chat.says("süre")
    assert (turn.ticket.reason if turn.ticket else None) == reason


async def test_the_same_question_right_after_its_answer_goes_to_a_person(chat: Conversing) -> None:
    await chat.says("süre")
    turn = await chat.says("süre")
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.faq_tried) == (Reason.REPEATED, ("time",))


async def test_another_question_between_makes_it_no_repetition(chat: Conversing) -> None:
    for said in ("süre", "ücret?", "süre", "teşekkürler", "süre"):
        turn = await chat.says(said)
        assert turn.ticket is None


@pytest.mark.parametrize(
    ("message", "phrase"),
    [
        (of(MessageKind.PHOTO, attachments=(Attachment(kind=MessageKind.PHOTO, ref="1"),)), "image_only tr"),
        (of(MessageKind.VOICE), "voice_only tr"),
        (of(MessageKind.DOCUMENT), "file_only tr"),
        (of(MessageKind.VIDEO), "file_only tr"),
        (of(MessageKind.STICKER), "sticker_only tr"),
        (of(MessageKind.LOCATION, location=Location(latitude=41, longitude=29)), "location_only tr"),
        (of(MessageKind.CONTACT, contact=Contact(name="Ali")), "contact_only tr"),
        (of(MessageKind.TEXT), "empty_text tr"),
        (of(MessageKind.TEXT, " ?! "), "empty_text tr"),
        (of(MessageKind.TEXT, "🙏🏽❤️"), "emoji_only tr"),
        (of(MessageKind.UNSUPPORTED), "empty_text tr"),
    ],
)
async def test_a_message_without_words_is_asked_about_once(
    chat: Conversing, message: InboundMessage, phrase: str
) -> None:
    assert texts(await chat.says(message)) == [phrase]
    turn = await chat.says(message)
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.UNREADABLE


async def test_words_between_begin_the_count_of_wordless_messages_anew(chat: Conversing) -> None:
    for message in (of(MessageKind.VOICE), "süre", of(MessageKind.VOICE)):
        assert (await chat.says(message)).ticket is None


async def test_a_captioned_picture_is_its_caption(chat: Conversing) -> None:
    photo = of(MessageKind.PHOTO, "süre", attachments=(Attachment(kind=MessageKind.PHOTO, ref="1"),))
    assert (await chat.says(photo, of(MessageKind.PHOTO, album="a"))).decision == "answer"


async def test_a_lone_greeting_is_held_six_seconds_from_its_arrival_and_then_answered(chat: Conversing) -> None:
    turn = await chat.says("merhaba")
    assert (turn.decision, turn.hold_until, turn.says) == ("hold", START + timedelta(seconds=6), ())
    later = await chat.waits(4.5)
    assert later is not None
    assert (later.decision, texts(later)) == ("smalltalk", ["hi tr"])


async def test_the_question_behind_a_greeting_is_answered_alone(chat: Conversing) -> None:
    await chat.says("merhaba")
    turn = await chat.says("süre")
    assert (turn.decision, texts(turn)[0]) == ("answer", "answer time tr")


async def test_without_bursts_a_greeting_is_answered_at_once() -> None:
    chat = Conversing(catalogue=SHOP, nlu=ByHeart(), greeting_hold_s=0)
    assert (await chat.says("merhaba")).decision == "smalltalk"


@pytest.mark.parametrize("command", ["/start", "/start ad17", "/destek", ""])
async def test_a_bare_command_opens_the_chat_and_is_greeted_at_once(chat: Conversing, command: str) -> None:
    turn = await chat.says(of(MessageKind.COMMAND, command))
    assert (turn.decision, texts(turn)) == ("smalltalk", ["hi tr"])


async def test_words_after_a_command_are_the_question(chat: Conversing) -> None:
    assert (await chat.says(of(MessageKind.COMMAND, "/destek süre"))).decision == "answer"


async def test_one_clarifying_question_is_asked_and_then_a_person_is_called(chat: Conversing) -> None:
    turn = await chat.says("süre mi ücret mi")
    assert choices_of(turn) == (
        Choice(label="time tr", payload="clarify:faq/time"),
        Choice(label="cost tr", payload="clarify:faq/cost"),
        Choice(label="clarify_none tr", payload="clarify:none"),
    )
    turn = await chat.says("yine belirsiz")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.UNSURE
    assert [ranked.name for ranked in turn.ticket.ranking] == ["faq/time", "faq/cost"]


@pytest.mark.parametrize(
    "answer", ["2", " 2. ", "cost tr", "COST", pressed(Choice(label="x", payload="clarify:faq/cost"))]
)
async def test_a_clarifying_question_is_answered_by_button_number_or_label(
    chat: Conversing, answer: str | InboundMessage
) -> None:
    await chat.says("süre mi ücret mi")
    assert texts(await chat.says(answer))[0] == "answer cost tr"


@pytest.mark.parametrize("answer", ["evet", "evet o", "tamam, teşekkürler"])
async def test_a_yes_to_the_only_meaning_offered_is_that(chat: Conversing, answer: str) -> None:
    await chat.says("eski mi ücret mi")
    assert texts(await chat.says(answer))[0] == "answer cost tr"


async def test_a_yes_to_several_meanings_is_asked_which_and_then_a_person_is_called(chat: Conversing) -> None:
    await chat.says("süre mi ücret mi")
    turn = await chat.says("evet")
    assert [choice.label for choice in choices_of(turn)] == ["time tr", "cost tr", "clarify_none tr"]
    turn = await chat.says("yine belirsiz")
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.UNSURE


async def test_a_clear_wish_that_is_also_a_word_for_leaving_is_done(chat: Conversing) -> None:
    await chat.says("süre mi ücret mi")
    assert texts(await chat.says("iptal")) == ["which order? tr"]


@pytest.mark.parametrize("answer", ["3", "hayır", "clarify_none tr"])
async def test_none_of_these_leads_to_a_person(chat: Conversing, answer: str) -> None:
    await chat.says("süre mi ücret mi")
    turn = await chat.says(answer)
    assert turn.ticket is not None
    assert turn.ticket.reason is Reason.UNSURE


async def test_only_what_may_be_answered_now_is_worth_asking_about(chat: Conversing) -> None:
    turn = await chat.says("eski mi ücret mi")
    assert [choice.payload for choice in choices_of(turn)] == ["clarify:faq/cost", "clarify:none"]


async def test_the_engine_tells_what_a_pending_question_offers(chat: Conversing) -> None:
    await chat.says("süre mi ücret mi")
    await chat.says("bilmem ki")
    assert isinstance(chat.nlu, ByHeart)
    assert chat.nlu.asked[-1] == ("bilmem ki", "tr", ("faq/time", "faq/cost"))


async def test_a_yes_or_no_to_nothing_is_taken_as_manners(chat: Conversing) -> None:
    assert texts(await chat.says("ok")) == ["np tr"]
    assert texts(await chat.says("hayır")) == ["bye tr"]
    assert texts(await chat.says("vazgeçtim")) == ["form_cancelled tr"]


async def test_a_mere_yes_or_no_is_not_understood_as_anything_else(chat: Conversing) -> None:
    chat.nlu = ByHeart({"hayır": sure("cancel"), "ücret?": sure("faq/cost")})
    assert texts(await chat.says("hayır")) == ["bye tr"]
    assert chat.nlu.asked == []


async def test_a_no_right_after_an_answer_is_heard_even_where_no_vote_was_asked(chat: Conversing) -> None:
    chat.conversation = replace(chat.conversation, memory=Memory(helped_asked=True))
    await chat.says("ücret?")
    turn = await chat.says("hayır")
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.summary) == (Reason.NOT_HELPED, "cost tr “hayır”")
    chat.given_back()
    await chat.says("ücret?")
    assert texts(await chat.says("yok teşekkürler")) == ["bye tr"]


@pytest.mark.parametrize(("said", "first_words"), [("dün, 4711", "which day? tr"), ("dün", "clarify tr")])
async def test_a_number_beside_near_meanings_tells_what_is_wanted_and_a_day_does_not(
    chat: Conversing, said: str, first_words: str
) -> None:
    by = Slot(name="by", kind=SlotKind.DATE, question=both("which day?"))
    day = Slot(name="day", kind=SlotKind.DATE, question=both("when?"))
    pickup = intent("pickup", form=Form(slots=(ORDER, day, by), done=both("ok")))
    chat.catalogue = replace(SHOP, intents={**SHOP.intents, "pickup": pickup})
    chat.nlu = ByHeart({said: torn("faq/time", "pickup")})
    assert texts(await chat.says(said))[0] == first_words


async def test_what_is_near_what_only_a_person_does_goes_to_a_person_without_a_question(chat: Conversing) -> None:
    chat.nlu = ByHeart({"yine mi ya": torn("complaint", "legal"), "ne bu şimdi": torn("complaint", "faq/time")})
    turn = await chat.says("yine mi ya")
    assert turn.ticket is not None
    assert (turn.ticket.reason, turn.ticket.priority) == (Reason.UNSURE, Priority.NORMAL)
    chat = Conversing(catalogue=SHOP, nlu=chat.nlu)
    assert texts(await chat.says("ne bu şimdi")) == ["clarify tr"]
