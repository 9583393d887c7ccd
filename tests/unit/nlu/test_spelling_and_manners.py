"""Slips are read as the word that was meant; greetings and thanks hide nothing."""

from __future__ import annotations

import pytest

from csbot.nlu.linear.manners import Manners
from csbot.nlu.linear.spelling import Speller
from csbot.nlu.tokens import tokens

SPELLER = Speller(
    [
        *[tokens("kargo ücreti iade süresi siparişim şifremi unuttum unuttum kart")] * 2,
        *[tokens("card has not arrived"), tokens("what time is it"), tokens("i need that card now")] * 3,
        *[tokens("hediye çeki"), tokens("what that")] * 2,
        tokens("teslimat"),
    ],
    [("karga",)],
)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("ucrti", "ucreti"),
        ("ucrteti", "ucreti"),
        ("uucreti", "ucreti"),
        ("krago", "kargo"),
        ("largo", "kargo"),
        ("unutum", "unuttum"),
        ("teslimatt", "teslimat"),
        ("krt", "kart"),
        ("nto", "not"),
        ("siparislerim", "siparislerim"),
        ("siparism", "siparisim"),
        ("karga", "karga"),
        ("kart", "kart"),
        ("zzzzz", "zzzzz"),
        ("k", "k"),
        ("iade0", "iade0"),
    ],
)
def test_a_slip_of_one_letter_is_mended_and_nothing_else(slip: str, meant: str) -> None:
    assert SPELLER.mend((slip,)) == (meant,)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("i need tat card", "i need that card"),
        ("wat time is it", "what time is it"),
        ("my car d hsa not arrived", "my card has not arrived"),
        ("hediyeceki", "hediye ceki"),
        ("kargo 100 tl", "kargo 0 tl"),
        ("", ""),
    ],
)
def test_what_stands_beside_a_slip_tells_what_was_meant(typed: str, meant: str) -> None:
    assert " ".join(SPELLER.mend(tokens(typed))) == meant


def test_a_speller_that_knows_nothing_mends_nothing() -> None:
    assert Speller([]).mend(("kargom", "nerede")) == ("kargom", "nerede")


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
        ("Merhaba, iyi günler; iade nasıl? Teşekkürler", "iade nasil", "thanks"),
        ("iade nasıl teşekkürler", "iade nasil", "thanks"),
        ("merhaba", "", "greeting"),
        ("merhaba teşekkürler", "", "thanks"),
        ("teşekkürler iyi günler", "", "thanks"),
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
