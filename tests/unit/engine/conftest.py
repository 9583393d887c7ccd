"""A conversation whose brand's systems answer what a test has written for them."""

from __future__ import annotations

import pytest

from csbot.evaluation.conversing import Conversing
from csbot.evaluation.systems import Scripted
from tests.unit.engine.shop import SHOP, ByHeart


@pytest.fixture
def shop() -> Scripted:
    return Scripted()


@pytest.fixture
def chat(shop: Scripted) -> Conversing:
    return Conversing(catalogue=SHOP, nlu=ByHeart(), systems=shop)
