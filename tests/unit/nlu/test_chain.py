"""Several engines as one: who is asked, who answers, who rests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from csbot import metrics
from csbot.breaker import Breaker
from csbot.domain.ticket import Ranked
from csbot.domain.understanding import Understanding
from csbot.errors import EngineAway
from csbot.nlu.chain import Chain, Link
from csbot.nlu.rasa import RasaNlu
from csbot.nlu.rasa.client import Sidecar
from csbot.nlu.rasa.records import write_serving
from tests.rasa_imitation import RasaImitation
from tests.unit.nlu.small_brand import catalogue

KNOWN = "Kargo kaç günde gelir?"
DEADLINE_S = 0.2


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Says:
    """An engine that always says the same, and counts how often it was asked."""

    def __init__(self, name: str, *, confident: bool = True) -> None:
        self._heard = Understanding(ranking=(Ranked(name=name, score=0.9),), confident=confident, why=f"says {name}")
        self.asked = 0

    async def understand(self, text: str, *, language: str = "", expected: Sequence[str] = ()) -> Understanding:
        self.asked += 1
        return self._heard


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def embedded() -> Says:
    return Says("embedded", confident=False)


@pytest.fixture
def imitation() -> RasaImitation:
    return RasaImitation(catalogue())


@pytest.fixture
async def rasa(imitation: RasaImitation, tmp_path: Path) -> AsyncIterator[RasaNlu]:
    async with imitation.running() as url, Sidecar(tmp_path) as sidecar:
        write_serving(tmp_path, imitation.serving(url))
        yield RasaNlu(catalogue(), sidecar)


@pytest.fixture
def chain(rasa: RasaNlu, embedded: Says, clock: Clock) -> Chain:
    breaker = Breaker("engine rasa", clock=clock, most=3, rest_s=10)
    return Chain(
        [Link(name="rasa", nlu=rasa, breaker=breaker, deadline_s=DEADLINE_S), Link(name="linear", nlu=embedded)]
    )


def counted(engine: str, outcome: str) -> float:
    return (
        metrics.REGISTRY.get_sample_value("csbot_engine_questions_total", {"engine": engine, "outcome": outcome}) or 0.0
    )


def alarm() -> float | None:
    return metrics.REGISTRY.get_sample_value("csbot_alarm", {"what": "engine rasa"})


async def test_the_first_confident_answer_is_taken_and_nobody_else_is_asked(chain: Chain, embedded: Says) -> None:
    before = counted("rasa", "sure")
    heard = await chain.understand(KNOWN)

    assert heard.confident
    assert heard.ranking[0].name == "faq/delivery-time"
    assert embedded.asked == 0
    assert counted("rasa", "sure") == before + 1


async def test_the_embedded_engine_answers_what_the_first_is_unsure_of(chain: Chain, embedded: Says) -> None:
    heard = await chain.understand("xqzt wvkj")

    assert heard.ranking[0].name == "embedded"
    assert heard.why == "says embedded"


@pytest.mark.parametrize("fault", ["500", "cut", "garbage", "list", "redirect"])
async def test_the_embedded_engine_answers_for_a_server_that_fails(
    chain: Chain, imitation: RasaImitation, fault: str
) -> None:
    imitation.fault = fault
    before = counted("rasa", "away")
    heard = await chain.understand(KNOWN)

    assert heard.ranking[0].name == "embedded"
    assert heard.why.startswith("rasa ")
    assert heard.why.endswith("; says embedded")
    assert counted("rasa", "away") == before + 1


async def test_a_server_that_hangs_costs_its_deadline_and_no_more(chain: Chain, imitation: RasaImitation) -> None:
    imitation.fault = "hang"
    loop = asyncio.get_running_loop()
    began, before = loop.time(), counted("rasa", "late")
    heard = await chain.understand(KNOWN)

    assert heard.ranking[0].name == "embedded"
    assert DEADLINE_S <= loop.time() - began < DEADLINE_S + 1
    assert counted("rasa", "late") == before + 1


async def test_who_keeps_failing_rests_and_is_tried_again(chain: Chain, imitation: RasaImitation, clock: Clock) -> None:
    imitation.fault = "500"
    for _ in range(3):
        await chain.understand(KNOWN)
    assert alarm() == 1

    imitation.fault = ""
    clock.now = 9.9
    heard = await chain.understand(KNOWN)
    assert (heard.ranking[0].name, heard.why) == ("embedded", "rasa is not asked for a while; says embedded")
    assert imitation.asked == []

    clock.now = 10
    assert (await chain.understand(KNOWN)).ranking[0].name == "faq/delivery-time"
    assert alarm() == 0


async def test_a_failing_try_lets_it_rest_once_more(chain: Chain, imitation: RasaImitation, clock: Clock) -> None:
    imitation.fault = "500"
    for _ in range(3):
        await chain.understand(KNOWN)
    clock.now = 10
    before = counted("rasa", "away")
    assert "status 500" in (await chain.understand(KNOWN)).why
    assert counted("rasa", "away") == before + 1

    clock.now = 19.9
    assert "for a while" in (await chain.understand(KNOWN)).why


async def test_many_questions_at_once_make_one_try(chain: Chain, imitation: RasaImitation, clock: Clock) -> None:
    imitation.fault = "hang"
    await asyncio.gather(*(chain.understand(KNOWN) for _ in range(3)))
    clock.now = 10
    before = counted("rasa", "late")
    await asyncio.gather(*(chain.understand(KNOWN) for _ in range(5)))

    assert counted("rasa", "late") == before + 1


async def test_failures_that_are_not_in_a_row_are_forgiven(chain: Chain, imitation: RasaImitation) -> None:
    for fault in ("500", "500", "", "500", "500"):
        imitation.fault = fault
        await chain.understand(KNOWN)
    imitation.fault = ""

    assert (await chain.understand(KNOWN)).ranking[0].name == "faq/delivery-time"


def test_a_try_that_never_ends_holds_nobody_up(clock: Clock) -> None:
    breaker = Breaker("engine rasa", clock=clock, most=1, rest_s=10)
    breaker.failed("gone")
    clock.now = 10
    assert breaker.admits()
    assert not breaker.admits()

    clock.now = 20
    assert breaker.admits()
    breaker.succeeded()
    assert not breaker.is_open


async def test_the_embedded_engine_may_come_first(rasa: RasaNlu, embedded: Says, clock: Clock) -> None:
    second = Link(name="rasa", nlu=rasa, breaker=Breaker("engine rasa", clock=clock), deadline_s=DEADLINE_S)
    chain = Chain([Link(name="linear", nlu=embedded), second])

    assert (await chain.understand(KNOWN)).ranking[0].name == "faq/delivery-time"
    assert (await chain.understand("xqzt wvkj")).ranking[0].name == "embedded"
    assert embedded.asked == 2


def test_a_chain_without_an_embedded_engine_is_refused(clock: Clock) -> None:
    with pytest.raises(ValueError, match="embedded"):
        Chain([Link(name="rasa", nlu=Says("x"), breaker=Breaker("engine rasa", clock=clock))])


async def test_an_engine_that_is_asked_alone_says_that_it_is_away(rasa: RasaNlu, imitation: RasaImitation) -> None:
    imitation.fault = "500"
    with pytest.raises(EngineAway, match="status 500"):
        await rasa.understand(KNOWN)
