"""Slips are read as the word that was meant; greetings and thanks hide nothing."""

from __future__ import annotations

import pytest

from csbot.nlu.linear.manners import Manners
from csbot.nlu.linear.spelling import Speller
from csbot.nlu.tokens import tokens

SEEN = tokens("kargo ücreti iade süresi siparişim şifremi unuttum unuttum kart")
SPELLER = Speller([SEEN, SEEN, tokens("teslimat")], [("karga",)])


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("ucrti", "ucreti"),
        ("ucrteti", "ucreti"),
        ("uucreti", "ucreti"),
        ("krago", "kargo"),
        ("unutum", "unuttum"),
        ("siparislerim", "siparislerim"),
        ("karga", "karga"),
        ("krt", "krt"),
        ("kart", "kart"),
        ("largo", "kargo"),
        ("teslimatt", "teslimatt"),
        ("zzzzz", "zzzzz"),
        ("iade0", "iade0"),
    ],
)
def test_a_slip_of_one_letter_is_mended_and_nothing_else(slip: str, meant: str) -> None:
    assert SPELLER.mend(slip) == meant


MANNERS = Manners(
    [
        (("merhaba",), "greeting"),
        (("iyi", "gunler"), "greeting"),
        (("tesekkurler",), "thanks"),
        (("thank", "you"), "thanks"),
        (("thank", "you", "very", "much", "indeed"), "thanks"),
    ]
)


@pytest.mark.parametrize(
    ("text", "rest", "name"),
    [
        ("merhaba kargom nerede", "kargom nerede", "greeting"),
        ("Merhaba, iyi günler; iade nasıl? Teşekkürler", "iade nasil", "greeting"),
        ("iade nasıl teşekkürler", "iade nasil", "thanks"),
        ("merhaba", "", "greeting"),
        ("merhaba teşekkürler", "", "thanks"),
        ("kargom nerede", "kargom nerede", ""),
        ("günler iyi", "gunler iyi", ""),
        ("", "", ""),
    ],
)
def test_manners_are_taken_off_both_ends(text: str, rest: str, name: str) -> None:
    words, manner = MANNERS.strip(tokens(text))

    assert " ".join(words) == rest
    assert manner == name


def test_words_that_decorate_manners_say_nothing_of_their_own() -> None:
    assert MANNERS.decorates(tokens("çok ama çok"))
    assert MANNERS.decorates(())
    assert not MANNERS.decorates(tokens("çok kargo"))
