"""What colleagues are called."""

from __future__ import annotations

from csbot.domain.account import Person
from csbot.web.names import told_apart


def test_people_are_called_by_their_names_and_two_of_one_name_are_told_apart() -> None:
    people = [
        Person(email="ayse@shop.example", role="agent", name="Ayşe"),
        Person(email="ayse.kaya@shop.example", role="agent", name="Ayşe"),
        Person(email="bora.su@shop.example", role="agent"),
        Person(email="canan@shop.example", role="admin", name="Canan Ak"),
    ]
    assert told_apart(people) == {
        "ayse@shop.example": "Ayşe (ayse@shop.example)",
        "ayse.kaya@shop.example": "Ayşe (ayse.kaya@shop.example)",
        "bora.su@shop.example": "Bora Su",
        "canan@shop.example": "Canan Ak",
    }
