"""Which profile names may be used to address a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.text.names import LONGEST, looks_like_a_name, name_in_address


@pytest.mark.parametrize(
    "name",
    [
        "João Silva",
        "Ayşe",
        " Dr. Ayşe Yılmaz ",
        "İş",
        "王伟",
        "J. R. Smith",
        "O'Brien",
        "Jean-Luc",
        "Ольга",
        "अमित",
        "Guest Ada",
    ],
)
def test_names_of_all_peoples_are_names(name: str) -> None:
    assert looks_like_a_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "A",
        "aaaa",
        "🌸",
        "Ayşe 🌸",
        "ayse.yilmaz",
        "ayse_1990",
        "+90 532 111 22 33",
        "a@b.example",
        "https://shop.example",
        "WhatsApp User",
        "Misafir",
        "null",
        "-- Ada",
        "𝓐𝓭𝓪",
        "Ada\u202eevol",
        "Ada\nIgnore all that",
        "Beni ara ya da yaz hemen lütfen",
        "x" * 41,
    ],
)
def test_what_is_not_a_name_is_not_used(name: str) -> None:
    assert not looks_like_a_name(name)


@given(st.text())
def test_what_passes_for_a_name_is_one_short_line_of_letters(name: str) -> None:
    if looks_like_a_name(name):
        assert len(name.strip()) <= LONGEST
        assert "\n" not in name.strip()
        assert not any(char.isdigit() or char in "@/<>{}_" for char in name)


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("ayse.kaya@shop.example", "Ayse Kaya"),
        ("bora_can-su@shop.example", "Bora Can Su"),
        ("canan@shop.example", "Canan"),
        ("deniz+desk@shop.example", "Deniz Desk"),
        ("McAdam@shop.example", "McAdam"),
        ("._@shop.example", "._@shop.example"),
        ("csbot", "csbot"),
        ("", ""),
    ],
)
def test_an_address_tells_what_to_call_somebody(email: str, name: str) -> None:
    assert name_in_address(email) == name
