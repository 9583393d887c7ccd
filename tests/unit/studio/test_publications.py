"""What a publication is taken back to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from csbot.domain.reading import Publication
from csbot.studio.publications import TakeBackError, to_take_back

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def published(*versions: str | tuple[str, int]) -> list[Publication]:
    """A history, given oldest first: versions, or a version with the publication it took back to."""
    told = [one if isinstance(one, tuple) else (one, 0) for one in versions]
    return [
        Publication(id=number, version=version, by="csbot", at=AT, restores=restores)
        for number, (version, restores) in enumerate(told, start=1)
    ][::-1]


@pytest.mark.parametrize(
    ("history", "version", "id"),
    [
        (published("a", "b", "c"), "", 2),
        (published("a", "b", "c", ("b", 2)), "", 1),
        (published("a", "b", "b", "b"), "", 1),
        (published("a", "b", ("a", 1), "c"), "", 3),
        (published("a", "b", "c"), "a", 1),
        (published("a", "b", "a", "c"), "a", 3),
        (published("a17", "b", ("a17", 1), "b"), "a1", 3),
        (published("a", "b", ("a", 1)), "b", 2),
    ],
)
def test_it_is_the_one_before_or_the_latest_of_that_version(history: list[Publication], version: str, id: int) -> None:
    assert to_take_back(history, version).id == id


@pytest.mark.parametrize(
    ("history", "version", "told"),
    [
        ([], "", "nothing has been published"),
        (published("a"), "", "nothing was published before version a"),
        (published("a", "b", ("a", 1)), "", "nothing was published before version a"),
        (published("a", "b"), "c", "no version c was ever published"),
        (published("a", "b"), "b", "in force already"),
        (published("a1", "a2", "b"), "a", "a is the beginning of a1 and a2"),
    ],
)
def test_there_may_be_nothing_to_take_back_to(history: list[Publication], version: str, told: str) -> None:
    with pytest.raises(TakeBackError, match=told):
        to_take_back(history, version)
