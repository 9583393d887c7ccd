"""The shop's page: what to ask csbot, the codes the shop would have sent, and its orders as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from csbot.domain.brand import Brand
from csbot.sampleshop.orders import EVERYBODY, Order, Orders, SentCode, Status
from csbot.web import languages
from csbot.web.languages import text
from csbot.web.rendering import Page

PACKAGES = ("csbot.sampleshop", "csbot.web")
BRAND = Brand(name="Lale")
LANGUAGES = {"en": "English", "tr": "Türkçe"}

STATUSES: Mapping[Status, tuple[str, str]] = {
    Status.PREPARING: (text("being prepared"), "accent"),
    Status.IN_TRANSIT: (text("on its way"), "accent"),
    Status.DELIVERED: (text("delivered"), "good"),
    Status.LATE: (text("late"), "warn"),
    Status.CANCELLED: (text("cancelled"), ""),
}
"""Word and colour."""

TRIES = (
    (text("Where is my order 4711?"), text("Anybody may ask: place and day are told at once.")),
    (text("Cancel my order 4713"), text("csbot asks first. After your yes it stands below as cancelled.")),
    (text("Where is my order 4811?"), text("It is somebody's: csbot tells it after a code, which appears here.")),
)
"""What to ask csbot, and what comes of it."""


class ShopPage(Page):
    """A page of the shop's."""

    packages = PACKAGES


def page_for(request: web.Request, now: datetime) -> Page:
    """The page the request asks for."""
    return ShopPage(BRAND, languages.chosen(request, default=BRAND.default_language), now)


def whole(page: Page, orders: Orders, codes: Sequence[SentCode]) -> str:
    """The page as HTML."""
    return page.render("shop.html", languages=LANGUAGES, tries=TRIES, **_values(orders, codes))


def live(page: Page, orders: Orders, codes: Sequence[SentCode]) -> str:
    """What of it changes."""
    return page.render("shop_live.html", **_values(orders, codes))


def version(orders: Orders, codes: Sequence[SentCode]) -> str:
    """Another whenever the page has something else to show."""
    return f"{orders.changes}-{len(codes)}"


def _values(orders: Orders, codes: Sequence[SentCode]) -> dict[str, Any]:
    return {
        "version": version(orders, codes),
        "codes": codes[::-1],
        "statuses": STATUSES,
        "anybodys": [order for order in orders if EVERYBODY in order.owner],
        "somebodys": [(order, _persons(order)) for order in orders if EVERYBODY not in order.owner],
    }


def _persons(order: Order) -> str:
    return ", ".join(owner.partition(":")[2] for owner in order.owner)
