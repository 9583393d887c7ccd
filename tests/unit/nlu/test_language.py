"""Which language a short message is in, and when it does not tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.content import load
from csbot.nlu.language import LanguageDetector
from tests.unit.nlu.sample_questions import ASCII_TURKISH, ENGLISH, TURKISH
from tests.unit.nlu.small_brand import catalogue

SAMPLE = LanguageDetector(load(Path(__file__).parents[3]))
SMALL = LanguageDetector(catalogue())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("kargom nerede", "tr"),
        ("siparisim nerde", "tr"),
        ("iade", "tr"),
        ("teşekkürler", "tr"),
        ("tesekkurler", "tr"),
        ("merhaba", "tr"),
        ("bugun hava cok guzel", "tr"),
        ("Van'a kargo kaç gün", "tr"),
        ("hi", "en"),
        ("where is my order", "en"),
        ("i am from berlin, where is my parcel", "en"),
        ("Wo ist mein Paket?", "de"),
        ("wo ist mein paket", "de"),
        ("hola", "es"),
        ("Buenos días!", "es"),
        ("bonjour", "fr"),
        ("Guten Tag", "de"),
        ("привет", "ru"),
        ("مرحبا", "ar"),
        ("Ich möchte meine Bestellung stornieren", "de"),
        ("Wie wird das Wetter morgen in Berlin?", "de"),
        ("Où est ma commande ?", "fr"),
        ("¿Dónde está mi pedido?", "es"),
        ("Dove è il mio ordine", "it"),
        ("waar is mijn bestelling", "nl"),
        ("gdzie jest moja paczka", "pl"),
        ("mənim sifarişim haradadır", "az"),
        ("где мой заказ", "ru"),
        ("де моє замовлення", "uk"),
        ("къде е моята поръчка", "bg"),
        ("أين طلبي", "ar"),
        ("کجاست سفارش من", "fa"),
        ("πού είναι η παραγγελία μου", "el"),
        ("我的订单在哪里", "zh"),
        ("注文はどこですか", "ja"),
        ("제 주문 어디에 있나요", "ko"),
    ],
)
def test_a_message_that_tells_its_language_is_heard(text: str, language: str) -> None:
    assert SAMPLE.detect(text) == language


TELLS_NOTHING = """
12345 | 😀 | ok | no | son | para la | Mehmet | Ayşe Yılmaz | John Smith | iPhone 15 Pro | A | x y z | merci | hallo
| https://example.com/x | izmir | Ankara | asdkjh qwpoei | Ж | +90 532 111 22 33 |
"""


@pytest.mark.parametrize("text", TELLS_NOTHING.split("|"))
def test_a_message_that_does_not_tell_is_not_guessed(text: str) -> None:
    assert SAMPLE.detect(text) == ""


@pytest.mark.parametrize("text", [text for text, _ in TURKISH + ASCII_TURKISH])
def test_turkish_questions_are_turkish_with_and_without_its_letters(text: str) -> None:
    assert SAMPLE.detect(text) == "tr"


@pytest.mark.parametrize("text", [text for text, _ in ENGLISH])
def test_english_questions_are_english(text: str) -> None:
    assert SAMPLE.detect(text) == "en"


def test_every_phrasing_of_the_sample_brand_is_in_its_language_or_does_not_tell() -> None:
    content = load(Path(__file__).parents[3])
    phrasings = [entry.questions for entry in content.entries.values()]
    phrasings += [intent.examples for intent in content.intents.values()]
    told = [
        (SAMPLE.detect(phrase), language)
        for by_language in phrasings
        for language, phrases in by_language.items()
        for phrase in phrases
    ]

    assert sum(heard not in ("", language) for heard, language in told) <= 0.005 * len(told)
    assert sum(heard == language for heard, language in told) >= 0.98 * len(told)


def test_a_brand_with_few_words_knows_languages_all_the_same() -> None:
    assert SMALL.detect("where is my order") == "en"
    assert SMALL.detect("siparişim nerede kaldı") == "tr"
    assert SMALL.detect("Wo ist mein Paket?") == "de"


@given(st.text(max_size=300))
def test_any_text_has_a_language_code_or_none(text: str) -> None:
    language = SMALL.detect(text)

    assert language == SMALL.detect(text)
    assert language == "" or (language.isascii() and language.islower() and len(language) == 2)
