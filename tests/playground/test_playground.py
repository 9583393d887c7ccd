"""The playground over HTTP: what is done on a phone, what csbot makes of it, and who may look."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from csbot.channel.imitation import Fault
from csbot.domain.delivery import DeliveryState
from csbot.playground.words import FAULTS
from csbot.playground.world import World
from csbot.plugins import channel_kinds, channel_spec
from tests.chain.running import until
from tests.playground.playing import ANSWER, QUESTION, played


class Player:
    """Somebody at the page."""

    def __init__(self, world: World, http: ClientSession, url: str) -> None:
        self.world, self.http, self.url = world, http, url
        self._marks = iter(range(10_000))

    async def posts(self, path: str, **form: str) -> tuple[int, str]:
        async with self.http.post(self.url + path, data=form) as answer:
            return answer.status, await answer.text()

    async def sees(self, path: str) -> str:
        async with self.http.get(self.url + path) as answer:
            assert answer.status == 200
            return await answer.text()

    async def says(self, phone: str, text: str, **more: str) -> None:
        status, _ = await self.posts(f"/phones/{phone}/say", **{"text": text, "once": f"m{next(self._marks)}", **more})
        assert status == 200

    def heard(self, phone: str) -> list[str]:
        return [one.text for one in self.world.phones[phone].bubbles if not one.mine]

    async def hears(self, phone: str, count: int) -> list[str]:
        await until(lambda: len(self.heard(phone)) >= count, f"{phone} to hear {count} messages")
        return self.heard(phone)

    async def conversations(self) -> list[str]:
        return sorted(set(re.findall(r'id="open-(\d+)"', await self.sees("/agent"))))


@pytest.fixture
async def player(tmp_path: Path) -> AsyncIterator[Player]:
    async with played(tmp_path) as (world, url), ClientSession() as http:
        yield Player(world, http, url)


async def test_there_is_a_phone_for_every_platform_that_can_be_imitated(player: Player) -> None:
    page = await player.sees("/")
    for kind in channel_kinds():
        assert (f'id="phone-{kind}"' in page) is (channel_spec(kind).imitation is not None)
    assert player.world.pages == ["/chat", "/desk"]


async def test_every_phone_is_answered_and_handed_to_a_person_who_answers_on_it(player: Player) -> None:
    for phone in ("telegram", "slack", "whatsapp"):
        await player.says(phone, QUESTION)
        assert ANSWER in (await player.hears(phone, 1))[0].lower()
    await player.says("telegram", "who won the world cup in 1998")
    await player.hears("telegram", 2)
    agent = await player.sees("/agent")
    waiting = re.search(r'id="open-(\d+)".*?badge warn', agent, re.DOTALL)
    assert waiting is not None
    id = waiting[1]
    assert (await player.posts("/agent/open", id=id))[0] == 200
    assert (await player.posts(f"/agent/{id}/claim"))[0] == 200
    for _ in range(2):  # a double click
        assert (await player.posts(f"/agent/{id}/messages", text="France did.", once="answer-1"))[0] == 200
    assert (await player.hears("telegram", 3))[2:] == ["France did."]
    assert "not so" not in (await player.posts(f"/agent/{id}/return"))[1]


async def test_whatsapp_then_sms_of_one_number_is_one_conversation(player: Player) -> None:
    await player.says("whatsapp", QUESTION)
    await player.hears("whatsapp", 1)
    await player.says("sms", "Kargo kaç günde gelir?")
    await player.hears("sms", 1)
    assert len(await player.conversations()) == 1


async def test_two_threads_of_a_slack_channel_are_two_conversations_apart_from_the_private_one(player: Player) -> None:
    await player.says("slack", QUESTION)
    await player.hears("slack", 1)
    await player.posts("/phones/slack/go", place=player.world.phones["slack"].imitation.cast.places[0].id)
    await player.says("slack", "Kargo kaç günde gelir?", mention="on")
    await player.hears("slack", 2)
    await player.says("slack", "iade süresi kaç gün", mention="on")
    await player.hears("slack", 3)
    assert len(await player.conversations()) == 3
    slack = player.world.phones["slack"]
    private, first, second = [one for one in slack.bubbles if not one.mine]
    assert not private.place
    assert first.place == second.place != ""
    assert first.thread != second.thread


async def test_a_form_sent_twice_and_a_webhook_repeated_change_nothing(player: Player) -> None:
    await player.posts("/phones/telegram/fault", fault="repeat", times="1")
    for _ in range(2):
        await player.says("telegram", QUESTION, once="twice")
    await player.hears("telegram", 1)
    await player.says("telegram", "Kargo kaç günde gelir?")
    assert len(await player.hears("telegram", 2)) == 2
    phone = player.world.phones["telegram"]
    assert [one.text for one in phone.bubbles if one.mine] == [QUESTION, "Kargo kaç günde gelir?"]
    assert len(phone.imitation.posted) == 3, "one of them twice"


async def test_a_button_is_pressed_once_and_answers(player: Player) -> None:
    await player.says("telegram", QUESTION)
    await player.hears("telegram", 1)
    [shown] = [one for one in player.world.phones["telegram"].bubbles if not one.mine]
    for _ in range(2):
        assert (await player.posts("/phones/telegram/press", message=shown.external_id, label=shown.choices[0]))[
            0
        ] == 200
    await player.hears("telegram", 2)
    assert (await player.posts("/phones/telegram/press", message=shown.external_id, label="nothing"))[0] == 400
    assert (await player.posts("/phones/telegram/press", message="nothing", label="Evet"))[0] == 400


async def test_stop_by_sms_silences_the_bot_and_the_agent_sees_the_words(player: Player) -> None:
    await player.says("sms", "", act="STOP")
    await until(lambda: player.world.phones["sms"].bubbles[0].status == 200, "STOP to be taken")
    await player.says("sms", QUESTION)
    await until(lambda: player.world.phones["sms"].bubbles[1].status == 200, "the question to be taken")

    async def waits() -> bool:
        return "badge warn" in await player.sees("/agent")

    await until(waits, "the conversation to wait")
    [id] = await player.conversations()
    shown = (await player.posts("/agent/open", id=id))[1]
    assert "STOP" in shown
    assert QUESTION in shown
    assert player.heard("sms") == []


async def test_a_call_cut_after_it_was_taken_is_unknown_and_never_repeated(player: Player) -> None:
    status, armed = await player.posts("/phones/telegram/fault", fault="cut", times="1")
    assert status == 200
    assert "× 1" in armed
    await player.says("telegram", QUESTION)
    await player.hears("telegram", 1)

    async def unknown() -> bool:
        counts = await player.world.services.store.counts()
        return counts["unknown"] == 1

    await until(unknown, "the part to be unknown")
    assert len(player.heard("telegram")) == 1
    assert "× 1" not in await player.sees("/")


BECOMES = {
    Fault.LIMIT: DeliveryState.SENT,
    Fault.ERROR: DeliveryState.SENT,
    Fault.SLOW: DeliveryState.SENT,
    Fault.HANG: DeliveryState.UNKNOWN,
    Fault.CUT: DeliveryState.UNKNOWN,
    Fault.BLOCKED: DeliveryState.GONE,
    Fault.OPTED_OUT: DeliveryState.FAILED,
    Fault.WINDOW: DeliveryState.PARKED,
    Fault.REFUSED: DeliveryState.QUEUED,
}
"""What becomes of a message that a fault befalls, as the page says."""


@pytest.mark.parametrize("fault", BECOMES, ids=str)
async def test_what_the_page_says_of_a_misfortune_comes_true(player: Player, fault: Fault) -> None:
    phone = player.world.phones["whatsapp"]
    phone.receipts = False
    await player.posts("/phones/whatsapp/fault", fault=fault.value)
    await player.says("whatsapp", QUESTION)

    async def has_become_it() -> bool:
        view = await player.world.services.store.conversation(1)
        parts = [part for message in view.messages for part in message.parts] if view else []
        # Whatever went wrong has its reason, which a part that was not tried yet has not.
        return bool(parts) and parts[0].state is BECOMES[fault] and bool(parts[0].reason or parts[0].external_ids)

    await until(has_become_it, f"the answer to be {BECOMES[fault]}")
    taken = {DeliveryState.SENT: 1, DeliveryState.UNKNOWN: 1}.get(BECOMES[fault], 0)
    assert len(player.heard("whatsapp")) == taken, "what the customer sees"
    tried_again = fault in {Fault.LIMIT, Fault.ERROR}
    assert len(phone.imitation.sends) == (2 if tried_again else 1)


async def test_every_misfortune_is_explained_where_a_platform_has_it(player: Player) -> None:
    page = await player.sees("/")
    assert set(FAULTS) == set(Fault) == {*BECOMES, Fault.REPEAT, Fault.REORDER}
    for phone in player.world.phones.values():
        for fault in Fault:
            assert (f'id="fault-{phone.id}-{fault}"' in page) is (fault in phone.imitation.cast.faults)
            assert (f'id="expected-{phone.id}-{fault}"' in page) is (fault in phone.imitation.cast.faults)


async def test_webhooks_in_another_order_are_read_in_the_platforms_order_and_answered_once(player: Player) -> None:
    await player.posts("/phones/telegram/fault", fault="reorder", times="2")
    await player.says("telegram", QUESTION)
    await player.says("telegram", "Kargo kaç günde gelir?")
    posted = player.world.phones["telegram"].imitation.posted
    await until(lambda: len(posted) == 2, "both webhooks to be posted")
    assert "Kargo" in posted[0].request.body.decode()
    heard = await player.hears("telegram", 1)
    assert len(heard) <= 2


async def test_a_reaction_reaches_the_agent(player: Player) -> None:
    await player.says("telegram", QUESTION)
    await player.hears("telegram", 1)
    [shown] = [one for one in player.world.phones["telegram"].bubbles if not one.mine]
    for _ in range(2):
        assert (await player.posts("/phones/telegram/react", message=shown.external_id))[0] == 200

    async def is_there() -> bool:
        return "👍" in (await player.posts("/agent/open", id="1"))[1]

    await until(is_there, "the reaction in the transcript")
    assert len(player.world.phones["telegram"].imitation.posted) == 2


async def test_a_photo_and_a_place_arrive_as_such(player: Player) -> None:
    await player.says("whatsapp", "", act="photo")
    await player.hears("whatsapp", 1)
    await player.says("whatsapp", "", act="location")
    await until(lambda: len(player.world.phones["whatsapp"].imitation.posted) >= 2, "both to be posted")

    async def kinds() -> list[str]:
        view = await player.world.services.store.conversation(1)
        return [one.kind.value for one in view.messages if one.direction.value == "in"] if view else []

    async def both_are_there() -> bool:
        return await kinds() == ["photo", "location"]

    await until(both_are_there, "a photo and a place in the conversation")
    page = await player.sees("/")
    assert 'class="photo"' in page
    assert 'id="location-whatsapp"' in page
    assert 'id="location-sms"' not in page
    await player.hears("whatsapp", 2)


async def test_the_platform_reports_what_it_delivered_unless_told_not_to(player: Player) -> None:
    await player.says("whatsapp", QUESTION)
    await player.hears("whatsapp", 1)
    phone = player.world.phones["whatsapp"]
    await until(lambda: phone.bubbles[-1].state is DeliveryState.READ, "the answer to be read")
    assert (await player.posts("/phones/whatsapp/receipts"))[0] == 200
    reported = len(phone.imitation.posted)
    await player.says("whatsapp", "teşekkürler")
    await player.hears("whatsapp", 2)
    assert phone.bubbles[-1].state is DeliveryState.SENT
    assert not phone.receipts
    assert len(phone.imitation.posted) == reported + 1


async def test_another_customer_sees_nothing_of_the_first(player: Player) -> None:
    await player.says("telegram", QUESTION)
    await player.hears("telegram", 1)
    phone = player.world.phones["telegram"]
    other = phone.imitation.cast.people[1].user
    status, page = await player.posts("/phones/telegram/hold", user=other)
    assert status == 200
    assert 'class="say' not in page
    assert (await player.posts("/phones/telegram/hold", user="stranger"))[0] == 400
    assert (await player.posts("/phones/telegram/go", place="nowhere"))[0] == 400
    assert phone.user == other


@pytest.mark.parametrize(
    "form", [{"fault": "nonsense"}, {"fault": "cut", "times": "0"}, {"fault": "cut", "times": "x"}]
)
async def test_a_misfortune_there_is_not_is_refused(player: Player, form: dict[str, str]) -> None:
    assert (await player.posts("/phones/telegram/fault", **form))[0] == 400
    assert (await player.posts("/phones/fax/fault", fault="cut"))[0] == 404


async def test_what_goes_over_the_wire_is_shown_without_its_secrets(player: Player) -> None:
    for phone in ("telegram", "slack", "whatsapp"):
        await player.says(phone, QUESTION)
        await player.hears(phone, 1)
        raw = await player.sees(f"/phones/{phone}")
        assert "/channels/" in raw
        for value in player.world.phones[phone].imitation.settings().values():
            if isinstance(value, str) and len(value) > 12 and not value.startswith(("http", "+", "whatsapp:")):
                is_secret = value not in raw
                assert is_secret or value.startswith("AC"), f"{phone} shows {value}"


async def test_a_day_later_whatsapps_window_is_closed(player: Player) -> None:
    await player.says("whatsapp", "who won the world cup in 1998")
    await player.hears("whatsapp", 1)
    [id] = await player.conversations()
    await player.posts("/agent/open", id=id)
    await player.posts(f"/agent/{id}/claim")
    assert (await player.posts("/clock", hours="24"))[0] == 200
    await player.posts(f"/agent/{id}/messages", text="Hâlâ orada mısınız?", once="late")

    async def goes_out_as_template_or_waits() -> bool:
        parts = await player.world.services.store.conversation(int(id))
        assert parts is not None
        last = parts.messages[-1]
        shown = player.world.phones["whatsapp"].imitation.received()
        return last.parts[0].state.value == "parked" or (len(shown) > 1 and shown[-1].template)

    await until(goes_out_as_template_or_waits, "the words to go out as a template, or to wait")
    assert (await player.posts("/clock", hours="7"))[0] == 400


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_nobody_else_plays(player: Player, headers: dict[str, str]) -> None:
    async with player.http.post(f"{player.url}/clock", data={"hours": "1"}, headers=headers) as answer:
        assert answer.status == 403
    assert player.world.clock.ahead.total_seconds() == 0


@pytest.mark.parametrize("path", ["/", "/events", "/phones/telegram", "/agent"])
@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Host": "evil.example:80"}, {"Origin": "null"}])
async def test_nobody_else_looks_on(player: Player, path: str, headers: dict[str, str]) -> None:
    async with player.http.get(player.url + path, headers=headers) as answer:
        assert answer.status == 403


async def test_no_answer_of_the_playground_has_the_agents_token(player: Player) -> None:
    token = player.world.agent._headers["Authorization"].removeprefix("Bearer ")
    await player.says("telegram", QUESTION)
    await player.hears("telegram", 1)
    for path in ("/", "/agent", "/phones/telegram", "/clock"):
        assert token not in await player.sees(path)
    assert token not in repr(player.world)


async def test_words_are_shown_as_words(player: Player) -> None:
    await player.says("telegram", "<script>alert(1)</script>")
    page = await player.sees("/phones/telegram")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
