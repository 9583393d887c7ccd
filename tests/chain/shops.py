"""The sample shop beside a csbot that is tried, and the settings by which the sample content asks it."""

from __future__ import annotations

from dataclasses import replace

from pydantic import SecretStr

from csbot.config import LookupSettings
from csbot.playground.world import Clock
from csbot.sampleshop.orders import Orders, Status
from csbot.sampleshop.shop import CANCEL, STATUS, SampleShop

SECRET = "a secret of sixteen and more"


def opened() -> SampleShop:
    """A shop with the sample orders; it opens and closes as a context."""
    return SampleShop(secret=SECRET.encode(), clock=Clock())


def lookups(shop: SampleShop, **more: float) -> dict[str, LookupSettings]:
    """The settings of both of the sample content's lookups."""
    one = LookupSettings(url=shop.url, secret=SecretStr(SECRET), codes=True).model_copy(update=more)
    return {STATUS: one, CANCEL: one}


def set_status(shop: SampleShop, number: str, status: Status) -> None:
    """An order is where `status` says, whatever was done with it before."""
    shop.orders = Orders(replace(order, status=status) if order.number == number else order for order in shop.orders)
