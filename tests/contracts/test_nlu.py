"""What every understanding engine keeps, whatever is inside."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.nlu_cases import ENGINES, Ask, Learn, learning
from tests.unit.nlu.small_brand import DELIVERY, GREETING, catalogue, empty


@pytest.fixture(params=ENGINES, scope="module")
def learn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learn]:
    with learning(request.param, tmp_path_factory) as learn:
        yield learn


@pytest.fixture(scope="module")
def ask(learn: Learn) -> Ask:
    return learn(catalogue())


def test_every_engine_of_the_entry_points_keeps_the_contract() -> None:
    assert {point.name for point in entry_points(group="csbot.nlu")} == set(ENGINES) - {"chain"}


def test_a_phrasing_of_the_content_is_understood(ask: Ask) -> None:
    heard = ask("Kargo kaç günde gelir?")

    assert heard.confident
    assert heard.ranking[0].name == "faq/delivery-time"
    assert ask("CANCEL MY ORDER!!").ranking[0].name == "cancel-order"


@pytest.mark.parametrize("text", ["", " ", "\n\t", "😀", "👍🏽👍🏽", "...", "?!", "12345", "\u200b", "\x00", "-- 7 --"])
def test_a_text_without_words_is_never_confident(ask: Ask, text: str) -> None:
    heard = ask(text)

    assert not heard.confident
    assert heard.close == ()


def test_a_text_about_nothing_known_is_not_confident(ask: Ask) -> None:
    for text in ("who won the football match", "mercimek çorbası tarifi", "xqzt wvkj", "какая завтра погода"):
        assert not ask(text).confident, text


def test_the_same_text_is_always_understood_the_same(learn: Learn) -> None:
    one, other = learn(catalogue()), learn(catalogue())
    for text in ("iade nasıl", "where is it", "siparis iptal", "merhaba kargo ne zaman gelir"):
        assert one(text) == one(text) == other(text)


def test_names_a_question_offers_may_be_unknown(ask: Ask) -> None:
    heard = ask("iade", expected=("no-such-name", "faq/gone", "faq/return-how", ""))

    assert heard.ranking[0].name == "faq/return-how"


def test_a_catalogue_of_nothing_or_of_one_meaning_is_no_trouble(learn: Learn) -> None:
    assert not learn(empty())("kargom nerede").confident
    for only in (DELIVERY, GREETING):
        heard = learn(catalogue(only))("how long does delivery take")
        assert [ranked.name for ranked in heard.ranking] == [f"faq/{only.id}" if only is DELIVERY else only.id]


def test_why_is_told_in_words(ask: Ask) -> None:
    assert "delivery-time" in ask("kac gunde gelir kargo").why
    assert ask("").why


WORDS = ("kargo", "iade", "merhaba", "hi", "order", ".", "?", "12", "😀", "ne", "zaman", "iptal", "и", "ش")
ANY_TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.text(alphabet="aıİI'’. 0\n", max_size=200),
)


@settings(max_examples=150)
@given(
    text=ANY_TEXT, language=st.sampled_from(["", "tr", "en", "xx"]), expected=st.lists(st.text(max_size=12), max_size=3)
)
def test_any_text_is_answered_with_a_sorted_ranking(ask: Ask, text: str, language: str, expected: list[str]) -> None:
    heard = ask(text, language=language, expected=expected)

    scores = [ranked.score for ranked in heard.ranking]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    names = [ranked.name for ranked in heard.ranking]
    assert len(set(names)) == len(names)
    assert set(names) <= {"faq/delivery-time", "faq/return-how", "cancel-order", "greeting"}
    assert not heard.confident or names
    assert not (heard.confident and heard.close)
    assert set(heard.close) <= set(names)


@pytest.mark.parametrize("text", ["kargo " * 700, "a" * 4096, "\ud800 lone", "İ" * 4096, "?" * 4096, "é." * 2048])
def test_no_length_and_no_character_is_too_much(ask: Ask, text: str) -> None:
    heard = ask(text[:4096])
    assert not heard.confident or heard.ranking
