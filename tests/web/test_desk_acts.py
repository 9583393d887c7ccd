"""What an agent does at the desk, by forms: done once, and nothing is lost when it cannot be done."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from csbot.channel.imitation import Fault, Said, Shown
from csbot.domain.delivery import DeliveryState, PartResult
from csbot.web.api.requests import TEXT_LIMIT
from tests.chain.running import AGENT, OTHER, Running, until
from tests.web.desk import SUPERVISOR, Answer, Visitor, at_desk, desk, name, waits

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def csbot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with desk(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def ayse(csbot: Running) -> AsyncIterator[Visitor]:
    async with at_desk(csbot) as who:
        yield who


def newcomer(csbot: Running) -> str:
    return str(5000 + next(csbot.numbers))


def page(conversation: int) -> str:
    return f"/desk/conversations/{conversation}"


async def act(who: Visitor, conversation: int, verb: str, **form: str) -> Answer:
    return await who.send(page(conversation), f"{page(conversation)}/{verb}", **form)


async def held(csbot: Running, who: Visitor, user: str) -> int:
    """A conversation in the agent's hands."""
    conversation = await waits(csbot, user=user)
    assert (await act(who, conversation, "claim")).location == f"{page(conversation)}?told=claimed"
    return conversation


def shown(csbot: Running, user: str) -> list[Shown]:
    return [one for one in csbot.platforms["telegram"].received() if one.user == user]


async def standing(csbot: Running, conversation: int) -> tuple[str, str]:
    view = await csbot.services.store.conversation(conversation)
    assert view is not None
    return view.row.conversation.state.value, view.row.conversation.holder


async def test_the_line_says_who_waits_where_about_what_and_why(csbot: Running, ayse: Visitor) -> None:
    user = newcomer(csbot)
    conversation = await waits(csbot, "siparişim bozuk geldi, temsilci istiyorum", user=user, name="Elif Kaya")
    words = (await ayse.get("/desk?show=waiting")).words
    for word in ("Elif Kaya", "Telegram", "Turkish", "siparişim bozuk geldi", "waits for", "asked for a person"):
        assert word in words, words
    assert (await ayse.get("/desk?show=mine")).words.count("Elif Kaya") == 0
    await act(ayse, conversation, "claim")
    assert "Elif Kaya" in (await ayse.get("/desk?show=mine")).words
    assert "Elif Kaya" not in (await ayse.get("/desk?show=waiting")).words
    async with at_desk(csbot, OTHER) as other:
        assert name(AGENT) in (await other.get("/desk?show=others")).words


async def test_who_has_written_again_comes_before_those_whose_turn_it_is(csbot: Running, ayse: Visitor) -> None:
    user, other = newcomer(csbot), newcomer(csbot)
    first = await held(csbot, ayse, user)
    second = await held(csbot, ayse, other)
    assert (await ayse.get("/desk?show=mine")).words.count("● not answered yet") >= 2
    for conversation in (first, second):
        await act(ayse, conversation, "reply", text="Merhaba", once="x" * 32)
    await csbot.quiet()
    await csbot.platforms["telegram"].customer_says(Said(text="hâlâ bekliyorum", user=user))
    await csbot.quiet()
    mine = (await ayse.get("/desk?show=mine")).text
    of_first, of_second = (mine.partition(f'id="row-mine-{one}"')[2].partition("</li>")[0] for one in (first, second))
    assert mine.index(f'id="row-mine-{first}"') < mine.index(f'id="row-mine-{second}"')
    for words in ("has written again", "waits for"):
        assert words in of_first
        assert words not in of_second
    assert "hâlâ bekliyorum" in of_first
    async with at_desk(csbot, OTHER) as colleague:
        others = (await colleague.get("/desk?show=others")).text
        assert "has written again" in others.partition(f'id="row-others-{first}"')[2].partition("</li>")[0]


async def test_of_two_who_take_it_one_gets_it_and_the_other_is_told_who(csbot: Running, ayse: Visitor) -> None:
    conversation = await waits(csbot, user=newcomer(csbot))
    async with at_desk(csbot, OTHER) as other:
        answers = await asyncio.gather(*(act(who, conversation, "claim") for who in (ayse, other)))
        assert sorted(one.location.partition("told=")[2] for one in answers) == ["claimed", "held"]
        _, holder = await standing(csbot, conversation)
        loser, lost = (other, answers[1]) if holder == AGENT else (ayse, answers[0])
        assert f"{name(holder)} was first and has this conversation now." in (await loser.get(lost.location)).words


async def test_a_supervisor_takes_over_from_the_colleague_who_is_named(csbot: Running, ayse: Visitor) -> None:
    conversation = await held(csbot, ayse, newcomer(csbot))
    async with at_desk(csbot, OTHER) as other, at_desk(csbot, SUPERVISOR) as bora:
        assert "Take over" not in (await other.get(page(conversation))).words
        assert (await act(other, conversation, "take-over", holder=AGENT)).status == 403
        assert f"Take over from {name(AGENT)}" in (await bora.get(page(conversation))).words
        elsewhere = await act(bora, conversation, "take-over", holder=OTHER)
        assert f"{name(AGENT)} was first" in (await bora.get(elsewhere.location)).words
        assert await standing(csbot, conversation) == ("human", AGENT)
        assert (await act(bora, conversation, "take-over", holder=AGENT)).location.endswith("told=claimed")
        assert await standing(csbot, conversation) == ("human", SUPERVISOR)
        assert "Take over" not in (await bora.get(page(conversation))).words
        lost = await act(ayse, conversation, "reply", text="Merhaba", once="z" * 32)
        assert (lost.status, "Somebody else was first" in lost.words) == (422, True)
        assert (await act(bora, conversation, "reply", text="Merhaba", once="z" * 32)).location.endswith("told=sent")
    acts = csbot.rows(
        f"SELECT actor, detail FROM audit WHERE act = 'take over' AND subject = 'conversation {conversation}'"
    )
    assert acts == [(SUPERVISOR, f"from {AGENT}")]


async def test_a_reply_arrives_once_however_often_the_form_is_sent(csbot: Running, ayse: Visitor) -> None:
    user = newcomer(csbot)
    conversation = await held(csbot, ayse, user)
    before = len(shown(csbot, user))
    form = await ayse.get(page(conversation))
    sent = {"csrf": form.csrf, "once": form.once(), "text": "Merhaba, ben Ayşe."}
    both = await asyncio.gather(*(ayse.post(f"{page(conversation)}/reply", sent) for _ in range(2)))
    again = await ayse.post(f"{page(conversation)}/reply", sent)
    assert {one.location for one in (*both, again)} == {f"{page(conversation)}?told=sent"}
    await csbot.quiet()
    assert [one.text for one in shown(csbot, user)[before:]] == ["Merhaba, ben Ayşe."]
    assert "✓ sent" in (await ayse.get(page(conversation))).words


async def test_words_that_cannot_be_said_stay_in_the_box_with_what_to_do(csbot: Running, ayse: Visitor) -> None:
    conversation = await held(csbot, ayse, newcomer(csbot))
    form = await ayse.get(page(conversation))
    sent = {"csrf": form.csrf, "once": form.once(), "text": "Bir dakika & <b>bakıyorum</b>"}
    assert (await act(ayse, conversation, "return")).location.endswith("told=returned")
    htmx = await ayse.post(f"{page(conversation)}/reply", sent, **{"HX-Request": "true"})
    assert htmx.status == 200
    assert "Nobody has this conversation. Take it first, then try again." in htmx.words
    assert ">Bir dakika &amp; &lt;b&gt;bakıyorum&lt;/b&gt;</textarea>" in htmx.text
    await act(ayse, conversation, "claim")
    again = {**sent, "once": htmx.once()}
    assert again["once"] == sent["once"]
    assert (await ayse.post(f"{page(conversation)}/reply", again)).location.endswith("told=sent")


@pytest.mark.parametrize(
    ("text", "told"), [(" \n ", "Write something first."), ("x" * (TEXT_LIMIT + 1), "This is too long")]
)
async def test_what_is_no_message_is_told(csbot: Running, ayse: Visitor, text: str, told: str) -> None:
    conversation = await held(csbot, ayse, newcomer(csbot))
    answer = await act(ayse, conversation, "reply", text=text, once="x" * 32)
    assert (answer.status, told in answer.words) == (422, True)
    answer = await act(ayse, conversation, "note", text=text)
    assert (answer.status, told in answer.words) == (422, True)


async def test_a_note_is_seen_by_colleagues_and_never_leaves(csbot: Running, ayse: Visitor) -> None:
    user = newcomer(csbot)
    conversation = await waits(csbot, user=user)
    before = len(shown(csbot, user))
    kept = await act(ayse, conversation, "note", text="Kaba konuşuyor, dikkat.", once="n" * 32)
    assert kept.location.endswith("told=noted")
    await csbot.quiet()
    async with at_desk(csbot, OTHER) as other:
        words = (await other.get(page(conversation))).words
    assert "Note, only for colleagues Kaba konuşuyor, dikkat." in words
    assert len(shown(csbot, user)) == before


async def test_given_back_closed_and_what_is_no_longer_possible(csbot: Running, ayse: Visitor) -> None:
    conversation = await held(csbot, ayse, newcomer(csbot))
    async with at_desk(csbot, OTHER) as other:
        assert (await act(other, conversation, "close")).location.endswith("told=held")
        assert (await act(other, conversation, "return")).location.endswith("told=held")
    assert (await act(ayse, conversation, "return")).location.endswith("told=returned")
    assert await standing(csbot, conversation) == ("bot", "")
    assert (await act(ayse, conversation, "close")).location.endswith("told=closed")
    assert (await act(ayse, conversation, "close")).location.endswith("told=closed")
    assert (await act(ayse, conversation, "claim")).location.endswith("told=already-closed")
    assert "Take" not in (await ayse.get(page(conversation))).words.split()
    assert (await ayse.get(page(999999))).status == 404


async def test_close_and_next_takes_one_however_often_it_is_pressed(csbot: Running, ayse: Visitor) -> None:
    first = await held(csbot, ayse, newcomer(csbot))
    while (await ayse.send("/desk", "/desk/next", once=f"{'e' * 30}{next(csbot.numbers)}")).location != (
        "/desk?told=line-empty"
    ):
        pass
    two = [await waits(csbot, user=newcomer(csbot)) for _ in range(2)]
    form = await ayse.get(page(first))
    sent = {"csrf": form.csrf, "once": form.once("close-next")}
    both = await asyncio.gather(*(ayse.post(f"{page(first)}/close-next", sent) for _ in range(2)))
    assert {one.location.partition("?")[0] for one in both} == {page(two[0])}
    assert await standing(csbot, first) == ("closed", "")
    assert await standing(csbot, two[0]) == ("human", AGENT)
    assert await standing(csbot, two[1]) == ("waiting", "")
    await act(ayse, two[0], "close-next", once="o" * 32)
    assert (await act(ayse, two[1], "close-next", once="p" * 32)).location == "/desk?told=closed-line-empty"


async def test_a_piece_nobody_knows_about_is_settled_by_a_persons_word(csbot: Running, ayse: Visitor) -> None:
    user = newcomer(csbot)
    conversation = await held(csbot, ayse, user)
    for verb, state, more in (("arrived", "sent", 0), ("again", "sent", 1)):
        await act(ayse, conversation, "reply", text=f"parça {verb}", once=f"{verb:-<32}")
        await csbot.quiet()
        view = await csbot.services.store.conversation(conversation)
        assert view is not None
        part = view.messages[-1].parts[0].id
        await _lose(csbot, part)
        before = len(shown(csbot, user))
        words = (await ayse.get(page(conversation))).words
        assert "unknown whether it arrived" in words
        assert "It did not arrive: send again" in words
        for expected in ({"arrived": "confirmed", "again": "queued"}[verb], "part-moved"):
            csrf = (await ayse.get(page(conversation))).csrf
            answer = await ayse.post(f"{page(conversation)}/parts/{part}/{verb}", {"csrf": csrf})
            assert answer.location.endswith(f"told={expected}")
        await csbot.quiet()
        view = await csbot.services.store.conversation(conversation)
        assert view is not None
        assert view.messages[-1].parts[0].state.value == state
        assert len(shown(csbot, user)) == before + more
        [(actor,)] = csbot.rows("SELECT actor FROM audit WHERE subject = ?", f"part {part}")
        assert actor == AGENT
    other = await waits(csbot, user=newcomer(csbot))
    assert (await act(ayse, other, f"parts/{part}/again")).status == 404, "it is another conversation's"


async def _lose(csbot: Running, part: int) -> None:
    """As if csbot had been killed while the part was being sent."""
    with sqlite3.connect(csbot.folder / "csbot.db") as connection:
        connection.execute("UPDATE parts SET state = 'sending', claimed_until = 0 WHERE id = ?", (part,))
    connection.close()
    await csbot.services.store.settle_parts(
        [PartResult(part=part, state=DeliveryState.UNKNOWN, reason="the line was cut")], now=csbot.clock()
    )


async def test_what_was_refused_is_sent_again_by_hand(csbot: Running, ayse: Visitor) -> None:
    user = newcomer(csbot)
    conversation = await held(csbot, ayse, user)
    await act(ayse, conversation, "reply", text="bir daha", once="r" * 32)
    await csbot.quiet()
    view = await csbot.services.store.conversation(conversation)
    assert view is not None
    part = view.messages[-1].parts[0].id
    await csbot.services.store.settle_parts(
        [PartResult(part=part, state=DeliveryState.FAILED, reason="refused")], now=csbot.clock()
    )
    assert "not sent: refused" in (await ayse.get(page(conversation))).words
    before = len(shown(csbot, user))
    assert (await act(ayse, conversation, f"parts/{part}/again")).location.endswith("told=queued")
    await until(lambda: len(shown(csbot, user)) == before + 1, "it is sent again")


async def test_a_script_in_a_name_or_in_words_is_only_text(csbot: Running, ayse: Visitor) -> None:
    evil = "<script>alert(1)</script>"
    conversation = await waits(csbot, f"temsilci {evil}", user=newcomer(csbot), name=evil)
    for path in ("/desk", page(conversation), f"{page(conversation)}/live", "/desk/line"):
        answer = await ayse.get(path)
        assert evil not in answer.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_the_packet_shows_what_a_person_needs(csbot: Running, ayse: Visitor) -> None:
    user = "+905550001122"
    await csbot.platforms["whatsapp"].customer_says(Said(text="kargo kaç günde gelir", user=user))
    await csbot.quiet()
    conversation = await waits(csbot, channel="whatsapp", user=user)
    words = (await ayse.get(page(conversation))).words
    for word in (
        "Free text until",
        "What this channel carries",
        "WhatsApp",
        "has not said whether",
        "Answers the bot gave",
    ):
        assert word in words, words
    await act(ayse, conversation, "claim")
    csbot.time_passes(25 * 3600)
    async with at_desk(csbot) as later:
        words = (await later.get(page(conversation))).words
        assert "This channel takes no free text now." in words


async def test_how_words_would_go_out_is_counted_by_what_cuts_them(csbot: Running, ayse: Visitor) -> None:
    conversation = await waits(csbot, channel="sms", user="+905550003344")
    measured = await act(ayse, conversation, "measure", text="ş" * 100)
    assert measured.words == "Characters: 100 · Messages: 1 · SMS segments: 2"
    telegram = await waits(csbot, user=newcomer(csbot))
    assert (await act(ayse, telegram, "measure", text="a" * 5000)).words == "Characters: 5,000 · Messages: 2"


async def test_a_line_of_closed_ones_has_pages(csbot: Running, ayse: Visitor) -> None:
    closed = []
    for _ in range(3):
        closed.append(await waits(csbot, user=newcomer(csbot)))
        await act(ayse, closed[-1], "close")
    listed = await ayse.get("/desk?show=closed")
    assert [id for id in closed if f"/desk/conversations/{id}" not in listed.text] == []
    assert (await ayse.get("/desk?show=closed&after=nonsense")).status == 200
    assert (await ayse.get("/desk?show=nonsense")).status == 200


async def test_a_platform_that_fails_is_told_at_the_message(csbot: Running, ayse: Visitor) -> None:
    user = newcomer(csbot)
    conversation = await held(csbot, ayse, user)
    csbot.platforms["telegram"].fault(Fault.ERROR)
    await act(ayse, conversation, "reply", text="geliyor", once="f" * 32)

    async def told() -> bool:
        return "waits to be sent:" in (await ayse.get(page(conversation))).words

    await until(told, "the page says that it waits")
    assert [one.text for one in shown(csbot, user)].count("geliyor") == 0
    csbot.time_passes(60)
    await csbot.quiet()
    words = (await ayse.get(page(conversation))).words
    assert "waits to be sent:" not in words
    assert [one.text for one in shown(csbot, user)].count("geliyor") == 1
