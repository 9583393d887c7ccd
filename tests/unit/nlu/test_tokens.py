"""A message as words: what customers type and what it stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.nlu.tokens import MOST_WORDS, is_number, sentences, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("KARGOM NERDEEEE???", "kargom nerede"),
        ("İADE Iade ıade iade", "iade iade iade iade"),
        ("düzeltirmisiniz", "duzeltir misiniz"),
        ("kapıda ödeme varmı", "kapida odeme var mi"),
        ("iptal etmek istiyom", "iptal etmek istiyorum"),
        ("ne yapıyosunuz", "ne yapiyorsunuz"),
        ("Bursa'da şubeniz", "bursa subeniz"),
        ("where's my parcel, I can't find it", "where is my parcel i cant find it"),
        ("thx 4 ur help", "thanks 0 your help"),
        ("sipariş no: 123456", "siparis no 0"),
        ("500₺ ürün2", "0 urun0"),
        ("kargo😀nerede 👍🏽", "kargo nerede"),
        ("iade acaba lütfen nasıl", "iade nasil"),
        ("lütfen", "lutfen"),
        ("где мой заказ", "где мой заказ"),
        ("...", ""),
    ],
)
def test_words_are_folded_and_written_out(text: str, words: str) -> None:
    assert " ".join(tokens(text)) == words


def test_what_stands_late_in_a_very_long_text_is_not_read() -> None:
    assert len(tokens("kargo nerede " * 1000)) == MOST_WORDS


@given(st.text())
def test_words_of_words_are_the_same_words(text: str) -> None:
    words = tokens(text)

    assert all(word and " " not in word for word in words)
    assert tokens(" ".join(words)) == words or any(map(is_number, words)) or not text.isascii()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Merhaba. Kargom nerede?", ["Merhaba", "Kargom nerede"]),
        ("iade\n\nnasıl yapılır", ["iade", "nasıl yapılır"]),
        ("saat 10.30 ve 2.5 kg", ["saat 10.30 ve 2.5 kg"]),
        ("?!", []),
    ],
)
def test_sentences_end_at_signs_and_lines(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts
