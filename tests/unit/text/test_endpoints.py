"""Addresses that may be posted to."""

from __future__ import annotations

import pytest

from csbot.text.endpoints import endpoint_fault


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "https://shop.example:8443/csbot?tenant=7",
        "https://10.0.0.7/csbot",
        "http://127.0.0.1:8070/lookups",
        "http://127.8.8.8/",
        "http://localhost:8070",
        "http://[::1]:8070/",
        "https://köpek.example/",
    ],
)
def test_what_is_encrypted_or_on_this_machine_is_good(url: str) -> None:
    assert endpoint_fault(url) == ""


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", "begins with https://"),
        ("shop.example", "begins with https://"),
        ("ftp://shop.example", "begins with https://"),
        ("https://", "begins with https://"),
        ("file:///etc/passwd", "begins with https://"),
        ("http://shop.example/", "this machine only"),
        ("http://10.0.0.7/", "this machine only"),
        ("http://localhost.shop.example/", "this machine only"),
        ("http://127.0.0.1.shop.example/", "this machine only"),
        ("https://ayse:s3cret@shop.example/", "user or a password"),
        ("https://token@shop.example/", "user or a password"),
        ("http://127.0.0.1@shop.example/", "user or a password"),
        ("https://shop.example/#top", "behind #"),
        ("https://shop.example:99999/", "no address"),
        ("https://[::1/", "no address"),
        ("https://shop.example/a b", "character"),
        ("https://shop.example/\r\nHost: x", "character"),
    ],
)
def test_what_is_wrong_is_said_without_the_address(url: str, fault: str) -> None:
    said = endpoint_fault(url)
    assert fault in said
    assert "s3cret" not in said
    assert "shop" not in said
