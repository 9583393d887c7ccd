"""What a text costs as SMS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.text.segments import ascii_turkish, count, is_gsm7

TURKISH = "ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZabcçdefgğhıijklmnoöprsştuüvyz"


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ö" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ş" * 70, 1),
        ("ş" * 71, 2),
        ("ş" * 134, 2),
        ("ş" * 135, 3),
        ("a" * 70 + "ğ", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("ş" * 1600, 24),
        ("a" * 1600, 11),
    ],
)
def test_segments_are_counted_as_the_network_cuts_them(text: str, segments: int) -> None:
    assert count(text) == segments


def test_an_escaped_character_does_not_lie_across_two_segments() -> None:
    assert count("a" * 152 + "€" + "a" * 152) == 3
    assert count("a" * 151 + "€" + "a" * 153) == 2


def test_a_surrogate_pair_does_not_lie_across_two_segments() -> None:
    assert count("ş" * 66 + "😀" + "ş" * 66) == 3
    assert count("ş" * 65 + "😀" + "ş" * 67) == 2


@pytest.mark.parametrize("letter", "şŞğĞıİç")
def test_one_turkish_letter_outside_the_alphabet_makes_the_whole_text_ucs2(letter: str) -> None:
    assert not is_gsm7("Merhaba" + letter)


@pytest.mark.parametrize("letter", "öÖüÜÇ\n~{}[]|^\\€")
def test_letters_of_the_alphabet_and_its_extension_do_not(letter: str) -> None:
    assert is_gsm7("Merhaba" + letter)


def test_turkish_becomes_ascii_and_so_do_typographers_marks() -> None:
    assert ascii_turkish(TURKISH).isascii()
    assert ascii_turkish("“Şu ürün” 5₺’ye…") == '"Su urun" 5TL\'ye...'
    assert ascii_turkish("s\u0327ey") == "sey"


def test_ascii_turkish_leaves_other_alphabets_alone() -> None:
    assert ascii_turkish("Привет, żółć") == "Привет, żółć"


@given(st.text(alphabet=TURKISH + " .,\n'“”…₺"))
def test_ascii_turkish_never_costs_more(text: str) -> None:
    ascii_text = ascii_turkish(text)
    assert is_gsm7(ascii_text)
    if len(ascii_text) == len(text):
        assert count(ascii_text) <= count(text)


@given(st.text(max_size=400), st.text(max_size=5))
def test_a_longer_text_never_costs_less(text: str, more: str) -> None:
    assert count(text + more) >= count(text)
