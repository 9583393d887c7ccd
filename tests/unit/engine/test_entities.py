"""Typed values in free text."""

from __future__ import annotations

import pytest

from csbot.engine import entities


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12345678 numaralı siparişimi iptal edin", "12345678"),
        ("sipariş no:#123456'yı", "123456"),
        ("order no123456", "123456"),
        ("1500 TL ödedim", ""),
        ("€1500,90 paid", ""),
        ("2026 yılında aldım", ""),
        ("0532 111 22 33 numaram", ""),
        ("05321112233", ""),
        ("0532 1112233 arayın, sipariş 4711", "4711"),
        ("12.03.2026 tarihinde", ""),
        ("ali1234@ornek.com", ""),
        ("iki ürün aldım", ""),
    ],
)
def test_an_order_number_is_told_from_other_numbers(text: str, number: str) -> None:
    assert entities.order_number(text, "[0-9]{4,10}", marked=True) == number


def test_a_number_in_a_text_that_was_not_asked_for_one_is_a_phone_only_when_it_begins_like_one() -> None:
    assert entities.phone("siparişim 1234567890", "TR", marked=True) == ""
    assert entities.phone("beni (0532) 111 22 33'ten arayın", "TR", marked=True) == "+905321112233"


@pytest.mark.parametrize(("zone", "region"), [("Europe/Istanbul", "TR"), ("Europe/Berlin", "DE")])
def test_phone_numbers_are_read_as_in_the_country_of_the_time_zone(zone: str, region: str) -> None:
    assert entities.region_of(zone) == region


@pytest.mark.parametrize("text", ["1" * 100_000, "a@" * 50_000, "1.2" * 30_000, "( " * 50_000, "1 " * 50_000])
def test_endless_input_is_read_in_reasonable_steps(text: str) -> None:
    found = (
        entities.email(text),
        entities.order_number(text, "[0-9]{4,10}", marked=True),
        entities.phone(text, "TR", marked=True),
    )
    assert not any(found)
