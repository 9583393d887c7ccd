"""Codes to a contact on file: good once, for ten minutes, about one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from csbot.domain.lookup import NeedsLookup
from csbot.lookups.codes import MOST_SENT, MOST_WRONG, Guesses, challenge, code, is_right, key_of
from tests.unit.lookups.questions import NOW, about

KEY = key_of([b"one secret of a lookup", b"another secret of one"])
SENT = about("4811", request="web:k7:order-status", send_code=True)
NAME = challenge(SENT, now=NOW)


def typed(what: str, **more: object) -> NeedsLookup:
    return replace(about("4811", request="web:k8:order-status", challenge=NAME, code=what), **more)  # type: ignore[arg-type]


def test_a_code_has_six_digits_and_follows_from_what_was_asked() -> None:
    made = code(KEY, SENT, NAME)
    assert len(made) == 6
    assert made.isdecimal()
    assert made == code(KEY, SENT, challenge(SENT, now=NOW + timedelta(seconds=30)))
    assert len({code(KEY, SENT, f"web:k{n}:x@1") for n in range(50)}) > 40


@pytest.mark.parametrize("minutes", [0, 1, 9, 9.9])
def test_it_is_good_for_ten_minutes_whatever_is_written_around_it(minutes: float) -> None:
    made = code(KEY, SENT, NAME)
    now = NOW + timedelta(minutes=minutes)
    for what in (made, f" {made}\n", f"{made[:3]} {made[3:]}", f"kod: {made}"):
        assert is_right(KEY, typed(what), now=now)


def test_and_no_longer_nor_before() -> None:
    made = code(KEY, SENT, NAME)
    assert not is_right(KEY, typed(made), now=NOW + timedelta(minutes=11))
    assert not is_right(KEY, typed(made), now=NOW - timedelta(minutes=1))


def test_one_code_is_right_of_those_of_ten_minutes() -> None:
    for minutes in range(1, 11):
        earlier = code(KEY, SENT, challenge(SENT, now=NOW - timedelta(minutes=minutes)))
        assert not is_right(KEY, typed(earlier), now=NOW)


def test_it_is_good_about_the_same_for_a_family_of_lookups_and_about_nothing_else() -> None:
    made = code(KEY, SENT, NAME)
    assert is_right(KEY, typed(made, name="cancel-order", family="order-status"), now=NOW)
    assert not is_right(KEY, typed(made, name="member"), now=NOW), "member 4811 is not order 4811"
    assert not is_right(KEY, typed(made, slots=(("order_number", "4812"),)), now=NOW)
    assert not is_right(KEY, typed(made, challenge=NAME.replace("k7", "k6")), now=NOW)
    for nothing in ("", "@", SENT.request, "web:k7:order-status@x", "web:k7:order-status@-1"):
        assert not is_right(KEY, typed(made, challenge=nothing), now=NOW)
    assert not is_right(key_of([b"another"]), typed(made), now=NOW)


@pytest.mark.parametrize("what", ["", "000000", "12345", "kod", "٠١٢٣٤٥", "1" * 4000])
def test_whatever_else_is_typed_is_wrong(what: str) -> None:
    assert not is_right(KEY, typed(what), now=NOW)


def test_the_key_is_the_same_in_every_process_whatever_the_order_of_its_secrets() -> None:
    assert key_of([b"another secret of one", b"one secret of a lookup"]) == KEY
    assert key_of([b"one secret of a lookup"]) != KEY


def test_guessing_ends_for_each_challenge() -> None:
    guesses = Guesses(most=2)
    for _ in range(MOST_WRONG):
        assert guesses.admits(typed("1"))
        guesses.wrong(typed("1"))
    assert not guesses.admits(typed("1"))
    assert guesses.admits(typed("1", challenge="other"))
    for other in ("a", "b"):
        guesses.wrong(typed("1", challenge=other))
    assert guesses.admits(typed("1")), "only the latest are kept"


def test_codes_about_one_thing_are_few_an_hour() -> None:
    guesses = Guesses()
    assert [guesses.may_send(SENT, now=NOW) for _ in range(MOST_SENT + 1)] == [True] * MOST_SENT + [False]
    assert guesses.may_send(about("4812"), now=NOW)
    for spelt in ("#4811", " 48-11", "4811 "):
        assert not guesses.may_send(about(spelt), now=NOW)
    assert not guesses.may_send(about("4811", name="cancel-order", family="order-status"), now=NOW)
    assert guesses.may_send(SENT, now=NOW + timedelta(hours=1))
