"""What an agent does: claims, answers, notes, returns, closes; and who is told what stands in the way."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from csbot.channel.imitation import Fault
from csbot.domain.address import Address
from csbot.domain.events import Event, ReachabilityChanged
from tests.web.line import AYSE, BORA, CANAN, Line, line, until

CUSTOMER = "+905321112200"


async def test_an_agent_takes_a_conversation_from_the_line_answers_and_returns_it(api: Line) -> None:
    conversation = await api.waits(user=CUSTOMER)

    claimed = await api.post(f"conversations/{conversation}/claim")
    told = await api.post(f"conversations/{conversation}/messages", {"text": "Merhaba, bakıyorum."})
    await api.settled()
    returned = await api.post(f"conversations/{conversation}/return")

    assert (claimed.status, claimed.json) == (200, {"id": conversation, "status": "human", "holder": AYSE})
    assert told.status == 200
    assert told.json == {
        "id": conversation,
        "status": "human",
        "holder": AYSE,
        "window_open": True,
        "warnings": [],
    }
    assert (returned.status, returned.json) == (200, {"id": conversation, "status": "bot", "holder": None})
    assert api.platforms["whatsapp"].received(CUSTOMER)[-1].text == "Merhaba, bakıyorum."
    said = (await api.shown(conversation))["transcript"][-1]
    assert (said["direction"], said["author"], said["author_name"]) == ("out", "agent", AYSE)
    assert [part["state"] for part in said["parts"]] == ["sent"]


async def test_a_conversation_may_be_taken_from_the_bot(api: Line) -> None:
    conversation = await api.says("süre")
    await api.settled()

    assert (await api.post(f"conversations/{conversation}/claim")).json["status"] == "human"
    await api.says("ücret?")
    await api.settled()

    assert len(await api.bot_says(conversation)) == 1


async def test_claiming_what_one_holds_changes_nothing(api: Line) -> None:
    conversation = await api.waits()
    first = await api.post(f"conversations/{conversation}/claim")
    before = await api.shown(conversation)

    second = await api.post(f"conversations/{conversation}/claim")

    assert (second.status, second.text) == (200, first.text)
    assert await api.shown(conversation) == before


@pytest.mark.parametrize("act", ["claim", "messages", "return", "close"])
async def test_who_does_not_hold_a_conversation_is_told_who_does(api: Line, act: str) -> None:
    conversation = await api.waits()
    await api.post(f"conversations/{conversation}/claim")
    before = await api.shown(conversation)

    answer = await api.post(
        f"conversations/{conversation}/{act}", {"text": "Merhaba"} if act == "messages" else None, who=BORA
    )

    assert (answer.status, answer.code, answer.json["holder"]) == (409, "held", AYSE)
    assert await api.shown(conversation) == before


async def test_answering_needs_a_claim_first(api: Line) -> None:
    conversation = await api.waits()

    answer = await api.post(f"conversations/{conversation}/messages", {"text": "Merhaba"})

    assert (answer.status, answer.code, answer.json["holder"]) == (409, "not_claimed", None)
    assert "claim" in answer.json["error"]["hint"]


async def test_anybody_may_leave_a_note_and_the_customer_never_sees_it(api: Line) -> None:
    conversation = await api.waits(user=CUSTOMER)
    await api.post(f"conversations/{conversation}/claim")
    seen = len(api.platforms["whatsapp"].received())

    answer = await api.post(f"conversations/{conversation}/notes", {"text": "Arayalım, <b>acil</b>"}, who=BORA)
    await api.settled()

    assert (answer.status, answer.json) == (200, {"id": conversation, "status": "human", "holder": AYSE})
    noted = (await api.shown(conversation))["transcript"][-1]
    assert (noted["direction"], noted["kind"], noted["author"]) == ("note", "note", "agent")
    assert (noted["text"], noted["author_name"], noted["parts"]) == ("Arayalım, <b>acil</b>", BORA, [])
    assert len(api.platforms["whatsapp"].received()) == seen


async def test_a_returned_conversation_is_the_bots_and_out_of_the_line(api: Line) -> None:
    conversation = await api.waits()

    returned = await api.post(f"conversations/{conversation}/return", who=CANAN)

    assert returned.json["status"] == "bot"
    assert (await api.get("conversations", status="waiting")).json["items"] == []
    await api.says("süre")
    await api.settled()
    assert len(await api.bot_says(conversation)) == 2


async def test_what_was_written_while_a_person_had_it_is_not_answered_after_the_return(tmp_path: Path) -> None:
    async with line(tmp_path, burst_s=0.3) as api:
        conversation = await api.waits()
        await api.post(f"conversations/{conversation}/claim")
        said = len(await api.bot_says(conversation))
        for words in ("süre", "ücret?"):
            await api.says(words)
        returned = await api.post(f"conversations/{conversation}/return")
        await api.settled()

        assert returned.json["status"] == "bot"
        assert len(await api.bot_says(conversation)) == said


async def test_returning_what_the_bot_has_changes_nothing(api: Line) -> None:
    conversation = await api.says("süre")
    await api.settled()
    before = await api.shown(conversation)

    answer = await api.post(f"conversations/{conversation}/return")

    assert (answer.status, answer.json["status"]) == (200, "bot")
    assert await api.shown(conversation) == before


async def test_a_closed_conversation_stays_closed_and_the_next_words_open_another(api: Line) -> None:
    conversation = await api.waits(user=CUSTOMER)

    closed = await api.post(f"conversations/{conversation}/close")
    again = await api.post(f"conversations/{conversation}/close", who=BORA)

    assert (closed.status, closed.json) == (200, {"id": conversation, "status": "closed", "holder": None})
    assert (again.status, again.json) == (200, closed.json)
    for act, body in (("claim", None), ("messages", {"text": "a"}), ("return", None)):
        answer = await api.post(f"conversations/{conversation}/{act}", body)
        assert (answer.status, answer.code, answer.json["holder"]) == (409, "closed", None)
    assert (await api.post(f"conversations/{conversation}/notes", {"text": "Bitti."})).status == 200
    following = await api.says("süre", user=CUSTOMER)
    assert following != conversation
    assert [earlier["id"] for earlier in (await api.shown(following))["packet"]["earlier"]] == [conversation]


async def test_long_words_are_cut_into_what_the_channel_carries(api: Line) -> None:
    conversation = await api.waits(user=CUSTOMER)
    await api.post(f"conversations/{conversation}/claim")
    words = " ".join(["Siparişiniz"] * 300)

    await api.post(f"conversations/{conversation}/messages", {"text": words})
    await api.settled()

    said = (await api.shown(conversation))["transcript"][-1]
    assert said["text"] == words
    assert [part["state"] for part in said["parts"]] == ["sent"] * 3
    shown = [seen.text for seen in api.platforms["whatsapp"].received(CUSTOMER)[-3:]]
    assert " ".join(shown) == words


async def test_an_answer_goes_where_the_customer_wrote_last(api: Line) -> None:
    conversation = await api.waits(user=CUSTOMER)
    await api.says("burada mısınız", channel="sms", user=CUSTOMER)
    await api.post(f"conversations/{conversation}/claim")

    answer = await api.post(f"conversations/{conversation}/messages", {"text": "Buradayız."})
    await api.settled()

    assert answer.json["window_open"] is True
    assert [seen.text for seen in api.platforms["sms"].received(CUSTOMER)][-1:] == ["Buradayız."]


async def test_words_outside_the_window_are_kept_and_wait_for_the_customer(api: Line) -> None:
    conversation = await api.waits(user=CUSTOMER)
    await api.post(f"conversations/{conversation}/claim")
    api.clock.ahead = timedelta(hours=25)

    answer = await api.post(f"conversations/{conversation}/messages", {"text": "Hâlâ orada mısınız?"})

    assert (answer.status, answer.json["window_open"]) == (200, False)

    async def parked() -> bool:
        [part] = (await api.shown(conversation))["transcript"][-1]["parts"]
        return bool(part["state"] == "parked" and "window" in part["reason"])

    await until(parked, "the words are parked")
    assert (await api.shown(conversation))["packet"]["window_deadline"] is None


async def test_an_agent_may_write_to_who_said_stop_and_is_warned(api: Line) -> None:
    conversation = await api.waits(channel="sms", user=CUSTOMER)
    await api.says("STOP", channel="sms", user=CUSTOMER)
    await api.post(f"conversations/{conversation}/claim")

    answer = await api.post(f"conversations/{conversation}/messages", {"text": "Anlaşıldı."})
    await api.settled()

    assert answer.status == 200
    assert [warning for warning in answer.json["warnings"] if "stop" in warning] == answer.json["warnings"] != []
    detail = await api.shown(conversation)
    assert [identity["consent"] for identity in detail["identities"]] == ["out"]
    [part] = detail["transcript"][-1]["parts"]
    assert (part["state"], "21610" in part["reason"]) == ("failed", True)


async def test_an_agent_is_warned_of_a_customer_who_cannot_be_reached(api: Line) -> None:
    conversation = await api.waits(user=CUSTOMER)
    await api.post(f"conversations/{conversation}/claim")
    gone = ReachabilityChanged(address=Address(channel="whatsapp", user=CUSTOMER), reachable=False)
    event = Event(channel="whatsapp", key="gone", received_at=api.clock(), body=gone)
    await api.services.intake.accept("whatsapp", [event], within_s=5.0)

    answer = await api.post(f"conversations/{conversation}/messages", {"text": "Merhaba"})
    await api.settled()

    assert len(answer.json["warnings"]) == 1
    assert [part["state"] for part in (await api.shown(conversation))["transcript"][-1]["parts"]] == ["gone"]


async def test_what_the_bot_had_not_said_yet_is_dropped_when_an_agent_takes_over(api: Line) -> None:
    platform = api.platforms["whatsapp"]
    platform.fault(Fault.ERROR, times=1000)
    conversation = await api.says("süre", user=CUSTOMER)

    async def said() -> bool:
        return bool(await api.bot_says(conversation))

    await until(said, "the bot has answered")
    await api.post(f"conversations/{conversation}/claim")

    async def dropped() -> bool:
        [part] = (await api.shown(conversation))["transcript"][1]["parts"]
        return bool(part["state"] == "dropped")

    await until(dropped, "the bot's words are dropped")
    platform.fault(Fault.ERROR, times=0)
    await api.post(f"conversations/{conversation}/messages", {"text": "Ben bakıyorum."})
    await api.settled()
    assert [seen.text for seen in platform.received(CUSTOMER)] == ["Ben bakıyorum."]
