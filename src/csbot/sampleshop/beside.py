"""The sample shop started beside csbot, for those lookups of the settings that it answers."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from pydantic import SecretStr

from csbot.bootstrap import now
from csbot.bootstrap.folders import content_folder, sample_folder
from csbot.config import SAMPLE_SHOP, LookupSettings, Settings
from csbot.sampleshop.shop import CANCEL, STATUS, SampleShop


@asynccontextmanager
async def beside(settings: Settings, *, clock: Callable[[], datetime] = now) -> AsyncIterator[tuple[Settings, str]]:
    """The settings with the addresses of a shop that runs while the context lasts, and that of its page.

    Without such lookups they are the settings as they stand, and "". The shop and its secret are another at each start.
    """
    asked = sample_lookups(settings)
    if not asked:
        yield settings, ""
        return
    secret = secrets.token_urlsafe(32)
    async with SampleShop(secret=secret.encode(), clock=clock) as shop:
        found = {"url": shop.url, "secret": SecretStr(secret), "codes": True}
        started = {name: lookup.model_copy(update=found) for name, lookup in asked.items()}
        yield settings.model_copy(update={"lookups": {**settings.lookups, **started}}), shop.base_url


def sample_lookups(settings: Settings) -> Mapping[str, LookupSettings]:
    """The lookups the sample shop answers: where there is no settings file, those of the sample brand's content."""
    if settings.file is None and not settings.lookups and content_folder(settings) == sample_folder():
        return {name: LookupSettings(url=SAMPLE_SHOP) for name in (STATUS, CANCEL)}
    return {name: lookup for name, lookup in settings.lookups.items() if lookup.url == SAMPLE_SHOP}
