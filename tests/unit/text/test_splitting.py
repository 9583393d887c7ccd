"""Cutting a text that is longer than one message may be."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.text.segments import count
from csbot.text.splitting import split, utf16_length

FAMILY = "👨\u200d👩\u200d👧"
TEXTS = st.text(alphabet=st.sampled_from("abç şĞ.!?\n\t1😀" + FAMILY + "\u0301🇹🇷👍\U0001f3fd각"), max_size=300)


def without_blanks(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_a_text_that_fits_stays_exactly_as_it_is() -> None:
    assert split("  Merhaba \n", 20) == ("  Merhaba \n",)


@pytest.mark.parametrize("text", ["", "   \n "])
def test_a_blank_text_is_no_piece(text: str) -> None:
    assert split(text, 2) == ()


def test_a_limit_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="hold something"):
        split("abc", 0)


def test_a_paragraph_is_the_best_place_to_cut() -> None:
    assert split("One two. Three.\n\nFour five. Six.", 26) == ("One two. Three.", "Four five. Six.")


def test_a_line_is_the_next_best() -> None:
    assert split("One two. Three\nFour five. Six.", 26) == ("One two. Three", "Four five. Six.")


def test_a_sentence_is_the_next_best() -> None:
    assert split("One two three. Four five six seven.", 25) == ("One two three.", "Four five six seven.")


def test_an_early_end_of_a_sentence_does_not_make_a_small_piece() -> None:
    assert split("Yes. One two three four five six seven.", 24) == ("Yes. One two three four", "five six seven.")


def test_the_number_of_a_list_is_no_sentence() -> None:
    assert split("The answers are 1. Evet 2. Hayir", 20) == ("The answers are 1.", "Evet 2. Hayir")
    assert split("Answer with number 1. Yes", 22) == ("Answer with number 1.", "Yes")


def test_an_address_of_a_page_stays_whole_where_it_can() -> None:
    address = "https://shop.example/returns?order=1"
    assert split(f"Return it here: {address} please", 40) == ("Return it here:", f"{address}", "please")


def test_a_word_longer_than_a_piece_is_cut_inside() -> None:
    assert split("x" * 25, 10) == ("x" * 10, "x" * 10, "x" * 5)


@pytest.mark.parametrize("shown", [FAMILY, "e\u0301\u0323", "👍\U0001f3fd", "🇹🇷", "\u1112\u1161\u11ab"])
def test_what_a_reader_sees_as_one_character_is_not_cut(shown: str) -> None:
    for limit in range(utf16_length(shown), 3 * utf16_length(shown)):
        for piece in split(shown * 7, limit, utf16_length):
            assert piece == shown * (len(piece) // len(shown))


def test_pieces_can_be_measured_in_segments() -> None:
    pieces = split("Siparişiniz yola çıktı. " * 30, 2, count)
    assert all(count(piece) <= 2 for piece in pieces)
    assert len(pieces) == 6
    assert all(piece.endswith("çıktı.") for piece in pieces)


def test_utf16_units_are_what_the_platform_counts() -> None:
    assert utf16_length("aş😀") == 4
    assert utf16_length("\ud83d") == 1
    assert split("😀" * 5, 4, utf16_length) == ("😀" * 2, "😀" * 2, "😀")


@given(TEXTS, st.integers(4, 60), st.sampled_from([len, utf16_length]))
def test_nothing_but_blanks_is_lost_and_every_piece_fits(text: str, limit: int, measure: Callable[[str], int]) -> None:
    pieces = split(text, limit, measure)
    assert all(0 < measure(piece) <= limit for piece in pieces)
    assert all(piece.strip() for piece in pieces)
    assert without_blanks("".join(pieces)) == without_blanks(text)


@given(TEXTS)
def test_words_that_fit_are_never_cut(text: str) -> None:
    longest = max([len(word) for word in text.split()], default=1)
    assert " ".join(split(text, longest)).split() == text.split()


@given(st.text(max_size=200), st.integers(1, 3))
def test_pieces_counted_in_segments_fit_whatever_the_text(text: str, limit: int) -> None:
    assert all(count(piece) <= limit for piece in split(text, limit, count))
