"""Asking a Rasa server: which one, whether it is the right one, and what is never shown."""

from __future__ import annotations

import os
import stat
import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from csbot.errors import EngineAway, SettingsError
from csbot.nlu.rasa import RasaNlu, build
from csbot.nlu.rasa.client import Sidecar
from csbot.nlu.rasa.records import (
    SERVING,
    Model,
    forget_serving,
    phrasings,
    read_serving,
    read_trained,
    write_serving,
    write_trained,
)
from tests.rasa_imitation import TOKEN, RasaImitation
from tests.unit.nlu.small_brand import CANCEL, DELIVERY, GREETING, RETURNS, catalogue

KNOWN = "Kargo kaç günde gelir?"


@pytest.fixture
def imitation() -> RasaImitation:
    return RasaImitation(catalogue())


@pytest.fixture
async def url(imitation: RasaImitation, tmp_path: Path) -> AsyncIterator[str]:
    async with imitation.running() as url:
        write_serving(tmp_path, imitation.serving(url))
        yield url


@pytest.fixture
async def rasa(url: str, tmp_path: Path) -> AsyncIterator[RasaNlu]:
    async with Sidecar(tmp_path) as sidecar:
        yield RasaNlu(catalogue(), sidecar)


async def test_a_retrieval_intent_is_the_entry_its_selector_ranks_first(rasa: RasaNlu) -> None:
    heard = await rasa.understand(KNOWN)

    assert heard.ranking[0].name == "faq/delivery-time"
    assert {ranked.name for ranked in heard.ranking} == {
        "faq/delivery-time",
        "faq/return-how",
        "cancel-order",
        "greeting",
    }
    assert heard.language == "tr"


async def test_the_selector_counts_only_where_its_intent_comes_first(rasa: RasaNlu) -> None:
    heard = await rasa.understand("cancel my order")

    assert {ranked.name for ranked in heard.ranking} == {"cancel-order", "greeting"}


async def test_below_the_models_threshold_nothing_is_sure(
    rasa: RasaNlu, imitation: RasaImitation, url: str, tmp_path: Path
) -> None:
    assert (await rasa.understand(KNOWN)).confident
    write_serving(tmp_path, imitation.serving(url, threshold=0.999))
    heard = await rasa.understand(KNOWN)

    assert not heard.confident
    assert "not sure enough" in heard.why


async def test_a_language_the_brand_does_not_speak_is_never_sure(
    imitation: RasaImitation, url: str, tmp_path: Path
) -> None:
    async with Sidecar(tmp_path) as sidecar:
        turkish = RasaNlu(replace(catalogue(), languages=("tr",)), sidecar)
        heard = await turkish.understand("How long does delivery take?")

    assert heard.language == "en"
    assert not heard.confident


async def test_while_a_question_is_open_only_what_it_offers_is_sure(rasa: RasaNlu) -> None:
    assert not (await rasa.understand(KNOWN, expected=("faq/return-how", "cancel-order"))).confident
    assert (await rasa.understand(KNOWN, expected=("faq/delivery-time",))).confident
    assert (await rasa.understand(KNOWN, expected=("faq/gone",))).confident


async def test_what_rasa_would_fall_back_on_is_not_sure(rasa: RasaNlu) -> None:
    heard = await rasa.understand("xqzt wvkj")

    assert not heard.confident
    assert "fall back" in heard.why
    assert "nlu_fallback" not in {ranked.name for ranked in heard.ranking}


async def test_another_model_than_the_one_asked_for_is_noticed(rasa: RasaNlu, imitation: RasaImitation) -> None:
    imitation.model_file = "/var/rasa/models/some-other.tar.gz"
    with pytest.raises(EngineAway, match="another model"):
        await rasa.understand(KNOWN)
    assert imitation.asked == []


async def test_a_model_that_learnt_other_phrasings_is_not_asked(
    url: str, imitation: RasaImitation, tmp_path: Path
) -> None:
    async with Sidecar(tmp_path) as sidecar:
        with pytest.raises(EngineAway, match="csbot rasa train"):
            await RasaNlu(catalogue(DELIVERY, RETURNS, CANCEL), sidecar).understand(KNOWN)
    assert imitation.asked == []


async def test_a_switched_sidecar_is_asked_without_a_restart(
    rasa: RasaNlu, imitation: RasaImitation, tmp_path: Path
) -> None:
    await rasa.understand(KNOWN)
    other = RasaImitation(catalogue())
    async with other.running() as url:
        write_serving(tmp_path, other.serving(url))
        await rasa.understand(KNOWN)

    assert (imitation.asked, other.asked) == ([KNOWN], [KNOWN])


async def test_without_a_sidecar_it_says_what_starts_one(rasa: RasaNlu, tmp_path: Path) -> None:
    forget_serving(tmp_path)
    with pytest.raises(EngineAway, match="csbot rasa serve"):
        await rasa.understand(KNOWN)
    (tmp_path / SERVING).write_text("{half")
    with pytest.raises(EngineAway, match="csbot rasa serve"):
        await rasa.understand(KNOWN)


async def test_a_server_that_refuses_says_what_starts_it(imitation: RasaImitation, tmp_path: Path) -> None:
    async with imitation.running() as url:
        pass
    write_serving(tmp_path, imitation.serving(url))
    async with Sidecar(tmp_path) as sidecar:
        with pytest.raises(EngineAway, match="cannot be reached"):
            await RasaNlu(catalogue(), sidecar).understand(KNOWN)


@pytest.mark.parametrize("fault", ["500", "cut", "garbage", "list", "redirect"])
async def test_the_token_is_in_no_error_whatever_the_server_does(
    rasa: RasaNlu, imitation: RasaImitation, fault: str
) -> None:
    await rasa.understand(KNOWN)
    imitation.fault = fault
    with pytest.raises(EngineAway) as caught:
        await rasa.understand(KNOWN)

    assert TOKEN not in "".join(traceback.format_exception(caught.value))


async def test_a_wrong_token_is_an_engine_that_is_away(url: str, imitation: RasaImitation, tmp_path: Path) -> None:
    write_serving(tmp_path, replace(imitation.serving(url), token="guessed"))
    async with Sidecar(tmp_path) as sidecar:
        with pytest.raises(EngineAway, match="401"):
            await RasaNlu(catalogue(), sidecar).understand(KNOWN)


def test_the_record_of_the_sidecar_is_its_owners_alone_and_hides_the_token(
    imitation: RasaImitation, tmp_path: Path
) -> None:
    serving = imitation.serving("http://127.0.0.1:1")
    write_serving(tmp_path, serving)

    assert read_serving(tmp_path) == serving
    assert stat.S_IMODE(os.stat(tmp_path / SERVING).st_mode) == 0o600
    assert TOKEN not in repr(serving)
    assert [path.name for path in tmp_path.iterdir()] == [SERVING]


def test_the_model_that_is_wanted_is_kept(tmp_path: Path) -> None:
    assert read_trained(tmp_path) is None
    model = Model(file="/a.tar.gz", phrasings="1", threshold=0.8)
    write_trained(tmp_path, model)
    assert read_trained(tmp_path) == model


def test_phrasings_count_for_a_model_and_answers_do_not() -> None:
    mine = phrasings(catalogue())
    answered = replace(DELIVERY, answers={"tr": "Bir gün."}, title={"tr": "Kargo"})
    asked = replace(DELIVERY, questions={**DELIVERY.questions, "en": ("when is it here",)})

    assert phrasings(catalogue(answered, RETURNS, CANCEL, GREETING)) == mine
    assert phrasings(catalogue(asked, RETURNS, CANCEL, GREETING)) != mine


def test_an_engine_without_a_sidecar_to_ask_is_refused() -> None:
    with pytest.raises(SettingsError, match="rasa"):
        build(catalogue(), {})
