"""Acts that meet: one claim wins, and the same key never does a thing twice."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from csbot.web.api.idempotency import REPLAYED
from tests.web.line import AYSE, BORA, CANAN, Answer, Line

CUSTOMER = "+905321112200"
AT_ONCE = 8


def same(answers: list[Answer]) -> bool:
    """All are one answer, byte for byte."""
    return len({(answer.status, answer.text) for answer in answers}) == 1


async def test_of_several_who_claim_at_once_one_gets_it_and_the_others_are_told_who(api: Line) -> None:
    for _ in range(5):
        conversation = await api.waits(user=CUSTOMER)

        answers = await asyncio.gather(
            *(api.post(f"conversations/{conversation}/claim", who=who) for who in (AYSE, BORA, CANAN) * 3)
        )

        holders = {answer.json["holder"] for answer in answers}
        assert holders == {(await api.shown(conversation))["holder"]}
        assert Counter(answer.status for answer in answers) == {200: 3, 409: 6}
        assert (await api.post(f"conversations/{conversation}/close", who=holders.pop())).status == 200


async def test_words_that_race_a_return_are_either_said_or_refused(api: Line) -> None:
    conversation = await api.waits(user=CUSTOMER)
    await api.post(f"conversations/{conversation}/claim")

    *said, returned = await asyncio.gather(
        *(api.post(f"conversations/{conversation}/messages", {"text": f"söz {n}"}) for n in range(AT_ONCE)),
        api.post(f"conversations/{conversation}/return"),
    )
    await api.settled()

    assert returned.json["status"] == "bot"
    taken = {f"söz {n}" for n, answer in enumerate(said) if answer.status == 200}
    assert {answer.status for answer in said} <= {200, 409}
    shown = {seen.text for seen in api.platforms["whatsapp"].received(CUSTOMER) if seen.text.startswith("söz")}
    assert shown == taken


async def test_an_agent_and_the_bots_turn_that_meet_leave_one_owner(api: Line) -> None:
    for number in range(5):
        user = f"{CUSTOMER[:-1]}{number}"
        conversation = await api.says("süre", user=user)

        claimed, _ = await asyncio.gather(
            api.post(f"conversations/{conversation}/claim"), api.says("temsilci", user=user)
        )
        await api.settled()

        assert claimed.json["holder"] == AYSE
        assert (await api.shown(conversation))["status"] == "human"


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("claim", None),
        ("messages", {"text": "Merhaba"}),
        ("notes", {"text": "Arayalım"}),
        ("return", {}),
        ("close", {}),
    ],
)
@pytest.mark.parametrize("gap", ["one after another", "at once"])
async def test_the_same_key_does_it_once_and_gives_the_same_answer(api: Line, act: str, body: object, gap: str) -> None:
    conversation = await api.waits()
    if act != "claim":
        await api.post(f"conversations/{conversation}/claim")
    before = len((await api.shown(conversation))["transcript"])

    def ask() -> asyncio.Task[Answer]:
        return asyncio.create_task(api.post(f"conversations/{conversation}/{act}", body, key="k1"))

    if gap == "at once":
        answers = await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
    else:
        answers = [await ask() for _ in range(3)]
        assert [REPLAYED in answer.headers for answer in answers] == [False, True, True]

    assert same(answers)
    assert answers[0].status == 200
    said = len((await api.shown(conversation))["transcript"]) - before
    assert said == (1 if act in {"messages", "notes"} else 0)


async def test_a_key_keeps_its_answer_whatever_happens_after(api: Line) -> None:
    conversation = await api.waits(user=CUSTOMER)
    claimed = await api.post(f"conversations/{conversation}/claim", key="mine")
    refused = await api.post(f"conversations/{conversation}/claim", who=BORA, key="hers")
    await api.post(f"conversations/{conversation}/close")

    assert same([claimed, await api.post(f"conversations/{conversation}/claim", key="mine")])
    again = await api.post(f"conversations/{conversation}/claim", who=BORA, key="hers")
    assert same([refused, again])
    assert (again.status, again.json["holder"], again.headers[REPLAYED]) == (409, AYSE, "true")


async def test_an_answer_that_changed_nothing_is_kept_under_its_key_too(api: Line) -> None:
    conversation = await api.waits()
    await api.post(f"conversations/{conversation}/claim")
    again = await api.post(f"conversations/{conversation}/claim", key="again")
    await api.post(f"conversations/{conversation}/return")

    kept = await api.post(f"conversations/{conversation}/claim", key="again")

    assert same([again, kept])
    assert (await api.shown(conversation))["status"] == "bot"


async def test_a_key_belongs_to_a_person_and_a_path(api: Line) -> None:
    conversation = await api.waits()

    claimed = await api.post(f"conversations/{conversation}/claim", key="1")
    refused = await api.post(f"conversations/{conversation}/claim", who=BORA, key="1")
    noted = await api.post(f"conversations/{conversation}/notes", {"text": "Arayalım"}, key="1")
    noted_too = await api.post(f"conversations/{conversation}/notes", {"text": "Aradım"}, who=BORA, key="1")

    assert [answer.status for answer in (claimed, refused, noted, noted_too)] == [200, 409, 200, 200]
    assert [line["text"] for line in (await api.shown(conversation))["transcript"][-2:]] == ["Arayalım", "Aradım"]


async def test_without_a_key_each_request_is_an_act_of_its_own(api: Line) -> None:
    conversation = await api.waits()

    for _ in range(2):
        await api.post(f"conversations/{conversation}/notes", {"text": "Arayalım"})

    assert [line["text"] for line in (await api.shown(conversation))["transcript"][-2:]] == ["Arayalım"] * 2


async def test_a_request_that_could_not_be_read_leaves_its_key_free(api: Line) -> None:
    conversation = await api.waits()

    assert (await api.post(f"conversations/{conversation}/notes", {"txt": "a"}, key="k")).status == 400
    assert (await api.post("conversations/999/notes", {"text": "a"}, key="k")).status == 404
    assert (await api.post(f"conversations/{conversation}/notes", {"text": "a"}, key="k")).status == 200


async def test_understanding_gives_the_same_answer_for_the_same_key(api: Line) -> None:
    first = await api.post("understand", {"text": "süre"}, key="u")
    again = await api.post("understand", {"text": "iptal"}, key="u")
    other = await api.post("understand", {"text": "iptal"}, key="v")

    assert same([first, again])
    assert not same([first, other])
