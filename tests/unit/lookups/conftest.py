"""The sample shop on a real port, and csbot's side of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from csbot.lookups.systems import BrandSystems
from csbot.sampleshop.shop import CANCEL, STATUS, SampleShop
from tests.unit.lookups.questions import SECRET, Ticking, Wall, system


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
async def shop(wall: Wall) -> AsyncIterator[SampleShop]:
    async with SampleShop(secret=SECRET, clock=wall) as opened:
        yield opened


@pytest.fixture
def clock() -> Ticking:
    return Ticking()


@pytest.fixture
async def systems(shop: SampleShop, clock: Ticking) -> AsyncIterator[BrandSystems]:
    async with BrandSystems([system(STATUS, shop.url), system(CANCEL, shop.url)], clock=clock) as opened:
        yield opened
