"""What is told about orders is held against the shop's own books."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.faults.cancelling import Cancelled, cancelling_visit, truth_told

SOUND = Cancelled(
    number="40000001", asked=1, is_cancelled=True, told=True, unsure=False, handed=False, noted=True, agreed=True
)


@pytest.mark.parametrize(
    "sound",
    [
        SOUND,
        replace(SOUND, told=False, unsure=True, handed=True),
        replace(SOUND, is_cancelled=False, told=False, unsure=True, handed=True),
        replace(SOUND, asked=0, is_cancelled=False, told=False, noted=False, agreed=False),
    ],
)
def test_a_sound_run_breaks_nothing(sound: Cancelled) -> None:
    assert list(truth_told([sound])) == []


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (replace(SOUND, asked=2), "changed twice"),
        (replace(SOUND, agreed=False), "changed unasked"),
        (replace(SOUND, is_cancelled=False), "untrue"),
        (replace(SOUND, unsure=True), "untold"),
        (replace(SOUND, told=False), "untold"),
        (replace(SOUND, noted=False), "untold"),
    ],
)
def test_what_is_broken_is_named(broken: Cancelled, rule: str) -> None:
    [violation] = truth_told([broken])
    assert violation.rule == rule
    assert "40000001" in violation.what


def test_no_two_messages_of_a_customer_on_one_channel_are_alike() -> None:
    for number in range(1, 400):
        said = [words for burst in cancelling_visit(number, seed=3, channels=("sms", "whatsapp")) for words in burst]
        assert len(set(said)) == len(said) >= 2
