"""The sample brand's orders, in memory: a restart brings them back as they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

EVERYBODY = "*"
PHONE = "phone:+905321112233"
"""Who speaks first on the playground's WhatsApp and SMS phones."""

ELIF = "phone:+905337654321"
"""Who speaks second there."""


class Status(StrEnum):
    """Where an order is."""

    PREPARING = "preparing"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    LATE = "late"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order. `expected` is the day it comes, or came; `contact` is where a code about it goes."""

    number: str
    status: Status
    place: str
    expected: date
    carrier: str
    owner: tuple[str, ...] = (EVERYBODY,)
    contact: str = ""


def sample_orders(today: date) -> tuple[Order, ...]:
    """Orders 4711 to 4715 may be told to anybody, so that everybody can try; 4811 and 4812 belong to somebody."""

    def order(number: str, status: Status, place: str, days: int, **more: object) -> Order:
        made = Order(number=number, status=status, place=place, expected=today + timedelta(days), carrier="Turna Kargo")
        return replace(made, **more)  # type: ignore[arg-type]

    return (
        order("4711", Status.IN_TRANSIT, "Bolu", 1),
        order("4712", Status.DELIVERED, "Kadıköy", -1),
        order("4713", Status.PREPARING, "İzmir", 4),
        order("4714", Status.LATE, "Ankara", 2),
        order("4715", Status.CANCELLED, "İzmir", 3),
        order("4811", Status.IN_TRANSIT, "Eskişehir", 2, owner=(PHONE,), contact="deniz@mail.example"),
        order(
            "4812", Status.PREPARING, "İzmir", 5, owner=(ELIF, "email:elif@mail.example"), contact="elif@mail.example"
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCode:
    """A code the shop has sent, or would have: there is no real mail here."""

    order: str
    contact: str
    code: str
    at: datetime


class Orders:
    """The orders as they stand, and what each request to change one came to."""

    def __init__(self, orders: Iterable[Order]) -> None:
        self._orders = {order.number: order for order in orders}
        self._cancelled: dict[str, Order | None] = {}
        self.changes = 0

    def __iter__(self) -> Iterator[Order]:
        return iter(self._orders.values())

    def find(self, number: str, persons: Sequence[str]) -> list[Order]:
        """The order of this number, whoever it belongs to; without a number those of these persons."""
        if number:
            return [self._orders[number]] if number in self._orders else []
        return [order for order in self._orders.values() if set(order.owner) & set(persons)]

    def cancel(self, number: str, request: str) -> Order | None:
        """Cancel an order that has not left yet; None when it has. The same request comes to the same, once."""
        if request not in self._cancelled:
            order = self._orders[number]
            if order.status is Status.PREPARING:
                self._orders[number] = replace(order, status=Status.CANCELLED)
                self._cancelled[request] = self._orders[number]
                self.changes += 1
            else:
                self._cancelled[request] = None
        return self._cancelled[request]
