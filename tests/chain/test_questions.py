"""What csbot asks, and every way of answering it: by button, by number, by label, by a photo."""

from __future__ import annotations

import pytest

from csbot.domain.message import Attachment, MessageKind
from tests.chain.customers import Customer, newcomer
from tests.chain.running import Running

pytestmark = pytest.mark.asyncio(loop_scope="package")

BUTTONS, NUMBERS = ("telegram", "polled", "slack", "socket"), ("sms", "whatsapp")
PHOTO = Attachment(kind=MessageKind.PHOTO, ref="a-photo", mime="image/jpeg")
AMBIGUOUS = {
    "en": ("gift card or gift wrap?", "gift wrap or gift note", "gift"),
    "tr": ("hediye paketi mi hediye notu mu", "hediye kartı mı hediye paketi mi", "hediye"),
}


async def asked_whether_it_helped(csbot: Running, channel: str, question: str = "Taksit var mı?") -> Customer:
    customer = newcomer(csbot, channel)
    await customer.says(question)
    [shown] = await customer.reads()
    if channel in BUTTONS:
        assert shown.choices == ("Evet", "Hayır")
    else:
        assert shown.text.endswith(f"1. Evet\n2. Hayır\n{csbot.words('numbered_hint')}")
    return customer


def votes(csbot: Running, conversation: object) -> list[tuple[object, ...]]:
    """What is kept of the votes in a conversation."""
    query = "SELECT entry, helped, language, content_version FROM votes WHERE conversation_id = ?"
    return csbot.rows(query, int(str(conversation)))


async def pick(customer: Customer, how: str, label: str, number: int) -> None:
    """Answer a question with choices."""
    said = {"button": {"press": label}, "number": {"text": f"{number}"}, "label": {"text": label.upper()}}
    await customer.says(**said[how])


ways = pytest.mark.parametrize(
    ("channel", "how"),
    [(channel, how) for channel in BUTTONS for how in ("button", "number", "label")]
    + [(channel, how) for channel in NUMBERS for how in ("number", "label")]
    + [("whatsapp", "button")],
)


@ways
async def test_a_vote_is_kept_with_entry_version_and_language(csbot: Running, channel: str, how: str) -> None:
    customer = await asked_whether_it_helped(csbot, channel)
    await pick(customer, how, "Evet", 1)
    assert await customer.hears() == csbot.words("helped_thanks")
    version = csbot.services.knowledge.now.catalogue.version
    conversation = await customer.conversation()
    assert votes(csbot, conversation["id"]) == [("instalments", 1, "tr", version)]
    assert conversation["status"] == "bot"


@ways
async def test_a_vote_of_no_leads_to_a_person(csbot: Running, channel: str, how: str) -> None:
    customer = await asked_whether_it_helped(csbot, channel)
    await pick(customer, how, "Hayır", 2)
    told = await customer.hears()
    assert told.startswith(csbot.words("helped_sorry"))
    assert csbot.words("handoff_waiting") in told or csbot.words("handoff_next") in told
    conversation = await customer.conversation()
    assert conversation["status"] == "waiting"
    assert conversation["packet"]["reason"] == "answer did not help"
    assert conversation["packet"]["faq_tried"] == ["instalments"]
    assert "Taksit var mı?" in conversation["packet"]["summary"]
    assert conversation["packet"]["ranking"][0]["name"] == "faq/instalments"
    assert [vote[:3] for vote in votes(csbot, conversation["id"])] == [("instalments", 0, "tr")]


async def test_the_pressed_button_stands_in_the_transcript(csbot: Running) -> None:
    customer = await asked_whether_it_helped(csbot, "telegram")
    await customer.says(press="Evet")
    await customer.hears()
    pressed = (await customer.conversation())["transcript"][2]
    assert pressed["kind"] == "choice"
    assert pressed["choice"] == {"label": "Evet", "payload": "helped:yes"}
    assert any(call.name == "answerCallbackQuery" for call in customer.platform.log), "its spinner is stopped"


async def test_a_button_pressed_twice_votes_once(csbot: Running) -> None:
    customer = await asked_whether_it_helped(csbot, "slack")
    [press] = customer.webhooks(press="Evet")
    for _ in range(2):
        assert (await csbot.deliver(press))[0] == 200
    await customer.hears()
    await customer.says(press="Hayır")
    await csbot.quiet()
    assert [vote[1] for vote in votes(csbot, (await customer.conversation())["id"])] == [1]


async def test_whether_it_helped_is_asked_once_in_a_conversation(csbot: Running) -> None:
    customer = await asked_whether_it_helped(csbot, "whatsapp")
    await customer.says("How much is delivery?")
    told = await customer.hears()
    assert csbot.answer("delivery-cost", "en") in told
    assert csbot.words("helped", "en") not in told
    assert votes(csbot, (await customer.conversation())["id"]) == []


@pytest.mark.parametrize(("channel", "how"), [("telegram", "button"), ("whatsapp", "number"), ("sms", "label")])
@pytest.mark.parametrize("language", ["tr", "en"])
async def test_between_close_meanings_the_customer_chooses(
    csbot: Running, channel: str, how: str, language: str
) -> None:
    for question in AMBIGUOUS[language]:
        judged = (await csbot.post("understand", {"text": question, "language": language}))[1]
        if judged["decision"] == "clarify":
            break
    else:
        pytest.fail(f"csbot is sure of all of these: {AMBIGUOUS[language]}")
    customer = newcomer(csbot, channel)
    await customer.says(question)
    assert csbot.words("clarify", language) in await customer.hears()
    asked = (await customer.conversation())["transcript"][-1]
    first = asked["choices"][0]
    assert asked["choices"][-1]["label"] == csbot.words("clarify_none", language)
    await pick(customer, how, first["label"], 1)
    entry = first["payload"].removeprefix("clarify:faq/")
    assert csbot.answer(entry, language, kind=customer.kind) in await customer.hears()


async def test_none_of_the_meanings_offered_leads_to_a_person(csbot: Running) -> None:
    customer = newcomer(csbot, "slack")
    await customer.says("gift card or gift wrap?")
    await customer.hears()
    await customer.says(press="None of these")
    await customer.hears()
    packet = (await customer.ends_in("waiting"))["packet"]
    assert packet["reason"] == "not understood"
    assert "gift card or gift wrap?" in packet["summary"]
    assert {"faq/gift-card", "faq/gift-wrap"} <= {one["name"] for one in packet["ranking"]}
    assert "gift card or gift wrap?" in [line["text"] for line in packet["transcript"]]


@pytest.mark.parametrize("channel", ["telegram", "slack", "whatsapp", "sms"])
async def test_a_form_asks_slot_after_slot_and_a_person_gets_them_all(csbot: Running, channel: str) -> None:
    customer = newcomer(csbot, channel)
    await customer.says("ürünüm kırık geldi")
    assert "Sipariş numaranızı" in await customer.hears()
    await customer.says("bilmem ki")
    assert "4-10 rakam" in await customer.hears()
    await customer.says("numarası 4455667")
    assert "fotoğraf" in await customer.hears()
    await customer.says(kind=MessageKind.PHOTO, attachments=(PHOTO,))
    told = await customer.hears()
    assert "Nasıl bir çözüm" in told
    assert "Yenisi gelsin" in told
    await pick(customer, "button" if channel in BUTTONS else "number", "Para iadesi", 2)
    assert "4455667 numaralı sipariş" in await customer.hears()
    packet = (await customer.ends_in("waiting"))["packet"]
    assert packet["reason"] == "form complete"
    assert packet["priority"] == "high"
    photo = next(line for line in packet["transcript"] if line["attachments"])
    assert packet["slots"] == {"order_number": "4455667", "photo": f"message {photo['id']}", "wish": "refund"}


async def test_a_question_inside_a_form_is_answered_and_the_form_goes_on(csbot: Running) -> None:
    customer = newcomer(csbot, "telegram")
    await customer.says("ürünüm kırık geldi")
    question = (await customer.hears()).rpartition("\n")[2]
    await customer.says("Taksit var mı?")
    told = await customer.hears()
    assert csbot.answer("instalments", kind="telegram") in told
    assert told.endswith(question)
    await customer.says("4455667")
    assert "fotoğraf" in await customer.hears()


async def test_a_form_can_be_left(csbot: Running) -> None:
    customer = newcomer(csbot, "whatsapp")
    await customer.says("cancel my order")
    await customer.hears()
    await customer.says("never mind")
    assert await customer.hears() == csbot.words("form_cancelled", "en")
    assert (await customer.conversation())["status"] == "bot"


async def test_the_same_question_again_right_after_its_answer_leads_to_a_person(csbot: Running) -> None:
    customer = await asked_whether_it_helped(csbot, "sms")
    await customer.says("Taksit var mı?")
    await customer.hears()
    assert (await customer.ends_in("waiting"))["packet"]["reason"] == "asked again after the answer"


async def test_what_is_sensitive_leads_to_a_person_at_once(csbot: Running) -> None:
    customer = newcomer(csbot, "polled")
    await customer.says("hesabım çalındı")
    await customer.hears()
    assert (await customer.ends_in("waiting"))["packet"]["reason"] == "sensitive matter"
