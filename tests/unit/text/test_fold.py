"""Folding: however Turkish is typed it is one text, and no other language is harmed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.text.fold import fold


@pytest.mark.parametrize("text", ["İADE", "iade", "ıade", "IADE", "i\u0307ade", "I\u0307ADE"])
def test_all_spellings_of_the_turkish_i_are_one(text: str) -> None:
    assert fold(text) == "iade"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Şifremi değiştirmek istiyorum çok güç", "sifremi degistirmek istiyorum cok guc"),
        ("ŞİŞLİ'DEKİ MAĞAZA", "sisli'deki magaza"),
        ("Straße Größe", "strasse grosse"),
        ("¿Dónde está mi pedido, señor?", "¿donde esta mi pedido, senor?"),
        ("𝓱𝓮𝓵𝓵𝓸 ｗｏｒｌｄ ﬁne", "hello world fine"),
        ("hâlâ kâr rüzgâr", "hala kar ruzgar"),
    ],
)
def test_marks_over_latin_letters_fall(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


def test_russian_letters_stay_apart() -> None:
    assert fold("Мой заказ ещё") == "мой заказ ещё"
    assert fold(unicodedata.normalize("NFD", "мой")) == "мой"
    assert fold("все") != fold("всё")


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)
    assert fold(once) == once or not once.isascii()


@given(st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzİI ", max_size=60))
def test_turkish_folds_to_lower_case_ascii(text: str) -> None:
    assert fold(text).isascii()
    assert fold(text) == fold(text.upper()) == fold(fold(text))
