"""The embedded engine on a small brand: what is answered, what is asked about, what is left to a person."""

from __future__ import annotations

import pytest

from csbot.domain.content import Entry, Intent
from csbot.domain.understanding import Understanding
from csbot.errors import SettingsError
from csbot.nlu.linear import LinearNlu, build
from tests.unit.nlu.small_brand import CANCEL, DELIVERY, GREETING, RETURNS, catalogue

NLU = build(catalogue(), {})


async def hear(text: str, nlu: LinearNlu = NLU, *, expected: tuple[str, ...] = ()) -> Understanding:
    return await nlu.understand(text, expected=expected)


def best(heard: Understanding) -> str:
    """The name of a confident meaning; "" when there is none."""
    return heard.ranking[0].name if heard.confident else ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("kargo kac gunde gelir", "faq/delivery-time"),
        ("KARGO KAÇ GÜNDE GELİR", "faq/delivery-time"),
        ("kargom kaç günde gelir acaba", "faq/delivery-time"),
        ("iade nasil yapilir", "faq/return-how"),
        ("iptal etmek istiyorum siparişimi", "cancel-order"),
        ("please cancel my order", "cancel-order"),
        ("Teslimat süresi", "faq/delivery-time"),
        ("merhaba", "greeting"),
        ("good morning!", "greeting"),
    ],
)
async def test_what_is_said_in_other_words_is_understood(text: str, name: str) -> None:
    assert best(await hear(text)) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("merhaba kargo kaç günde gelir", "faq/delivery-time"),
        ("iyi günler, iade nasıl yapılır?", "faq/return-how"),
        ("hello cancel my order", "cancel-order"),
        ("merhaba Ayşe Hanım", "greeting"),
        ("hi there", "greeting"),
    ],
)
async def test_a_greeting_hides_no_question(text: str, name: str) -> None:
    assert best(await hear(text)) == name


async def test_a_greeting_before_something_unknown_is_not_answered_as_a_greeting() -> None:
    assert best(await hear("merhaba arabamın lastiği yolda patladı kaldım")) == ""


async def test_the_sentence_that_says_it_is_heard_in_a_long_text() -> None:
    text = "Geçen hafta sizden aldım. Evde bakınca beğenmedim açıkçası rengini. İade nasıl yapılır?"

    assert best(await hear(text)) == "faq/return-how"


async def test_another_firms_name_makes_nothing_sure() -> None:
    assert best(await hear("iade nasıl yapılır trendyol")) == ""
    assert best(await hear("Trendyol hesabım var orada. İade nasıl yapılır?")) == ""
    assert "trendyol" in (await hear("trendyol iade nasıl")).why


async def test_a_firm_the_content_speaks_of_is_no_stranger() -> None:
    entry = Entry(
        id="ebay",
        title={"en": "eBay"},
        questions={"en": ("do you sell on ebay", "is this your ebay shop", "ebay account name")},
        answers={"en": "Yes."},
    )
    nlu = build(catalogue(entry, DELIVERY, RETURNS), {})

    assert best(await hear("do you sell things on ebay", nlu)) == "faq/ebay"


async def test_a_foreign_language_is_told_and_not_answered() -> None:
    heard = await hear("Wo ist mein Paket? Ich warte schon lange auf die Lieferung")

    assert heard.language == "de"
    assert not heard.confident
    assert heard.close == ()


async def test_meanings_that_are_alike_are_worth_a_question() -> None:
    colours = ("change the colour", "another colour please", "can i get it in blue", "i want a different colour")
    before = Intent(id="before", title={"en": "Before"}, examples={"en": colours}, answer={"en": "a"})
    again = ("change the colour now", "another colour", "can i get it in red", "i need a different colour")
    after = Intent(id="after", title={"en": "After"}, examples={"en": again}, answer={"en": "b"})
    nlu = build(catalogue(before, after, DELIVERY, CANCEL), {})

    heard = await hear("may i have a different colour", nlu)

    assert not heard.confident
    assert set(heard.close) == {"before", "after"}


async def test_an_offered_meaning_is_likelier() -> None:
    plain = await hear("istiyorum")
    offered = await hear("istiyorum", expected=("cancel-order",))

    def score(heard: Understanding) -> float:
        return next((ranked.score for ranked in heard.ranking if ranked.name == "cancel-order"), 0.0)

    assert score(offered) > score(plain)


async def test_a_lone_word_that_many_meanings_share_is_not_answered() -> None:
    assert best(await hear("nasıl")) == ""


async def test_why_names_score_threshold_and_nearest_example() -> None:
    why = (await hear("kargom kaç günde geliyor")).why

    assert "faq/delivery-time" in why
    assert "answered from" in why
    assert "'Kargo kaç günde gelir?'" in why


async def test_content_about_other_matters_may_speak_of_them() -> None:
    weather = Intent(
        id="weather",
        title={"en": "Weather"},
        examples={"en": ("what is the weather today", "is it going to snow", "weather forecast", "how cold is it")},
        answer={"en": "Sunny."},
    )
    nlu = build(catalogue(weather, DELIVERY, RETURNS, GREETING), {})

    assert best(await hear("whats the weather forecast", nlu)) == "weather"


@pytest.mark.parametrize("value", [-0.1, 1, 2, "much", True, None])
def test_a_share_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(SettingsError, match="in_scope_refused"):
        build(catalogue(), {"in_scope_refused": value})


def test_settings_of_others_are_passed_over() -> None:
    assert isinstance(build(catalogue(), {"in_scope_refused": 0.1, "engines": ("linear",)}), LinearNlu)


async def test_the_grounds_are_told() -> None:
    heard = await hear("kargo bana kac gunde gelir")

    assert heard.grounds is not None
    assert [phrase.name for phrase in heard.grounds.phrases] == [ranked.name for ranked in heard.ranking]
    assert heard.grounds.phrases[0].likeness > heard.grounds.phrases[1].likeness
    assert 0 < heard.grounds.ask_from <= heard.grounds.answer_from < 1
    assert {word.text for word in heard.grounds.words} <= {"kargo", "bana", "kac", "gunde", "gelir"}
    assert [word.share for word in heard.grounds.words] == sorted((w.share for w in heard.grounds.words), reverse=True)
    assert 0.5 < sum(word.share for word in heard.grounds.words) <= 1.001
