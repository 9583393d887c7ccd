from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csbot.domain.address import Address
from csbot.domain.lane import lane_key, proof_of, spoken_order


def test_in_private_the_lane_is_the_customer_s_on_every_channel() -> None:
    apps = [Address(channel=channel, user="u") for channel in ("sms", "whatsapp")]
    assert {lane_key(address, 7) for address in apps} == {"customer:7"}


def test_in_shared_places_each_thread_is_a_lane_whoever_speaks() -> None:
    thread = Address(channel="slack", user="U1", place="C1", thread="1.1")
    assert lane_key(thread, 7) == lane_key(thread, 8) == "place:slack|C1|1.1"
    assert lane_key(Address(channel="slack", user="U1", place="C1", thread="2.1"), 7) == "place:slack|C1|2.1"


@pytest.mark.parametrize(
    ("person", "proof"),
    [("phone:+90532", "same phone number"), ("email:a@b.c", "same e-mail address"), ("account:12", "same account")],
)
def test_the_proof_names_what_two_identities_share(person: str, proof: str) -> None:
    assert proof_of(person) == proof


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ([], []),
        ([("a", 0), ("a", 0)], [0, 1]),
        ([("a", 2), ("a", 1)], [1, 0]),
        ([("a", 3), ("b", 0), ("a", 1), ("a", 2)], [2, 1, 3, 0]),
        ([("a", 2), ("b", 9), ("a", 1), ("b", 8)], [2, 3, 0, 1]),
        ([("a", 5), ("a", 0), ("a", 4)], [2, 1, 0]),
    ],
)
def test_the_platform_s_numbers_order_a_burst(said: list[tuple[str, int]], order: list[int]) -> None:
    assert spoken_order(said) == order


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(min_value=0, max_value=5)), max_size=12))
def test_no_message_is_lost_and_each_channel_keeps_its_places(said: list[tuple[str, int]]) -> None:
    order = spoken_order(said)
    assert sorted(order) == list(range(len(said)))
    assert [said[i][0] for i in order] == [channel for channel, _ in said]
    for channel in "abc":
        numbers = [said[i][1] for i in order if said[i][0] == channel and said[i][1]]
        assert numbers == sorted(numbers)
