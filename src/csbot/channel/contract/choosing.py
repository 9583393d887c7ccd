"""Which cases a test of the contract is run for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import pytest

from csbot.channel.contract.samples import ChannelCase
from csbot.domain.capabilities import Capabilities

_CallableT = TypeVar("_CallableT", bound=Callable[..., object])


def needs(claim: Callable[[Capabilities], bool]) -> Callable[[_CallableT], _CallableT]:
    """The test is for cases whose capabilities claim this."""

    def mark(test: _CallableT) -> _CallableT:
        test.__dict__["needs"] = claim
        return test

    return mark


def parametrize_channels(metafunc: pytest.Metafunc, cases: Iterable[ChannelCase]) -> None:
    """Give a test of `ChannelContract` its runs: one a case, or one a sample, outgoing sample, error or garbage."""
    if "case" not in metafunc.fixturenames:
        return
    claim = getattr(metafunc.function, "needs", None)
    chosen = [case for case in cases if claim is None or claim(case.capabilities)]
    lists: dict[str, Callable[[ChannelCase], Sequence[object]]] = {
        "sample": lambda case: case.samples,
        "outgoing": lambda case: case.outgoing,
        "error": lambda case: case.errors,
        "garbage": lambda case: case.garbage,
    }
    for name, of in lists.items():
        if name in metafunc.fixturenames:
            rows = [(case, item, f"{case.name}-{getattr(item, 'name', '')}") for case in chosen for item in of(case)]
            metafunc.parametrize(("case", name), [row[:2] for row in rows], ids=[row[2] for row in rows])
            return
    metafunc.parametrize("case", chosen, ids=[case.name for case in chosen])
