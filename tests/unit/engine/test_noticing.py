"""What a text names: typed values and the content's lists and patterns, with where they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.domain.content import EntityKind, EntityValue, Form, Intent, Slot, SlotKind
from csbot.engine.noticing import mentions, notice
from csbot.evaluation.conversing import Conversing
from tests.unit.engine.shop import BY_HEART, SHOP, ByHeart, both, sure

TODAY = date(2026, 11, 23)
CITY = EntityKind(
    id="city",
    title=both("city"),
    values=(
        EntityValue(value="istanbul", label={"tr": "İstanbul", "en": "Istanbul"}, synonyms={"tr": ("ist",)}),
        EntityValue(value="ankara", label={"tr": "Ankara", "en": "Ankara"}),
        EntityValue(value="van", label={"tr": "Van", "en": "Van"}),
        EntityValue(value="afyon", label={"tr": "Afyonkarahisar"}, synonyms={"tr": ("Afyon", "afyon karahisar")}),
    ),
)
PRODUCT = EntityKind(id="product-code", title=both("code"), pattern="[A-Z]{2}-[0-9]{3}")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("İSTANBUL'a kargo", [("city", "istanbul", "İSTANBUL'a")]),
        ("ankaraya ve van'a", [("city", "ankara", "ankaraya"), ("city", "van", "van'a")]),
        ("vanilya kokulu mum", []),
        ("ist içi", [("city", "istanbul", "ist")]),
        ("afyon karahisar", [("city", "afyon", "afyon karahisar")]),
        ("LK-204 var mı", [("product-code", "LK-204", "LK-204")]),
        ("XLK-204", []),
        ("a.b@c.example yazın", [("email", "a.b@c.example", "a.b@c.example")]),
        ("beni 0532 555 11 22 arayın", [("phone", "+905325551122", "0532 555 11 22")]),
        ("4821907 nolu sipariş", [("order_number", "4821907", "4821907")]),
        ("59,90 TL ödedim", [("money", "59.90 TRY", "59,90 TL")]),
        ("1.500 € mu", [("money", "1500 EUR", "1.500 €")]),
        ("12 Mart'ta, yarın", [("date", "2027-03-12", "12 Mart"), ("date", "2026-11-24", "yarın")]),
        ("", []),
    ],
)
def test_what_is_named_is_found_with_its_kind_and_value(text: str, found: list[tuple[str, str, str]]) -> None:
    named = notice(text, today=TODAY, region="TR", kinds=(CITY, PRODUCT))

    assert [(one.kind, one.value, one.text) for one in named] == found


@given(st.lists(st.sampled_from(["İstanbul'a", "ß", "é", "4821907", "12.03.2026", "x@y.example", "LK-204", "😀"])))
def test_places_are_those_of_the_text_as_it_was_written(words: list[str]) -> None:
    # A word between them: numbers in a row may be groups of one.
    text = " ve ".join(words)
    named = notice(text, today=TODAY, region="TR", kinds=(CITY, PRODUCT))

    assert all(text[one.start : one.end] == one.text for one in named)
    assert [one.start for one in named] == sorted(one.start for one in named)
    assert len(named) == min(20, sum(word not in {"ß", "é", "😀"} for word in words))


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    for one in notice(text, today=TODAY, region="TR", kinds=(CITY, PRODUCT)):
        assert text[one.start : one.end] == one.text
    assert all(one.kind == "city" for one in mentions(text, CITY))


WHERE = Slot(name="where", kind=SlotKind.ENTITY, entity="city", question=both("which city?"), error=both("no city"))


@pytest.fixture
def chat() -> Conversing:
    visit = Intent(
        id="visit", title=both("visit"), examples={}, form=Form(slots=(WHERE,), done=both("in {where} [{where}]"))
    )
    catalogue = replace(
        SHOP, intents={**SHOP.intents, "visit": visit}, entities={"city": CITY, "product-code": PRODUCT}
    )
    known = {**BY_HEART, "gelsem": sure("visit"), "ankaraya gelsem": sure("visit")}
    return Conversing(catalogue=catalogue, nlu=ByHeart(known=known))


async def test_a_slot_takes_a_value_of_its_list(chat: Conversing) -> None:
    await chat.says("gelsem")
    assert [say.text for say in (await chat.says("izmire")).says] == ["no city tr\nwhich city? tr"]
    assert (await chat.says("İST olsun")).says[0].text.startswith("in İstanbul")


async def test_a_value_in_the_first_message_is_not_asked_for(chat: Conversing) -> None:
    turn = await chat.says("ankaraya gelsem")
    assert turn.says[0].text.startswith("in Ankara")


async def test_a_person_is_told_what_was_named(chat: Conversing) -> None:
    turn = await chat.says("temsilci, LK-204 Van'a gelmedi, 4821907")
    assert turn.ticket is not None
    assert [(one.kind, one.value) for one in turn.ticket.entities] == [
        ("product-code", "LK-204"),
        ("city", "van"),
        ("order_number", "4821907"),
    ]
