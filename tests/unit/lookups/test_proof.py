"""Whom a record may be told."""

from __future__ import annotations

import pytest

from csbot.lookups.proof import canonical, told
from csbot.lookups.reading import Misread, Record

MINE = Record(fields={"n": 1}, owner=("phone:+905321112233", "id:42"))
OTHERS = Record(fields={"n": 2}, owner=("phone:+905329998877",))
EVERYBODYS = Record(fields={"n": 3}, owner=("*",))
NOBODYS = Record(fields={"n": 4}, owner=())


@pytest.mark.parametrize(
    "person",
    ["phone:+90 532 111 22 33", "phone:+905321112233", " phone:+90(532)1112233 ", "id:42"],
)
def test_a_record_is_told_to_its_owner_however_they_are_spelt(person: str) -> None:
    assert told([MINE, OTHERS, NOBODYS], [person]) == (MINE,)
    assert told([Record(fields={}, owner=(person,))], ["phone:+905321112233", "id:42"])


@pytest.mark.parametrize(
    "person",
    [
        "",
        "phone:",
        "phone:5321112233",
        "+905321112233",
        "email:+905321112233",
        "id:4",
        "id:",
        "*",
        "phone:+905321112234",
        "phone:+9053211122330",
    ],
)
def test_nobody_else_is_told(person: str) -> None:
    assert told([MINE, OTHERS, NOBODYS], [person]) == ()


def test_what_is_everybodys_needs_no_proof() -> None:
    assert told([MINE, EVERYBODYS], []) == (EVERYBODYS,)


def test_e_mail_addresses_are_one_in_any_case_and_ids_are_not() -> None:
    assert canonical("email:Ayse@Mail.Example") == canonical("email:ayse@mail.example")
    assert canonical("id:aB") != canonical("id:ab")


def test_no_letter_of_another_alphabet_makes_somebody_else_s_mailbox() -> None:
    assert canonical("email:\u212aaya@mail.example") != canonical("email:kaya@mail.example")
    assert canonical("email:gro\u00df@mail.example") != canonical("email:gross@mail.example")
    assert canonical("email:AYŞE@mail.example") == "email:AYŞE@mail.example"


def test_an_owner_that_names_nobody_is_nobody() -> None:
    assert told([Record(fields={}, owner=("phone:unknown",))], ["phone:unknown", "phone:none"]) == ()


def test_a_personal_record_says_whose_it_is() -> None:
    with pytest.raises(Misread, match=r"records\[1\]\.owner is missing"):
        told([MINE, Record(fields={})], ["id:42"])
