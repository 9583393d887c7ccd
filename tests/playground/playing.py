"""A playground under way for a test: a csbot of the sample brand that takes words up at once, and its page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from csbot import config
from csbot.playground.page import served
from csbot.playground.world import Clock, World, playing
from csbot.sampleshop.beside import beside

ROOT = Path(__file__).resolve().parents[2]
QUESTION, ANSWER = "Taksit var mı?", "taksit"


@asynccontextmanager
async def played(folder: Path) -> AsyncIterator[tuple[World, str]]:
    """The world and the address of its page; the store lies in `folder`."""
    settings = config.load(ROOT / "csbot.toml", environ={})
    settings = settings.model_copy(update={"limits": settings.limits.model_copy(update={"burst_s": 0.0})})
    clock = Clock()
    async with (
        beside(settings, clock=clock) as (settings, shop),
        playing(settings, folder / "playground.db", clock=clock, shop=shop) as world,
        served(world, port=0) as url,
    ):
        yield world, url
